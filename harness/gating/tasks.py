"""What `harness gate task=…` does: judge a run, bless a baseline, move its anchor, show what a change of gold does."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.data.files import write_json
from harness.data.types import InputError
from harness.gating.baseline import (
    ANCHOR,
    RECORD,
    bless,
    changes,
    open_anchor,
    open_baseline,
    open_other,
    set_anchor,
    told,
)
from harness.gating.changed import Changed
from harness.gating.changed import changed as compare_answers
from harness.gating.comment import NoComment, PullRequest
from harness.gating.evidence import Evidence
from harness.gating.github import annotations, append_summary, command, on_github
from harness.gating.inputs import evidence_of
from harness.gating.junit import junit
from harness.gating.pages import (
    changes_sheet,
    closing_names,
    items_sheet,
    judgement_page,
    judgement_sheet,
    moves_sheet,
)
from harness.gating.policy import Policy, judge
from harness.gating.rescoring import record, rescore_baselines
from harness.gating.verdicts import Judgement
from harness.runs.run import Run, open_run
from harness.scoring.scoring import Scoring
from harness.show.markdown import markdown
from harness.show.sheet import Page
from harness.show.terminal import isolate, say, show, warn

WRITTEN: Final = ("gate.json", "junit.xml")
FEW: Final = 10
"""Changed items that a terminal shows unasked."""

SUMMARY_ROWS: Final = 200
"""Changed items in the summary of a step; all of them stand in gate.json."""


@dataclass(frozen=True)
class Request:
    """A call of the gate: the run, what it is held against, how to count, and where files go."""

    run: Path
    policy: Policy
    scoring: Scoring
    baseline: Path | None = None
    previous: Path | None = None
    baselines: Path = Path("runs/baseline")
    out: Path | None = None
    reason: str = ""
    replace: bool = False
    verbose: bool = True
    """Whether tables show what passed, and many of the answers that changed."""
    comment: str = ""
    """What the comment on a pull request is known by; empty: none is written."""

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


@dataclass(frozen=True)
class Judged:
    """A judgement, and the evidence that it rests on."""

    judgement: Judgement
    evidence: Evidence

    def record(self) -> dict[str, Any]:
        """The content of `gate.json`."""
        items = {
            against: {scorer: change.record() for scorer, change in changes.items()}
            for against, changes in self.evidence.changed.items()
        }
        if self.evidence.anchor is not None and self.evidence.anchor is self.evidence.baseline:
            items["anchor"] = {}
        return self.judgement.record() | {"changed": items}


def hold(request: Request) -> Judged:
    """The run of `request` held against its policy and, where there is one, its baseline.

    Raises:
        InputError: rules compare and there is no baseline, or it is stale or unlike.
    """
    run = open_run(request.run)
    baseline = None if request.baseline is None else open_baseline(request.baseline, run)
    anchor = None if request.baseline is None else open_anchor(request.baseline, run)
    notes = [] if request.previous is None else _changes(request, request.previous)
    bootstrap = request.policy.at_level(request.scoring.bootstrap)
    evidence = evidence_of(run, baseline, replace(request.scoring, bootstrap=bootstrap), anchor)
    return Judged(judge(request.policy, evidence, notes), evidence)


def forget(folder: Path) -> None:
    """Remove an earlier verdict from `folder`: it must not outlive a call that ends without one."""
    for name in WRITTEN:
        (folder / name).unlink(missing_ok=True)


def write(folder: Path, judged: Judged) -> None:
    """Write `WRITTEN` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "gate.json", judged.record())
    (folder / "junit.xml").write_text(junit(judged.judgement), encoding="utf-8")


def _judge(request: Request) -> int:
    forget(request.folder)
    judged = hold(request)
    judgement, changed = judged.judgement, judged.evidence.changed
    # First what is known: which answers changed. Then what is made of it.
    if "baseline" in changed:
        _show_changes(changed["baseline"], "the baseline", verbose=request.verbose)
    if "anchor" in changed and judged.evidence.anchor is not judged.evidence.baseline:
        show(changes_sheet(changed["anchor"], "the anchor"))
    show(judgement_sheet(judgement, verbose=request.verbose))
    write(request.folder, judged)
    say(f"written: {isolate(str(request.folder / 'gate.json'))}, junit.xml")
    if on_github():
        for line in annotations(judgement):
            _command(line)
        _summarise(judgement_page(judgement, changed.get("baseline"), "the baseline"))
    if request.comment:
        _comment(request.comment, judgement_page(judgement, changed.get("baseline"), "the baseline"))
    for line in closing_names(judgement):
        say(line)
    return judgement.exit_code


def _show_changes(changes: Mapping[str, Changed], against: str, *, verbose: bool) -> None:
    """The numbers and the items; in a line, where nothing changed."""
    if not any(change.items for change in changes.values()):
        say(f"nothing changed against {against}")
        return
    show(changes_sheet(changes, against))
    items = items_sheet(changes)
    if items is not None:
        show(items if verbose else items.cut(FEW))


def _changes(request: Request, previous: Path) -> list[str]:
    if request.baseline is None:
        raise InputError("baseline: found none, wanted the one that stands in the place of previous")
    return changes(previous, request.baseline, request.run)


def _bless(request: Request) -> int:
    folder = _baseline_folder(request, "the folder to bless the run into")
    run = open_run(request.run)
    accepted = _accepted(request, run, folder, "the baseline that is there")
    blessed = bless(run, folder, request.reason, accepted, replacing=request.replace)
    say(f"blessed: {isolate(str(folder))}, {isolate(told(blessed))}; have it reviewed and commit it")
    _tell_dirty(run)
    return 0


def _anchor(request: Request) -> int:
    folder = _baseline_folder(request, "the baseline whose anchor is to be set")
    run = open_run(request.run)
    accepted = _accepted(request, run, folder / ANCHOR, "the anchor that is there")
    anchored = set_anchor(run, folder, request.reason, accepted)
    say(f"anchor: {isolate(str(folder / ANCHOR))}, {isolate(told(anchored))}; have it reviewed and commit it")
    _tell_dirty(run)
    return 0


def _tell_dirty(run: Run) -> None:
    """Say so where nobody can make the run again from a commit."""
    git = run.provenance.get("git") or {}
    if git.get("dirty"):
        commit = git.get("commit")
        say(f"made from commit {commit} with changes that were not committed: make it again from a clean tree")


def _baseline_folder(request: Request, wanted: str) -> Path:
    if request.baseline is None:
        raise InputError(f"baseline: found none, wanted {wanted}")
    return request.baseline


def _accepted(request: Request, run: Run, folder: Path, against: str) -> dict[str, Any]:
    """Show what the run changes against what is in `folder`; the numbers by scorer, empty where nothing is."""
    if not (folder / RECORD).exists():
        return {}
    try:
        before = open_other(folder, run)
    except InputError as error:
        # What cannot be compared may still be replaced: that is what blessing anew is for.
        say(f"what changed cannot be shown: {error}")
        return {}
    units = request.scoring.units
    changes = compare_answers(before.corpora(units), run.corpora(units), request.scoring.scorers)
    _show_changes(changes, against, verbose=request.verbose)
    return {scorer: change.record()["counts"]["all"] for scorer, change in changes.items()}


def _rescore(request: Request) -> int:
    run = open_run(request.run)
    moves = rescore_baselines(run, request.baselines, request.scoring)
    sheet = moves_sheet(moves, run.gold.label)
    show(sheet)
    request.folder.mkdir(parents=True, exist_ok=True)
    write_json(request.folder / "regold.json", record(run.name, run.gold.label, moves))
    say(f"written: {isolate(str(request.folder / 'regold.json'))}")
    if on_github():
        _summarise(Page(sheet.caption, [], [], [replace(sheet, caption="")]))
    return 0


def _command(line: str) -> None:
    # As it is: a console would put pictures in the place of :words: between colons.
    sys.stdout.write(f"{line}\n")


def _summarise(page: Page) -> None:
    """Add a page to the step's summary; one that cannot be written changes no verdict."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        append_summary(Path(path), markdown(page, level=2, rows=SUMMARY_ROWS))
    except OSError as error:
        warn(f"{path}: found {error.strerror or error}; the summary is left out")


def _comment(name: str, page: Page) -> None:
    """Write the page as a comment on the pull request; one that cannot be written changes no verdict."""
    try:
        address = PullRequest.of_job().write(name, markdown(page, level=2, rows=SUMMARY_ROWS))
    except NoComment as reason:
        warn(f"comment: {reason}; none is written")
    else:
        say(f"comment: {address}")


_TASKS: Final = {"judge": _judge, "bless": _bless, "anchor": _anchor, "regold": _rescore}
