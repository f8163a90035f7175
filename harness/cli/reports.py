"""`harness report`: a page about one run, or about two."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.api.finding import find_run
from harness.api.reporting import PAGE, written_report
from harness.cli.command import Command, Count, Job, Positive, Switch
from harness.data.types import InputError
from harness.reporting.page import Settings
from harness.runs.evaluate import Tracker
from harness.runs.run import Run, open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show.terminal import isolate, say, warn
from harness.tracking.lookup import attach, homes, logged_as
from harness.tracking.mlflow import Mlflow


@dataclass(frozen=True)
class Report(Command):
    """Write the page of a run, or of two."""

    run: str | None
    runs: list[str] | str | None
    out: str | None
    log: Switch
    documents: Count
    megabytes: Positive
    scorer: Mapping[str, Scorer]
    tracker: Tracker
    units: str
    trials: Count
    bootstrap: Bootstrap

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness report RUN`, or two of them."""
        return {"run": names[0]} if len(names) == 1 else {"runs": list(names)}

    def execute(self, _: Job, /) -> int:
        """Write the page with its pictures, and put them beside the runs in the tracker."""
        names = self._names()
        runs = [open_run(find_run(name, self.tracker)) for name in names]
        scoring = Scoring(self.scorer, self.units, self.bootstrap, self.trials)
        settings = Settings(scoring, self.documents, self.megabytes)
        written = written_report(runs, settings, runs[-1].folder if self.out is None else Path(self.out))
        say(", ".join((f"written: {isolate(str(written.path))}", *(path.name for path in written.pictures))))
        if self.log:
            _log(self.tracker, list(zip(names, runs, strict=True)), written.html, written.pictures)
        return 0

    def _names(self) -> list[str]:
        """What the runs are named by."""
        if (self.run is None) == (self.runs is None):
            found = "neither" if self.run is None else "both"
            raise InputError(f"run, runs: found {found}, wanted one run, or two: runs=[A,B]")
        if self.run is not None:
            return [self.run]
        if not isinstance(self.runs, list) or len(self.runs) != 2:
            raise InputError(f"runs: found {self.runs}, wanted two: [A,B]")
        return self.runs


def _log(tracker: object, runs: Sequence[tuple[str, Run]], page: str, pictures: Sequence[Path]) -> None:
    """Put the page beside the runs in the tracker; a page about two in a folder of its own. A tracker may be down."""
    if not isinstance(tracker, Mlflow):
        return
    digest = hashlib.sha256("".join(run.identity for _, run in runs).encode()).hexdigest()[:8]
    folder = "" if len(runs) == 1 else f"report/{digest}"
    try:
        logged = [logged_as(tracker, name, run) for name, run in runs]
        for run_id in homes(logged) if len(runs) > 1 else [newest.run_id for newest in logged[0][:1]]:
            attach(tracker, run_id, {f"{folder}/{PAGE}".lstrip("/"): page})
            for picture in pictures:
                tracker.client().log_artifact(run_id, str(picture), folder or None)
            say(f"logged: {f'{folder}/{PAGE}'.lstrip('/')} in mlflow run {run_id}")
    except Exception as error:
        warn(f"tracker: found {' '.join(str(error).split())}; the page is not logged")
