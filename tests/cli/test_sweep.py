"""Sweeps on a real store: one parent, a child for each job."""

from pathlib import Path

import pytest
from mlflow import MlflowClient

from tests.conftest import Harness, Sample
from tests.test_track import runs_of


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_sweep_is_one_parent_with_a_child_for_each_job(
    harness: Harness, sample: Sample, store: Path, launcher: str
) -> None:
    more = ("bootstrap.seed=1,2", f"hydra/launcher={launcher}", f"tracker.store={store}")
    done = harness("evaluate", "-m", *sample.overrides, *more)
    assert done.code == 0, done.err
    runs = runs_of(store)
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run is not parent]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    assert sorted(run.data.params["bootstrap.seed"] for run in children) == ["1", "2"]
    assert all(f"bootstrap.seed={run.data.params['bootstrap.seed']}" in run.info.run_name for run in children)


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_failed_job_is_told_and_the_others_still_run(
    harness: Harness, sample: Sample, store: Path, launcher: str
) -> None:
    more = ("units=page,paragraph", f"hydra/launcher={launcher}", f"tracker.store={store}")
    done = harness("evaluate", "-m", *sample.overrides, *more)
    assert done.code == 70
    assert "units: found 'page'" in done.err
    runs = runs_of(store)
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


def test_runs_of_a_sweep_carry_their_artifacts(harness: Harness, sample: Sample, store: Path) -> None:
    assert harness("evaluate", "-m", *sample.overrides, "bootstrap.seed=1,2", f"tracker.store={store}").code == 0
    client = MlflowClient(f"sqlite:///{store}")
    children = [run for run in runs_of(store) if "mlflow.parentRunId" in run.data.tags]
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
