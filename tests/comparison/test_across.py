from pathlib import Path
from typing import Any

from rich.console import Console

from harness.comparison.across import across
from harness.comparison.tables import across_table
from harness.runs.run import Run
from harness.runs.scores import RunScores


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
    assert sheet.headings == ("scorer", "measure", "run", "v1", "news")
    assert [list(row) for row in sheet.rows] == [
        ["strict, char view", "micro/f1", "rules", "0.700 (0.600…0.800)", "0.400 (0.300…0.500) ≤ frequent"],
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
    assert sheet.headings[3:] == ("v1#1", "v1#2")
    assert [row[2] for row in sheet.rows][:1] == ["rules runner.threshold=0.2"]
    assert len(sheet.rows) == 2 or "(rules-v1#1)" in sheet.rows[1][2]


def test_the_terminal_shows_a_head_once_with_its_view_below() -> None:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(across_table(across(RUNS)))
    shown = [line.split() for line in captured.get().splitlines()]
    assert shown[shown.index(["strict"]) + 1] == ["char", "view,", "micro/f1"]
    assert ["rules", "0.700", "(0.600…0.800)", "0.400", "(0.300…0.500)", "≤", "frequent"] in shown
    assert ["\u2068شبكة\u2069", "–", "–"] in shown
    assert ["baseline", "frequent", "0.500", "0.500"] in shown
