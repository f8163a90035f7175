"""Corrections: what a person altered in another tool becomes the next version of the gold. A released one stays.

The next version has the texts and passes of the one before. Its decisions say of every item that is not as the passes
have it which rule puts it in or out; `corrections.jsonl` keeps what was corrected, by whom and why.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harness.curate.build import UNDECIDED, build, merge, votes
from harness.curate.changes import Change, Items, differences
from harness.curate.croissant import CROISSANT
from harness.curate.decisions import EXCLUDE, INCLUDE, items_of, read_decisions
from harness.curate.guidelines import GUIDELINES, read_rules
from harness.curate.release import (
    CORRECTIONS,
    DECISIONS,
    FACTS,
    GOLD,
    MANIFEST,
    REVIEWS,
    SPEAKERS,
    Release,
    read_release,
)
from harness.curate.validate import Problem, validate
from harness.data.files import read_json, write_json
from harness.data.jsonl import FieldError, dump, shown, write_lines
from harness.data.near import guess
from harness.data.types import Document, Example, InputError

_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")


@dataclass(frozen=True)
class Version:
    """A version that is to be corrected: what it is built from, and the items of every layer as they are now."""

    release: Release
    items: Items

    @property
    def documents(self) -> Mapping[str, Document]:
        """Its documents by id."""
        return {document.id: document for document in self.release.documents}

    @property
    def rules(self) -> Collection[str]:
        """The ids of the rules of its guidelines; empty where none are found."""
        return read_rules(self.release.folder)


def open_version(folder: Path) -> Version:
    """The version in `folder`.

    Raises:
        InputError: a file is missing or malformed, or an item is undecided.
    """
    release = read_release(folder)
    return Version(release, merge(release, read_decisions(folder / DECISIONS, release.schema)))


def corrections(version: Version, edited: Sequence[Example], where: str) -> list[Change]:
    """What `edited` has otherwise than the version, in the documents and layers that it has.

    Raises:
        InputError: a document is none of the version's, has another text, or an item that cannot be one of the gold.
    """
    after: dict[tuple[str, str], Sequence[str]] = {}
    for example in edited:
        given = example.document
        document = version.documents.get(given.id)
        if document is None:
            wanted = f"a document of {version.release.folder.name}{guess(given.id, version.documents)}"
            raise InputError(f"{where}: id: found {shown(given.id)}, wanted {wanted}")
        check_text(where, document, given)
        try:
            for layer, items in items_of(document, example.gold, version.release.schema).items():
                after[given.id, layer] = items
        except FieldError as error:
            raise InputError(f"{where}: {given.id}: {error}") from None
    return differences(version.items, after)


def check_text(where: str, document: Document, given: Document) -> None:
    """See that a copy of a document has its text.

    Raises:
        InputError: it has another; the message names the first place.
    """
    if document.text == given.text:
        return
    pairs = enumerate(zip(document.text, given.text, strict=False))
    place = next((n for n, pair in pairs if pair[0] != pair[1]), min(len(document.text), len(given.text)))
    found = f"{where}: {given.id}: found another text from {place} on: {shown(given.text[place : place + 20])}"
    raise InputError(f"{found}, wanted {shown(document.text[place : place + 20])}: texts are never edited")


def unfounded(version: Version, changes: Sequence[Change]) -> list[Change]:
    """Those of `changes` that name no rule, or give no reason.

    Raises:
        InputError: a rule is none of the guidelines.
    """
    known = version.rules
    for change in changes:
        odd = next((rule for rule in change.rules if known and rule not in known), None)
        if odd is not None:
            found = f"{change.document}: {change.key}: rule: found {shown(odd)}"
            raise InputError(f"{found}, wanted a rule of {GUIDELINES}{guess(odd, known)}")
    return [change for change in changes if not change.rules or not change.note]


def next_name(version: str) -> str:
    """The name of the version after `version`: `v2` after `v1`.

    Raises:
        InputError: it does not end in a number.
    """
    found = _NUMBERED.fullmatch(version)
    if found is None:
        raise InputError(f"into: found null for a version called {version!r}, wanted the name of the next one")
    return f"{found[1]}{int(found[2]) + 1}"


def make_next(version: Version, changes: Sequence[Change], target: Path, review: Path | None = None) -> list[Problem]:
    """Write the version in `target`, corrected by `changes`, each of which has its rules and note; what is new in it.

    Problems that the version itself does not have are given back, and then nothing is written. Speakers who are new
    enter `speakers.json`. `review` is the file of a person's verdicts that the changes are from: the version keeps it.

    Raises:
        InputError: `target` exists, or the changes give no gold.
    """
    folder = version.release.folder
    if target.exists():
        raise InputError(f"into: found {target}, which exists, wanted a new name: a version is never edited")
    partial = target.parent / f".{target.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    kept = shutil.ignore_patterns(GOLD, MANIFEST, CORRECTIONS, CROISSANT, UNDECIDED)
    shutil.copytree(folder, partial, ignore=kept)
    try:
        facts = {**read_json(folder / FACTS), "version": target.name, "corrects": folder.name}
        write_json(partial / FACTS, facts)
        write_lines(partial / DECISIONS, _decisions(version, changes))
        write_lines(partial / CORRECTIONS, (_line(change) for change in changes))
        new = new_speakers(version.release.speakers, changes)
        # Without any the file stays as it is, byte for byte.
        if new:
            write_json(partial / SPEAKERS, {**version.release.speakers, **{name: [] for name in new}})
        if review is not None:
            _keep_review(review, partial / REVIEWS)
        build(partial)
        known = Counter(_told(problem) for problem in (validate(folder) if (folder / GOLD).is_file() else ()))
        problems = []
        for problem in validate(partial):
            # Places move as items come and go; as often as before, a fault is the one that was there.
            known[_told(problem)] -= 1
            if known[_told(problem)] < 0:
                problems.append(problem)
        if problems:
            return problems
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return []


def _told(problem: Problem) -> tuple[str, str, str]:
    """A fault without the place of its item: file and line, rule, message."""
    return problem.where.partition(": ")[0], problem.rule, problem.message


def _decisions(version: Version, changes: Sequence[Change]) -> list[str]:
    """The decisions of the version, those on items of `changes` replaced; an item that all passes have needs none."""
    wanted: dict[tuple[str, str, str], tuple[bool, Change]] = {}
    for change in changes:
        for item, kept in ((change.before, False), (change.after, True)):
            if item is not None:
                wanted[change.document, change.layer, item] = kept, change
    counts = votes(version.release)
    path = version.release.folder / DECISIONS
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    decisions = read_decisions(path, version.release.schema)
    old = [
        line
        for line, decision in zip(lines, decisions, strict=True)
        if (decision.document, decision.layer, decision.item) not in wanted
    ]
    every = len(version.release.passes)
    new = [
        _decision(*key, *said)
        for key, said in wanted.items()
        if counts[key[0], key[1]][key[2]] != (every if said[0] else 0)
    ]
    return [*old, *new]


def _line(change: Change) -> str:
    return dump(
        {
            "document": change.document,
            "layer": change.layer,
            "before": None if change.before is None else json.loads(change.before),
            "after": None if change.after is None else json.loads(change.after),
            "rules": list(change.rules),
            "note": change.note,
            "by": change.by,
        }
    )


def _keep_review(review: Path, folder: Path) -> None:
    """Put a reviewer's lines behind those of the same reviewer on versions before."""
    folder.mkdir(exist_ok=True)
    lines = [line for line in review.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    path = folder / f"{json.loads(lines[0])['reviewer']}.jsonl"
    kept = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    write_lines(path, [*kept, *(line.strip() for line in lines)])


def decide(version: Release, changes: Sequence[Change], accepted: Sequence[Change]) -> int:
    """Add decisions on what only some passes of a version that is being made have; how many.

    `accepted` are items that stand, as changes from themselves to themselves; those that all passes have need nothing.

    Raises:
        InputError: an item is decided already.
    """
    counts, every = votes(version), len(version.passes)
    path = version.folder / DECISIONS
    decided = {(d.document, d.layer, d.item) for d in read_decisions(path, version.schema)}
    wanted: dict[tuple[str, str, str], tuple[bool, Change]] = {}
    said = [(change, pair) for change in changes for pair in ((change.before, False), (change.after, True))]
    for change, (item, kept) in (*said, *((change, (change.after, True)) for change in accepted)):
        if item is not None and counts[change.document, change.layer][item] != (every if kept else 0):
            wanted[change.document, change.layer, item] = kept, change
    twice = next((key for key in wanted if key in decided), None)
    if twice is not None:
        raise InputError(f"{path}: found a decision on {shown(twice[2])} already, wanted it taken away first")
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    write_lines(path, [*lines, *(_decision(*key, *said) for key, said in wanted.items())])
    return len(wanted)


def _decision(document: str, layer: str, item: str, kept: bool, change: Change) -> str:
    record = {
        "document": document,
        "layer": layer,
        "item": json.loads(item),
        "action": INCLUDE if kept else EXCLUDE,
        "rules": list(change.rules),
        "note": change.note,
    }
    return dump(record)


def new_speakers(speakers: Mapping[str, Sequence[str]], changes: Sequence[Change]) -> list[str]:
    """Speakers of new claims who stand in `speakers` neither as a name nor as a variant, which is none to be cited."""
    known = {*speakers, *(variant for variants in speakers.values() for variant in variants), None}
    claims = [json.loads(change.after) for change in changes if change.layer == "claims" and change.after]
    return list(dict.fromkeys(claim["speaker"] for claim in claims if claim["speaker"] not in known))


def with_reason(change: Change, rules: Sequence[str], note: str, by: str = "") -> Change:
    """`change` with these where it has no rules, no note, or nobody who said so."""
    return replace(change, rules=change.rules or tuple(rules), note=change.note or note, by=change.by or by)
