"""Pictures of a report: calibration as SVG in two themes, and PNG files for places that show no page.

Arabic goes to Matplotlib as it is written: since 3.11 it shapes and orders text itself.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.data.extras import find
from harness.reporting.tables import TypeRow
from harness.show.names import in_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TYPES: Final = "types.png"
LEDGER: Final = "ledger.png"


class Theme(NamedTuple):
    """The colours of a picture; those of two runs in `runs`."""

    paper: str
    ink: str
    faint: str
    runs: tuple[str, str]


LIGHT: Final = Theme("#ffffff", "#1b1f27", "#8a8f98", ("#1450a3", "#a3480f"))
DARK: Final = Theme("#1b1f26", "#e8eaee", "#8a8f98", ("#8ab8ff", "#ffb27a"))
_MARKERS: Final = ("o", "s")


def calibrations(analyses: Mapping[str, Mapping[str, Any] | None]) -> dict[str, str]:
    """The picture of calibration in each theme as an address.

    Empty where no named run has scores of its own, or Matplotlib is not installed.
    """
    found = {name: one["calibration"]["all"] for name, one in analyses.items() if one and one["calibration"]}
    themes = {"light": LIGHT, "dark": DARK} if found and find("matplotlib") else {}
    pictures = ((name, base64.b64encode(reliability(found, theme).encode()).decode()) for name, theme in themes.items())
    return {name: f"data:image/svg+xml;base64,{picture}" for name, picture in pictures}


def reliability(found: Mapping[str, Mapping[str, Any]], theme: Theme) -> str:
    """The share of right mentions over the mean score of each bin as SVG, one line for each named calibration.

    Behind each point is where 95 of 100 systems that mean what they say have it.
    """
    figure = _figure(5.4, 4.2, theme)
    axes = figure.subplots()
    axes.plot((0, 1), (0, 1), color=theme.faint, linewidth=1, linestyle="--", label="perfect")
    for (name, one), colour, marker in zip(found.items(), theme.runs, _MARKERS, strict=False):
        rows = one["reliability"]
        scores, accuracies = ([row[key] for row in rows] for key in ("score", "accuracy"))
        # A page of a run that was analysed before there were consistency bars has none.
        barred = [(row["score"], row["chance_low"], row["chance_high"]) for row in rows if "chance_low" in row]
        for at, low, high in barred:
            axes.vlines(at, low, high, color=colour, alpha=0.25, linewidth=7)
        axes.plot(scores, accuracies, color=colour, marker=marker, label=in_picture(name))
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="mean score of the bin", ylabel="share of right mentions")
    _style(axes, theme)
    axes.legend(frameon=False, loc="upper left", labelcolor=theme.ink)
    return _svg(figure)


def draw_types(rows: Sequence[TypeRow], names: Sequence[str], path: Path) -> None:
    """F1 of each type with its interval as a PNG file, one mark for each of the named runs."""
    figure = _figure(6, 1.4 + 0.36 * len(rows), LIGHT)
    axes = figure.subplots()
    for place, (name, colour, marker) in enumerate(zip(names, LIGHT.runs, _MARKERS, strict=False)):
        shift = (place - (len(names) - 1) / 2) * 0.3
        for row, one in enumerate(rows):
            number = (one.runs[place] or {}).get("f1")
            if number is None or number.value is None:
                continue
            label = in_picture(name) if all(line.get_label() != in_picture(name) for line in axes.get_lines()) else None
            axes.plot(number.value, row + shift, color=colour, marker=marker, linestyle="", label=label)
            if number.low is not None and number.high is not None:
                axes.hlines(row + shift, number.low, number.high, color=colour, linewidth=1.6)
    axes.set_yticks(range(len(rows)), [in_picture(f"{one.type} ({one.support})") for one in rows])
    axes.set(xlim=(-0.02, 1.02), xlabel="F1 with interval, by type and number of gold mentions")
    axes.invert_yaxis()
    axes.grid(axis="x", color="#e6e8ec")
    if len(names) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 1.12), ncols=2)
    _style(axes, LIGHT)
    figure.savefig(path, format="png", dpi=110, metadata={"Software": None})


def draw_ledger(found: Mapping[str, Any], path: Path) -> None:
    """What each kind of boundary error costs as a PNG file, clitics in their own letters."""
    rows = found["classes"]
    figure = _figure(6, 1.4 + 0.36 * max(len(rows), 1), LIGHT)
    axes = figure.subplots()
    axes.barh(range(len(rows)), [row["points"]["char"] or 0 for row in rows], color=LIGHT.runs[0], height=0.6)
    axes.set_yticks(range(len(rows)), [in_picture(ledger_label(row)) for row in rows])
    axes.set(xlabel="points of F1 lost, exact offsets")
    axes.invert_yaxis()
    _style(axes, LIGHT)
    figure.savefig(path, format="png", dpi=110, metadata={"Software": None})


def ledger_label(row: Mapping[str, Any]) -> str:
    """A class of the ledger in words: kind, detail, count."""
    return f"{str(row['class']).replace('_', ' ')} {row['detail'] or ''} ({row['count']})".replace("  ", " ")


def _figure(width: float, height: float, theme: Theme) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor=theme.paper, layout="constrained")


def _style(axes: "Axes", theme: Theme) -> None:
    axes.set_facecolor(theme.paper)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(theme.faint)
    axes.tick_params(colors=theme.ink, length=0)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(theme.ink)


def _svg(figure: "Figure") -> str:
    """The picture, the same bytes every time."""
    import matplotlib as mpl

    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "harness"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
