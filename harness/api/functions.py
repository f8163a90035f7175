"""Runners made of what Python programs have: a function from a text to spans, answers that are known already."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.api.spans import annotation_of
from harness.config.settings import named
from harness.data.failures import failure
from harness.data.jsonl import LONG, one_line
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import Runner


@dataclass(frozen=True)
class FunctionRunner(Runner):
    """A function from a text to its mentions, or to a mapping of layers, as `annotation_of` reads them.

    What the function raises costs only the document, as with every runner; what it returns in another shape is an error
    of its author's, and so is, with `must_answer`, a function that raises at every document.
    """

    function: Callable[[str], object]
    name: str = "function"
    must_answer: bool = False

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order.

        Raises:
            InputError: the function returned something else than spans, or it must answer and failed on every document.
        """
        failed = 0
        for document in documents:
            began = time.perf_counter()
            try:
                answer = self.function(document.text)
                if isinstance(answer, Iterator):
                    # The work of a generator is done here.
                    answer = list(answer)
            except Exception as raised:
                failed += 1
                said = one_line(failure(raised), LONG)
                if self.must_answer and failed == len(documents):
                    found = f"found {said} at every document"
                    raise InputError(f"the callable {self.name}: {found}, wanted a list of mentions") from raised
                yield Prediction(document.id, Annotation(), time.perf_counter() - began, said)
                continue
            seconds = time.perf_counter() - began
            where = f"the callable {self.name} at document {document.id}"
            yield Prediction(document.id, annotation_of(answer, document.text, where), seconds)

    @property
    def provenance(self) -> Mapping[str, object]:
        """The module and the name of the function."""
        return {"function": named(self.function)}


@dataclass(frozen=True)
class KnownAnswers(Runner):
    """Answers by document id; a document without one is a failure."""

    answers: Mapping[str, Prediction] = field(repr=False)
    name: str = "predicted"
    labels: str | None = None

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """The answer for each document."""
        for document in documents:
            missing = Prediction(document.id, Annotation(), error="no prediction for this document")
            yield self.answers.get(document.id, missing)
