"""Figures of a run, for notebooks and files; they need Matplotlib (`data.extras`).

Arabic goes to Matplotlib as it is written: since 3.11 it shapes and orders text itself.
"""

import io
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from harness.analysis.confusion import confusion
from harness.analysis.pictures import confusion_size, fill_confusion, occurring
from harness.api.scores import Scores
from harness.data.types import InputError
from harness.runs.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE: Final = "#2a6fb0"
_FAINT: Final = "#e6e8ec"
_DOTS: Final = 110


def scores_figure(scores: Scores) -> "Figure":
    """The headline measures of every scorer with their intervals; an undefined one has an empty row."""
    rows = [
        (f"{scorer} {measure}", measures[measure])
        for scorer, measures in scores.items()
        for measure in measures.headlines
    ]
    figure = _picture(6.5, 1.2 + 0.36 * len(rows))
    axes = figure.subplots()
    for place, (_, score) in enumerate(rows):
        if score.value is None:
            continue
        axes.plot(score.value, place, color=_BLUE, marker="o", linestyle="")
        if score.low is not None and score.high is not None:
            axes.hlines(place, score.low, score.high, color=_BLUE, linewidth=1.6)
    # Between two dollar signs Matplotlib would read a formula.
    axes.set_yticks(range(len(rows)), [name.replace("$", r"\$") for name, _ in rows])
    axes.set(xlim=(-0.02, 1.02), xlabel="value with interval")
    axes.invert_yaxis()
    axes.grid(axis="x", color=_FAINT)
    _style(figure)
    return figure


def confusion_figure(run: Run) -> "Figure":
    """Which types were taken for which, word view.

    Raises:
        InputError: neither side has an entity.
    """
    corpus = run.corpora("document").get("entities")
    found: dict[str, Any] | None = None if corpus is None else confusion(corpus)
    if found is None or not occurring(found)[0]:
        raise InputError(f"plot: found no entities in {run.name}, wanted some to tell which types are confused")
    figure = _picture(*confusion_size(len(occurring(found)[0])))
    fill_confusion(figure, found)
    _style(figure)
    return figure


def _picture(width: float, height: float) -> "Figure":
    return _picture_class()(figsize=(width, height), facecolor="white", layout="constrained")


@cache
def _picture_class() -> type["Figure"]:
    """The class of figures that a notebook shows of themselves; they belong to no window and need no pyplot."""
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            self.savefig(file, format="png", dpi=_DOTS, metadata={"Software": None})
            return file.getvalue()

    return Picture


def _style(figure: "Figure") -> None:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=0)
