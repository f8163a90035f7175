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

from harness.data.bridge import project_alike
from harness.data.files import read_json, sha256_of_file, write_json
from harness.data.jsonl import Record, dump, read_lines
from harness.data.types import InputError
from harness.runs import folder as run_folder
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.score import Gold

SCHEMA: Final = 2
READ: Final = (1, 2)
"""Schemas that can be read: the first had no reasons."""
RECORD: Final = "baseline.json"
ANCHOR: Final = "anchor"
FIRST: Final = "the first baseline"
_FILES: Final = frozenset({RECORD, run_folder.PREDICTIONS, run_folder.SCORES})


def bless(
    run: Run,
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


def set_anchor(run: Run, folder: Path, reason: str, accepted: Mapping[str, Any] | None = None) -> dict[str, Any]:
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
    if not path.exists():
        made = f"harness gate RUN task=bless baseline={folder} makes one of a run"
        raise InputError(f"{path}: found No such file or directory, wanted that of a baseline; {made}")
    record = read_json(path)
    if record.get("schema") not in READ:
        wanted = " or ".join(map(str, READ))
        remedy = "bless the baseline anew: harness gate task=bless replace=true reason='…'"
        raise InputError(f"{path}: found schema {record.get('schema')!r}, wanted {wanted}; {remedy}")
    predictions = folder / run_folder.PREDICTIONS
    found = sha256_of_file(predictions) if predictions.is_file() else "no file"
    if found != record.get("predictions_sha256"):
        raise InputError(f"{predictions}: found {found}, wanted {record.get('predictions_sha256')}, what was blessed")
    return record


def open_baseline(folder: Path, run: Run) -> Run:
    """The baseline in `folder` beside the gold of `run`, ready to be scored again.

    Raises:
        InputError: there is none, or it answers to other gold, other documents or other labels than `run`.
    """
    _refuse_other_data_set(folder, read_record(folder), run)
    return _opened_beside(folder, run, _MUST_EQUAL)


def open_other(folder: Path, run: Run) -> Run:
    """What is in `folder`, to be scored on the gold of `run`, though that may have changed since.

    Raises:
        InputError: it answers to other documents or other labels than `run`.
    """
    return _opened_beside(folder, run, _ANCHOR_MUST_EQUAL)


def open_anchor(folder: Path, run: Run) -> Run | None:
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


def _refuse_other_data_set(folder: Path, record: Mapping[str, Any], run: Run) -> None:
    """Refuse a run on a data set of another name that has no document of the baseline's: it is the wrong run."""
    named, of_run = (str(label).rpartition("#")[0] for label in (record.get("gold"), run.gold.label))
    documents, wanted = record.get("documents"), _described(run)["documents"]
    if named != of_run and isinstance(documents, Mapping) and not documents.items() & wanted.items():
        raise InputError(f"{run.folder}: found data set {of_run}, wanted {named}, that of {folder}: name another run")


def _opened_beside(folder: Path, run: Run, must_equal: Mapping[str, str]) -> Run:
    record = read_record(folder)
    wanted = _described(run)
    for key, hint in must_equal.items():
        if record.get(key) != wanted[key]:
            if key == "labels" and isinstance(record.get(key), Mapping):
                if project_alike(record[key], wanted[key]):
                    continue
                _refuse_other_choice(folder, record[key], wanted[key])
            raise InputError(f"{folder / RECORD}: {key}: {_difference(record.get(key), wanted[key])}, {hint}")
    return opened(folder, record, run.gold)


def _refuse_other_choice(folder: Path, blessed: object, wanted: Mapping[str, Any]) -> None:
    """Refuse label maps that differ in nothing but what becomes of unknown names, and say the way out."""
    if isinstance(blessed, Mapping) and {**blessed, "unknown": None} == {**wanted, "unknown": None}:
        before, after = (labels.get("unknown", "error") for labels in (blessed, wanted))
        raise InputError(
            f"{folder / RECORD}: labels: found runner.unknown={before}, wanted {after}, as the run has it: score both "
            f"with the same runner.unknown; evaluate with runner.unknown={before}, or bless a run with {after}"
        )


def opened(folder: Path, record: Mapping[str, Any], gold: Gold) -> Run:
    """The predictions of the baseline in `folder`, whose record this is, beside `gold`.

    Raises:
        InputError: they do not fit the documents of `gold`.
    """
    run = Run(folder, RunScores(read_json(folder / run_folder.SCORES)), record, gold)
    missing = [example.document.id for example in gold.examples if example.document.id not in run.predictions]
    if missing:
        path = folder / run_folder.PREDICTIONS
        raise InputError(f"{path}: found no answer for {missing[0]}, wanted one for each document")
    return run


def answers(folder: Path) -> dict[str, str]:
    """What a run or a baseline predicted, by document, without confidences and times: equal text, equal answer."""
    answers_by_id: dict[str, str] = {}

    def read(record: Record) -> None:
        answers_by_id[str(record.get("id"))] = dump(
            {key: _plain(value) for key, value in record.items() if key != "seconds"}
        )

    read_lines(folder / run_folder.PREDICTIONS, read)
    return answers_by_id


def changes(previous: Path, baseline: Path, run: Path) -> list[str]:
    """What a reviewer should know of `baseline` beside the one that was there before, in sentences; often none.

    Gold and extractor change one at a time: a score that moved with both says nothing of either.

    Raises:
        InputError: the gold changed between the two baselines, and the baseline or the run predicts anything else than
            the previous one on a document whose text is the same.
    """
    before, after = read_record(previous), read_record(baseline)
    moved = _moved_anchor(previous, baseline)
    if all(before.get(key) == after.get(key) for key in ("gold_sha256", "speakers_sha256")):
        blessed = before["predictions_sha256"] != after["predictions_sha256"]
        why = f" ({after['reason']})" if after.get("reason") else ""
        said = f"the baseline was blessed anew in this change{why}: its scores are in {baseline / 'scores.json'}"
        return [said] * blessed + moved
    kept = {name for name, text in before["documents"].items() if after["documents"].get(name) == text}
    told = answers(previous)
    for folder in (baseline, run):
        given = answers(folder)
        differing = sorted(name for name in kept if given.get(name) != told.get(name))
        if differing:
            raise InputError(
                f"{folder}: found other predictions for {len(differing)} documents ({', '.join(differing[:3])}) while "
                "the gold changed too, wanted one change at a time: the gold first, with the extractor as it was"
            )
    return ["the gold changed; the extractor's predictions are the same as before", *moved]


_MACHINE: Final = ("system", "processor", "cores", "name", "implementation")


def machine_of(run: Run) -> str | None:
    """A hash that tells the machine of a run or a baseline from others; None where its record names none."""
    machine = run.provenance.get("machine")
    if not isinstance(machine, Mapping):
        return machine if isinstance(machine, str) else None
    # Two of many machines alike differ only in their names. What is set for one run, as threads are, makes none unlike.
    told = {key: machine[key] for key in sorted(_MACHINE) if key in machine}
    return _sha256(dump(told))[:16] if "name" in machine else None


def _moved_anchor(previous: Path, baseline: Path) -> list[str]:
    """That the anchor was moved, and why, or taken away, if it was."""
    before, after = (
        read_record(folder / ANCHOR) if (folder / ANCHOR / RECORD).exists() else None for folder in (previous, baseline)
    )
    if before is None:
        return []
    if after is None:
        return ["the anchor was taken away in this change: nothing is judged against it"]
    moved = before["predictions_sha256"] != after["predictions_sha256"]
    return [f"the anchor was moved in this change ({after.get('reason') or 'without a reason'})"] * moved


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [{key: part for key, part in item.items() if key != "score"} for item in value if isinstance(item, dict)]
    return value


def _described(run: Run) -> dict[str, Any]:
    """What a baseline and a run must have in common."""
    speakers = {name: list(variants) for name, variants in sorted(run.gold.speakers.items())}
    return {
        "gold_sha256": run.gold.sha256,
        "speakers_sha256": _sha256(dump(dict(speakers))),
        "documents": {example.document.id: _sha256(example.document.text) for example in run.gold.examples},
        "labels": run.bridge.record(),
    }


def _record(
    run: Run, reason: str, accepted: Mapping[str, Any] | None, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """All but the hash of the predictions, which are not written yet."""
    made = {key: run.provenance.get(key) for key in ("overrides", "versions", "git")}
    earlier = [*before.get("history", ()), _entry(before)] if before else []
    return {
        "schema": SCHEMA,
        "runner": run.scores.runner,
        "gold": run.gold.label,
        "blessed": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": " ".join(reason.split()),
        "accepted": dict(accepted or {}),
        **_described(run),
        "predictions_sha256": "",
        "words_per_second": run.scores.words_per_second,
        "machine": machine_of(run),
        "made_by": made,
        "history": earlier,
    }


def _entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a baseline that another took the place of."""
    return {key: record.get(key) for key in ("runner", "gold", "blessed", "reason", "accepted", "predictions_sha256")}


def _write(run: Run, folder: Path, record: dict[str, Any]) -> None:
    # What is interrupted leaves no baseline, rather than half of each.
    (folder / RECORD).unlink(missing_ok=True)
    documents = [example.document for example in run.gold.examples]
    # Seconds differ from day to day, and would fill the reviewer's diff.
    answers = [replace(run.predictions[document.id], seconds=None) for document in documents]
    run_folder.write_predictions(folder, answers, documents)
    write_json(folder / run_folder.SCORES, run.scores.record)
    record["predictions_sha256"] = sha256_of_file(folder / run_folder.PREDICTIONS)
    _finish(folder, record)


def _finish(folder: Path, record: Mapping[str, Any]) -> None:
    partial = folder / f".{RECORD}.partial"
    write_json(partial, record)
    partial.replace(folder / RECORD)


def _copy(source: Path, folder: Path) -> None:
    """A baseline as another's anchor; the record last."""
    folder.mkdir(exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)
    for name in (run_folder.PREDICTIONS, run_folder.SCORES):
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


def _refuse_failures(run: Run) -> None:
    if run.failures:
        raise InputError(f"{run.folder}: found {run.failures} failed documents, wanted a run that answered all")


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
