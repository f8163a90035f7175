"""`harness compare`: two runs, several runs, what a gold standard can tell apart, or who is best at which type."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from harness.api.comparing import compared_runs
from harness.api.finding import find_run
from harness.cli.command import Command, Count, Job, NotNegative, Switch
from harness.comparison.choosing import choice_sheet, choose
from harness.comparison.pair import Comparison, power
from harness.comparison.sheets import comparison_sheet, entrants_sheet, figures_sheet, leaderboard_sheet, power_sheet
from harness.data.files import write_json, write_yaml
from harness.data.types import InputError
from harness.runs.evaluate import Tracker
from harness.runs.run import Run, open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show.terminal import isolate, say, show, warn
from harness.tracking.lookup import attach, homes, logged_as
from harness.tracking.mlflow import Mlflow

_TASKS: Final = ("compare", "power", "choose")


@dataclass(frozen=True)
class Compare(Command):
    """Compare two runs, rank several, tell what their gold can tell apart, or who is best at which type."""

    task: str
    a: str | None
    b: str | None
    runs: list[str] | str | None
    out: str | None
    scorer: Mapping[str, Scorer]
    tracker: Tracker
    units: str
    bootstrap: Bootstrap
    trials: Count
    agreement: NotNegative
    difference: NotNegative
    least: Count
    verbose: Switch

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness compare RUN RUN`, or more of them for a leaderboard."""
        return {"runs": list(names)} if len(names) > 2 else dict(zip("ab", names, strict=False))

    def execute(self, _: Job, /) -> int:
        """Show the tables and write the pages."""
        if self.task not in _TASKS:
            raise InputError(f"task: found {self.task}, wanted one of {', '.join(_TASKS)}")
        names = self._names()
        runs = [open_run(find_run(name, self.tracker)) for name in names]
        if self.task == "power":
            return self._power(runs)
        if self.task == "choose":
            return self._choose(runs)
        compared = compared_runs(runs, self._scoring, leaderboard=self.runs is not None)
        if isinstance(compared.found, Comparison):
            show(comparison_sheet(compared.found, verbose=self.verbose))
            if compared.found.figures:
                show(figures_sheet(compared.found))
        else:
            show(leaderboard_sheet(compared.found))
            if self.verbose:
                show(entrants_sheet(compared.found))
        gold = runs[0].gold
        say(f"gold: {gold.label}, documents: {len(gold.examples)}")
        out = self._out(runs)
        files = compared.write(out)
        say(f"written: {isolate(str(out / 'compare.json'))}, compare.md, compare.html")
        _log(self.tracker, names, runs, files)
        return 0

    @property
    def _scoring(self) -> Scoring:
        """How both sides are scored again."""
        return Scoring(self.scorer, self.units, self.bootstrap, self.trials)

    def _names(self) -> list[str]:
        """What the runs are named by, in the order in which they were named."""
        if self.runs is not None:
            if self.task == "power":
                raise InputError("runs: found runs, wanted a and b for task=power")
            if self.a is not None or self.b is not None:
                raise InputError("runs: found a or b beside them, wanted either a and b or runs")
            if isinstance(self.runs, str):
                raise InputError(f"runs: found {self.runs!r}, wanted a list [RUN,RUN,…]")
            return self.runs
        if self.a is None:
            raise InputError("a: found nothing, wanted two runs or more: harness compare RUN RUN")
        if self.b is not None:
            return [self.a, self.b]
        if self.task != "power":
            raise InputError("b: found one run, wanted two or more: harness compare RUN RUN")
        return [self.a]

    def _out(self, runs: Sequence[Run]) -> Path:
        """The folder to write to, made where there is none: that of the run that was named last, if none is named."""
        out = runs[-1].folder if self.out is None else Path(self.out)
        out.mkdir(parents=True, exist_ok=True)
        return out

    def _choose(self, runs: Sequence[Run]) -> int:
        out = runs[-1].folder / "choice.yaml" if self.out is None else Path(self.out)
        if out.is_dir():
            raise InputError(f"out: found the folder {out}, wanted a file to write, such as choice.yaml")
        chosen = choose(runs, self._scoring, self.least)
        show(choice_sheet(chosen))
        out.parent.mkdir(parents=True, exist_ok=True)
        write_yaml(out, chosen.record())
        say(f"written: {isolate(str(out))}")
        return 0

    def _power(self, runs: Sequence[Run]) -> int:
        b = runs[1] if len(runs) > 1 else None
        detectable = power(runs[0], b, self.agreement, self._scoring)
        assumed = None if b is not None else self.agreement
        show(power_sheet(detectable, self.difference, self.bootstrap.level, assumed))
        out = self._out(runs)
        record = {
            name: {measure: value and asdict(value) for measure, value in measures.items()}
            for name, measures in detectable.items()
        }
        write_json(out / "power.json", record)
        say(f"written: {isolate(str(out / 'power.json'))}")
        return 0


def _log(tracker: object, names: Sequence[str], runs: Sequence[Run], files: Mapping[str, str]) -> None:
    """Put the page beside the runs in the tracker, each comparison in a folder of its own; a tracker may be down."""
    if not isinstance(tracker, Mlflow):
        return
    digest = hashlib.sha256(json.dumps([run.identity for run in runs]).encode()).hexdigest()[:8]
    try:
        logged = [logged_as(tracker, name, run) for name, run in zip(names, runs, strict=True)]
        for run_id in homes(logged):
            attach(tracker, run_id, {f"compare/{digest}/{name}": text for name, text in files.items()})
            say(f"logged: compare/{digest} in mlflow run {run_id}")
    except Exception as error:
        warn(f"tracker: found {' '.join(str(error).split())}; the page is not logged")
