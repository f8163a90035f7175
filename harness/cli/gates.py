"""`harness gate`: a run is judged by a policy, made a baseline, or shows what new gold makes of all baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.api.finding import find_run
from harness.cli.command import Command, Job, Switch, single
from harness.gating.policy import Policy
from harness.gating.tasks import Request, gate
from harness.runs.evaluate import Tracker
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer


@dataclass(frozen=True)
class Gate(Command):
    """Judge, bless, anchor, or show what new gold makes of baselines."""

    task: str
    run: str
    policy: Policy
    scorer: Mapping[str, Scorer]
    tracker: Tracker
    units: str
    bootstrap: Bootstrap
    baselines: str
    replace: Switch
    verbose: Switch
    baseline: str | None
    previous: str | None
    out: str | None
    reason: str | None
    comment: str | None

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness gate RUN`."""
        return single("run", names)

    def execute(self, _: Job, /) -> int:
        """Do the task; the exit code is the verdict."""
        request = Request(
            run=find_run(self.run, self.tracker),
            policy=self.policy,
            scoring=Scoring(self.scorer, self.units, self.bootstrap),
            baseline=_path(self.baseline),
            previous=_path(self.previous),
            baselines=Path(self.baselines),
            out=_path(self.out),
            reason=self.reason or "",
            replace=self.replace,
            verbose=self.verbose,
            comment=self.comment or "",
        )
        return gate(self.task, request)


def _path(name: str | None) -> Path | None:
    return None if name is None else Path(name)
