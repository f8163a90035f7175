"""Answers of a runner without gold: documents are answered as they come, and every answer can be written."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harness.data import codec
from harness.data.jsonl import Record, dump
from harness.data.records import layer_records
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import PlainRunner, as_runner, group_texts
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
    made.load()
    # Stored answers are read as a whole, and must be those of the documents.
    most = sys.maxsize if made.checked else CHARACTERS
    for group in group_texts(documents, most):
        answers = list(made.predict(group))
        if [prediction.doc_id for prediction in answers] != [document.id for document in group]:
            given = ", ".join(prediction.doc_id for prediction in answers[:3])
            wanted = ", ".join(document.id for document in group[:3])
            raise InputError(f"{made.name}: found answers for {given}, …, wanted them for {wanted}, … in this order")
        told = [_checked(prediction, document) for document, prediction in zip(group, answers, strict=True)]
        text = Text([document.text for document in group])
        for number, fault in labelled_twice(text, [prediction.annotation for prediction in told]).items():
            told[number] = _failed(told[number], fault)
        yield from zip(group, told, strict=True)


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


def _checked(prediction: Prediction, document: Document) -> Prediction:
    if prediction.error is not None:
        return replace(prediction, annotation=Annotation())
    fault = codec.fault(prediction.annotation, document.text)
    return prediction if fault is None else _failed(prediction, fault)


def _failed(prediction: Prediction, fault: str) -> Prediction:
    return replace(prediction, annotation=Annotation(), error=f"malformed: {fault}")
