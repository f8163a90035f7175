"""Documents are answered as they come, and what cannot be written is a failure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.data import codec
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Sentence
from harness.runners.replay import Replay
from harness.runs.answering import CHARACTERS, answer, dump_answer
from tests.samples import EXAMPLES, PREDICTIONS


@dataclass
class Told:
    """A runner that gives one annotation to every document, and notes how many it was asked for at a time."""

    annotation: Annotation = field(default_factory=Annotation)
    asked: list[int] = field(default_factory=list)
    name: str = "told"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        self.asked.append(len(documents))
        for document in documents:
            yield Prediction(document.id, self.annotation, 0.5)


def test_only_a_part_of_the_documents_is_held() -> None:
    runner, made = Told(), []

    def documents() -> Iterator[Document]:
        for number in range(40):
            made.append(number)
            yield Document(str(number), "س" * (CHARACTERS // 10))

    answered = answer(runner, documents())
    assert next(answered)[1].doc_id == "0"
    assert len(made) == 10
    assert [document.id for document, _ in answered] == [str(number) for number in range(1, 40)]
    assert runner.asked == [10] * 4


@pytest.mark.parametrize(
    ("annotation", "fault"),
    [
        (Annotation((Entity(0, 9, "GPE"),)), "malformed: entities[0]: found [0, 9]"),
        (Annotation(sentences=(Sentence(0, 3, "CFS"), Sentence(0, 4, "NFS"))), "malformed: "),
    ],
)
def test_a_malformed_answer_is_a_failure(annotation: Annotation, fault: str) -> None:
    ((_, prediction),) = answer(Told(annotation), [Document("a", "نص .")])
    assert prediction.annotation == Annotation()
    assert str(prediction.error).startswith(fault)


def test_answers_in_another_order_are_refused() -> None:
    class Turned(Told):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            yield from super().predict(documents[::-1])

    message = r"Turned.predict: found the answer for 'b' at place 0, wanted that for 'a'"
    with pytest.raises(InputError, match=message):
        list(answer(Turned(), [Document("a", "x"), Document("b", "y")]))


def test_a_line_is_a_prediction_and_a_document(tmp_path: Path) -> None:
    documents = [example.document for example in EXAMPLES]
    answers = {prediction.doc_id: prediction for prediction in PREDICTIONS}
    path = tmp_path / "p.jsonl"
    codec.write_predictions(path, PREDICTIONS, documents)
    answered = list(answer(Replay(str(path)), documents))
    (tmp_path / "q.jsonl").write_text("".join(f"{dump_answer(*pair)}\n" for pair in answered))
    stored = codec.read_predictions(tmp_path / "q.jsonl", documents)
    assert stored.keys() == {document.id for document in documents}
    for document in documents:
        again = stored[document.id]
        assert again.seconds is None
        if document.id in answers and answers[document.id].error is None:
            assert again.annotation == answers[document.id].annotation
        else:
            assert again.error
    record = json.loads(dump_answer(*answered[0]))
    assert [*record][:2] == ["id", "text"]
    assert record["text"] == documents[0].text
