"""MLflow, with a real store, real processes and a real server."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run as LoggedRun

from harness.track import Mlflow, metrics_of, run_name
from harness.types import InputError
from tests.conftest import Harness, Sample


@pytest.fixture
def run_folder(harness: Harness, sample: Sample, tmp_path: Path) -> Path:
    """A finished run."""
    done = harness("evaluate", *sample.overrides, "tracker=none", "hydra.run.dir=finished")
    assert done.code == 0, done.err
    return tmp_path / "finished"


def runs_of(store: Path, experiment: str = "default") -> list[LoggedRun]:
    client = MlflowClient(f"sqlite:///{store}")
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id])) if found else []


def test_a_run_is_logged_with_all_that_identifies_it(run_folder: Path, store: Path) -> None:
    run_id = Mlflow(store=str(store)).log(run_folder)
    (run,) = runs_of(store)
    scores = json.loads((run_folder / "scores.json").read_text())
    provenance = json.loads((run_folder / "provenance.json").read_text())
    assert run.info.run_id == run_id
    assert run.info.status == "FINISHED"
    assert run.data.metrics["entities_strict/micro/f1"] == pytest.approx(
        scores["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"]
    )
    assert run.data.metrics == pytest.approx(metrics_of(scores))
    assert run.data.params == {
        "runner": "replay",
        "dataset": "sample",
        "dataset.path": str(run_folder.parent / "sample.jsonl"),
        "runner.path": str(run_folder.parent / "predicted.jsonl"),
        "bootstrap.resamples": "50",
    }
    assert run.data.tags["gold_sha256"] == provenance["gold_sha256"]
    assert run.data.tags["signature.entities_strict"] == scores["scorers"]["entities_strict"]["signature"]
    assert run.inputs is not None
    (dataset,) = run.inputs.dataset_inputs
    assert dataset.dataset.name == "sample"
    assert provenance["gold_sha256"].startswith(dataset.dataset.digest)
    logged = {file.path for file in MlflowClient(f"sqlite:///{store}").list_artifacts(run_id)}
    assert {"scores.json", "predictions.jsonl", "gold.jsonl", "counts.parquet", "config.yaml"} <= logged
    assert (store.parent / "artifacts" / run_id).is_dir()


def test_metric_names_are_those_that_mlflow_takes(run_folder: Path) -> None:
    scores = json.loads((run_folder / "scores.json").read_text())
    assert all(re.fullmatch(r"[\w\-./ :]+", name) for name in metrics_of(scores))


def test_an_unfinished_folder_is_refused(tmp_path: Path, store: Path) -> None:
    with pytest.raises(InputError, match=r"scores\.json"):
        Mlflow(store=str(store)).log(tmp_path)


def test_a_run_is_named_by_its_overrides_or_by_its_parts() -> None:
    scores = {"runner": "rules", "dataset": "v1#abc"}
    assert run_name(["runner=rules", "tracker.store=x", "hydra.run.dir=y"], scores) == "runner=rules"
    assert run_name([], scores) == "rules on v1"


def test_mlflow_run_id_in_the_environment_changes_nothing(
    run_folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = Mlflow(store=str(store))
    parent = tracker.start_parent("default", "sweep")
    monkeypatch.setenv("MLFLOW_RUN_ID", parent)
    child = Mlflow(store=str(store), parent=parent).log(run_folder)
    assert child != parent
    logged = MlflowClient(f"sqlite:///{store}").get_run(child)
    assert logged.data.tags["mlflow.parentRunId"] == parent


def test_eight_processes_that_start_together_on_a_missing_store_lose_nothing(run_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "new" / "mlflow.db"
    program = "import sys, pathlib, harness.track as t; t.Mlflow(store=sys.argv[1]).log(pathlib.Path(sys.argv[2]))"
    workers = [
        subprocess.Popen([sys.executable, "-c", program, store, run_folder], stderr=subprocess.PIPE) for _ in range(8)
    ]
    errors = [worker.communicate()[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 8, errors
    runs = runs_of(store)
    assert len(runs) == 8
    assert {run.info.status for run in runs} == {"FINISHED"}
    expected = metrics_of(json.loads((run_folder / "scores.json").read_text()))
    assert all(run.data.metrics == pytest.approx(expected) for run in runs)


def test_a_tracker_that_is_down_costs_a_warning_and_a_later_command(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    down = ("tracker.uri=http://127.0.0.1:9", "hydra.run.dir=kept")
    done = harness("evaluate", *sample.overrides, *down, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert done.code == 0
    assert "harness track run=" in done.err
    assert (tmp_path / "kept" / "scores.json").exists()
    again = harness("track", "run=kept", f"tracker.store={store}")
    assert again.code == 0, again.err
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]


@contextmanager
def server(folder: Path, port: int) -> Iterator[str]:
    """A real MLflow server on the loopback interface."""
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    stores = ["--backend-store-uri", f"sqlite:///{folder}/server.db", "--artifacts-destination", str(folder / "files")]
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen([*command, *stores], env=environment, stdout=log, stderr=log)
        try:
            yield _answering(f"http://127.0.0.1:{port}", process, folder / "server.log")
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answering(uri: str, process: "subprocess.Popen[bytes]", log: Path) -> str:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=1):  # noqa: S310 -- our own address
                return uri
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise TimeoutError(log.read_text())


def test_a_server_takes_runs_with_their_artifacts(run_folder: Path, tmp_path: Path, free_port: int) -> None:
    with server(tmp_path, free_port) as uri:
        run_id = Mlflow(uri=uri).log(run_folder)
        client = MlflowClient(uri)
        run = client.get_run(run_id)
        assert run.info.status == "FINISHED"
        assert run.data.metrics["run/documents"] == 6
        assert "scores.json" in {file.path for file in client.list_artifacts(run_id)}
