"""`harness evaluate`: dataset to runner to scorers to run folder to tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from omegaconf import OmegaConf

from harness.analysis.analysis import Analysis
from harness.cli.command import Command, Job
from harness.data.bridge import Unknown
from harness.data.dataset import PlainDataset
from harness.runners.base import PlainRunner
from harness.runs.evaluate import Experiment, Tracker, evaluate, track
from harness.runs.provenance import provenance
from harness.runs.scores import RunScores
from harness.runs.sheet import run_sheet
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show import terminal
from harness.show.terminal import isolate, say, show, warn
from harness.tracking.mlflow import Mlflow


@dataclass(frozen=True)
class Evaluate(Command):
    """Score what a runner finds in a data set."""

    dataset: PlainDataset
    runner: PlainRunner
    scorer: Mapping[str, Scorer]
    units: str
    bootstrap: Bootstrap
    tracker: Tracker
    analysis: Analysis
    baselines: Sequence[PlainRunner]
    experiment: str
    labels: str | None = None
    unknown: Unknown = "error"

    sweeps: ClassVar[bool] = True

    def execute(self, job: Job, /) -> int:
        """Evaluate, show the table, log."""
        experiment = Experiment(
            name=self.experiment,
            dataset=self.dataset,
            runner=self.runner,
            scoring=Scoring(self.scorer, self.units, self.bootstrap),
            tracker=self.tracker,
            analysis=self.analysis,
            baselines=self.baselines,
            labels=self.labels,
            unknown=self.unknown,
        )
        if isinstance(self.tracker, Mlflow):
            # Now rather than after an hour of predicting.
            self.tracker.check()
        record = provenance(job.overrides, {"bootstrap": self.bootstrap.seed})
        name = " ".join(job.overrides)
        try:
            scores = evaluate(experiment, job.folder, OmegaConf.to_yaml(job.config, resolve=True), record, terminal)
        except Exception as error:
            self._log_failure(name or self.runner.name, error)
            raise
        show(run_sheet(RunScores(scores), name))
        say(f"run: {isolate(str(job.folder))}")
        logged = track(self.tracker, job.folder, terminal)
        if logged is not None:
            say(f"mlflow run: {logged}")
        return 0

    def _log_failure(self, name: str, error: Exception) -> None:
        """Leave a failed run in the tracker, as far as it answers: the error itself matters more."""
        try:
            self.tracker.log_failure(self.experiment, name, f"{type(error).__name__}: {error}")
        except Exception as problem:
            warn(f"tracker: found {problem}; the failed run is not logged")
