"""`harness curate task=import`: annotation that was made or corrected in another tool comes back.

As corrections of a version it becomes the next one; as a pass of an annotator it enters a version that is being made.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.curate.build import votes
from harness.curate.changes import Change, changes_sheet, dump_changes, page, with_reasons
from harness.curate.correcting import (
    Version,
    check_text,
    corrections,
    decide,
    make_next,
    new_speakers,
    next_name,
    open_version,
    unfounded,
    with_reason,
)
from harness.curate.release import DECISIONS, FACTS, MANIFEST, SPEAKERS, documents_of, read_release
from harness.curate.reviews import open_reviewed, read_review
from harness.curate.tasks import check_version
from harness.curate.verdicts import ACCEPT, ADD, CHANGE, EXCLUDE
from harness.data import codec
from harness.data.dataset import PlainDataset, as_dataset
from harness.data.files import read_json, write_json
from harness.data.jsonl import shown
from harness.data.schema import GOLD_NAME, INFER
from harness.data.types import Example, InputError, Prediction
from harness.datasets.gold import SCHEMA, GoldStandard
from harness.datasets.marked import MarkedDataset
from harness.formats.marks import MarkedText
from harness.show.formats import counted
from harness.show.html import html
from harness.show.markdown import markdown
from harness.show.terminal import isolate, say, show, warn

CHANGES: Final = "changes"
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Corrections:
    """How corrections are taken up.

    `reasons` is a file of changes whose columns rule and note a person filled in; `rules` and `note` stand in where
    they are missing; `ask` asks a person for both, None where nobody can be asked. `by` is who corrected. `into` is the
    name of the next version, None the next number; `root` the folder it goes to, None that of the version.
    """

    reasons: Path | None = None
    rules: Sequence[str] = ()
    note: str = ""
    by: str = ""
    into: str | None = None
    root: Path | None = None
    ask: Callable[[Change], tuple[Sequence[str], str]] | None = None


def _in_schema(gold: GoldStandard, edited: PlainDataset) -> PlainDataset:
    """`edited` in the names of the version's schema, unless it names another."""
    named: Any = edited
    if getattr(edited, "schema", None) == INFER:
        own = gold.folder / SCHEMA
        named = replace(named, schema=str(own) if own.is_file() else GOLD_NAME)
    part: PlainDataset = named
    return part


def correct(gold: GoldStandard, edited: PlainDataset, how: Corrections, out: Path | None) -> int:
    """Show what a corrected copy of a version has otherwise, and make the next version of it; the exit code.

    The changes are written into the folder `out`, if it is given, before anything is asked or made.

    Raises:
        InputError: what is corrected is not the version, or a change has no rule or no reason.
    """
    check_version(gold)
    version = open_version(gold.folder)
    named = _in_schema(gold, edited)
    found = corrections(version, _read(named), as_dataset(edited).name)
    notes = named.notes if isinstance(named, MarkedDataset) else ()
    return take_up(version, _with_notes(found, notes), how, out)


def _read(edited: PlainDataset) -> Sequence[Example]:
    """What was corrected or annotated; what was passed over or decided in reading it is said."""
    dataset = as_dataset(edited)
    examples = dataset.read()
    for remark in dataset.remarks:
        warn(remark)
    return examples


def _with_notes(changes: Sequence[Change], notes: Sequence[MarkedText]) -> list[Change]:
    """Changes with the rules and reasons that people wrote beside marks; of what is gone, beside the whole text."""
    by_mark = {(text.document.id, mark.start, mark.end, mark.label): mark.note for text in notes for mark in text.marks}
    by_text = {text.document.id: text.note for text in notes}
    noted = []
    for change in changes:
        record = {} if change.after is None else json.loads(change.after)
        main = record.get("content", record)
        keys = [
            (change.document, main.get("start"), main.get("end"), mark_label)
            for mark_label in (record.get("type"), record.get("label"), *_content_labels(notes, change))
        ]
        # What is gone has no mark to write beside.
        whole = by_text.get(change.document, {}) if change.after is None else {}
        note = next((by_mark[key] for key in keys if key in by_mark), whole)
        rules = note.get("rule", "").replace(",", " ").split()
        noted.append(with_reason(change, rules, note.get("note", "")))
    return noted


def _content_labels(notes: Sequence[MarkedText], change: Change) -> list[str]:
    """Labels of marks with notes that can be those of contents."""
    if change.layer != "claims":
        return []
    return sorted({mark.label for text in notes if text.document.id == change.document for mark in text.marks})


def review(gold: GoldStandard, path: Path, how: Corrections, out: Path | None) -> int:
    """Take up what a person said of a version: the next one is made of it, or its decisions if it is being made; 0.

    Raises:
        InputError: the file is no review of the version, or a change or decision lacks its rule or reason.
    """
    check_version(gold)
    verdicts = read_review(path, open_reviewed(gold))
    if not verdicts:
        raise InputError(f"{path}: found no line, wanted the verdicts of a review")
    changes, accepted = [], []
    for verdict in verdicts:
        change = Change(
            verdict.document, verdict.layer, verdict.item, verdict.to, verdict.rules, verdict.note, verdict.reviewer
        )
        if verdict.verdict in (CHANGE, EXCLUDE, ADD):
            changes.append(change)
        elif verdict.verdict == ACCEPT:
            accepted.append(replace(change, after=verdict.item))
    said = Counter(verdict.verdict for verdict in verdicts)
    say(f"{verdicts[0].reviewer}: " + ", ".join(f"{count} {verdict}" for verdict, count in said.items()))
    if (gold.folder / MANIFEST).is_file():
        return take_up(open_version(gold.folder), changes, replace(how, by=verdicts[0].reviewer), out, path)
    release = read_release(gold.folder)
    counts = votes(release)
    disputed = [
        with_reason(change, how.rules, how.note)
        for change in accepted
        if counts[change.document, change.layer][str(change.before)] < len(release.passes)
    ]
    odd = next((change for change in disputed if not change.rules or not change.note), None)
    if odd is not None:
        found = f"{odd.document}: found an accepted item that only some passes have without a rule or a note"
        raise InputError(f"{path}: {found}, wanted both: rule= and note= stand in where a line has none")
    number = decide(release, changes, disputed)
    say(f"{isolate(str(gold.folder / DECISIONS))}: {counted(number, 'decision')} added")
    return 0


def take_up(
    version: Version, found: Sequence[Change], how: Corrections, out: Path | None, review: Path | None = None
) -> int:
    """Show changes of a version, give each its rule and reason, and make the next version; the exit code.

    A `review` without a change makes the next version all the same, which keeps it.

    Raises:
        InputError: a change has no rule or no reason, or the changes give no gold.
    """
    folder = version.release.folder
    target = (how.root or folder.parent) / (how.into or next_name(folder.name))
    changes = list(found) if how.reasons is None else with_reasons(found, how.reasons)
    changes = [with_reason(change, how.rules, how.note, how.by) for change in changes]
    if not changes and review is None:
        say(f"{isolate(str(folder))}: found no change, nothing was made")
        return 0
    if changes:
        show(changes_sheet(changes, version.documents))
    _write(version, changes, out)
    if how.ask is not None and unfounded(version, changes):
        missing = set(unfounded(version, changes))
        changes = [with_reason(change, *how.ask(change)) if change in missing else change for change in changes]
        _write(version, changes, out)
    missing_reasons = unfounded(version, changes)
    if missing_reasons:
        place = "FILE" if out is None else str(out / f"{CHANGES}.csv")
        more = "out=DIR writes the changes as changes.csv: " if out is None else ""
        lacking = counted(len(missing_reasons), "change")
        raise InputError(
            f"{folder}: found {lacking} without a rule or a note, wanted both for each; {more}fill in its columns "
            f"rule and note and add changes={place}, or give rule= and note= for all"
        )
    problems = make_next(version, changes, target, review)
    for problem in problems:
        warn(str(problem))
    if problems:
        raise InputError(
            f"{target.name}: found {counted(len(problems), 'problem')} that {folder.name} does not have, wanted none: "
            "nothing was made"
        )
    for name in new_speakers(version.release.speakers, changes):
        warn(f"{target.name}: the speaker {isolate(name)} is new, and was added to {SPEAKERS}; is it a variant of one?")
    say(f"{isolate(str(target))}: {counted(len(changes), 'change')} of {folder.name}")
    return 0


def _write(version: Version, changes: Sequence[Change], out: Path | None) -> None:
    """Write the changes as CSV for a person to fill in, as Markdown, and as a page."""
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    whole = page(f"Changes of {version.release.folder.name}", changes, version.documents)
    (out / f"{CHANGES}.csv").write_bytes(dump_changes(changes).encode())
    (out / f"{CHANGES}.md").write_text(markdown(whole), encoding="utf-8")
    (out / f"{CHANGES}.html").write_text(html(whole), encoding="utf-8")


def add_pass(gold: GoldStandard, edited: PlainDataset, annotator: str) -> int:
    """Write what an annotator marked as a pass of a version that is being made; the exit code.

    Raises:
        InputError: the version is built already, it has such a pass, the name cannot be one of a file, or a document or
            a layer is missing or has another text.
    """
    check_version(gold)
    folder, facts = gold.folder, read_json(gold.folder / FACTS)
    if (folder / MANIFEST).is_file():
        wanted = "a version that is being made: the passes of a built one are never edited"
        raise InputError(f"{folder}: found {MANIFEST}, wanted {wanted}")
    if not _NAME.fullmatch(annotator):
        raise InputError(f"annotator: found {shown(annotator)}, wanted a name of A-Z, a-z, 0-9, full stop, _ and -")
    path = folder / "annotators" / f"{annotator}.jsonl"
    if path.exists():
        raise InputError(f"annotator: found {path}, which exists, wanted a new name, or that file taken away")
    where, documents = as_dataset(edited).name, documents_of(folder, facts)
    examples = {example.document.id: example for example in _read(_in_schema(gold, edited))}
    for document in documents:
        example = examples.get(document.id)
        if example is None:
            raise InputError(f"{where}: found no document {document.id}, wanted all {len(documents)} of the version")
        check_text(where, document, example.document)
        missing = [layer for layer in gold.annotation_schema.layers if not example.gold.has(layer)]
        if missing:
            found = f"{where}: {document.id}: found no {', '.join(missing)}"
            raise InputError(f"{found}, wanted {', '.join(gold.annotation_schema.layers)}")
    predictions = [Prediction(document.id, examples[document.id].gold) for document in documents]
    path.parent.mkdir(exist_ok=True)
    codec.write_predictions(path, predictions, documents)
    if annotator not in facts["passes"]:
        write_json(folder / FACTS, {**facts, "passes": [*facts["passes"], annotator]})
    say(f"{isolate(str(path))}: {counted(len(documents), 'document')}")
    return 0
