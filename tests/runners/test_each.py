from collections.abc import Iterator

from harness.data.types import Annotation, Document, Entity
from harness.runners.each import predict_each

DOCUMENTS = [Document("a", "قمة"), Document("b", ""), Document("c", "سلام")]


def annotate(document: Document) -> Annotation:
    if not document.text:
        raise ValueError("no text\nat all")
    return Annotation(entities=(Entity(0, len(document.text), "EVENT"),))


def test_one_prediction_a_document_in_order_with_its_time() -> None:
    predictions = list(predict_each(DOCUMENTS, annotate))
    assert [one.doc_id for one in predictions] == ["a", "b", "c"]
    assert all(one.seconds is not None and one.seconds >= 0 for one in predictions)
    assert predictions[2].annotation.entities == (Entity(0, 4, "EVENT"),)


def test_a_failure_costs_its_own_document_only_and_is_one_line() -> None:
    first, failed, last = predict_each(DOCUMENTS, annotate)
    assert (first.error, last.error) == (None, None)
    assert failed.error == "ValueError: no text"
    assert failed.annotation == Annotation()


def test_documents_are_read_as_they_are_needed() -> None:
    read: list[str] = []

    def stream() -> Iterator[Document]:
        for document in DOCUMENTS:
            read.append(document.id)
            yield document

    next(predict_each(stream(), annotate))
    assert read == ["a"]
