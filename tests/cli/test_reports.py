"""`harness report` as a user calls it."""

from pathlib import Path

import pytest
from mlflow import MlflowClient

from tests.conftest import Harness, Sample


def test_a_run_has_its_page_in_its_folder_and_beside_it_in_the_tracker(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    where = f"tracker.store={store}"
    for name in ("a", "b"):
        assert harness("evaluate", *sample.overrides, where, f"hydra.run.dir={name}").code == 0
    done = harness("report", "run=a", where)
    assert done.code == 0, done.err
    assert "<article" in (tmp_path / "a" / "report.html").read_text()
    assert "logged: report.html in mlflow run" in done.out
    client = MlflowClient(f"sqlite:///{store}")
    (experiment,) = (one for one in client.search_experiments() if one.name == "default")
    runs = {
        Path(run.data.tags["run_folder"]).name: run.info.run_id
        for run in client.search_runs([experiment.experiment_id])
    }
    assert {"report.html", "types.png"} <= {file.path for file in client.list_artifacts(runs["a"])}
    assert "report.html" not in {file.path for file in client.list_artifacts(runs["b"])}

    two = harness("report", "runs=[a,b]", "out=صفحة", "trials=50", where)
    assert two.code == 0, two.err
    assert "Who got what" in (tmp_path / "صفحة" / "report.html").read_text()
    assert all("report" in {file.path for file in client.list_artifacts(run)} for run in runs.values())


def test_no_store_is_made_to_look_into(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    assert harness("evaluate", *sample.overrides, "tracker=none", "hydra.run.dir=a").code == 0
    done = harness("report", "run=a")
    assert done.code == 0, done.err
    assert done.err == ""
    assert not (tmp_path / "runs").exists()
    quiet = harness("report", "run=a", "log=false")
    assert quiet.code == 0


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ([], ["run", "neither", "runs=[A,B]"]),
        (["run=a", "runs=[a,b]"], ["both"]),
        (["runs=[a]"], ["runs", "wanted two"]),
        (["runs=a"], ["runs", "wanted two"]),
        (["run=nowhere"], ["nowhere", "latest:RUNNER"]),
        (["run=.", "documents=0"], ["documents", "0", "whole number above 0"]),
        (["run=.", "megabytes=none"], ["megabytes", "'none'", "number above 0"]),
        (["run=.", "log=perhaps"], ["log", "'perhaps'", "true or false"]),
        (["run=."], ["scores.json"]),
    ],
)
def test_wrong_input_is_one_line_and_code_2(harness: Harness, arguments: list[str], parts: list[str]) -> None:
    done = harness("report", *arguments)
    assert done.code == 2, done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert all(part in done.err for part in parts), done.err
