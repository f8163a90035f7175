"""Gold out of annotation passes: what all of them agree on, and the adjudicator's decisions on the rest."""

import json
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.curate.decisions import INCLUDE, Decision, items_of, place, read_decisions
from harness.curate.manifest import manifest
from harness.curate.release import DECISIONS, GOLD, MANIFEST, Release, read_release
from harness.data import codec
from harness.data.files import write_json
from harness.data.jsonl import Record, dump, one_line, write_lines
from harness.data.types import InputError
from harness.show.formats import counted

Layer = tuple[str, str]
"""A document's id and the name of a layer."""

UNDECIDED: Final = "undecided.jsonl"
"""The decisions that are missing, each a line that lacks its action, rules and note."""

_SHOWN: Final = 90
_LISTED: Final = 20


def build(folder: Path, out: Path | None = None) -> dict[str, object]:
    """Write `gold.jsonl` and `manifest.json` of the version in `folder` to `out`, by default there; the manifest.

    The same inputs give the same bytes.

    Raises:
        InputError: an item that only some passes have is undecided, a decision changes nothing, or an input or the
            result breaks the written form.
    """
    release = read_release(folder)
    decisions = read_decisions(folder / DECISIONS, release.schema)
    target = out or folder
    target.mkdir(parents=True, exist_ok=True)
    _write_undecided(release, decisions, target / UNDECIDED)
    merged = merge(release, decisions)
    partial = target / f".{GOLD}.partial"
    write_lines(partial, (_line(release, number, merged) for number in range(len(release.documents))))
    try:
        examples = codec.read_examples(partial, release.schema)
    except InputError as error:
        partial.unlink()
        raise InputError(f"{folder / DECISIONS}: found a decision that gives no gold: {error}, wanted it") from error
    partial.replace(target / GOLD)
    content = manifest(release, examples, target / GOLD)
    write_json(target / MANIFEST, content)
    return content


def merge(release: Release, decisions: Sequence[Decision]) -> dict[Layer, list[str]]:
    """The items of every layer, each as one line of JSON, in the order of the text."""
    counts = votes(release)
    decided = _decided(release, counts, decisions)
    _refuse_undecided(release, counts, decided)
    every = len(release.passes)
    kept = {
        (document, layer, item)
        for (document, layer), several in counts.items()
        for item, count in several.items()
        if count == every
    }
    kept = {key for key in kept if decided.get(key, True)} | {key for key, included in decided.items() if included}
    merged: dict[Layer, list[str]] = {key: [] for key in counts}
    for document, layer, item in sorted(kept, key=lambda key: (place(key[1], key[2]), key)):
        merged[document, layer].append(item)
    return merged


def votes(release: Release) -> dict[Layer, Counter[str]]:
    """How many passes have each item of every layer."""
    counts = {(document.id, layer): Counter[str]() for document in release.documents for layer in release.schema.layers}
    for predictions in release.passes.values():
        for document in release.documents:
            annotation = predictions[document.id].annotation
            for layer, items in items_of(document, annotation, release.schema).items():
                counts[document.id, layer].update(items)
    return counts


def _decided(
    release: Release, votes: Mapping[Layer, Counter[str]], decisions: Sequence[Decision]
) -> dict[tuple[str, str, str], bool]:
    """Whether each decided item is in."""
    decided: dict[tuple[str, str, str], bool] = {}
    for decision in decisions:
        where = f"{release.folder / DECISIONS}:{decision.line}"
        counts = votes.get((decision.document, decision.layer))
        if counts is None:
            raise InputError(f"{where}: found {one_line(decision.document)}, wanted a document of the release")
        key = (decision.document, decision.layer, decision.item)
        if key in decided:
            raise InputError(f"{where}: found a second decision on one item, wanted one: {one_line(decision.item)}")
        kept = decision.action == INCLUDE
        if counts[decision.item] == (len(release.passes) if kept else 0):
            who = "every pass" if kept else "no pass"
            raise InputError(f"{where}: found {decision.action} for an item that {who} has, wanted one that it changes")
        decided[key] = kept
    return decided


def _undecided(
    release: Release, votes: Mapping[Layer, Counter[str]], decided: Container[tuple[str, str, str]]
) -> list[tuple[str, str, str, int]]:
    """The items that only some passes have and nobody decided, with how many have each."""
    return [
        (document, layer, item, count)
        for (document, layer), counts in votes.items()
        for item, count in sorted(counts.items())
        if count < len(release.passes) and (document, layer, item) not in decided
    ]


def _write_undecided(release: Release, decisions: Sequence[Decision], path: Path) -> None:
    """Write a line for each decision that is missing, to be filled in; without any, no file."""
    decided = {(decision.document, decision.layer, decision.item) for decision in decisions}
    missing = _undecided(release, votes(release), decided)
    if not missing:
        path.unlink(missing_ok=True)
        return
    blank: Record = {"action": "", "rules": [], "note": ""}
    lines = [{"document": document, "layer": layer, "item": json.loads(item)} for document, layer, item, _ in missing]
    write_lines(path, (dump(line | blank) for line in lines))


def _refuse_undecided(
    release: Release, votes: Mapping[Layer, Counter[str]], decided: Mapping[tuple[str, str, str], bool]
) -> None:
    missing = _undecided(release, votes, decided)
    if not missing:
        return
    listed = [
        f"{document} {layer} {item[:_SHOWN]}{'…' if len(item) > _SHOWN else ''} ({count} of {len(release.passes)})"
        for document, layer, item, count in missing[:_LISTED]
    ]
    more = f"; and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
    found = f"{counted(len(missing), 'item')} that only some passes have and nobody decided"
    wanted = f"wanted a line for each ({UNDECIDED} has them, with action, rules and note to fill in)"
    raise InputError(f"{release.folder / DECISIONS}: found {found}, {wanted}: {'; '.join(listed)}{more}")


def _line(release: Release, number: int, merged: Mapping[Layer, Sequence[str]]) -> str:
    document = release.documents[number]
    record: Record = {"id": document.id, "text": document.text, "meta": dict(document.meta)}
    record |= {layer: [json.loads(item) for item in merged[document.id, layer]] for layer in release.schema.layers}
    return dump(record)
