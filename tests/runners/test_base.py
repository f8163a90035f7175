"""The interface's defaults, plain classes as runners, and the two ways of answering document by document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from harness.data.dataset import ReadOnce
from harness.data.tagsets import read_tag_set
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction
from harness.runners.base import PlainRunner, Runner, as_runner, group_texts, predict_each, predict_together

DOCUMENTS = [Document("a", "قمة"), Document("b", ""), Document("c", "سلام"), Document("d", "خبر")]


def annotate(document: Document) -> Annotation:
    if not document.text:
        raise ValueError("no text\nat all")
    return Annotation(entities=(Entity(0, len(document.text), "EVENT"),))


def annotate_together(documents: Sequence[Document]) -> list[Annotation]:
    return [annotate(document) for document in documents]


class Least:
    """As little as a runner can have."""

    name = "least"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return predict_each(documents, annotate)


class Own(Least):
    """A plain class that has members of the interface in every way that a class can."""

    labels = "anercorp"

    def __init__(self) -> None:
        self.allow_seen = True
        self.loaded = 0

    def load(self) -> None:
        self.loaded += 1
        self.provenance = {"weights": "0123"}

    @property
    def remarks(self) -> Sequence[str]:
        return [f"loaded {self.loaded} times"]

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        return [document.id for document in documents if document.text]


@dataclass(frozen=True)
class Samples:
    name: str = "samples"
    labels: str | None = None
    examples: Sequence[Example] = field(default=(), compare=False)

    def read(self) -> Sequence[Example]:
        return self.examples


def test_a_class_with_a_name_and_predictions_is_a_runner() -> None:
    runner = as_runner(Least())
    assert isinstance(runner, Runner)
    assert runner.name == "least"
    runner.load()
    assert [one.doc_id for one in runner.predict(DOCUMENTS)] == ["a", "b", "c", "d"]
    assert (runner.labels, runner.tag_set, runner.provenance) == (None, None, None)
    assert (list(runner.not_for), list(runner.remarks), list(runner.learned_from(DOCUMENTS))) == ([], [], [])
    assert (runner.allow_seen, runner.checked) == (False, False)
    assert runner.reading(ReadOnce(Samples())) is runner


def test_what_a_plain_class_has_is_its_own() -> None:
    runner = as_runner(Own())
    before = runner.provenance
    runner.load()
    assert (before, runner.provenance) == (None, {"weights": "0123"})
    assert runner.remarks == ["loaded 1 times"]
    assert runner.learned_from(DOCUMENTS) == ["a", "c", "d"]
    assert (runner.allow_seen, runner.checked) == (True, False)
    assert runner.tag_set == read_tag_set("anercorp")


def test_an_error_inside_a_member_is_no_missing_member() -> None:
    class Broken(Least):
        @property
        def remarks(self) -> Sequence[str]:
            raise AttributeError("no such weights")

    with pytest.raises(AttributeError, match="no such weights"):
        _ = as_runner(Broken()).remarks


def test_a_runner_stays_as_it_is() -> None:
    runner = as_runner(Least())
    assert as_runner(runner) is runner


def test_what_is_no_runner_is_refused() -> None:
    class Silent:
        name = "silent"

    silent: PlainRunner = Silent()  # type: ignore[assignment]
    with pytest.raises(InputError, match="runner: found Silent without predict, wanted a runner"):
        as_runner(silent)


def test_one_prediction_a_document_in_order_with_its_time() -> None:
    predictions = list(predict_each(DOCUMENTS, annotate))
    assert [one.doc_id for one in predictions] == ["a", "b", "c", "d"]
    assert all(one.seconds is not None and one.seconds >= 0 for one in predictions)
    assert predictions[2].annotation.entities == (Entity(0, 4, "EVENT"),)


def test_a_failure_costs_its_own_document_only_and_is_one_line() -> None:
    first, failed, *_, last = predict_each(DOCUMENTS, annotate)
    assert (first.error, last.error) == (None, None)
    assert re.fullmatch(r"ValueError: no text \(test_base\.py:\d+\)", str(failed.error))
    assert failed.annotation == Annotation()


def test_documents_are_read_as_they_are_needed() -> None:
    read: list[str] = []

    def stream() -> Iterator[Document]:
        for document in DOCUMENTS:
            read.append(document.id)
            yield document

    next(predict_each(stream(), annotate))
    assert read == ["a"]


def test_groups_end_where_they_reach_their_size() -> None:
    names = [[document.id for document in group] for group in group_texts(DOCUMENTS, 7)]
    assert names == [["a", "b", "c"], ["d"]]
    assert list(group_texts([], 7)) == []


def test_a_failure_in_a_group_costs_its_own_document_only() -> None:
    predictions = list(predict_together(DOCUMENTS, annotate_together, 7))
    assert [one.doc_id for one in predictions] == ["a", "b", "c", "d"]
    assert [one.doc_id for one in predictions if one.error is not None] == ["b"]
    assert str(predictions[1].error).startswith("ValueError: no text (test_base.py:")
    assert [len(one.annotation.entities or ()) for one in predictions] == [1, 0, 1, 1]


def test_the_time_of_a_group_is_shared_out_by_length() -> None:
    first, last = predict_together([DOCUMENTS[0], DOCUMENTS[2]], annotate_together, 100)
    assert first.seconds is not None
    assert last.seconds is not None
    # Letters plus one: 4 and 5.
    assert abs(first.seconds * 5 - last.seconds * 4) < 1e-9
