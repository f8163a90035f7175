"""JSON Lines to types and back: the one place that knows the written form.

One document a line. Reading is strict: whatever is not exactly as the format says is an InputError that names file,
line and field. Gold states everything; predictions may leave out what the document already says.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, cast

from harness.data.jsonl import LONG, FieldError, Record, dump, one_line, parse_json, read_lines, write_lines
from harness.data.records import LayerReader, Vocabulary, is_sound, layer_records, number, refuse_unknown
from harness.data.schema import Schema
from harness.data.types import (
    LAYERS,
    Annotation,
    Claim,
    Document,
    Entity,
    Example,
    InputError,
    Prediction,
    Sentence,
    Unplaced,
)

_DOCUMENT_KEYS: Final = frozenset({"id", "text", "meta", *LAYERS})
_PREDICTION_KEYS: Final = _DOCUMENT_KEYS | {"unplaced", "error", "seconds"}


def read_examples(path: Path, schema: Schema | None = None, types: Collection[str] | None = None) -> list[Example]:
    """The documents of a gold file with their annotation in the names of `schema`, in file order.

    Without a schema names are any that `schema.name_fault` takes, and all claims have the attributes of the first.
    `types`, the labels of a map, take the place of the schema's types.

    Raises:
        InputError: the file is missing or malformed, or holds no document.
    """
    examples: dict[str, Example] = {}
    vocabulary = Vocabulary.of(schema, types)

    def read(record: Record) -> None:
        refuse_unknown(record, _DOCUMENT_KEYS, "")
        document = document_of(record)
        if document.id in examples:
            raise FieldError("id", document.id, "each document once")
        examples[document.id] = Example(document, LayerReader(document.text, True, vocabulary).annotation(record))

    read_lines(path, read)
    if not examples:
        raise InputError(f"{path}: found no document, wanted at least one")
    return list(examples.values())


def read_predictions(path: Path, documents: Iterable[Document], schema: Schema | None = None) -> dict[str, Prediction]:
    """Predictions by document id; `documents` are those that may be named.

    Without a schema names are any that `schema.text_fault` takes: an evaluation holds them against its gold.

    Raises:
        InputError: the file is missing or malformed, or names a document that is not among `documents`.
    """
    texts = {document.id: document.text for document in documents}
    predictions: dict[str, Prediction] = {}
    vocabulary = Vocabulary.of(schema)

    def read(record: Record) -> None:
        refuse_unknown(record, _PREDICTION_KEYS, "")
        doc_id = record.get("id")
        if not isinstance(doc_id, str) or doc_id not in texts:
            raise FieldError("id", doc_id, "the id of a document of the dataset")
        if doc_id in predictions:
            raise FieldError("id", doc_id, "each document once")
        text = texts[doc_id]
        if record.get("text", text) != text:
            raise FieldError("text", record["text"], "the text of the dataset's document")
        predictions[doc_id] = _prediction(record, doc_id, LayerReader(text, False, vocabulary))

    read_lines(path, read)
    return predictions


def dump_example(example: Example) -> str:
    """`example` as one line of JSON, without the line's end; every span with its text."""
    document = example.document
    record: Record = {"id": document.id, "text": document.text, "meta": dict(document.meta)}
    return dump(record | layer_records(example.gold, document.text))


def dump_prediction(prediction: Prediction, text: str) -> str:
    """`prediction` as one line of JSON, without the line's end; `text` is the document's."""
    record: Record = {"id": prediction.doc_id, **layer_records(prediction.annotation, text)}
    if prediction.seconds is not None:
        record["seconds"] = round(prediction.seconds, 6)
    if prediction.error is not None:
        record["error"] = prediction.error
    return dump(record)


def fault(annotation: Annotation, text: str, by: str = "") -> str | None:
    """Why `annotation` of `text` could not be written and read again, None where it can.

    Extractors are other people's code: offsets outside the text, scores that are no numbers, types that are no names,
    other classes than ours. Of these last `by`, who answered, stands in the message.
    """
    if is_sound(annotation, text):
        return None
    try:
        record = parse_json(dump(layer_records(annotation, text)).encode("utf-8"))
        LayerReader(text, False, Vocabulary()).annotation(cast("Record", record))
    except FieldError as error:
        return str(error)
    except (TypeError, ValueError, AttributeError) as error:
        said = f"found {one_line(str(error), LONG)}, wanted an Annotation that JSON can hold"
        described = _odd_class(annotation) or said
        return f"{by}: {described}" if by else described
    return None


def _odd_class(annotation: object) -> str | None:
    """Where in an annotation there is another class than ours, and which."""
    if not isinstance(annotation, Annotation):
        return f"found {_object(annotation)}, wanted an Annotation"
    for layer, wanted in zip((*LAYERS, "unplaced"), (Entity, Claim, Sentence, Unplaced), strict=True):
        items: object = getattr(annotation, layer)
        if items is None and layer in LAYERS:
            continue
        if not isinstance(items, tuple | list):
            return f"{layer}: found {_object(items)}, wanted a tuple of {wanted.__name__}"
        for index, item in enumerate(items):
            where = f"{layer}[{index}]"
            # Any four values in a tuple can be read as the named tuples that entities and sentences are.
            is_plain = wanted in (Entity, Sentence) and isinstance(item, tuple) and len(item) == 4
            if not isinstance(item, wanted) and not is_plain:
                article = "an" if wanted in (Entity, Unplaced) else "a"
                return f"{where}: found {_object(item)}, wanted {article} {wanted.__name__}"
            for role in ("content", "cue", "source") if isinstance(item, Claim) else ():
                span = getattr(item, role)
                if not (isinstance(span, tuple) and len(span) == 2) and (span is not None or role != "source"):
                    return f"{where}.{role}: found {_object(span)}, wanted a Span"
    return None


def _object(value: object) -> str:
    """A value with its class, as in `a dict {'entities': []}`."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name} {one_line(repr(value))}"


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write `examples` as JSON Lines."""
    write_lines(path, map(dump_example, examples))


def write_predictions(path: Path, predictions: Iterable[Prediction], documents: Sequence[Document]) -> None:
    """Write `predictions` of `documents` as JSON Lines."""
    texts = {document.id: document.text for document in documents}
    write_lines(path, (dump_prediction(prediction, texts[prediction.doc_id]) for prediction in predictions))


def document_of(record: Record) -> Document:
    """The document of a record; raises FieldError where it is none."""
    doc_id, text, meta = record.get("id"), record.get("text"), record.get("meta", {})
    if not isinstance(doc_id, str) or not doc_id:
        raise FieldError("id", doc_id, "a name")
    if not isinstance(text, str):
        raise FieldError("text", text, "the document's text")
    if not isinstance(meta, dict):
        raise FieldError("meta", meta, "an object")
    return Document(doc_id, text, meta)


def _prediction(record: Record, doc_id: str, reader: LayerReader) -> Prediction:
    seconds, error = number(record, "seconds", math.inf, ""), record.get("error")
    if error is not None and not isinstance(error, str):
        raise FieldError("error", error, "a message or null")
    return Prediction(doc_id, reader.annotation(record), seconds, error)
