"""Sweeps on a real store: one parent, a child for each job."""

import json
import re
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run as LoggedRun

from harness.cli.sweep import MOST_RANKED
from harness.tracking.mlflow import Mlflow
from tests.conftest import Harness, Sample
from tests.stores import Place
from tests.tracking.test_mlflow import runs_of


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_sweep_is_one_parent_with_a_child_for_each_job(
    harness: Harness, sample: Sample, place: Place, launcher: str
) -> None:
    more = ("bootstrap.seed=1,2", f"hydra/launcher={launcher}", *place.overrides)
    done = harness("evaluate", "-m", *sample.overrides, *more)
    assert done.code == 0, done.err
    runs = place.runs()
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run is not parent]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    assert sorted(run.data.params["bootstrap.seed"] for run in children) == ["1", "2"]
    assert all(f"bootstrap.seed={run.data.params['bootstrap.seed']}" in run.info.run_name for run in children)


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_failed_job_is_told_and_the_others_still_run(
    harness: Harness, sample: Sample, place: Place, launcher: str
) -> None:
    more = ("units=page,paragraph", f"hydra/launcher={launcher}", *place.overrides)
    done = harness("evaluate", "-m", *sample.overrides, *more)
    assert done.code == 70
    assert "units: found 'page'" in done.err
    runs = place.runs()
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert parent.info.status == "FAILED"
    states = {run.data.params.get("units", "page"): run.info.status for run in runs if run is not parent}
    assert states == {"page": "FAILED", "paragraph": "FINISHED"}


def test_a_sweep_without_tracker_touches_no_store(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    done = harness("evaluate", "-m", *sample.overrides, "bootstrap.seed=1,2", "tracker=none")
    assert done.code == 0, done.err
    assert len([*tmp_path.glob("runs/default/*/scores.json")]) == 2
    assert not [*tmp_path.rglob("*.db")]


def test_a_sweep_outlives_a_tracker_that_is_down(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    down = ("tracker.uri=http://127.0.0.1:9", "bootstrap.seed=1,2")
    done = harness("evaluate", "-m", *sample.overrides, *down, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert done.code == 0, done.err
    assert len([*tmp_path.glob("runs/default/*/scores.json")]) == 2


def test_runs_of_a_sweep_carry_their_artifacts(harness: Harness, sample: Sample, place: Place) -> None:
    assert harness("evaluate", "-m", *sample.overrides, "bootstrap.seed=1,2", *place.overrides).code == 0
    client = place.client
    children = [run for run in place.runs() if "mlflow.parentRunId" in run.data.tags]
    assert all("scores.json" in {file.path for file in client.list_artifacts(run.info.run_id)} for run in children)


def test_a_sweep_over_trackers_has_no_parent_and_runs_all_jobs(
    harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    swept = harness("evaluate", "-m", *sample.overrides, "tracker=none,mlflow")
    assert swept.code == 0, swept.err
    assert "no parent run" in swept.err
    assert len([*tmp_path.glob("runs/default/*/scores.json")]) == 2
    assert {run.info.status for run in runs_of(tmp_path / "runs" / "mlflow.db")} == {"FINISHED"}


def test_a_sweep_asked_for_by_its_mode_is_closed_too(harness: Harness, sample: Sample, store: Path) -> None:
    done = harness("evaluate", "--multi", *sample.overrides, "bootstrap.seed=1,2", f"tracker.store={store}")
    assert done.code == 0, done.err
    assert {run.info.status for run in runs_of(store)} == {"FINISHED"}


def parent_of(place: Place) -> tuple[LoggedRun, set[str]]:
    """The parent of the only sweep at `place`, and the names of its artifacts."""
    (parent,) = [run for run in place.runs() if "mlflow.parentRunId" not in run.data.tags]
    return parent, place.artifacts(parent.info.run_id)


LEADERBOARD = {"leaderboard.html", "leaderboard.json", "leaderboard.md"}


def test_the_parent_carries_a_leaderboard_of_the_jobs_that_finished(
    harness: Harness, sample: Sample, place: Place, tmp_path: Path
) -> None:
    # The second file answers one document of six; the third is missing.
    (tmp_path / "one.jsonl").write_text(sample.predictions.read_text().splitlines()[0] + "\n")
    swept = (f"runner.path={sample.predictions},{tmp_path / 'one.jsonl'},missing", *place.overrides)
    done = harness("evaluate", "-m", *[one for one in sample.overrides if "runner.path" not in one], *swept)
    assert done.code == 70
    assert "missing: found No such file or directory" in done.err
    parent, artifacts = parent_of(place)
    assert parent.info.status == "FAILED"
    assert artifacts == LEADERBOARD
    read = Path(place.client.download_artifacts(parent.info.run_id, "leaderboard.json")).read_text()
    record = json.loads(read)
    names = [f"replay runner.path={path}" for path in (sample.predictions, tmp_path / "one.jsonl")]
    assert sorted(one["name"] for one in record["runs"]) == sorted(names)
    boards = {(one["scorer"], one["measure"]): one for one in record["leaderboard"]}
    # The sweep's own scorers and resampling, not those of another command.
    assert "entities_strict_clitic" in record["signatures"]
    assert "|bs:50:wilson|" in record["signatures"]["entities_strict"]
    # 9 of 15 mentions and nothing spurious, F1 18/24; 3 of the 4 in the one document that was answered, 6/18.
    standings = boards["entities_strict", "micro/f1"]["runs"]
    assert [one["run"] for one in standings] == names
    assert [one["value"] for one in standings] == pytest.approx([18 / 24, 6 / 18])
    note = parent.data.tags["mlflow.note.content"]
    assert note.startswith("# Leaderboard")
    assert len(note) <= 5000
    assert f"saved with mlflow run {parent.info.run_id}: leaderboard.html" in done.out
    assert "artifacts/leaderboard.html?workflowType=machine_learning)" in note
    # The answer comes first, and in the metrics of the parent.
    assert note.index("best: ") < note.index("| entities") < note.index("Piepho")
    assert parent.data.metrics["entities_strict/micro/f1"] == pytest.approx(18 / 24)
    (p,) = [one["to_best"]["p_adjusted"] for one in standings if one["to_best"]]
    sure = f"not told apart from {names[1]} (p {p:.4f})" if p >= 0.05 else "told apart from every other run"
    assert parent.data.tags["best.entities_strict/micro/f1"] == f"{names[0]}, {sure}"
    assert parent.data.params["runner"] == "replay"


def test_a_sweep_ends_with_what_failed_and_where_its_runs_are(harness: Harness, sample: Sample, store: Path) -> None:
    more = ("units=page,paragraph,sheet", f"tracker.store={store}")
    done = harness("evaluate", "-m", *sample.overrides, *more)
    assert done.code == 70
    wanted = "wanted one of document, paragraph, sentence"
    failed = "; ".join(f"units={units}: units: found '{units}', {wanted}" for units in ("page", "sheet"))
    assert done.err.splitlines()[-1] == f"harness evaluate: 2 of 3 failed: {failed}"
    assert "Error executing job" not in done.err
    parent, _ = parent_of(Place(Mlflow(store=str(store))))
    address = f"/runs/{parent.info.run_id}?workflowType=machine_learning"
    assert any(line.startswith("page: http://127.0.0.1:5000/#/experiments/") for line in done.out.splitlines())
    assert address in done.out
    view = f"viewStateShareKey=sweep-{parent.info.run_id[:8]}"
    assert view in done.out
    tags = MlflowClient(f"sqlite:///{store}").get_experiment(parent.info.experiment_id).tags
    held = json.loads(json.loads(tags[f"mlflow.sharedViewState.sweep-{parent.info.run_id[:8]}"])["state"])
    assert parent.info.run_id in held["searchFilter"]
    assert held["orderByKey"] == "metrics.`entities_strict/micro/f1`"


def test_a_sweep_says_each_note_once(harness: Harness, sample: Sample) -> None:
    done = harness("evaluate", "-m", *sample.overrides, "bootstrap.seed=1,2", "tracker=none")
    assert done.code == 0, done.err
    assert done.out.count("precision, recall, macro and all other measures: verbose=true") == 1


@pytest.mark.parametrize("jobs", ["bootstrap.seed=1", "units=page,paragraph", "units=page,sheet"])
def test_a_sweep_with_one_finished_run_or_none_closes_without_leaderboard(
    harness: Harness, sample: Sample, store: Path, jobs: str
) -> None:
    done = harness("evaluate", "-m", *sample.overrides, jobs, f"tracker.store={store}")
    assert done.code == (70 if "page" in jobs else 0), done.err
    assert "leaderboard" not in done.out + done.err
    parent, artifacts = parent_of(Place(Mlflow(store=str(store))))
    assert parent.info.status == ("FAILED" if "page" in jobs else "FINISHED")
    assert artifacts == set()


def test_a_sweep_over_data_sets_shows_them_side_by_side_and_ranks_on_each(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    (tmp_path / "less.jsonl").write_text("\n".join(sample.gold.read_text().splitlines()[1:]) + "\n")
    kept = ("dataset=jsonl", "runner=frequent", "bootstrap.resamples=50", "analysis.enabled=false")
    swept = (f"dataset.path={sample.gold},{tmp_path / 'less.jsonl'}", "runner.k=1,20", f"tracker.store={store}")
    done = harness("evaluate", "-m", *kept, *swept, "scorer=[entities_strict]")
    assert done.code == 0, done.err
    assert done.err == ""
    assert "Headlines by data set" in done.out
    parent, artifacts = parent_of(Place(Mlflow(store=str(store))))
    assert {"datasets.md", "datasets.html"} < artifacts
    # What a narrow list shows first is what tells them apart.
    assert {"sample-leaderboard.html", "less-leaderboard.html"} < artifacts
    assert len(artifacts) == 2 + 2 * len(LEADERBOARD)
    note = parent.data.tags["mlflow.note.content"]
    assert note.startswith("# Data sets side by side\n\n- best on ")
    for name in ("sample", "less"):
        said = next(line for line in note[: note.index("| ")].splitlines() if line.startswith(f"- best on {name}: "))
        assert re.search(r"frequent runner.k=\d+ by .*micro/f1: 0\.\d{3} \(.*\), (not )?told apart from ", said)
        tag = parent.data.tags[f"best.{name}/entities_strict/micro/f1"]
        assert said.replace("\\", "").replace("\u2069", "").endswith(tag.partition(", ")[2])
    assert re.search(r"\[datasets\.html\]\(#/experiments/\d+/runs/\w{32}/artifacts/datasets\.html\?\S+\)", note)
    shown = [
        line.split("|") for line in note.splitlines() if line.startswith("| entities_strict, word view | micro/f1 |")
    ]
    names = [line[3].strip("\u2068\u2069 ") for line in shown]
    assert names == ["frequent runner.k=1", "frequent runner.k=20", "baseline frequent"]
    # The second is the baseline itself, on either data set.
    assert all("≤ frequent" in cell for cell in shown[1][4:6])
    assert [cell.split()[0] for cell in shown[1][4:6]] == [cell.strip() for cell in shown[2][4:6]]


def test_a_sweep_over_unlike_gold_with_one_run_each_has_no_leaderboard(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    (tmp_path / "less.jsonl").write_text("\n".join(sample.gold.read_text().splitlines()[1:]) + "\n")
    (tmp_path / "answers.jsonl").write_text("\n".join(sample.predictions.read_text().splitlines()[1:]) + "\n")
    kept = ("dataset=jsonl", "runner=replay", f"runner.path={tmp_path / 'answers.jsonl'}", "bootstrap.resamples=50")
    swept = f"dataset.path={sample.gold},{tmp_path / 'less.jsonl'}"
    done = harness("evaluate", "-m", *kept, swept, f"tracker.store={store}")
    assert done.code == 0, done.err
    assert "leaderboard" not in done.out + done.err
    parent, artifacts = parent_of(Place(Mlflow(store=str(store))))
    assert parent.info.status == "FINISHED"
    assert artifacts == {"datasets.md", "datasets.html"}
    # By its first word: where other lines are broken, and what then stands in one, depends on how long paths are.
    (heading,) = [line for line in done.out.splitlines() if line.startswith("run ")]
    assert heading.split() == ["run", "sample", "less"]


def test_a_sweep_of_many_runs_says_how_to_rank_them(harness: Harness, sample: Sample, store: Path) -> None:
    seeds = ",".join(map(str, range(MOST_RANKED + 1)))
    quick = ("scorer=[checkworthy]", "analysis.enabled=false", f"tracker.store={store}")
    done = harness("evaluate", "-m", *sample.overrides, *quick, f"bootstrap.seed={seeds}")
    assert done.code == 0, done.err
    assert f"leaderboard: found {MOST_RANKED + 1} runs" in done.out
    assert parent_of(Place(Mlflow(store=str(store))))[1] == set()


SMALL = ("analysis.enabled=false", "baselines=[]", "scorer=[entities_strict]", "bootstrap.resamples=20")


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_field_of_one_swept_runner_goes_to_that_runner(
    harness: Harness, sample: Sample, place: Place, launcher: str
) -> None:
    gold = ("dataset=jsonl", f"dataset.path={sample.gold}", f"hydra/launcher={launcher}", *place.overrides)
    swept = ("runner=rules,replay,frequent", f"runner.path={sample.predictions}", "bootstrap.seed=1")
    done = harness("evaluate", "-m", *gold, *swept, *SMALL)
    assert done.code == 0, done.err
    told = "sweep: runner.path: goes to replay; left out for rules, frequent, without such a field\n"
    assert done.out.count(told) == 1
    children = {run.data.tags["runner"]: run for run in place.runs() if "mlflow.parentRunId" in run.data.tags}
    assert children.keys() == {"rules", "replay", "frequent"}
    for runner, run in children.items():
        own = (runner == "replay",) * 3
        assert ("runner.path" in run.info.run_name, "runner.path" in run.data.tags["overrides"]) == own[:2]
        assert "bootstrap.seed=1" in run.data.tags["overrides"]
        config = (Path(run.data.tags["run_folder"]) / "config.yaml").read_text(encoding="utf-8")
        assert (str(sample.predictions) in config) == own[2]


def test_a_job_runs_once_for_all_values_of_a_field_that_it_lacks(
    harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    gold = ("dataset=jsonl", f"dataset.path={sample.gold}", "tracker=none")
    done = harness("evaluate", "-m", *gold, "runner=frequent,rules", "runner.threshold=0.3,0.5", *SMALL)
    assert done.code == 0, done.err
    assert "runs once" in done.out
    runners = [json.loads(path.read_text())["runner"] for path in tmp_path.glob("runs/default/*/scores.json")]
    assert sorted(runners) == ["frequent", "rules", "rules"]


def test_a_field_of_no_swept_runner_and_of_a_single_one_that_lacks_it_are_refused(
    harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    gold = ("dataset=jsonl", f"dataset.path={sample.gold}", "tracker=none")
    swept = harness("evaluate", "-m", *gold, "runner=frequent,rules", "runner.treshold=0.3")
    assert (swept.code, swept.out) == (2, "")
    assert swept.err == (
        "harness evaluate: runner.treshold: found an unknown key, wanted one that --cfg job shows; "
        "did you mean runner.threshold?\n"
    )
    single = harness("evaluate", *gold, "runner=frequent", "runner.threshold=0.3")
    assert single.code == 2
    assert single.err.startswith("harness evaluate: runner.threshold: found an unknown key")
    assert not [*tmp_path.glob("runs/default/*")]
