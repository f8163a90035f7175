"""MLflow, with a real store, real processes and a real server."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run as LoggedRun

from harness.data.types import InputError
from harness.runs.scores import RunScores
from harness.scoring.bootstrap import Bootstrap
from harness.tracking.fields import metrics_of
from harness.tracking.mlflow import Mlflow
from tests.conftest import Harness, Sample, run_program, write_sample
from tests.stores import Place, server


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    folder = tmp_path_factory.mktemp("finished")
    arguments = ["evaluate", *write_sample(folder).overrides, "tracker=none", "hydra.run.dir=run"]
    done = run_program(arguments, folder, {})
    assert done.code == 0, done.err
    return folder / "run"


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of it of one's own."""
    return Path(shutil.copytree(finished, tmp_path / "finished"))


@pytest.fixture
def placed(run_folder: Path, place: Place) -> Path:
    """The same, of the experiment of `place`."""
    path = run_folder / "provenance.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"experiment": place.experiment}))
    return run_folder


def runs_of(store: Path, experiment: str = "default") -> list[LoggedRun]:
    client = MlflowClient(f"sqlite:///{store}")
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id])) if found else []


@pytest.mark.parametrize("package", ["mlflow", "sqlalchemy", "alembic"])
def test_what_the_embedded_store_needs_is_asked_for_beforehand(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    Mlflow().check()
    monkeypatch.setitem(sys.modules, package, None)
    wanted = rf"tracker: found no {package}, wanted it installed: pip install .*\[mlflow\]', or tracker=none"
    with pytest.raises(InputError, match=wanted):
        Mlflow().check()
    if package != "mlflow":
        # A server has a store of its own.
        Mlflow(uri="http://127.0.0.1:9").check()


def test_a_run_is_logged_with_all_that_identifies_it(placed: Path, place: Place) -> None:
    run_id = place.tracker.log(placed)
    (run,) = place.runs()
    scores = json.loads((placed / "scores.json").read_text())
    provenance = json.loads((placed / "provenance.json").read_text())
    assert run.info.run_id == run_id
    assert run.info.status == "FINISHED"
    assert run.data.metrics["entities_strict/micro/f1"] == pytest.approx(
        scores["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"]
    )
    assert run.data.metrics == pytest.approx(metrics_of(RunScores(scores)))
    assert run.data.params["runner"] == "replay"
    assert run.data.params["bootstrap.resamples"] == "50"
    assert run.data.tags["gold_sha256"] == provenance["gold_sha256"]
    assert run.data.tags["signature.entities_strict"] == scores["scorers"]["entities_strict"]["signature"]
    assert run.data.tags["mlflow.note.content"].startswith("# Scores")
    assert f"harness report {run_id}" in run.data.tags["mlflow.note.content"]
    assert run.inputs is not None
    (dataset,) = run.inputs.dataset_inputs
    assert dataset.dataset.name == "sample"
    assert provenance["gold_sha256"].startswith(dataset.dataset.digest)
    logged = {"scores.json", "predictions.jsonl", "gold.jsonl", "counts.parquet", "config.yaml"}
    assert logged <= place.artifacts(run_id)
    # What it took to evaluate, not to log: the folder's first file and its last.
    written = [int((placed / name).stat().st_mtime * 1000) for name in ("config.yaml", "scores.json")]
    assert [run.info.start_time, run.info.end_time] == written
    # Opens the table of runs.
    experiment = place.client.get_experiment(run.info.experiment_id)
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"


def test_artifacts_lie_beside_the_embedded_store(run_folder: Path, store: Path) -> None:
    assert (store.parent / "artifacts" / Mlflow(store=str(store)).log(run_folder)).is_dir()


def test_a_run_that_is_logged_again_is_the_same_run(placed: Path, place: Place) -> None:
    run_id = place.tracker.log(placed)
    (before,) = place.runs()
    (placed / "report.html").write_text("<p>later</p>")
    place.client.set_tag(run_id, "mlflow.note.content", "by hand")
    assert place.tracker.log(placed) == run_id
    (after,) = place.runs()
    assert "report.html" in place.artifacts(run_id)
    assert after.data.tags == before.data.tags | {"mlflow.note.content": "by hand"}
    assert (after.data.metrics, after.data.params) == (before.data.metrics, before.data.params)
    assert (after.info.status, after.info.end_time) == ("FINISHED", before.info.end_time)
    assert after.inputs is not None
    assert len(after.inputs.dataset_inputs) == 1
    # One point and not two: what is logged again makes no curve.
    assert len(place.client.get_metric_history(run_id, "entities_strict/micro/f1")) == 1


def test_a_run_that_died_half_logged_is_completed(placed: Path, place: Place) -> None:
    parent = place.tracker.start_parent(place.experiment, "sweep")
    child = Mlflow(place.tracker.store, place.tracker.uri, parent)
    # An artifact that cannot be read: all else of the run is in the store by then.
    (placed / "unreadable").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        child.log(placed)
    (died,) = [run for run in place.runs() if run.info.run_id != parent]
    assert died.info.status == "FAILED"
    (placed / "unreadable").unlink()
    for name in ("run/documents", "mlflow.note.content"):
        assert name in died.data.metrics | died.data.tags
    place.client.delete_tag(died.info.run_id, "runner")
    assert place.tracker.log(placed) == died.info.run_id
    whole = place.client.get_run(died.info.run_id)
    assert whole.info.status == "FINISHED"
    assert whole.data.tags["runner"] == "replay"
    assert whole.data.tags["mlflow.parentRunId"] == parent
    assert "scores.json" in place.artifacts(died.info.run_id)
    assert len(place.runs()) == 2


def test_a_run_of_which_only_the_beginning_is_there_is_completed(placed: Path, place: Place) -> None:
    # As a process leaves it that is killed between two requests: opened, and neither closed nor filled.
    place.tracker.log(placed)
    (whole,) = place.runs()
    place.client.delete_run(whole.info.run_id)
    tags = {name: whole.data.tags[name] for name in ("run_sha256", "run_folder")}
    begun = place.client.create_run(whole.info.experiment_id, tags=tags, run_name="begun").info.run_id
    # And the one that was deleted on purpose stays deleted.
    assert place.tracker.log(placed) == begun
    (run,) = place.runs()
    assert (run.info.status, run.info.run_name) == ("FINISHED", "begun")
    assert run.data.metrics == whole.data.metrics
    assert run.data.params == whole.data.params


def test_a_moved_folder_is_the_same_run_and_a_copy_is_another(placed: Path, place: Place) -> None:
    first = place.tracker.log(placed)
    moved = Path(shutil.move(placed, placed.with_name("moved")))
    assert place.tracker.log(moved) == first
    assert place.client.get_run(first).data.tags["run_folder"] == str(moved)
    copy = Path(shutil.copytree(moved, moved.with_name("copy")))
    second = place.tracker.log(copy)
    assert second != first
    assert [place.tracker.log(folder) for folder in (copy, moved)] == [second, first]


def test_a_run_is_logged_again_by_its_id_when_its_folder_is_gone(
    harness: Harness, run_folder: Path, store: Path
) -> None:
    run_id = Mlflow(store=str(store)).log(run_folder)
    shutil.rmtree(run_folder)
    done = harness("track", f"run={run_id}", f"tracker.store={store}")
    assert done.code == 0, done.err
    first, *addresses = done.out.splitlines()
    assert first == f"logged as {run_id}"
    assert any(line.startswith("page: ") and run_id in line for line in addresses)
    assert len(runs_of(store)) == 1


def test_an_unfinished_folder_is_refused(tmp_path: Path, store: Path) -> None:
    with pytest.raises(InputError, match=r"scores\.json"):
        Mlflow(store=str(store)).log(tmp_path)


def test_mlflow_run_id_in_the_environment_changes_nothing(
    placed: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = place.tracker.start_parent(place.experiment, "sweep")
    monkeypatch.setenv("MLFLOW_RUN_ID", parent)
    child = Mlflow(place.tracker.store, place.tracker.uri, parent).log(placed)
    assert child != parent
    assert place.client.get_run(child).data.tags["mlflow.parentRunId"] == parent


def test_eight_processes_that_start_together_on_a_missing_store_lose_nothing(run_folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "new" / "mlflow.db"
    program = (
        "import sys, pathlib, harness.tracking.mlflow as t; t.Mlflow(store=sys.argv[1]).log(pathlib.Path(sys.argv[2]))"
    )
    folders = [shutil.copytree(run_folder, tmp_path / f"copy-{number}") for number in range(8)]
    workers = [
        subprocess.Popen([sys.executable, "-c", program, store, folder], stderr=subprocess.PIPE) for folder in folders
    ]
    errors = [worker.communicate()[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 8, errors
    runs = runs_of(store)
    assert len(runs) == 8
    assert {run.info.status for run in runs} == {"FINISHED"}
    expected = metrics_of(RunScores(json.loads((run_folder / "scores.json").read_text())))
    assert all(run.data.metrics == pytest.approx(expected) for run in runs)


def test_a_tracker_that_is_down_costs_a_warning_and_a_later_command(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    down = ("tracker.uri=http://127.0.0.1:9", "hydra.run.dir=kept")
    done = harness("evaluate", *sample.overrides, *down, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert done.code == 0
    assert "harness track " in done.err
    assert (tmp_path / "kept" / "scores.json").exists()
    again = harness("track", "run=kept", f"tracker.store={store}")
    assert again.code == 0, again.err
    assert [run.info.status for run in runs_of(store)] == ["FINISHED"]


def test_processes_that_log_one_folder_at_once_make_one_run(run_folder: Path, store: Path) -> None:
    program = (
        "import sys, pathlib, harness.tracking.mlflow as t; t.Mlflow(store=sys.argv[1]).log(pathlib.Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(store), str(run_folder)]
    workers = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [worker.communicate()[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 2, errors
    (run,) = runs_of(store)
    assert run.data.metrics == pytest.approx(
        metrics_of(RunScores(json.loads((run_folder / "scores.json").read_text())))
    )


def test_a_server_takes_runs_with_their_artifacts(run_folder: Path, tmp_path: Path) -> None:
    with server(tmp_path, f"sqlite:///{tmp_path}/server.db") as uri:
        run_id = Mlflow(uri=uri).log(run_folder)
        client = MlflowClient(uri)
        run = client.get_run(run_id)
        assert run.info.status == "FINISHED"
        assert run.data.metrics["run/documents"] == 6
        assert "scores.json" in {file.path for file in client.list_artifacts(run_id)}


def test_a_training_is_logged_while_it_goes_on(place: Place, tmp_path: Path) -> None:
    tracker = place.tracker
    run_id = tracker.start_training(place.experiment, "epochs=2", Bootstrap(resamples=7, seed=3))
    (run,) = place.runs()
    assert (run.info.run_id, run.info.run_name, run.info.status) == (run_id, "epochs=2", "RUNNING")
    assert run.data.params["resamples"] == "7"
    for step, loss in ((1, 2.5), (2, 0.5)):
        tracker.log_point(run_id, {"train/loss": loss, "dev/mean": 1 - loss}, step)
    history = place.client.get_metric_history(run_id, "train/loss")
    assert [(one.step, one.value) for one in history] == [(1, 2.5), (2, 0.5)]
    (tmp_path / "training.json").write_text("{}")
    tracker.end_training(run_id, tmp_path / "training.json", failed=False)
    (run,) = place.runs()
    assert (run.info.status, run.data.metrics["dev/mean"]) == ("FINISHED", 0.5)
    assert place.artifacts(run_id) == {"training.json"}


def test_a_training_that_failed_has_no_record(place: Place) -> None:
    run_id = place.tracker.start_training(place.experiment, "train", Bootstrap())
    place.tracker.end_training(run_id, None, failed=True)
    (run,) = place.runs()
    assert run.info.status == "FAILED"
