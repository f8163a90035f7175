"""What differs between a version of the gold and a corrected copy of it: items that went, came, or were altered.

Which item became which is told by overlap and is for people alone: what counts is which items go and which come.
"""

import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.curate.decisions import place
from harness.data.encodings import read_text
from harness.data.jsonl import one_line, shown
from harness.data.types import Document, InputError
from harness.show.formats import counted
from harness.show.sheet import Column, Excerpt, Page, Row, Sheet

Items = Mapping[tuple[str, str], Sequence[str]]
"""The items, each as a line of JSON, by document and layer."""

COLUMNS: Final = ("key", "document", "layer", "change", "before", "after", "rule", "note")
"""The columns of a file of changes; people fill in the last two."""

_CONTEXT: Final = 40
# What a spreadsheet takes for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Change:
    """An item that goes, `before`, one that comes, `after`, or one that takes the other's place; each as its JSON.

    `rules` are the rules of the guidelines that say so, `note` the reason, `by` who said it.
    """

    document: str
    layer: str
    before: str | None
    after: str | None
    rules: tuple[str, ...] = ()
    note: str = ""
    by: str = ""

    @property
    def key(self) -> str:
        """Ten letters that tell it from every other change."""
        told = "\n".join((self.document, self.layer, self.before or "", self.after or ""))
        return hashlib.sha256(told.encode()).hexdigest()[:10]

    @property
    def kind(self) -> str:
        """What happened: `added`, `removed`, or the parts of the item that are others now."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return ", ".join(self.altered)

    @property
    def altered(self) -> list[str]:
        """The parts of an item that are others now; empty where it goes, or comes."""
        if self.before is None or self.after is None:
            return []
        before, after = json.loads(self.before), json.loads(self.after)
        changed = [name for name in before if before[name] != after[name] and name not in ("start", "end", "text")]
        if (before.get("start"), before.get("end")) != (after.get("start"), after.get("end")):
            changed.insert(0, "boundary")
        return changed


def differences(before: Items, after: Items) -> list[Change]:
    """The changes from one state to another, by document and layer, in the order of the text."""
    changes: list[Change] = []
    for document, layer in before:
        if (document, layer) not in after:
            continue
        old, new = before[document, layer], after[document, layer]
        gone = [item for item in old if item not in set(new)]
        come = [item for item in new if item not in set(old)]
        found = [Change(document, layer, *pair) for pair in _paired(layer, gone, come)]
        changes += sorted(found, key=lambda change: place(change.layer, str(change.before or change.after)))
    return changes


def _paired(layer: str, gone: Sequence[str], come: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Each item that went beside the one that took its place: where spans overlap, those that overlap most first."""
    ranked = sorted(
        (-share, first, second)
        for first, before in enumerate(gone)
        for second, after in enumerate(come)
        if (share := _overlap(layer, before, after)) > 0
    )
    pairs: dict[int, int] = {}
    for _, first, second in ranked:
        if first not in pairs and second not in pairs.values():
            pairs[first] = second
    taken = set(pairs.values())
    return [
        *((item, come[pairs[number]] if number in pairs else None) for number, item in enumerate(gone)),
        *((None, item) for number, item in enumerate(come) if number not in taken),
    ]


def _overlap(layer: str, before: str, after: str) -> float:
    """Dice of the two main spans; a little more where all else is equal."""
    one, other = json.loads(before), json.loads(after)
    first, second = _main(layer, one), _main(layer, other)
    common = min(first["end"], second["end"]) - max(first["start"], second["start"])
    alike = sum(one[name] == other[name] for name in one)
    lengths = first["end"] - first["start"] + second["end"] - second["start"]
    return float(max(0, common) * 2 / lengths * (1 + alike / 1000))


def _main(layer: str, item: dict[str, Any]) -> dict[str, Any]:
    main: dict[str, Any] = item["content"] if layer == "claims" else item
    return main


def page(title: str, changes: Sequence[Change], documents: Mapping[str, Document]) -> Page:
    """The changes as a page: how many of each kind, and each in its context."""
    kinds: dict[tuple[str, str], int] = {}
    for change in changes:
        kinds[change.layer, change.kind] = kinds.get((change.layer, change.kind), 0) + 1
    facts = [(f"{layer}, {kind}", str(count)) for (layer, kind), count in kinds.items()]
    return Page(title, facts, (), [changes_sheet(changes, documents)])


def changes_sheet(changes: Sequence[Change], documents: Mapping[str, Document]) -> Sheet:
    """A row for each change."""
    rows = []
    for change in changes:
        text = documents[change.document].text
        tone = "plain" if change.rules else "unsure"
        cells = [
            change.document,
            change.layer,
            change.kind,
            excerpt(text, change.layer, change.before, change.altered),
            excerpt(text, change.layer, change.after, change.altered),
            " ".join(change.rules),
            change.note,
        ]
        rows.append(Row(cells, tone))  # type: ignore[arg-type]
    kinds = ("name", "words", "words", "name", "name", "words", "name")
    columns = [Column(name, kind) for name, kind in zip(COLUMNS[1:], kinds, strict=True)]  # type: ignore[arg-type]
    chosen = ("document", "layer", "change")
    return Sheet(counted(len(changes), "change"), columns, rows, heads=2, key=2, filters=chosen)


def excerpt(text: str, layer: str, item: str | None, parts: Collection[str] = ()) -> str | Excerpt:
    """An item in its context, what it is behind it in brackets; a dash for none. Of a claim, `parts` alone if given."""
    if item is None:
        return "–"
    record = json.loads(item)
    main = _main(layer, record)
    start, end = main["start"], main["end"]
    names = [record[name] for name in ("type", "label") if name in record]
    if layer == "claims":
        names = [
            f"{name}: {_said(value)}"
            for name, value in record.items()
            if name in (parts or record) and name != "content"
        ]
    named = f" [{'; '.join(map(str, names))}]" if names else ""
    return Excerpt(text[max(0, start - _CONTEXT) : start], text[start:end], f"{text[end : end + _CONTEXT]}{named}")


def _said(value: object) -> str:
    return str(value["text"]) if isinstance(value, dict) else "–" if value is None else str(value)


def dump_changes(changes: Iterable[Change]) -> str:
    """The changes as CSV that spreadsheets open: a byte order mark, quotation marks where needed, no formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for change in changes:
        cells = [
            change.key,
            change.document,
            change.layer,
            change.kind,
            change.before or "",
            change.after or "",
            " ".join(change.rules),
            change.note,
        ]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return f"\ufeff{text.getvalue()}"


def with_reasons(changes: Sequence[Change], path: Path) -> list[Change]:
    """`changes` with the rules and notes that a file of changes, filled in by a person, gives them by their keys.

    Raises:
        InputError: the file is malformed, or speaks of a change that is none of `changes`.
    """
    rows = csv.reader(io.StringIO(read_text(path)), strict=True)
    reasons: dict[str, tuple[tuple[str, ...], str]] = {}
    keys = {change.key for change in changes}
    try:
        head = next(rows, [])
        missing = [name for name in ("key", "rule", "note") if name not in head]
        if missing:
            raise InputError(f"{path}:1: found no column {', '.join(missing)}, wanted the columns {', '.join(COLUMNS)}")
        for row in rows:
            if not any(row):
                continue
            cells = dict(zip(head, row, strict=False))
            key = cells["key"].strip()
            if key not in keys:
                wanted = "the key of a change: the file is of other corrections"
                raise InputError(f"{path}:{rows.line_num}: key: found {shown(key)}, wanted {wanted}")
            rules = tuple(cells.get("rule", "").replace(",", " ").replace(";", " ").split())
            reasons[key] = rules, cells.get("note", "").strip().removeprefix("'")
    except csv.Error as error:
        raise InputError(f"{path}:{rows.line_num}: found {one_line(str(error))}, wanted CSV") from error
    filled = []
    for change in changes:
        rules, note = reasons.get(change.key, ((), ""))
        filled.append(replace(change, rules=rules or change.rules, note=note or change.note))
    return filled
