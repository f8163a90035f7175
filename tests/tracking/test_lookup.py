"""What a real store holds of runs, and pages beside them."""

import json
import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

from harness.runs.run import Run, read_run
from harness.tracking.lookup import Logged, attach, children, homes, is_there, logged_as
from harness.tracking.mlflow import Mlflow
from tests.comparison.test_pair import run


@pytest.fixture
def tracker(store: Path) -> Mlflow:
    return Mlflow(store=str(store))


def logged_run(folder: Path, failing: int = 0) -> Run:
    """A finished run in a folder whose name no filter could quote."""
    return read_run(finish(run(folder, failing)))


def finish(folder: Path) -> Path:
    """`folder` with what the command line adds to a run's provenance."""
    path = folder / "provenance.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"overrides": [], "versions": {}}))
    return folder


def test_a_run_is_found_by_its_folder_newest_form_first(tracker: Mlflow, tmp_path: Path) -> None:
    one, other = (logged_run(tmp_path / name) for name in ('it\'s "a" = خ', "b"))
    first, _, again = (tracker.log(each.folder) for each in (one, other, one))
    assert again == first
    assert logged_as(tracker, "any name", one) == [Logged(first, None)]
    # Evaluated anew into the same folder: another run, and the newest.
    scores = one.folder / "scores.json"
    scores.write_text(json.dumps(json.loads(scores.read_text()) | {"seconds": 123.0}))
    newest = tracker.log(one.folder)
    assert logged_as(tracker, "any name", one) == [Logged(newest, None), Logged(first, None)]
    assert logged_as(tracker, "any name", logged_run(tmp_path / "never logged")) == []


def test_a_run_is_found_by_its_id_wherever_its_folder_is(tracker: Mlflow, tmp_path: Path) -> None:
    parent = tracker.start_parent("test", "sweep")
    one = logged_run(tmp_path / "a")
    run_id = Mlflow(store=tracker.store, parent=parent).log(one.folder)
    moved = read_run(Path(shutil.move(one.folder, tmp_path / "moved")))
    assert logged_as(tracker, run_id, moved) == [Logged(run_id, parent)]
    assert logged_as(tracker, str(moved.folder), moved) == []


def test_a_store_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    tracker = Mlflow(store=str(tmp_path / "none" / "mlflow.db"))
    assert logged_as(tracker, "a", logged_run(tmp_path / "a")) == []
    assert not (tmp_path / "none").exists()
    assert not is_there(tracker)
    assert is_there(Mlflow(uri="http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        # Both in one sweep: its parent, though one of them was logged again by itself.
        ([[Logged("a", "p")], [Logged("b2", None), Logged("b", "p")]], ["p"]),
        # In two sweeps, or one in none: each run, in its newest form.
        ([[Logged("a", "p")], [Logged("b", "q")]], ["a", "b"]),
        ([[Logged("a", "p")], [Logged("b", None)]], ["a", "b"]),
        # In two sweeps both: the newest of them.
        ([[Logged("a2", "q"), Logged("a", "p")], [Logged("b2", "q"), Logged("b", "p")]], ["q"]),
        # Not logged at all: where there is something.
        ([[Logged("a", "p")], []], ["a"]),
        ([[], []], []),
    ],
)
def test_a_page_belongs_to_the_common_parent_or_to_every_run(runs: list[list[Logged]], expected: list[str]) -> None:
    assert homes(runs) == expected


def test_pages_are_attached_as_artifacts_and_a_description(tracker: Mlflow, tmp_path: Path) -> None:
    parent = tracker.start_parent("test", "sweep")
    attach(tracker, parent, {"page.html": "<p>نص</p>", "deep/page.md": "# نص"}, "# note")
    client = MlflowClient(f"sqlite:///{tracker.store}")
    assert client.get_run(parent).data.tags["mlflow.note.content"] == "# note"
    texts = [Path(client.download_artifacts(parent, name)).read_text() for name in ("page.html", "deep/page.md")]
    assert texts == ["<p>نص</p>", "# نص"]


def test_children_are_the_finished_runs_of_a_sweep_that_are_still_there(tracker: Mlflow, tmp_path: Path) -> None:
    parent = tracker.start_parent("test", "sweep")
    child = Mlflow(store=tracker.store, parent=parent)
    folders = [logged_run(tmp_path / name).folder for name in ("a", "b", "c", "alone")]
    for folder in folders[:3]:
        child.log(folder)
    tracker.log(folders[3])
    child.log_failure("test", "died", "broken")
    # A job may name an experiment of its own.
    child.log_failure("another", "died too", "broken")
    shutil.rmtree(folders[1])
    assert children(tracker, parent) == [folders[0], folders[2]]
    assert children(tracker, "0" * 32) == []
