"""`harness evaluate`: dataset to runner to scorers to run folder to tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from omegaconf import OmegaConf

from harness.analysis.analysis import Analysis
from harness.api.evaluating import carry_out
from harness.api.finding import with_found_runs
from harness.cli.command import Command, Job, Switch
from harness.cli.pages import say_pages
from harness.data.bridge import Unknown
from harness.data.dataset import PlainDataset
from harness.datasets.subset import Subset
from harness.runners.base import PlainRunner
from harness.runs.evaluate import Experiment, Tracker, track
from harness.runs.overlap import overlap_sheets
from harness.runs.sheet import figures_sheet, run_sheet
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show import terminal
from harness.show.terminal import isolate, say, show
from harness.tracking.fields import short_name
from harness.tracking.mlflow import Mlflow

EMPTY: Final = ": these are the scores of no answer at all"


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
    verbose: Switch
    labels: str | None = None
    unknown: Unknown = "error"
    subset: Subset = field(default_factory=Subset)

    sweeps: ClassVar[bool] = True

    def execute(self, job: Job, /) -> int:
        """Evaluate, show the table, log."""
        experiment = Experiment(
            name=self.experiment,
            dataset=self.subset.of(self.dataset),
            runner=with_found_runs(self.runner, self.tracker),
            scoring=Scoring(self.scorer, self.units, self.bootstrap),
            tracker=self.tracker,
            analysis=self.analysis,
            baselines=self.baselines,
            labels=self.labels,
            unknown=self.unknown,
        )
        config = OmegaConf.to_yaml(job.config, resolve=True)
        run = carry_out(experiment, job.folder, config, job.overrides, terminal)
        # In a sweep several processes may write: what belongs together is written together.
        in_sweep = isinstance(self.tracker, Mlflow) and self.tracker.parent is not None
        logged = track(self.tracker, job.folder, terminal) if in_sweep else None
        show(run_sheet(run.opened.scores, short_name(job.overrides), verbose=self.verbose, told=job.told))
        figures = figures_sheet(run.opened.scores)
        if figures is not None:
            show(figures)
        for sheet in overlap_sheets(run.opened.scores):
            show(sheet)
        say(f"run: {isolate(str(job.folder))}")
        if not in_sweep:
            logged = track(self.tracker, job.folder, terminal)
        if logged is not None:
            say(f"mlflow run: {logged}")
            if not in_sweep:
                say_pages(self.tracker, logged)
        scores = run.opened.scores
        if scores.failures:
            # Said before, with the first of them: but a table of scores has gone by since.
            failed = f"{scores.failures} of {scores.documents} documents failed and count as empty"
            terminal.warn(f"{scores.runner}: {failed}{EMPTY if scores.failures == scores.documents else ''}")
        return 0
