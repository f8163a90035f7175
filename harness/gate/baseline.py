"""A baseline: what a reviewed run predicted, with hashes of the gold that it answered to, in a folder kept in git.

It holds no gold: predictions, the scores they had (for the reviewer; a gate scores them again), and `baseline.json`,
written last, with the reason why it was blessed and those of all that it took the place of. In the folder `anchor`
stands another one, which blessing does not move: what many small changes cost together is judged against it. `bless`
and `set_anchor` write them, and nothing else does.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from harness.data import codec
from harness.data.files import read_json, sha256_of_file, write_json
from harness.data.jsonl import Record, dump, read_lines
from harness.data.types import InputError
from harness.runs import folder as store
from harness.runs.run import Scorable
from harness.scoring.score import Gold

SCHEMA: Final = 2
READ: Final = (1, 2)
"""Schemas that can be read: the first had no reasons."""
RECORD: Final = "baseline.json"
ANCHOR: Final = "anchor"
FIRST: Final = "the first baseline"
_FILES: Final = frozenset({RECORD, store.PREDICTIONS, store.SCORES})


def bless(
    run: Scorable,
    folder: Path,
    reason: str = "",
    accepted: Mapping[str, Any] | None = None,
    *,
    replacing: bool = False,
) -> dict[str, Any]:
    """Make `run` the baseline in `folder`; its record. `accepted` is what it changes, for those who read the record.

    One that is there already is replaced if `replacing`, and for a `reason`. The anchor stays; where there is none it
    becomes the baseline that was there, or `run`.

    Raises:
        InputError: documents of the run failed, there is a baseline and none is to be replaced or no reason is given,
            or the folder holds anything but a baseline.
    """
    _refuse_failures(run)
    before = _record_in(folder)
    if before is not None and not replacing:
        raise InputError(
            f"{folder}: found a baseline ({told(before)}), wanted replace=true reason='why' to put the run in its place"
        )
    if before is not None and not reason.strip():
        raise InputError(f"reason: found none, wanted reason='why the run may take the place of {told(before)}'")
    _refuse_others(folder, {*_FILES, ANCHOR})
    folder.mkdir(parents=True, exist_ok=True)
    if before is not None and _record_in(folder / ANCHOR) is None and _is_whole(folder):
        _copy(folder, folder / ANCHOR)
    record = _record(run, reason or FIRST, accepted, before)
    _write(run, folder, record)
    if _record_in(folder / ANCHOR) is None:
        _copy(folder, folder / ANCHOR)
    return record


def set_anchor(run: Scorable, folder: Path, reason: str, accepted: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make `run` the anchor of the baseline in `folder`, for a `reason`; its record.

    Raises:
        InputError: there is no baseline, no reason, or documents of the run failed.
    """
    _refuse_failures(run)
    if _record_in(folder) is None:
        raise InputError(f"{folder}: found no baseline, wanted one to set the anchor of: harness gate task=bless")
    if not reason.strip():
        raise InputError("reason: found none, wanted reason='why losses are to be counted from this run on'")
    anchor = folder / ANCHOR
    _refuse_others(anchor, _FILES)
    record = _record(run, reason, accepted, _record_in(anchor))
    anchor.mkdir(exist_ok=True)
    _write(run, anchor, record)
    return record


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the baseline in `folder`.

    Raises:
        InputError: there is none, it is of another schema, or its predictions are not those that were blessed.
    """
    path = folder / RECORD
    record = read_json(path)
    if record.get("schema") not in READ:
        wanted = " or ".join(map(str, READ))
        remedy = "bless the baseline anew: harness gate task=bless replace=true reason='…'"
        raise InputError(f"{path}: found schema {record.get('schema')!r}, wanted {wanted}; {remedy}")
    predictions = folder / store.PREDICTIONS
    found = sha256_of_file(predictions) if predictions.is_file() else "no file"
    if found != record.get("predictions_sha256"):
        raise InputError(f"{predictions}: found {found}, wanted {record.get('predictions_sha256')}, what was blessed")
    return record


def open_baseline(folder: Path, run: Scorable) -> Scorable:
    """The baseline in `folder` beside the gold of `run`, ready to be scored again.

    Raises:
        InputError: there is none, or it answers to other gold, other documents or other labels than `run`.
    """
    return _opened_beside(folder, run, _MUST_EQUAL)


def open_other(folder: Path, run: Scorable) -> Scorable:
    """What is in `folder`, to be scored on the gold of `run`, though that may have changed since.

    Raises:
        InputError: it answers to other documents or other labels than `run`.
    """
    return _opened_beside(folder, run, _ANCHOR_MUST_EQUAL)


def open_anchor(folder: Path, run: Scorable) -> Scorable | None:
    """The anchor of the baseline in `folder` beside the gold of `run`; None where there is none.

    The gold may have changed since: the anchor's answers are scored on that of `run`.

    Raises:
        InputError: it answers to other documents or other labels than `run`.
    """
    anchor = folder / ANCHOR
    return open_other(anchor, run) if (anchor / RECORD).exists() else None


def told(record: Mapping[str, Any]) -> str:
    """Which baseline it is, in a few words."""
    why = f", {record['reason']}" if record.get("reason") else ""
    return f"{record.get('runner')} on {record.get('gold')}{why}"


def _opened_beside(folder: Path, run: Scorable, must_equal: Mapping[str, str]) -> Scorable:
    record = read_record(folder)
    wanted = _described(run)
    for key, hint in must_equal.items():
        if record.get(key) != wanted[key]:
            raise InputError(f"{folder / RECORD}: {key}: {_difference(record.get(key), wanted[key])}, {hint}")
    scores = read_json(folder / store.SCORES)
    return opened(folder, store.Run(folder, scores, record), run.gold)


def opened(folder: Path, run: store.Run, gold: Gold) -> Scorable:
    """The predictions of a baseline beside `gold`.

    Raises:
        InputError: they do not fit the documents of `gold`.
    """
    documents = [example.document for example in gold.examples]
    predictions = codec.read_predictions(folder / store.PREDICTIONS, documents, run.bridge.predicted_labels)
    missing = [document.id for document in documents if document.id not in predictions]
    if missing:
        path = folder / store.PREDICTIONS
        raise InputError(f"{path}: found no answer for {missing[0]}, wanted one for each document")
    return Scorable(run, gold, predictions, run.bridge)


def answers(folder: Path) -> dict[str, str]:
    """What a run or a baseline predicted, by document, without confidences and times: equal text, equal answer."""
    found: dict[str, str] = {}

    def read(record: Record) -> None:
        found[str(record.get("id"))] = dump({key: _plain(value) for key, value in record.items() if key != "seconds"})

    read_lines(folder / store.PREDICTIONS, read)
    return found


def failures(run: Scorable) -> int:
    """How many documents have no prediction, or one with an error."""
    ids = [example.document.id for example in run.gold.examples]
    return sum(one not in run.predictions or run.predictions[one].error is not None for one in ids)


def machine_of(run: store.Run) -> str | None:
    """A hash that tells the machine of a run or a baseline from others; None where its record names none."""
    machine = run.provenance.get("machine")
    if not isinstance(machine, Mapping):
        return machine if isinstance(machine, str) else None
    # Two of many machines alike differ only in their names.
    return _sha256(dump(dict(sorted(machine.items()))))[:16] if "name" in machine else None


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [{key: one for key, one in item.items() if key != "score"} for item in value if isinstance(item, dict)]
    return value


def _described(run: Scorable) -> dict[str, Any]:
    """What a baseline and a run must have in common."""
    speakers = {name: list(variants) for name, variants in sorted(run.gold.speakers.items())}
    return {
        "gold_sha256": run.gold.sha256,
        "speakers_sha256": _sha256(dump(dict(speakers))),
        "documents": {one.document.id: _sha256(one.document.text) for one in run.gold.examples},
        "labels": run.bridge.record(),
    }


def _record(
    run: Scorable, reason: str, accepted: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """All but the hash of the predictions, which are not written yet."""
    made = {key: run.run.provenance.get(key) for key in ("overrides", "versions", "git")}
    earlier = [*before.get("history", ()), _entry(before)] if before else []
    return {
        "schema": SCHEMA,
        "runner": run.run.scores["runner"],
        "gold": run.gold.label,
        "blessed": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": " ".join(reason.split()),
        "accepted": dict(accepted or {}),
        **_described(run),
        "predictions_sha256": "",
        "words_per_second": run.run.scores.get("words_per_second"),
        "machine": machine_of(run.run),
        "made_by": made,
        "history": earlier,
    }


def _entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a baseline that another took the place of."""
    return {key: record.get(key) for key in ("runner", "gold", "blessed", "reason", "accepted", "predictions_sha256")}


def _write(run: Scorable, folder: Path, record: dict[str, Any]) -> None:
    # What is interrupted leaves no baseline, rather than half of each.
    (folder / RECORD).unlink(missing_ok=True)
    documents = [example.document for example in run.gold.examples]
    # Seconds differ from day to day, and would fill the reviewer's diff.
    answers = [replace(run.predictions[document.id], seconds=None) for document in documents]
    store.write_predictions(folder, answers, documents)
    write_json(folder / store.SCORES, run.run.scores)
    record["predictions_sha256"] = sha256_of_file(folder / store.PREDICTIONS)
    _finish(folder, record)


def _finish(folder: Path, record: Mapping[str, Any]) -> None:
    partial = folder / f".{RECORD}.partial"
    write_json(partial, record)
    partial.replace(folder / RECORD)


def _copy(source: Path, folder: Path) -> None:
    """A baseline as another's anchor; the record last."""
    folder.mkdir(exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)
    for name in (store.PREDICTIONS, store.SCORES):
        shutil.copyfile(source / name, folder / name)
    _finish(folder, {**read_json(source / RECORD), "history": []})


def _record_in(folder: Path) -> dict[str, Any] | None:
    """The record of a folder, of any schema; None where there is none."""
    return read_json(folder / RECORD) if (folder / RECORD).exists() else None


def _is_whole(folder: Path) -> bool:
    """Whether the baseline in `folder` is one that can be read, and so become an anchor."""
    try:
        read_record(folder)
    except InputError:
        return False
    return True


def _refuse_failures(run: Scorable) -> None:
    failed = failures(run)
    if failed:
        raise InputError(f"{run.run.folder}: found {failed} failed documents, wanted a run that answered all")


def _refuse_others(folder: Path, known: frozenset[str] | set[str]) -> None:
    others = sorted({path.name for path in folder.iterdir()} - known) if folder.is_dir() else []
    if others:
        raise InputError(f"{folder}: found {', '.join(others[:3])}, wanted a new folder or a baseline")


def _difference(found: object, wanted: object) -> str:
    """Two unlike values in a line; of documents and sides the names of those that differ."""
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        differing = [str(key) for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
        return f"found {len(differing)} that differ ({', '.join(differing[:3])}), wanted none"
    return f"found {found!s:.80}, wanted {wanted!s:.80}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


_REGOLD: Final = "as the run has it: harness gate task=regold shows what a change of gold does, --help how to accept it"
_MUST_EQUAL: Final = {
    "documents": _REGOLD,
    "gold_sha256": _REGOLD,
    "speakers_sha256": _REGOLD,
    "labels": "the label maps of the run",
}
_ANCHOR_MUST_EQUAL: Final = dict.fromkeys(
    ("documents", "labels"), "as the run has it: harness gate task=anchor reason='…' sets another anchor"
)
