"""What the page shows of each item: which passes have it, what decided it, what was left out in its favour."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.curate.decisions import canonical, items_of, place
from harness.curate.release import DECISIONS, FACTS, Release, read_release
from harness.curate.reviews import Reviewed
from harness.data.jsonl import FieldError, Record, read_lines, shown
from harness.data.near import guess
from harness.data.types import InputError

DISPUTED: Final = "disputed"
SUGGESTED: Final = "suggested"
AGREED: Final = "agreed"
ONCE: Final = "annotated once"
STATES: Final = (DISPUTED, SUGGESTED, AGREED, ONCE)
"""In the order of the page. A version without passes was annotated once."""

_Key = tuple[str, str, str]


@dataclass
class Shown:
    """An item of the version; `rivals` are items that are not in it and stand where it does."""

    document: str
    layer: str
    item: str
    state: str
    passes: Sequence[str] = ()
    decision: Mapping[str, Any] | None = None
    why: list[str] = field(default_factory=list)
    rivals: list["Shown"] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "document": self.document,
            "layer": self.layer,
            "item": json.loads(self.item),
            "state": self.state,
            "passes": list(self.passes),
            "decision": self.decision,
            "why": self.why,
            "rivals": [rival.record() for rival in self.rivals],
        }


def shown_items(reviewed: Reviewed, folder: Path, suggestions: Path | None) -> tuple[list[str], list[Shown]]:
    """The names of the passes, and the items in the order of the page: disputed, suggested, then the rest.

    Within a state they are in the order of the documents, of the text, and of the layers.

    Raises:
        InputError: a file of the version, or the one of suggestions, is malformed.
    """
    release = read_release(folder) if (folder / FACTS).is_file() else None
    had = {} if release is None else _passes(release)
    decided = _decisions(folder / DECISIONS, reviewed) if (folder / DECISIONS).is_file() else {}
    every = 0 if release is None else len(release.passes)
    items: dict[_Key, Shown] = {}
    for (document, layer), several in reviewed.items.items():
        for item in several:
            key = (document, layer, item)
            passes = had.get(key, ())
            state = ONCE if every < 2 else AGREED if len(passes) == every else DISPUTED
            items[key] = Shown(document, layer, item, state, passes, decided.get(key))
    rivals = {
        key: Shown(*key, state=DISPUTED, passes=had.get(key, ()), decision=decided.get(key))
        for key in dict.fromkeys((*had, *decided))
        if key not in items
    }
    for key, why in [] if suggestions is None else _suggestions(suggestions, reviewed):
        suggested = items.get(key) or rivals.setdefault(key, Shown(*key, state=SUGGESTED))
        suggested.why.append(why)
        if suggested.state != DISPUTED:
            suggested.state = SUGGESTED
    _add_rivals(items, rivals.values())
    numbers = {name: number for number, name in enumerate(reviewed.documents)}
    layers = {name: number for number, name in enumerate(reviewed.schema.layers)}
    ordered = sorted(
        items.values(),
        key=lambda one: (
            STATES.index(one.state),
            numbers[one.document],
            place(one.layer, one.item)[0],
            layers[one.layer],
            place(one.layer, one.item),
        ),
    )
    return [] if release is None else list(release.passes), ordered


def _passes(release: Release) -> dict[_Key, list[str]]:
    """Which passes have each item."""
    had: dict[_Key, list[str]] = {}
    for name, answers in release.passes.items():
        for document in release.documents:
            annotation = answers[document.id].annotation
            for layer, items in items_of(document, annotation, release.schema).items():
                for item in items:
                    had.setdefault((document.id, layer, item), []).append(name)
    return had


def _decisions(path: Path, reviewed: Reviewed) -> dict[_Key, dict[str, Any]]:
    """Of each decided item what was decided, by which rules, and why."""
    decided: dict[_Key, dict[str, Any]] = {}

    def read(record: Record) -> None:
        layer = str(record.get("layer"))
        if layer not in reviewed.schema.layers:
            raise FieldError("layer", layer, f"one of {', '.join(reviewed.schema.layers)}")
        item = canonical(layer, record.get("item"), reviewed.schema)
        reasons = {name: record.get(name) for name in ("action", "rules", "note")}
        decided[str(record.get("document")), layer, item] = reasons

    read_lines(path, read)
    return decided


def _add_rivals(items: Mapping[_Key, Shown], rivals: Iterable[Shown]) -> None:
    """Put each item that is not in the version beside those it overlaps, or else beside the nearest one."""
    beside: dict[tuple[str, str], list[Shown]] = {}
    for one in items.values():
        beside.setdefault((one.document, one.layer), []).append(one)
    for rival in rivals:
        neighbours = beside.get((rival.document, rival.layer), [])
        start, end = _edges_of(rival)
        apart = [(max(first - end, start - last), one) for one in neighbours for first, last in [_edges_of(one)]]
        nearest = sorted(apart, key=lambda pair: pair[0])[:1]
        for _, one in [pair for pair in apart if pair[0] < 0] or nearest:
            one.rivals.append(rival)
            one.state = min(one.state, rival.state, key=STATES.index)


def _edges_of(one: Shown) -> tuple[int, int]:
    first, last = place(one.layer, one.item)[:2]
    return first, -last


def _suggestions(path: Path, reviewed: Reviewed) -> Iterable[tuple[_Key, str]]:
    """The items of a file of suggestions, which the version may lack, each with what speaks for a look at it."""
    found: list[tuple[_Key, str]] = []

    def read(record: Record) -> None:
        document, layer, why = record.get("document"), record.get("layer"), record.get("why")
        if document not in reviewed.documents:
            raise FieldError("document", document, f"one of the version{guess(str(document), reviewed.documents)}")
        if layer not in reviewed.schema.layers:
            raise FieldError("layer", layer, f"one of {', '.join(reviewed.schema.layers)}")
        item = canonical(str(layer), record.get("item"), reviewed.schema)
        found.append(((str(document), str(layer), item), why if isinstance(why, str) else shown(why)))

    read_lines(path, read)
    return found


def chosen(reviewed: Reviewed, documents: Sequence[str]) -> list[str]:
    """The ids of the documents to show: `documents`, or all where none is named.

    Raises:
        InputError: one is none of the version.
    """
    for name in documents:
        if name not in reviewed.documents:
            wanted = f"one of {reviewed.name}{guess(name, reviewed.documents)}"
            raise InputError(f"documents: found {shown(name)}, wanted {wanted}")
    return [name for name in reviewed.documents if not documents or name in documents]
