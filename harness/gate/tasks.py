"""What `harness gate task=…` does: judge a run, bless a baseline, show what a change of gold does."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.files import write_json
from harness.gate.baseline import bless, open_baseline
from harness.gate.changes import changes
from harness.gate.github import annotations, append_summary, command, on_github
from harness.gate.junit import junit
from harness.gate.pages import judgement_markdown, judgement_table, moves_markdown, moves_table
from harness.gate.policy import Policy, judge
from harness.gate.regold import record, regold
from harness.gate.sides import evidence_of
from harness.gate.verdicts import Judgement
from harness.rescoring import open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.table import Scorer
from harness.terminal import isolate, say, show, warn
from harness.types import InputError

WRITTEN: Final = ("gate.json", "junit.xml")


@dataclass(frozen=True)
class Request:
    """A call of the gate: the run, what it is held against, how to count, and where files go."""

    run: Path
    policy: Policy
    scorers: Mapping[str, Scorer]
    units: str
    bootstrap: Bootstrap
    baseline: Path | None = None
    previous: Path | None = None
    baselines: Path = Path("runs/baseline")
    out: Path | None = None

    @property
    def folder(self) -> Path:
        """Where files go: `out`, or the run's folder."""
        return self.out or self.run


def gate(task: str, request: Request) -> int:
    """Do a task; the exit code. On GitHub an error is annotated too.

    Raises:
        InputError: there is no such task, or what it needs is missing, stale or unlike.
    """
    if task not in _TASKS:
        raise InputError(f"task: found {task!r}, wanted one of {', '.join(_TASKS)}")
    try:
        return _TASKS[task](request)
    except InputError as error:
        if on_github():
            _command(command("error", f"gate {request.policy.name}", str(error)))
        raise


def _judge(request: Request) -> int:
    # An earlier verdict must not outlive a call that ends without one.
    for name in WRITTEN:
        (request.folder / name).unlink(missing_ok=True)
    run = open_run(request.run)
    baseline = None if request.baseline is None else open_baseline(request.baseline, run)
    notes = [] if request.previous is None else _changes(request, request.previous)
    evidence = evidence_of(run, baseline, request.scorers, request.units, request.bootstrap)
    judgement = judge(request.policy, evidence, notes)
    show(judgement_table(judgement))
    _write(request.folder, judgement)
    return judgement.exit_code


def _changes(request: Request, previous: Path) -> list[str]:
    if request.baseline is None:
        raise InputError("baseline: found none, wanted the one that stands in the place of previous")
    return changes(previous, request.baseline, request.run)


def _write(folder: Path, judgement: Judgement) -> None:
    """Every output of one judgement."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "gate.json", judgement.record())
    (folder / "junit.xml").write_text(junit(judgement), encoding="utf-8")
    say(f"written: {isolate(str(folder / 'gate.json'))}, junit.xml")
    if on_github():
        for line in annotations(judgement):
            _command(line)
        _summarise(judgement_markdown(judgement))


def _bless(request: Request) -> int:
    if request.baseline is None:
        raise InputError("baseline: found none, wanted the folder to bless the run into")
    found = bless(open_run(request.run), request.baseline)
    blessed = f"{isolate(str(request.baseline))}, {found['runner']} on {found['gold']}"
    say(f"blessed: {blessed}; have it reviewed and commit it")
    return 0


def _regold(request: Request) -> int:
    run = open_run(request.run)
    moves = regold(run, request.baselines, request.scorers, request.units)
    show(moves_table(moves, run.gold.label))
    request.folder.mkdir(parents=True, exist_ok=True)
    write_json(request.folder / "regold.json", record(run.name, run.gold.label, moves))
    say(f"written: {isolate(str(request.folder / 'regold.json'))}")
    if on_github():
        _summarise(moves_markdown(moves, run.gold.label))
    return 0


def _command(line: str) -> None:
    # As it is: a console would put pictures in the place of :words: between colons.
    sys.stdout.write(f"{line}\n")


def _summarise(text: str) -> None:
    """Add to the step's summary; one that cannot be written changes no verdict."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        append_summary(Path(path), text)
    except OSError as error:
        warn(f"{path}: found {error.strerror or error}; the summary is left out")


_TASKS: Final = {"judge": _judge, "bless": _bless, "regold": _regold}
