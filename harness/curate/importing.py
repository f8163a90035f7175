"""`harness curate task=import`: annotation that was made or corrected in another tool comes back.

As corrections of a version it becomes the next one; as a pass of an annotator it enters a version that is being made.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.curate.changes import Change, changes_sheet, dump_changes, page, with_reasons
from harness.curate.correcting import (
    Version,
    check_text,
    corrections,
    make_next,
    next_name,
    open_version,
    unfounded,
    with_reason,
)
from harness.curate.release import FACTS, MANIFEST, documents_of
from harness.curate.tasks import check_version
from harness.data import codec
from harness.data.dataset import PlainDataset, as_dataset
from harness.data.files import read_json, write_json
from harness.data.jsonl import shown
from harness.data.schema import GOLD_NAME, INFER
from harness.data.types import Example, InputError, Prediction
from harness.datasets.gold import SCHEMA, GoldStandard
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


def edited_examples(gold: GoldStandard, edited: PlainDataset) -> Sequence[Example]:
    """What `edited` holds, in the names of the version's schema unless it names another.

    Raises:
        InputError: it is malformed, or has names that the schema does not know.
    """
    named: Any = edited
    if getattr(edited, "schema", None) == INFER:
        own = gold.folder / SCHEMA
        named = replace(named, schema=str(own) if own.is_file() else GOLD_NAME)
    return as_dataset(named).read()


def correct(gold: GoldStandard, edited: PlainDataset, how: Corrections, out: Path | None) -> int:
    """Show what a corrected copy of a version has otherwise, and make the next version of it; the exit code.

    The changes are written into the folder `out`, if it is given, before anything is asked or made.

    Raises:
        InputError: what is corrected is not the version, or a change has no rule or no reason.
    """
    check_version(gold)
    version = open_version(gold.folder)
    found = corrections(version, edited_examples(gold, edited), as_dataset(edited).name)
    return take_up(version, found, how, out)


def take_up(version: Version, found: Sequence[Change], how: Corrections, out: Path | None) -> int:
    """Show changes of a version, give each its rule and reason, and make the next version; the exit code.

    Raises:
        InputError: a change has no rule or no reason, or the changes give no gold.
    """
    folder = version.release.folder
    target = (how.root or folder.parent) / (how.into or next_name(folder.name))
    changes = list(found) if how.reasons is None else with_reasons(found, how.reasons)
    changes = [with_reason(change, how.rules, how.note, how.by) for change in changes]
    if not changes:
        say(f"{isolate(str(folder))}: found no change, nothing was made")
        return 0
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
    problems = make_next(version, changes, target)
    for problem in problems:
        warn(str(problem))
    if problems:
        raise InputError(
            f"{target.name}: found {counted(len(problems), 'problem')} that {folder.name} does not have, wanted none: "
            "nothing was made"
        )
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
    examples = {example.document.id: example for example in edited_examples(gold, edited)}
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
