import xml.etree.ElementTree as ElementTree
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from harness.reporting.charts import DARK, LIGHT, draw_ledger, draw_types, ledger_label, reliability
from harness.reporting.tables import TypeRow
from harness.scoring.score import Measure

CALIBRATION = {"reliability": [{"score": 0.4, "accuracy": 0.5}, {"score": 0.9, "accuracy": 0.8}]}
LEDGER = {
    "classes": [
        {"class": "proclitic", "detail": "و", "count": 3, "points": {"char": 1.5}},
        {"class": "proclitic_article", "detail": "وال", "count": 1, "points": {"char": None}},
    ]
}


def test_calibration_is_well_formed_and_the_same_every_time() -> None:
    found = {"A قواعد": CALIBRATION, "B": CALIBRATION}
    light = reliability(found, LIGHT)
    assert light == reliability(found, LIGHT)
    assert light != reliability(found, DARK)
    assert ElementTree.fromstring(light).tag.endswith("svg")  # noqa: S314 -- our own picture
    assert "http-equiv" not in light


def test_pictures_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    number = Measure(0.5, 0.4, 0.7)
    rows = [TypeRow("GPE", 9, [{"f1": number}, None]), TypeRow("شخص", 2, [None, {"f1": Measure(None, None, None)}])]
    for name in ("one.png", "two.png"):
        draw_types(rows, ["A", "B"], tmp_path / name)
        draw_ledger(LEDGER, tmp_path / f"ledger-{name}")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "ledger-one.png").read_bytes() == (tmp_path / "ledger-two.png").read_bytes()


def test_classes_are_named_in_their_own_letters() -> None:
    assert [ledger_label(row) for row in LEDGER["classes"]] == ["proclitic و (3)", "proclitic article وال (1)"]


def width(text: str) -> float:
    figure = Figure(dpi=100)
    shown = figure.text(0, 0, text, fontsize=40)
    return float(shown.get_window_extent(FigureCanvasAgg(figure).get_renderer()).width)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("letters", ["ببب", "ععع"])
def test_matplotlib_joins_arabic_letters_by_itself(letters: str) -> None:
    # Joined forms are narrower than letters kept apart by a non-joiner.
    assert width(letters) < width("\u200c".join(letters)) * 0.95, mpl.__version__


def test_dollar_signs_are_no_formula(tmp_path: Path) -> None:
    draw_types([TypeRow("$\\nope$", 1, [{"f1": Measure(0.5, None, None)}])], ["$\\nope$"], tmp_path / "one.png")
    assert reliability({"$\\nope$": CALIBRATION}, LIGHT)
