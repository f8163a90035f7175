"""A baseline: what a reviewed run predicted, with hashes of the gold that it answered to, in a folder kept in git.

It holds no gold: predictions, the scores they had (for the reviewer; a gate scores them again), and `baseline.json`,
written last. `bless` writes it, and nothing else does.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from harness import codec, store
from harness.files import read_json, sha256_of_file, write_json
from harness.jsonl import Record, dump, read_lines
from harness.rescoring import Scorable
from harness.scoring.score import Gold
from harness.types import InputError

SCHEMA: Final = 1
RECORD: Final = "baseline.json"
_FILES: Final = frozenset({RECORD, store.PREDICTIONS, store.SCORES})


def bless(run: Scorable, folder: Path) -> dict[str, Any]:
    """Make `run` the baseline in `folder`, in place of the one that is there; its record.

    Raises:
        InputError: documents of the run failed, or the folder holds anything but a baseline.
    """
    failed = failures(run)
    if failed:
        raise InputError(f"{run.run.folder}: found {failed} failed documents, wanted a run that answered all")
    others = sorted({path.name for path in folder.iterdir()} - _FILES) if folder.is_dir() else []
    if others:
        raise InputError(f"{folder}: found {', '.join(others[:3])}, wanted a new folder or a baseline")
    folder.mkdir(parents=True, exist_ok=True)
    # What is interrupted leaves no baseline, rather than half of each.
    (folder / RECORD).unlink(missing_ok=True)
    documents = [example.document for example in run.gold.examples]
    # Seconds differ from day to day, and would fill the reviewer's diff.
    answers = [replace(run.predictions[document.id], seconds=None) for document in documents]
    store.write_predictions(folder, answers, documents)
    write_json(folder / store.SCORES, run.run.scores)
    record = _record(run, sha256_of_file(folder / store.PREDICTIONS))
    partial = folder / f".{RECORD}.partial"
    write_json(partial, record)
    partial.replace(folder / RECORD)
    return record


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the baseline in `folder`.

    Raises:
        InputError: there is none, it is of another schema, or its predictions are not those that were blessed.
    """
    path = folder / RECORD
    record = read_json(path)
    if record.get("schema") != SCHEMA:
        raise InputError(f"{path}: found schema {record.get('schema')!r}, wanted {SCHEMA}; bless the baseline anew")
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
    record = read_record(folder)
    wanted = _described(run)
    for key, hint in _MUST_EQUAL.items():
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


def _record(run: Scorable, predictions: str) -> dict[str, Any]:
    made = {key: run.run.provenance.get(key) for key in ("overrides", "versions", "git")}
    return {
        "schema": SCHEMA,
        "runner": run.run.scores["runner"],
        "gold": run.gold.label,
        **_described(run),
        "predictions_sha256": predictions,
        "words_per_second": run.run.scores.get("words_per_second"),
        "machine": machine_of(run.run),
        "made_by": made,
    }


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
