"""What a runner counts, repeats and keeps: how it reaches tables, MLflow, the report and the gate."""

import json
import os
from pathlib import Path

import pytest

from harness.runs.run import read_run
from tests.conftest import Harness, Sample
from tests.stores import Place

RUNNER = '''
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.data.types import Annotation, Entity, Prediction, Unplaced
from harness.runners.base import Runner


@dataclass(frozen=True)
class Metered(Runner):
    """Answers by chance for a price."""

    price: float
    times: int = 1
    lost: int = 0
    name: str = "metered"
    seed: int = 0
    folder: Path | None = None
    spent: list[int] = field(default_factory=list)

    def keeping(self, folder):
        return replace(self, folder=folder)

    def predict(self, documents):
        if self.folder is not None:
            (self.folder / "members").mkdir(exist_ok=True)
            (self.folder / "members" / "answers.jsonl").write_text(json.dumps({"seed": self.seed}))
            (self.folder / "prompt.md").write_text("Find <b>names</b> in: …")
        draw = random.Random(self.seed)
        for document in documents:
            self.spent.append(1200)
            ends = range(1, draw.randint(2, 9))
            lost = tuple(Unplaced("entities", "PERS", "said nowhere") for _ in range(self.lost))
            found = tuple(Entity(0, end, "PERS") for end in ends)
            yield Prediction(document.id, Annotation(found, unplaced=lost))

    @property
    def figures(self):
        tokens = float(sum(self.spent))
        return {"tokens_in": tokens, "tokens_out": 5.0, "cost": tokens * self.price / 1e6, "failures/timeout": 0.0}

    @property
    def remarks(self):
        return [f"metered: asked for {len(self.spent)} documents"]

    @property
    def provenance(self):
        return {"prompt_sha256": "a" * 64, "server": {"model": {"name": "m", "long": "x" * 9000}}}

    @property
    def repetitions(self):
        return [replace(self, seed=number, times=1) for number in range(1, self.times)]
'''


@pytest.fixture
def own(tmp_path: Path, sample: Sample) -> tuple[str, ...]:
    """The overrides that choose the sample as data, and know the runner."""
    (tmp_path / "mine.py").write_text(RUNNER, encoding="utf-8")
    (tmp_path / "parts" / "runner").mkdir(parents=True)
    text = "_target_: mine.Metered\nprice: 0.5\ntimes: 1\nlost: 0\nname: metered\n"
    (tmp_path / "parts" / "runner" / "metered.yaml").write_text(text, encoding="utf-8")
    return "packages=[harness,mine]", "--config-dir", "parts"


def beside(folder: Path) -> str:
    """The path on which Python finds modules in `folder`, and what it finds anyway."""
    return os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))


def data(sample: Sample) -> tuple[str, ...]:
    small = ("scorer=[entities_strict,entities_strict_char]", "bootstrap.resamples=20", "baselines=[]")
    return "dataset=jsonl", f"dataset.path={sample.gold}", "analysis.enabled=false", *small


def test_tokens_cost_and_failures_stand_beside_f1_wherever_runs_are_shown(
    harness: Harness, sample: Sample, place: Place, own: tuple[str, ...], tmp_path: Path
) -> None:
    swept = ("-m", "runner=rules,frequent,metered", "runner.price=2.5", "runner.times=3")
    done = harness("evaluate", *swept, *own, *data(sample), *place.overrides, PYTHONPATH=beside(tmp_path))
    assert done.code == 0, done.err
    tokens = 3 * len(sample.gold.read_text(encoding="utf-8").splitlines()) * 1200
    shown = done.out
    # The run's own table, and once.
    assert shown.count("The runner's own figures") == 1
    assert f"{tokens:,}" in shown
    assert "cost (USD)" in shown
    # The leaderboard: a column for each beside the values of all three.
    board = shown[shown.index("leaderboard on") :]
    heading = next(line for line in board.splitlines() if "rank" in line)
    assert all(name in heading for name in ("failed", "tokens", "cost (USD)")), heading
    [metered] = [line for line in board.splitlines() if line.split()[:1] == ["metered"]]
    assert metered.split()[-3:] == ["0", f"{tokens + 5:,}", f"{tokens * 2.5 / 1e6:.4g}"]
    assert " ± " in metered
    [rules] = [line for line in board.splitlines() if line.split()[:1] == ["rules"]]
    assert rules.split()[-3:] == ["0", "–", "–"]

    runs = {run.data.tags.get("runner"): run for run in place.runs()}
    logged = runs["metered"]
    assert logged.data.metrics["run/cost"] == pytest.approx(tokens * 2.5 / 1e6)
    assert logged.data.metrics["run/failures/timeout"] == 0
    folder = Path(logged.data.tags["run_folder"])
    spread = read_run(folder).scores.scorers["entities_strict"].repeats["micro/f1"]
    assert spread.runs == 3
    assert logged.data.metrics["entities_strict/micro/f1_repeat_mean"] == pytest.approx(spread.mean)
    assert logged.data.metrics["entities_strict/micro/f1_repeat_sd"] == pytest.approx(spread.sd)
    assert not [name for name in runs["rules"].data.metrics if "repeat" in name or "cost" in name]
    assert logged.data.tags["runner.prompt_sha256"] == "a" * 64
    assert logged.data.tags["runner.server.model.name"] == "m"
    assert len(logged.data.tags["runner.server.model.long"]) == 5000
    # Whatever lies in the folder, below it too.
    client = place.client
    for deep in ("members", "repeats/1", "repeats/2/members"):
        assert {file.path for file in client.list_artifacts(logged.info.run_id, deep)}, deep
    assert "prompt.md" in place.artifacts(logged.info.run_id)
    # Columns of the views, of all runs and of the sweep.
    experiment = client.get_experiment_by_name(place.experiment)
    assert experiment is not None
    tags = experiment.tags
    views = [json.loads(json.loads(value)["state"]) for tag, value in tags.items() if "sharedViewState" in tag]
    assert len(views) == 2
    for view in views:
        assert [f"metrics.`run/{name}`" in view["selectedColumns"] for name in ("cost", "tokens_in")] == [True, True]
    # The page of the parent has them too.
    [parent] = [run for run in place.runs() if "mlflow.parentRunId" not in run.data.tags]
    assert "cost (USD)" in parent.data.tags["mlflow.note.content"]

    assert harness("report", str(folder), *place.overrides[:1]).code == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Find &lt;b&gt;names&lt;/b&gt; in: …" in page
    assert "cost (USD)" in page
    assert f"{spread.mean:.3f} ± {spread.sd:.3f} of 3 runs" in page


def test_two_runs_are_compared_by_what_they_cost(
    harness: Harness, sample: Sample, own: tuple[str, ...], tmp_path: Path
) -> None:
    for name, runner in (("a", "rules"), ("b", "metered"), ("c", "rules")):
        where = (f"runner={runner}", "tracker=none", f"hydra.run.dir={tmp_path / name}", *own, *data(sample))
        seeded = (f"bootstrap.seed={ord(name)}",)
        assert harness("evaluate", *where, *seeded, PYTHONPATH=beside(tmp_path)).code == 0
    quick = ("scorer=[entities_strict,entities_strict_char]", "bootstrap.resamples=20", "trials=200", "tracker=none")
    done = harness("compare", "a", "b", *quick)
    assert done.code == 0, done.err
    assert "The runners' own figures" in done.out
    record = json.loads((tmp_path / "b" / "compare.json").read_text(encoding="utf-8"))
    assert record["figures"]["cost"]["a"] is None
    assert record["figures"]["cost"]["b"] > 0
    assert record["figures"]["failed documents"] == {"a": 0, "b": 0}
    done = harness("compare", "a", "c", *quick)
    assert "own figures" not in done.out
    assert "figures" not in json.loads((tmp_path / "c" / "compare.json").read_text(encoding="utf-8"))


def test_predict_says_remarks_and_figures_beside_the_answers(
    harness: Harness, sample: Sample, own: tuple[str, ...], tmp_path: Path
) -> None:
    done = harness("predict", "runner=metered", f"input={sample.gold}", *own, PYTHONPATH=beside(tmp_path))
    assert done.code == 0, done.err
    number = len(sample.gold.read_text(encoding="utf-8").splitlines())
    assert len([json.loads(line) for line in done.out.splitlines()]) == number
    remark, figures = done.err.splitlines()
    assert remark == f"warning: metered: asked for {number} documents"
    assert figures.startswith(f"metered: tokens_in {1200 * number:,}, tokens_out 5, cost (USD) ")


def test_the_gate_limits_what_a_run_may_cost_and_leave_without_a_place(
    harness: Harness, sample: Sample, own: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "parts" / "policy").mkdir()
    rule = "  {0}:\n    _target_: harness.gating.limits.Figure\n    name: {1}\n    at_most: {2}\n"
    where = ("runner=metered", "runner.lost=3", "tracker=none", "hydra.run.dir=run", *own, *data(sample))
    assert harness("evaluate", *where, PYTHONPATH=beside(tmp_path)).code == 0
    record = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))
    share = record["unplaced"]["entities"]["share"]
    assert share > 0.1
    (tmp_path / "parts" / "policy" / "budget.yaml").write_text(
        "_target_: harness.gating.policy.Policy\nname: budget\nleast_documents: 1\nrules:\n"
        + rule.format("cost", "cost", 0.0001)
        + rule.format("unplaced", "unplaced/entities", 0.1),
        encoding="utf-8",
    )
    judged = ("policy=budget", "--config-dir", "parts", "tracker=none", "bootstrap.resamples=20")
    assert harness("gate", "run", *judged).code == 1
    verdicts = json.loads((tmp_path / "run" / "gate.json").read_text(encoding="utf-8"))["verdicts"]
    shown = {verdict["rule"]: (verdict["outcome"], verdict["value"], verdict["limit"]) for verdict in verdicts}
    assert shown == {
        "cost": ("fail", record["figures"]["cost"], 0.0001),
        "unplaced": ("fail", share, 0.1),
    }
