"""What MLflow shows first of a run."""

from pathlib import Path
from typing import Any

import pytest

from harness.datasets.gold import PROVENANCE, GoldStandard
from harness.runners.rules.runner import Rules
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import Run, read_run
from harness.runs.scores import RunScores
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.show.markdown import BRIEF
from harness.tracking.description import describe
from harness.tracking.mlflow import Nothing
from tests.comparison.test_pair import run


@pytest.fixture
def sample_run(tmp_path: Path) -> Run:
    """A finished run on the samples."""
    return read_run(run(tmp_path / "run"))


def test_headlines_stand_with_intervals_signatures_and_the_way_to_the_report(sample_run: Run) -> None:
    text = describe(sample_run, "c0ffee")
    scorers = sample_run.scores.record["scorers"]
    for name, found in scorers.items():
        assert f"- `{found['signature']}`" in text
        assert f"| {name}, word view |" in text
    value = scorers["entities_strict"]["measures"]["micro/f1"]["value"]
    assert f"| entities_strict, word view | micro/f1 | {value:.3f} |" in text
    assert "95 % intervals" in text
    assert "`harness report c0ffee`" in text
    assert len(text) <= BRIEF
    assert PROVENANCE not in text


def test_what_was_remarked_and_the_model_are_told(sample_run: Run) -> None:
    more = {"remarks": ["found <b> in نص"], "runner": {"model": "org/name", "revision": None}}
    text = describe(Run(sample_run.folder, sample_run.scores, dict(sample_run.provenance) | more), "c0ffee")
    # No mark of Markdown or HTML, between characters that keep its direction to itself.
    assert "- remark: \u2068found \\<b\\> in نص\u2069" in text
    assert "- model: org/name" in text
    assert "revision" not in text


def test_a_long_description_keeps_the_scores(sample_run: Run) -> None:
    scorers: dict[str, Any] = dict(sample_run.scores.record["scorers"])
    rest = "units:paragraph:58|bs:2000:percentile|seed:13|level:0.95|v:0.1.0"
    many = {
        f"entities_{number}": dict(scorers["entities_strict"])
        | {"signature": f"entities_strict(boundary=word)|gold:v1#{number:06}|{rest}"}
        for number in range(40)
    }
    text = describe(
        Run(sample_run.folder, RunScores(dict(sample_run.scores.record) | {"scorers": many}), sample_run.provenance),
        "c0",
    )
    assert len(text) <= BRIEF
    assert "| entities_39, word view | micro/f1 |" in text
    assert rest not in text
    assert "scores.json" in text


def test_the_gold_says_who_made_it(tmp_path: Path) -> None:
    scorers = {"entities_strict": EntitiesStrict()}
    parts = Experiment(
        "test", GoldStandard("v1"), Rules(), Scoring(scorers, "paragraph", Bootstrap(resamples=20)), Nothing()
    )
    evaluate(parts, tmp_path / "run", "", {"overrides": []})
    assert PROVENANCE in describe(read_run(tmp_path / "run"), "c0ffee")


def test_baselines_stand_below_the_headlines_that_they_judge(sample_run: Run) -> None:
    scorers: dict[str, Any] = dict(sample_run.scores.record["scorers"])
    more = {
        "baselines": {"frequent": {"micro/f1": 1.0}},
        "to_baselines": {"frequent": {"micro/f1": {"difference": -0.25, "low": -0.5, "high": 0.0, "p": 0.25}}},
    }
    scorers["entities_strict"] = dict(scorers["entities_strict"]) | more
    text = describe(
        Run(sample_run.folder, RunScores(dict(sample_run.scores.record) | {"scorers": scorers}), sample_run.provenance),
        "c0",
    )
    rows = [line for line in text.splitlines() if line.startswith("| entities_strict, word view |")]
    assert [line.split(" | ")[1] for line in rows] == ["micro/f1 ≤ frequent", "frequent 1.000"]
    assert rows[1].endswith("| -0.250 | -0.500 to +0.000 | p 0.2500 |")
    assert "no better than the baseline" in text
