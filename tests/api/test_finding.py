import json
from pathlib import Path

import pytest

from harness.api.finding import find_run
from harness.data.types import InputError
from harness.tracking.mlflow import Mlflow, Nothing
from tests.conftest import Harness, Sample


def finished(root: Path, name: str, runner: str) -> Path:
    folder = root / "runs" / "default" / name
    folder.mkdir(parents=True)
    (folder / "scores.json").write_text(json.dumps({"runner": runner}))
    return folder


def test_the_newest_run_of_a_runner_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    finished(tmp_path, "20260101T000000.1", "rules")
    newest = finished(tmp_path, "20260102T000000.1", "rules")
    finished(tmp_path, "20260103T000000.1", "other")
    (tmp_path / "runs" / "default" / "20260104T000000.1").mkdir()
    assert find_run("latest:rules", Nothing()) == newest
    with pytest.raises(InputError, match=r"latest:nobody: found no finished run of it in .*, wanted one$"):
        find_run("latest:nobody", Nothing())
    with pytest.raises(InputError, match=r"latest:rulez: found no finished run .*; did you mean latest:rules\?"):
        find_run("latest:rulez", Nothing())


def test_a_logged_run_is_found_by_its_id_even_when_its_folder_is_gone(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    done = harness("evaluate", *sample.overrides, f"tracker.store={store}", "hydra.run.dir=made")
    assert done.code == 0, done.err
    tracker = Mlflow(store=str(store))
    client = tracker.client()
    found = client.get_experiment_by_name("default")
    assert found is not None
    (logged,) = client.search_runs([found.experiment_id])
    assert find_run(logged.info.run_id, tracker) == tmp_path / "made"
    (tmp_path / "made").rename(tmp_path / "moved")
    fetched = find_run(logged.info.run_id, tracker)
    assert (fetched / "scores.json").read_bytes() == (tmp_path / "moved" / "scores.json").read_bytes()
    with pytest.raises(InputError, match="wanted a logged run"):
        find_run("0" * 32, tracker)


def test_runs_are_compared_in_one_command(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert harness("evaluate", *sample.overrides, "tracker=none", f"hydra.run.dir={name}").code == 0
    fast = ("tracker=none", "trials=50", "bootstrap.resamples=50")
    done = harness("compare", "a=a", "b=b", "out=ج=1", *fast)
    assert done.code == 0, done.err
    assert "no unit differs" in done.out
    assert json.loads((tmp_path / "ج=1" / "compare.json").read_text())["headlines"]["rows"]
    assert harness("compare", "task=power", "a=a", *fast).code == 0
    refused = harness("compare", "a=a", "b=nowhere", *fast)
    assert refused.code == 2
    assert "nowhere" in refused.err
