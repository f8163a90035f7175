"""Decisions of the adjudicator: one item of one layer of one document, in or out, and the rule that says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.data import codec
from harness.data.jsonl import FieldError, Record, dump, read_lines, shown
from harness.data.schema import Schema
from harness.data.types import Annotation, Document, Prediction

INCLUDE: Final = "include"
EXCLUDE: Final = "exclude"

_DECISION_KEYS: Final = ("document", "layer", "item", "action", "rules", "note")
_ITEM_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "entities": ("start", "end", "text", "type"),
    "claims": ("content", "cue", "source", "speaker"),
    "sentences": ("start", "end", "label"),
}
"""Of claims the attributes of the schema come behind."""
_SPAN_KEYS: Final = ("start", "end", "text")
_ROLES: Final = ("content", "cue", "source")


@dataclass(frozen=True)
class Decision:
    """`item` is the record of an entity, claim or sentence as one line of JSON."""

    line: int
    document: str
    layer: str
    item: str
    action: str
    rules: tuple[str, ...]


def read_decisions(path: Path, schema: Schema) -> list[Decision]:
    """The decisions of a file on items in the names of `schema`, in its order.

    Raises:
        InputError: a line is not a decision: an unknown or missing key, an unknown layer or action, or no rule.
    """
    decisions: list[Decision] = []

    def read(record: Record) -> None:
        _exactly(record, _DECISION_KEYS, "decision")
        layer, action, rules = record["layer"], record["action"], record["rules"]
        if layer not in schema.layers:
            raise FieldError("layer", layer, f"one of {', '.join(schema.layers)}")
        if action not in (INCLUDE, EXCLUDE):
            raise FieldError("action", action, f"{INCLUDE} or {EXCLUDE}")
        if not isinstance(rules, list) or not rules or not all(isinstance(rule, str) for rule in rules):
            raise FieldError("rules", rules, "the ids of the rules that decide")
        if not isinstance(record["note"], str) or not record["note"]:
            raise FieldError("note", record["note"], "the reason")
        item = canonical(str(layer), record["item"], schema)
        decisions.append(
            Decision(len(decisions) + 1, str(record["document"]), str(layer), item, str(action), tuple(rules))
        )

    read_lines(path, read)
    return decisions


def canonical(layer: str, item: object, schema: Schema, field: str = "item") -> str:
    """An item of a layer as one line of JSON, its keys in the order that the codec writes; `field` is what errors name.

    Raises:
        FieldError: a key is missing or unknown, or a span has no whole numbers for edges.
    """
    attributes = tuple(schema.attributes) if layer == "claims" else ()
    record = _exactly(item, (*_ITEM_KEYS[layer], *attributes), field)
    if layer != "claims":
        _check_edges(record, field)
        return dump(record)
    for role in _ROLES:
        if record[role] is not None or role != "source":
            span = _exactly(record[role], _SPAN_KEYS, f"{field}.{role}")
            _check_edges(span, f"{field}.{role}")
            record[role] = span
    return dump(record)


def items_of(document: Document, annotation: Annotation, schema: Schema) -> dict[str, list[str]]:
    """The items of each layer of `schema`, each once and as `canonical` has it; how sure anybody was is left out.

    Layers that the annotation lacks are left out.

    Raises:
        FieldError: an item lacks a key, or has one that the schema does not know.
    """
    record = json.loads(codec.dump_prediction(Prediction(document.id, annotation), document.text))
    items = {}
    for layer in schema.layers:
        if layer in record:
            plain = ({key: value for key, value in item.items() if key != "score"} for item in record[layer])
            items[layer] = list(dict.fromkeys(canonical(layer, item, schema) for item in plain))
    return items


def place(layer: str, item: str) -> tuple[int, ...]:
    """Where an item stands in its layer: by start, the longer first; claims by content, then cue."""
    record = json.loads(item)
    spans = [record["content"], record["cue"]] if layer == "claims" else [record]
    return tuple(number for span in spans for number in (span["start"], -span["end"]))


def _exactly(value: object, keys: tuple[str, ...], field: str) -> Record:
    if not isinstance(value, dict) or set(value) != set(keys):
        found = sorted(value) if isinstance(value, dict) else value
        raise FieldError(field, found, f"an object with exactly {shown(list(keys))}")
    return {key: value[key] for key in keys}


def _check_edges(span: Record, field: str) -> None:
    edges = span["start"], span["end"]
    if any(type(edge) is not int for edge in edges):
        raise FieldError(field, list(edges), "whole numbers for start and end")
