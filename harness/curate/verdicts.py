"""Verdicts of persons on items of the gold, as they are written: JSON Lines with exactly `KEYS`, one line an item.

Items are written as in the decisions.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from harness.curate.decisions import canonical
from harness.data.jsonl import FieldError, Record, read_lines, shown
from harness.data.near import guess
from harness.data.schema import Schema
from harness.data.types import Document

KEYS: Final = (
    "document", "layer", "item", "verdict", "to", "rules", "note", "reviewer", "date", "gold_sha256",
)  # fmt: skip

ACCEPT: Final = "accept"
CHANGE: Final = "change"
EXCLUDE: Final = "exclude"
ADD: Final = "add"
FLAG: Final = "flag"
VERDICTS: Final = (ACCEPT, CHANGE, EXCLUDE, ADD, FLAG)

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ROLES: Final = ("content", "cue", "source")


@dataclass(frozen=True)
class Verdict:
    """What a person says of an item; `item` and `to` are items as one line of JSON.

    `item` is None for `add`. `to` is what is there in its stead for `change`, what is missing for `add`, else None.
    """

    line: int
    document: str
    layer: str
    item: str | None
    verdict: str
    to: str | None
    rules: tuple[str, ...]
    note: str
    reviewer: str
    date: str
    gold_sha256: str


def check_reviewer(name: object) -> str:
    """The name of a reviewer, which is that of a file as well.

    Raises:
        FieldError: it cannot be one.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FieldError("reviewer", name, "a name of A-Z, a-z, 0-9, full stop, _ and -")
    return name


def read_verdicts(path: Path, documents: Mapping[str, Document], schema: Schema) -> list[Verdict]:
    """The verdicts of a file, whatever state of the gold they are on, in its order.

    Raises:
        InputError: a line is no verdict on a document of `documents` in the names of `schema`, or a second one on an
            item of one state of the gold.
    """
    verdicts: list[Verdict] = []
    seen: set[tuple[str, str, str, str]] = set()

    def read(record: Record) -> None:
        verdict = _verdict(record, len(verdicts) + 1, documents, schema)
        if verdict.item is not None:
            key = (verdict.gold_sha256, verdict.document, verdict.layer, verdict.item)
            if key in seen:
                raise FieldError("item", json.loads(verdict.item), "one verdict on each item, the latest")
            seen.add(key)
        verdicts.append(verdict)

    read_lines(path, read)
    return verdicts


def _verdict(record: Record, line: int, documents: Mapping[str, Document], schema: Schema) -> Verdict:
    if set(record) != set(KEYS):
        raise FieldError("verdict", sorted(record), f"an object with exactly {shown(list(KEYS))}")
    name, layer, said = record["document"], record["layer"], record["verdict"]
    document = documents.get(name) if isinstance(name, str) else None
    if document is None:
        raise FieldError("document", name, f"one of the version{guess(str(name), documents)}")
    if not isinstance(layer, str) or layer not in schema.layers:
        raise FieldError("layer", layer, f"one of {', '.join(schema.layers)}")
    if said not in VERDICTS:
        raise FieldError("verdict", said, f"one of {', '.join(VERDICTS)}")
    items = {}
    for key, needed in (("item", said != ADD), ("to", said in (CHANGE, ADD))):
        if (record[key] is not None) != needed:
            raise FieldError(key, record[key], f"{'an item' if needed else 'null'} for {said}")
        items[key] = _item(key, layer, record[key], document, schema) if needed else None
    if said == CHANGE and items["item"] == items["to"]:
        raise FieldError("to", record["to"], f"another item than the one that is there, or {ACCEPT}")
    rules, note = record["rules"], record["note"]
    if not isinstance(rules, list) or not all(isinstance(rule, str) and rule for rule in rules):
        raise FieldError("rules", rules, "the ids of the rules that decide")
    if not isinstance(note, str):
        raise FieldError("note", note, "the reason as text")
    if said != ACCEPT and (not rules or not note.strip()):
        key = "note" if rules else "rules"
        raise FieldError(key, record[key], f"{'the reason' if rules else 'a rule'} for {said}")
    sha256 = record["gold_sha256"]
    if not isinstance(sha256, str):
        raise FieldError("gold_sha256", sha256, "the sha256 of the gold that was reviewed")
    return Verdict(
        line,
        document.id,
        layer,
        items["item"],
        str(said),
        items["to"],
        tuple(rules),
        note.strip(),
        check_reviewer(record["reviewer"]),
        _day(record["date"]),
        sha256,
    )


def _item(key: str, layer: str, value: object, document: Document, schema: Schema) -> str:
    """The item in its canonical form, its new names known and its spans stretches of the text."""
    item = canonical(layer, value, schema, key)
    record = json.loads(item)
    names: Mapping[str, Sequence[str]] = {
        "entities": {"type": schema.types},
        "claims": schema.attributes,
        "sentences": {"label": schema.sentence_labels},
    }[layer]
    for name, choices in names.items() if key == "to" else ():
        if record[name] not in choices:
            raise FieldError(f"{key}.{name}", record[name], f"one of {', '.join(choices)}")
    if layer == "claims" and record["speaker"] is not None and not isinstance(record["speaker"], str):
        raise FieldError(f"{key}.speaker", record["speaker"], "the canonical name of the source, or null")
    parts = {f"{key}.{role}": record[role] for role in _ROLES} if layer == "claims" else {key: record}
    for field, span in parts.items():
        if span is None:
            continue
        start, end = span["start"], span["end"]
        if not 0 <= start < end <= len(document.text):
            raise FieldError(field, [start, end], f"offsets up to {len(document.text)}, the start first")
        if "text" in span and span["text"] != document.text[start:end]:
            raise FieldError(f"{field}.text", span["text"], shown(document.text[start:end]))
    return item


def _day(value: object) -> str:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise FieldError("date", value, "a day such as 2026-12-01")
