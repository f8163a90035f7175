"""Several documents at once: groups, order, shared time, and failures that stay with their own document."""

from collections.abc import Sequence

from harness.data.types import Annotation, Document, Entity
from harness.runners.together import group_texts, predict_together

DOCUMENTS = [Document("a", "قمة"), Document("b", ""), Document("c", "سلام"), Document("d", "خبر")]


def annotate(documents: Sequence[Document]) -> list[Annotation]:
    if any(not document.text for document in documents):
        raise ValueError("no text\nat all")
    return [Annotation(entities=(Entity(0, len(document.text), "EVENT"),)) for document in documents]


def test_groups_end_where_they_reach_their_size() -> None:
    names = [[document.id for document in group] for group in group_texts(DOCUMENTS, 7)]
    assert names == [["a", "b", "c"], ["d"]]
    assert list(group_texts([], 7)) == []


def test_a_failure_costs_its_own_document_only() -> None:
    predictions = list(predict_together(DOCUMENTS, annotate, 7))
    assert [one.doc_id for one in predictions] == ["a", "b", "c", "d"]
    assert [one.error for one in predictions] == [None, "ValueError: no text", None, None]
    assert [len(one.annotation.entities or ()) for one in predictions] == [1, 0, 1, 1]


def test_the_time_of_a_group_is_shared_out_by_length() -> None:
    first, last = predict_together([DOCUMENTS[0], DOCUMENTS[2]], annotate, 100)
    assert first.seconds is not None
    assert last.seconds is not None
    # Letters plus one: 4 and 5.
    assert abs(first.seconds * 5 - last.seconds * 4) < 1e-9
