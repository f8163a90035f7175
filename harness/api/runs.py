"""A finished run as Python has it: scores, what was predicted, tables, plots."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from harness.api.finding import find_run
from harness.api.scores import Scores
from harness.api.shown import Shown
from harness.config.settings import Settings
from harness.data.extras import require
from harness.data.types import InputError, Prediction
from harness.runs.run import Run as Opened
from harness.runs.run import open_run as open_folder
from harness.show.sheet import Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame  # type: ignore[import-untyped]

    from harness.data.types import Example


class Run(Shown):
    """A finished run; `harness.evaluate` makes it, `harness.open_run` opens one that is in its folder already.

    `print` shows the main scores as the command line does; in a notebook they are a table.
    """

    def __init__(self, opened: Opened, logged: str | None = None) -> None:
        self.opened = opened
        self._logged = logged

    def __repr__(self) -> str:
        return f"<run of {self.opened.scores.runner} on {self.opened.scores.dataset} in {self.folder}>"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.opened.folder

    @property
    def name(self) -> str:
        """What ran, and the name of the folder."""
        return self.opened.name

    @property
    def mlflow_id(self) -> str | None:
        """The id of the MLflow run that it was logged as by this call; None where it was not logged."""
        return self._logged

    @property
    def scores(self) -> Scores:
        """Every measure: `scores["entities_strict"]["micro/f1"].value`."""
        return Scores(self.opened.scores)

    @property
    def figures(self) -> Mapping[str, float]:
        """What the runner counted of its own, such as tokens and cost; empty where it counted nothing."""
        return self.opened.scores.figures

    @property
    def remarks(self) -> list[str]:
        """What a reader of the scores has to know."""
        return [str(remark) for remark in self.opened.provenance.get("remarks", ())]

    @property
    def gold(self) -> "Sequence[Example]":
        """The documents with the annotation that they were scored against."""
        return self.opened.gold.examples

    @property
    def predictions(self) -> Mapping[str, Prediction]:
        """What was predicted, by document id."""
        return self.opened.predictions

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What made the run: the content of `provenance.json`."""
        return self.opened.provenance

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The headline scores in a table."""
        return self.scores.sheets

    def to_pandas(self) -> "DataFrame":
        """Every measure, a row each: scorer, label, measure, value, low, high, document_low, document_high, support.

        Raises:
            InputError: pandas is not installed.
        """
        return self.scores.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """The content of `scores.json`."""
        return self.scores.to_dict()

    def plot(self, kind: Literal["scores", "confusion"] = "scores") -> "Figure":
        """A figure: the headline measures with their intervals, or which types were taken for which.

        Raises:
            InputError: there is no such plot, the run has no entities to confuse, or Matplotlib is not installed.
        """
        require("matplotlib", "plots", "plot")
        from harness.api import plots

        if kind == "scores":
            return plots.scores_figure(self.scores)
        if kind == "confusion":
            return plots.confusion_figure(self.opened)
        raise InputError(f"plot: found {kind!r}, wanted scores or confusion")


RunName: TypeAlias = Run | str | Path
"""A run: the object, its folder, `latest:RUNNER`, or its id in MLflow."""


def open_run(run: RunName, *, tracker: object = None) -> Run:
    """The finished run in a folder, the newest of a runner (`latest:rules`), or one that MLflow knows by its id.

    `tracker` is the store that knows the id: as for `harness.evaluate`, by default the embedded one.

    Raises:
        InputError: there is no such run, or its gold is not the one that was scored.
    """
    if isinstance(run, Run):
        return run
    return Run(open_folder(find_run(str(run), store(tracker))))


def opened(runs: Sequence[RunName], tracker: object = None) -> list[Opened]:
    """The runs that `runs` name.

    Raises:
        InputError: one is no run.
    """
    odd: object = next((run for run in runs if not isinstance(run, Run | str | Path)), None)
    if isinstance(odd, Scores):
        wanted = "wanted runs, which keep the answers: harness.evaluate(gold, RUNNER) makes one"
        replay = '{"name": "replay", "path": FILE}'
        raise InputError(f"run: found scores alone, {wanted}, with RUNNER={replay} of predictions in a file")
    if odd is not None:
        raise InputError(f"run: found {odd!r}, wanted a Run, the folder of one, latest:RUNNER or its MLflow id")
    return [open_run(run, tracker=tracker).opened for run in runs]


def store(tracker: object) -> object:
    """The tracker that `tracker` names, by default the embedded store; none is made for it."""
    return Settings.compose("track", {"tracker": tracker}).part("tracker")
