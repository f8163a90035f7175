"""Pictures of an analysis: plain figures with no display, no global state, and the same bytes every time."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.data.extras import find, install
from harness.show import formats
from harness.show.names import in_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Cells = NDArray[np.int64]

UNDRAWN: Final = f"analysis: found no matplotlib; its pictures are not drawn ({install('plots')})"
CONFUSION: Final = "confusion.png"
RELIABILITY: Final = "reliability.png"

_INK: Final = "#1f2430"
_BLUE: Final = "#2a6fb0"
_FAINT: Final = "#e6e8ec"
_RIGHT: Final = (0.10, 0.40, 0.70)
_WRONG: Final = (0.95, 0.40, 0.05)
_GREY: Final = "#8a8f98"
_DOTS: Final = 110
_LONGEST: Final = 30
"""Characters of a type's name beside a picture."""


def draw(folder: Path, findings: Mapping[str, Any]) -> list[str]:
    """Draw what `findings` hold as PNG files in `folder`; those of a run that died there go.

    A remark where something is not drawn because Matplotlib is not installed; else none.
    """
    for name in (CONFUSION, RELIABILITY):
        (folder / name).unlink(missing_ok=True)
    confused = findings["confusion"] is not None and bool(occurring(findings["confusion"])[0])
    scored = findings["calibration"] is not None
    if (confused or scored) and find("matplotlib") is None:
        return [UNDRAWN]
    if confused:
        draw_confusion(findings["confusion"], folder / CONFUSION)
    if scored:
        draw_reliability(findings["calibration"]["all"], folder / RELIABILITY)
    return []


def draw_confusion(confusion: Mapping[str, Any], path: Path) -> None:
    """`fill_confusion` as a PNG file."""
    names, _ = occurring(confusion)
    figure = _figure(*confusion_size(len(names)))
    fill_confusion(figure, confusion)
    _save(figure, path)


def confusion_size(types: int) -> tuple[float, float]:
    """Width and height of the picture of so many types, in inches."""
    return 3 + 0.5 * types, 2.4 + 0.5 * types


def fill_confusion(figure: "Figure", confusion: Mapping[str, Any]) -> None:
    """Draw the types that occur, gold down and predicted across, with what is missed and spurious.

    Right types are blue and wrong ones orange, the deeper the larger their share of the row.
    """
    names, cells = occurring(confusion)
    shown = [in_picture(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…") for name in names]
    axes = figure.subplots()
    axes.imshow(_shades(cells), interpolation="nearest")
    for row, column in np.argwhere(cells).tolist():
        axes.text(column, row, str(cells[row, column]), ha="center", va="center", color=_INK, fontsize=9)
    places = range(len(names) + 1)
    axes.set_xticks(places, [*shown, "missed"], rotation=60, ha="right", rotation_mode="anchor", fontsize=9)
    axes.set_yticks(places, [*shown, "spurious"], fontsize=9)
    axes.tick_params(length=0)
    # What has no partner is no type: a line sets it apart.
    for line in (axes.axhline, axes.axvline):
        for place in places[:-1]:
            line(place + 0.5, color=_GREY if place == len(names) - 1 else _FAINT, linewidth=0.8)
    axes.set(xlabel="predicted type", ylabel="gold type")
    axes.set_title(f"Aligned mentions, {confusion['view']} view", fontsize=11, color=_INK)


def _shades(cells: Cells) -> NDArray[np.float64]:
    """A colour for each cell, shape (rows, columns, 3)."""
    shares = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    # A single error in a long row is to be seen too.
    depth = np.where(cells > 0, 0.15 + 0.55 * shares, 0)[..., None]
    right = np.eye(len(cells), dtype=np.bool_)[..., None]
    shades: NDArray[np.float64] = 1 - depth * (1 - np.where(right, np.array(_RIGHT), np.array(_WRONG)))
    return shades


def occurring(confusion: Mapping[str, Any]) -> tuple[list[str], Cells]:
    """The types that either side has, and their counts with missed as last column and spurious as last row."""
    types = len(confusion["types"])
    cells = np.zeros((types + 1, types + 1), dtype=np.int64)
    cells[:-1, :-1] = np.array(confusion["pairs"], dtype=np.int64).reshape(types, types)
    cells[:-1, -1], cells[-1, :-1] = confusion["missed"], confusion["spurious"]
    used = np.flatnonzero(cells[:-1].sum(axis=1) + cells[:, :-1].sum(axis=0))
    kept = [*used.tolist(), types]
    return [confusion["types"][number] for number in used.tolist()], cells[np.ix_(kept, kept)]


def draw_reliability(calibration: Mapping[str, Any], path: Path) -> None:
    """Share right over mean score by bin, the diagonal of perfect calibration, and how many mentions each bin holds.

    Behind each point is where 95 of 100 systems that mean what they say have it (consistency bars).
    """
    figure = _figure(5.2, 6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    rows = calibration["reliability"]
    scores = [row["score"] for row in rows]
    upper.plot((0, 1), (0, 1), color=_GREY, linewidth=1, linestyle="--", label="perfect")
    bounds = [[row[key] for row in rows] for key in ("chance_low", "chance_high")]
    upper.vlines(scores, *bounds, color=_FAINT, linewidth=9, label="perfect, 95 % by chance")
    upper.vlines(scores, scores, [row["accuracy"] for row in rows], color=_BLUE, alpha=0.35, linewidth=3)
    upper.plot(scores, [row["accuracy"] for row in rows], color=_BLUE, marker="o", label="system")
    upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share of right mentions")
    upper.legend(frameon=False, loc="upper left")
    error = "too few mentions" if calibration["ece"] is None else f"{calibration['ece']:.3f}"
    chance = "" if calibration["ece"] is None else f" (by chance up to {calibration['ece_by_chance'][1]:.3f})"
    summary = f"ECE {error}{chance} · Brier {calibration['brier']:.3f} · AURC {calibration['aurc']:.3f}"
    upper.set_title(f"{formats.counted(calibration['mentions'], 'mention')} · {summary}", fontsize=10, color=_INK)
    _draw_sizes(lower, scores, [row["mentions"] for row in rows])
    _save(figure, path)


def _draw_sizes(axes: "Axes", scores: list[float], sizes: list[int]) -> None:
    axes.vlines(scores, 0, sizes, color=_BLUE, linewidth=5)
    axes.set(ylim=(0, max(sizes) * 1.15), xlabel="mean score of the bin", ylabel="mentions")


def _figure(width: float, height: float) -> "Figure":
    # The class and not pyplot, which keeps every figure and picks a display.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white", layout="constrained")


def _save(figure: "Figure", path: Path) -> None:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, format="png", dpi=_DOTS, metadata={"Software": None})
