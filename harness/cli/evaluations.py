"""`harness evaluate`: dataset to runner to scorers to run folder to tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from omegaconf import OmegaConf

from harness.analysis.analysis import Analysis
from harness.cli.command import Command, Job
from harness.cli.parts import provenance
from harness.data.types import Dataset, Runner
from harness.runs.evaluate import Experiment, Tracker, evaluate, track
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.table import Scorer
from harness.show.terminal import isolate, say, show_scores, warn


@dataclass(frozen=True)
class Evaluate(Command):
    """Score what a runner finds in a data set."""

    dataset: Dataset
    runner: Runner
    scorer: Mapping[str, Scorer]
    units: str
    bootstrap: Bootstrap
    tracker: Tracker
    analysis: Analysis
    baselines: Sequence[Runner]
    experiment: str

    sweeps: ClassVar[bool] = True

    def execute(self, job: Job, /) -> int:
        """Evaluate, show the table, log."""
        experiment = Experiment(
            name=self.experiment,
            dataset=self.dataset,
            runner=self.runner,
            scorers=self.scorer,
            units=self.units,
            bootstrap=self.bootstrap,
            tracker=self.tracker,
            analysis=self.analysis,
            baselines=self.baselines,
        )
        record = provenance(job.overrides, {"bootstrap": self.bootstrap.seed})
        name = " ".join(job.overrides)
        try:
            scores = evaluate(experiment, job.folder, OmegaConf.to_yaml(job.config, resolve=True), record)
        except Exception as error:
            self._log_failure(name or self.runner.name, error)
            raise
        show_scores(scores, name)
        say(f"run: {isolate(str(job.folder))}")
        logged = track(self.tracker, job.folder)
        if logged is not None:
            say(f"mlflow run: {logged}")
        return 0

    def _log_failure(self, name: str, error: Exception) -> None:
        """Leave a failed run in the tracker, as far as it answers: the error itself matters more."""
        try:
            self.tracker.log_failure(self.experiment, name, f"{type(error).__name__}: {error}")
        except Exception as problem:
            warn(f"tracker: found {problem}; the failed run is not logged")
