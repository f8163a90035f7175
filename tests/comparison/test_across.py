import re
from pathlib import Path
from typing import Any

import pytest

from harness.comparison.across import across
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.show.html import html
from harness.show.markdown import markdown
from harness.show.terminal import drawn
from tests.show.hostile import TEXTS


def run_of(runner: str, dataset: str, overrides: list[str], value: float | None, **more: Any) -> Run:
    """A run with one scorer, as its folder tells it."""
    numbers = {"value": value, "low": value and value - 0.1, "high": value and value + 0.1}
    found = {
        "signature": "entities_strict(boundary=char)|gold:v1#abc",
        "measures": {"micro/f1": numbers, "GPE/f1": numbers},
        "support": {"micro": 7},
    }
    scores = {"runner": runner, "dataset": dataset, "documents": 5, "scorers": {"strict": found | more}}
    return Run(Path(f"/runs/{runner}-{dataset}"), RunScores(scores), {"overrides": overrides})


FREQUENT = {
    "baselines": {"frequent": {"micro/f1": 0.5}},
    "to_baselines": {"frequent": {"micro/f1": {"difference": 0.2, "low": 0.1, "high": 0.3, "p": 0.001}}},
}
RUNS = [
    run_of("rules", "v1#1", ["dataset=gold", "runner=rules"], 0.7, **FREQUENT),
    run_of("rules", "news#2", ["dataset=newswire", "runner=rules"], 0.4, **FREQUENT),
    run_of("شبكة", "news#2", ["dataset=newswire", "runner=x"], None),
]


def test_systems_and_baselines_are_rows_and_data_sets_columns() -> None:
    page = across(RUNS)
    (sheet,) = page.sheets
    assert tuple(sheet.headings) == ("scorer", "measure", "run", "v1", "news")
    assert [list(row.cells) for row in sheet.rows] == [
        ["strict, char view", "micro/f1", "rules", "0.700 (0.600–0.800)", "0.400 (0.300–0.500) ≤ frequent"],
        ["strict, char view", "micro/f1", "شبكة", "–", "–"],
        ["strict, char view", "micro/f1", "baseline frequent", "0.500", "0.500"],
    ]
    assert page.facts == [("v1", "v1#1, documents: 5"), ("news", "news#2, documents: 5")]


def test_data_sets_of_one_name_and_runs_of_one_runner_are_told_apart() -> None:
    runs = [
        run_of("rules", "v1#1", ["runner=rules", "runner.threshold=0.2"], 0.7),
        run_of("rules", "v1#2", ["runner=rules", "runner.threshold=0.2"], 0.6),
        run_of("rules", "v1#1", ["runner=rules", "runner.threshold=0.4"], 0.5),
        run_of("rules", "v1#1", ["runner=rules", "runner.threshold=0.4"], 0.4),
    ]
    (sheet,) = across(runs).sheets
    assert sheet.headings[3:] == ["v1#1", "v1#2"]
    assert [row.cells[2] for row in sheet.rows][:1] == ["rules runner.threshold=0.2"]
    assert len(sheet.rows) == 2 or "(rules-v1#1)" in str(sheet.rows[1].cells[2])


def test_the_terminal_shows_a_head_once_with_its_view_below() -> None:
    (sheet,) = across(RUNS).sheets
    shown = [line.split() for line in drawn(sheet, 200).splitlines()]
    assert shown[shown.index(["strict"]) + 1] == ["char", "view,", "micro/f1"]
    assert ["rules", "0.700", "(0.600–0.800)", "0.400", "(0.300–0.500)", "≤", "frequent"] in shown
    assert ["\u2068شبكة\u2069", "–", "–"] in shown
    assert ["baseline", "frequent", "0.500", "0.500"] in shown
    assert [row.tone for row in sheet.rows] == ["plain", "plain", "muted"]


@pytest.mark.parametrize("text", TEXTS)
def test_what_people_named_is_shown_as_it_is(text: str) -> None:
    runs = [run_of(text, f"{text}#{number}", [f"runner.path={text}"], 0.5) for number in (1, 2)]
    page = across(runs)
    shown = drawn(page.sheets[0], 1000)
    assert "\x1b" not in shown
    if text.isascii() and text.isprintable():
        # Twice above the columns, and in the name of the run.
        assert shown.count(text) >= 3
    assert "<script>" not in html(page)
    rows = [line for line in markdown(page).splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
