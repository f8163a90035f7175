"""The interface of a runner: all that is asked of an extractor, with defaults for all but two things.

Beside it the clock and the safety net that runners share: `predict_each` for those that answer a document at a time,
`predict_together` for those that are faster on several at once.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self

from harness.data.dataset import ReadOnce, as_dataset, complete
from harness.data.failures import blaming, failure, method_of
from harness.data.jsonl import one_line
from harness.data.schema import Schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Document, InputError, Prediction


class PlainRunner(Protocol):
    """The least that a class has to have to be used as a runner; see `as_runner`."""

    @property
    def name(self) -> str:
        """As in `Runner`."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """As in `Runner`."""


class Runner(ABC):
    """An extractor. It sees documents without labels.

    A subclass gives `name` and `predict`, and overrides what else it knows. An evaluation asks in this order:
    `reading`, `tag_set`, `asking_for`, `keeping`, `annotation_schema`, `not_for`, `learned_from` and `chosen_on` with
    `allow_seen`, `load`, `predict`, `checked`, `remarks`, `repetitions`, `figures`, `provenance`. Before `figures`,
    each of the repetitions is asked for `keeping`, `load`, `predict`, `checked` and `remarks`.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that runs and reports show."""

    @abstractmethod
    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""

    def load(self) -> None:
        """Load whatever is slow to load; called once, outside the measured time."""
        return

    @property
    def labels(self) -> str | None:
        """The name, or the path, of the map of the entity labels that it answers with; None: it has none."""
        return None

    @property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names.

        Raises:
            InputError: there is no such map.
        """
        return None if self.labels is None else read_tag_set(self.labels)

    @property
    def annotation_schema(self) -> Schema | None:
        """What it answers in; None: it does not say, and its answers are held against what the gold side annotates."""
        return None

    @property
    def not_for(self) -> Sequence[str]:
        """Names of data sets and tag sets that its model has learned from: scores on them say nothing."""
        return ()

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of those of `documents` that its model was trained on, as far as that is known."""
        del documents
        return ()

    def chosen_on(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of those of `documents` by whose gold something in it was chosen, as the members of an ensemble."""
        del documents
        return ()

    @property
    def allow_seen(self) -> bool:
        """Whether documents of `learned_from` and `chosen_on` are scored, with a remark, instead of refused."""
        return False

    @property
    def checked(self) -> bool:
        """Whether `data.codec` has read its predictions, and refused what is malformed: they are not read again.

        Names that nobody knows are an evaluation's to find, in any case.
        """
        return False

    @property
    def remarks(self) -> Sequence[str]:
        """What a reader of the scores has to know of the answers; asked for after `predict`."""
        return ()

    @property
    def provenance(self) -> Mapping[str, object] | None:
        """What tells the model from others, as `provenance.json` keeps it; asked for after `load`."""
        return None

    @property
    def figures(self) -> Mapping[str, float]:
        """Numbers of its own that stand beside the scores, such as tokens and cost; asked for after `predict`.

        And after those of its `repetitions`, whose cost they include. Names are of letters, digits, `_` and `/`.
        """
        return {}

    @property
    def repetitions(self) -> Sequence["Runner"]:
        """Runners that differ from this one in what chance decides; their scores show how far its own vary.

        Asked for once, after `predict`. Each of them is asked to keep what it keeps in a folder of its own.
        """
        return ()

    def reading(self, dataset: ReadOnce) -> "Runner":
        """The runner with `dataset` in the place of an equal one that it would read again."""
        del dataset
        return self

    def asking_for(self, schema: Schema) -> "Runner":
        """The runner that is asked for what `schema` names, for one that can find whatever it is asked for."""
        del schema
        return self

    def keeping(self, folder: Path) -> "Runner":
        """The runner that leaves in `folder`, that of its run, what it keeps besides its answers."""
        del folder
        return self


def as_runner(part: PlainRunner) -> Runner:
    """`part` with the whole interface: a class with `name` and `predict` alone is a runner too.

    Raises:
        InputError: `part` lacks one of the two.
    """
    return complete(part, Runner)  # type: ignore[type-abstract]


def load(runner: Runner) -> None:
    """Have a runner load what is slow to load.

    Raises:
        InputError: a runner of the user's own raised.
    """
    with blaming(type(runner), "load", "a runner that loads"):
        runner.load()


def answers_of(runner: Runner, documents: Sequence[Document]) -> Iterator[Prediction]:
    """What a runner answers, as it comes: one `Prediction` for each document, in order.

    Raises:
        InputError: it answers with something else, or a runner of the user's own raised.
    """
    where, number = method_of(runner, "predict"), 0
    with blaming(type(runner), "predict", "one prediction for each document"):
        predictions: object = runner.predict(documents)
        if not isinstance(predictions, Iterable):
            raise InputError(f"{where}: found {_shown(predictions)}, wanted predictions, one for each document")
        for number, prediction in enumerate(predictions, 1):
            document = documents[number - 1].id if number <= len(documents) else None
            at = "" if document is None else f"document {document}: "
            if not isinstance(prediction, Prediction):
                raise InputError(f"{where}: {at}found {_shown(prediction)}, wanted a Prediction")
            if document not in (None, prediction.doc_id):
                found = f"found the answer for {_shown(prediction.doc_id)} at place {number - 1}"
                raise InputError(f"{where}: {found}, wanted that for {_shown(document)}: one each, in order")
            yield prediction
    if number != len(documents):
        raise InputError(f"{where}: found {number} answers for {len(documents)} documents, wanted one each, in order")


def _shown(value: object) -> str:
    return one_line(repr(value))


@dataclass(frozen=True)
class BaselineRunner(Runner):
    """A runner that learns nothing but what it counts in the gold of `dataset`, in whose tag set it answers."""

    # A data set of any class; pydantic, which checks configurations, knows no protocols.
    dataset: Any

    @property
    def tag_set(self) -> TagSet | None:
        """The tag set of the data set."""
        return as_dataset(self.dataset).tag_set

    def reading(self, dataset: ReadOnce) -> Self:
        """The runner with `dataset` in the place of an equal one."""
        return replace(self, dataset=dataset) if dataset.stands_for(self.dataset) else self


def predict_each(documents: Iterable[Document], annotate: Callable[[Document], Annotation]) -> Iterator[Prediction]:
    """One prediction a document, in order, with the seconds that `annotate` took.

    An exception costs only its own document: the prediction then has an empty annotation and `error`, one line that
    says where in a file of the user's it was raised.
    """
    for document in documents:
        began = time.perf_counter()
        annotation, error = Annotation(), None
        try:
            annotation = annotate(document)
        except Exception as raised:  # whatever one document does to a runner, the others still count
            error = failure(raised)
        yield Prediction(document.id, annotation, time.perf_counter() - began, error)


def predict_together(
    documents: Iterable[Document], annotate: Callable[[Sequence[Document]], Sequence[Annotation]], characters: int
) -> Iterator[Prediction]:
    """One prediction a document, in order; `annotate` is given documents of about `characters` in all.

    Its seconds are shared out by the length of the texts. Where it raises, the documents of the group are tried
    one by one, so that an exception costs only its own document.
    """
    for group in group_texts(documents, characters):
        began = time.perf_counter()
        try:
            annotations = annotate(group)
        except Exception:  # whatever one document does to a runner, the others still count
            yield from predict_each(group, lambda document: annotate([document])[0])
            continue
        share = (time.perf_counter() - began) / sum(len(document.text) + 1 for document in group)
        for document, annotation in zip(group, annotations, strict=True):
            yield Prediction(document.id, annotation, share * (len(document.text) + 1))


def group_texts(documents: Iterable[Document], characters: int) -> Iterator[list[Document]]:
    """`documents` in order, in groups that end where they reach `characters` in all."""
    group: list[Document] = []
    size = 0
    for document in documents:
        group.append(document)
        size += len(document.text)
        if size >= characters:
            yield group
            group, size = [], 0
    if group:
        yield group
