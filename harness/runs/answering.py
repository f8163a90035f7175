"""Answers of a runner without gold: documents are answered as they come, and every answer can be written."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.data import codec
from harness.data.failures import method_of
from harness.data.jsonl import Record, dump
from harness.data.records import layer_records
from harness.data.types import Annotation, Document, Prediction
from harness.runners.base import PlainRunner, answers_of, as_runner, group_texts, load
from harness.scoring.checkworthy import labelled_twice
from harness.scoring.text import Text

Answered = tuple[Document, Prediction]

CHARACTERS: Final = 100_000
"""Characters of documents that are held at once."""


def answer(runner: PlainRunner, documents: Iterable[Document]) -> Iterator[Answered]:
    """Each document with what `runner` answers, in order; of the documents only about `CHARACTERS` are held.

    A malformed answer is a failure: a prediction with `error`, and without annotation.

    Raises:
        InputError: the runner did not answer each document once, in order.
    """
    made = as_runner(runner)
    load(made)
    # Stored answers are read as a whole, and must be those of the documents.
    most = sys.maxsize if made.checked else CHARACTERS
    for group in group_texts(documents, most):
        answers = list(answers_of(made, group))
        text = Text([document.text for document in group])
        yield from zip(group, checked(answers, group, text, method_of(made, "predict")), strict=True)


def checked(answers: Sequence[Prediction], documents: Sequence[Document], text: Text, by: str) -> list[Prediction]:
    """`answers`, each malformed one as a failure; `text` joins the texts of `documents`, `by` is who answered."""
    predictions = []
    for answered, document in zip(answers, documents, strict=True):
        if answered.error is not None:
            predictions.append(replace(answered, annotation=Annotation()))
        else:
            fault = codec.fault(answered.annotation, document.text, by)
            predictions.append(answered if fault is None else _failed(answered, fault))
    for number, fault in labelled_twice(text, [prediction.annotation for prediction in predictions]).items():
        predictions[number] = _failed(predictions[number], fault)
    return predictions


def record_of(document: Document, prediction: Prediction) -> Record:
    """A document with its answer as JSON has it: a prediction with its text, which reads as a document too.

    Without `seconds`: the same documents have the same answers every time.
    """
    meta = {"meta": dict(document.meta)} if document.meta else {}
    error = {} if prediction.error is None else {"error": prediction.error}
    layers = layer_records(prediction.annotation, document.text)
    return {"id": document.id, "text": document.text, **meta, **layers, **error}


def dump_answer(document: Document, prediction: Prediction) -> str:
    """A document with its answer as one line of JSON, without the line's end."""
    return dump(record_of(document, prediction))


def _failed(prediction: Prediction, fault: str) -> Prediction:
    return replace(prediction, annotation=Annotation(), error=f"malformed: {fault}")
