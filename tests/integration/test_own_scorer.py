"""A scorer of one's own, as a user adds it: a module, a yaml and nothing else, from the table to the tracker."""

import json
from pathlib import Path
from typing import Final

import pytest

from harness.data import codec
from harness.data.types import Annotation, Prediction
from tests.conftest import Harness, Sample
from tests.samples import EXAMPLES, PREDICTIONS

MODULE: Final = '''
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.scoring.table import Table, ratio, tally


@dataclass(frozen=True)
class Touched:
    """The share of gold mentions that any predicted one overlaps."""

    layer: ClassVar[str] = "entities"

    def counts(self, corpus):
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        starts, ends = gold.starts[:, None], gold.ends[:, None]
        touched = ((predicted.starts < ends) & (predicted.ends > starts)).any(axis=1)
        units = corpus.units.of(gold.starts)
        return tally(["any/gold", "any/touched"], len(corpus.units),
                     {"any/gold": (units, None), "any/touched": (units[touched], None)})

    def scores(self, totals, whole):
        return {"LABEL/MEASURE": ratio(totals["any/touched"], totals["any/gold"]),
                "LABEL/missed": totals["any/gold"] - totals["any/touched"]}

    def support(self, totals):
        return {"LABEL": totals["any/gold"]}
'''


@pytest.fixture(params=["any/coverage", "الذكر/التغطية"], ids=["latin", "arabic"])
def measure(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The headline of the scorer `touched`, whose module and yaml lie in the working folder."""
    label, name = str(request.param).split("/")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    module = MODULE.replace("LABEL", label).replace("MEASURE", name)
    (tmp_path / "mine" / "scorer.py").write_text(module, encoding="utf-8")
    yaml = tmp_path / "conf" / "scorer" / "touched.yaml"
    yaml.parent.mkdir(parents=True)
    yaml.write_text("touched:\n  _target_: mine.scorer.Touched\n", encoding="utf-8")
    policy = tmp_path / "conf" / "policy" / "mine.yaml"
    policy.parent.mkdir()
    policy.write_text(
        f"""_target_: harness.gating.policy.Policy
name: mine
rules:
  touched:
    _target_: harness.gating.rules.Floor
    scorer: touched
    measure: {request.param}
    least: 0.5
  headlines:
    _target_: harness.gating.rules.Headlines
""",
        encoding="utf-8",
    )
    return str(request.param)


def test_it_is_printed_logged_compared_ranked_gated_and_reported(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path, measure: str
) -> None:
    own = ["scorer=[touched]", "packages=[harness,mine]", "hydra.searchpath=[file://conf]"]
    here = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}", "COLUMNS": "200"}

    def call(*arguments: str, code: int = 0) -> str:
        done = harness(*arguments, *own, **here)
        assert done.code == code, done.out + done.err
        return done.out

    fewer = [Prediction(one.doc_id, Annotation(entities=(one.annotation.entities or ())[:1])) for one in PREDICTIONS]
    other = tmp_path / "fewer.jsonl"
    codec.write_predictions(other, fewer, [example.document for example in EXAMPLES])
    evaluate = ["evaluate", *sample.overrides, f"tracker.store={store}"]
    printed = call(*evaluate, "hydra.run.dir=a")
    assert "touched" in printed
    assert measure in printed
    call(*evaluate, f"runner.path={other}", "hydra.run.dir=b")

    stored = json.loads((tmp_path / "a" / "scores.json").read_text(encoding="utf-8"))["scorers"]["touched"]
    label = measure.partition("/")[0]
    assert (stored["headlines"], stored["shown"]) == ([measure], [measure, f"{label}/missed"])

    tracked = "tracker=none"
    compared = call("compare", "a=a", "b=b", tracked, "bootstrap.resamples=50", "trials=200", "out=compared")
    assert measure in compared
    record = json.loads((tmp_path / "compared" / "compare.json").read_text(encoding="utf-8"))
    (row,) = record["headlines"]["rows"]
    assert (row["measure"], row["family"]) == (measure, 1)
    assert row["difference"] < 0
    assert 0 < row["p"] <= 1
    board = call("compare", "runs=[a,b]", tracked, "bootstrap.resamples=50", "trials=200", "out=board")
    assert measure in board
    boards = json.loads((tmp_path / "board" / "compare.json").read_text(encoding="utf-8"))["leaderboard"]
    assert [(one["measure"], [run["rank"] for run in one["runs"]]) for one in boards] == [(measure, [1, 2])]

    gate = ["gate", "policy=mine", tracked, "bootstrap.resamples=100"]
    call("gate", "task=bless", "run=a", "baseline=base", tracked)
    assert f"touched {measure}" in call(*gate, "run=a", "baseline=base", "verbose=true")
    judged = call(*gate, "run=b", "baseline=base", code=1)
    assert f"touched {measure}" in judged
    assert any(line.startswith("failed: touched") for line in judged.splitlines())

    call("report", "run=a", tracked, "log=false", "bootstrap.resamples=50", "out=reported")
    page = (tmp_path / "reported" / "report.html").read_text(encoding="utf-8")
    assert f'<th scope="row">{measure}</th>' in page
    assert "touched()|gold:" in page

    from harness.tracking.mlflow import Mlflow

    client = Mlflow(store=str(store)).client()
    (experiment,) = (one for one in client.search_experiments() if one.name == "default")
    logged = client.search_runs([experiment.experiment_id])
    section = measure.replace("/", "_", 1)
    values = sorted(run.data.metrics[f"touched/labels/{section}"] for run in logged)
    assert values[1] == pytest.approx(stored["measures"][measure]["value"])
    assert values[0] < values[1]
