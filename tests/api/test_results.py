"""Comparisons, verdicts and reports from Python: what they hold, how they look, what they write."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.api.comparing import compare
from harness.api.evaluating import evaluate
from harness.api.gating import gate
from harness.api.loading import load
from harness.api.reporting import report
from harness.api.runs import Run
from harness.data.types import Annotation, InputError
from harness.gating.limits import Failures
from harness.gating.policy import Policy
from tests.samples import EXAMPLES

SCORERS = ["entities_strict", "claims", "checkworthy"]
FAST = ("bootstrap.resamples=50",)
TRIALS = ("bootstrap.resamples=50", "trials=400")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Runs that find all, all mentions but the first, and no mentions."""
    folder = tmp_path_factory.mktemp("runs")
    corpus = load(EXAMPLES, name="<b>عينة</b>")
    by_text = {example.document.text: example.gold for example in EXAMPLES}

    def whole(text: str) -> Annotation:
        return by_text[text]

    def less(text: str) -> Annotation:
        return replace(by_text[text], entities=(by_text[text].entities or ())[1:])

    def none(text: str) -> Annotation:
        return replace(by_text[text], entities=())

    runners: list[Any] = [whole, less, none]
    return [
        evaluate(
            corpus, runner, scorers=SCORERS, baselines=[], out=folder / f"run {place}",
            overrides=("bootstrap.resamples=50", "analysis.enabled=false"),
        )
        for place, runner in enumerate(runners)
    ]  # fmt: skip


def test_two_runs_are_compared_by_their_differences(runs: list[Run], tmp_path: Path) -> None:
    whole, less, _ = runs
    compared = compare(whole, str(less.folder), scorers=SCORERS, overrides=TRIALS)
    (row,) = [
        row
        for row in compared.to_dict()["headlines"]["rows"]
        if (row["scorer"], row["measure"]) == ("entities_strict", "micro/f1")
    ]
    (own, other) = (run.scores["entities_strict"]["micro/f1"].value for run in (whole, less))
    assert own is not None
    assert other is not None
    assert row["difference"] == pytest.approx(other - own)
    frame = compared.to_pandas()
    record = compared.to_dict()
    assert len(frame) == sum(len(record[family]["rows"]) for family in ("headlines", "details"))
    assert str(compared).startswith(f"a: {whole.name}\nb: {less.name}\n")
    assert repr(compared) == f"<comparison of {whole.name} and {less.name}>"
    assert {path.name for path in less.folder.iterdir()}.isdisjoint({"compare.json", "compare.html"})
    page = compared._repr_html_()
    assert '<td dir="rtl" lang="ar">' in page
    assert "<b>" not in page


def test_more_runs_are_a_leaderboard(runs: list[Run], tmp_path: Path) -> None:
    board = compare(*runs, scorers="entities_strict", overrides=TRIALS, out=tmp_path / "out")
    ranks = {run["run"]: run["rank"] for run in board.to_dict()["leaderboard"][0]["runs"]}
    assert list(ranks.values()) == [1, 2, 3]
    assert next(iter(ranks)).startswith("whole")
    assert json.loads((tmp_path / "out" / "compare.json").read_text()) == board.to_dict()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"compare.json", "compare.md", "compare.html"}
    frame = board.to_pandas()
    assert frame["rank"].tolist() == [1, 2, 3]
    assert frame["to_best_difference"].iloc[1] < 0
    assert "whole" in str(board)
    assert repr(board).startswith("<leaderboard of ")
    with pytest.raises(InputError, match="runs: found 1, wanted two or more"):
        compare(runs[0])
    with pytest.raises(InputError, match="run: found 7, wanted a Run, the folder of one"):
        compare(runs[0], 7)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"run: found scores alone, wanted runs, .*: harness.evaluate\(gold, RUNNER\)"):
        compare(runs[0].scores, runs[1].scores)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"overrides: found agreement=1, which harness.compare does not use"):
        compare(*runs, overrides=["agreement=1"])


def test_a_verdict_says_whether_the_gate_is_passed(runs: list[Run], tmp_path: Path) -> None:
    policy = Policy("mine", {"failures": Failures(most=0)})
    verdict = gate(runs[0], policy, overrides=FAST)
    assert verdict
    assert (verdict.passed, verdict.outcome, verdict.exit_code) == (True, "pass", 0)
    assert [one.rule for one in verdict.verdicts] == ["failures"]
    assert not (runs[0].folder / "gate.json").exists()
    floor = {"_target_": "harness.gating.rules.Floor", "scorer": "entities_strict", "measure": "micro/f1"}
    floors = floor | {"least": 0.9, "least_gold": 1, "least_units": 1}
    strict = {"_target_": "harness.gating.policy.Policy", "name": "strict", "rules": {"floor": floors}}
    failed = gate(runs[2].folder, strict, out=tmp_path / "out", overrides=FAST)
    assert not failed
    assert (failed.outcome, failed.exit_code) == ("fail", 1)
    assert json.loads((tmp_path / "out" / "gate.json").read_text()) == failed.to_dict()
    assert (tmp_path / "out" / "junit.xml").is_file()
    assert failed.to_pandas()[["rule", "outcome"]].to_numpy().tolist() == [["floor", "fail"]]
    assert "failed" in str(failed)
    assert "<table>" in failed._repr_html_()
    assert repr(failed).startswith("<gate strict: failed")


def test_a_call_that_ends_without_a_verdict_leaves_none(runs: list[Run], tmp_path: Path) -> None:
    policy = Policy("mine", {"failures": Failures(most=0)})
    gate(runs[0], policy, out=tmp_path, overrides=FAST)
    with pytest.raises(InputError, match="baseline: found none, wanted baseline=DIR, the one that rules of policy ci"):
        gate(runs[0], "ci", out=tmp_path)
    assert not (tmp_path / "gate.json").exists()
    with pytest.raises(InputError, match="policy/nothing: found no such file, wanted one of ci, entities"):
        gate(runs[0], "nothing")


def test_a_report_is_a_page_that_a_notebook_links_to(
    runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = report(runs[0], runs[1], scorers=SCORERS, out="my pages", overrides=("documents=2",))
    assert os.fspath(page) == str(page) == str(Path("my pages", "report.html"))
    assert page.html == Path(page).read_text(encoding="utf-8")
    assert page._repr_html_().startswith('<a href="my%20pages/report.html"')
    assert page.html.count("<article") <= 2
    own = report(runs[0], scorers=SCORERS)
    assert own.path == runs[0].folder / "report.html"
    assert own._repr_html_().startswith('<a href="file:///')
    with pytest.raises(InputError, match="runs: found 3, wanted one or two"):
        report(*runs)


def test_the_newest_run_of_a_runner_is_named_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = harness.evaluate(
        load(EXAMPLES), "rules", scorers="entities_strict", baselines=[], overrides=("analysis.enabled=false", *FAST)
    )
    assert harness.open_run("latest:rules").folder == made.folder
    assert not (tmp_path / "runs" / "mlflow.db").exists()
