"""Views of MLflow's table of runs, and the addresses that open them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from mlflow import MlflowClient

from harness.tracking import views
from harness.tracking.mlflow import LOCAL, Mlflow
from harness.tracking.welcome import welcome
from tests.comparison.test_pair import run
from tests.tracking.test_lookup import finish

METRICS = ["entities_strict/micro/f1", "claims/relation/f1"]


def state(text: str) -> dict[str, Any]:
    """What MLflow's page reads of a view."""
    whole = json.loads(text)
    assert {"name", "createdAt", "updatedAt"} < whole.keys()
    held: dict[str, Any] = json.loads(whole["state"])
    return held


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(address.partition("?")[2])


def test_a_view_has_columns_for_its_metrics_and_the_best_run_first() -> None:
    held = state(views.view("headlines", METRICS))
    columns = [f"metrics.`{metric}`" for metric in METRICS]
    assert held["selectedColumns"][:2] == columns
    assert (held["orderByKey"], held["orderByAsc"]) == (columns[0], False)
    assert held["searchFilter"] == ""
    # Widths count only for columns that stand in the order.
    assert set(held["columnWidths"]) <= set(held["columnOrder"])


def test_the_view_of_a_sweep_holds_its_runs_only() -> None:
    assert state(views.view("sweep", METRICS, "a1"))["searchFilter"] == "tags.`mlflow.parentRunId` = 'a1'"
    assert state(views.view("sweep", []))["orderByKey"] == "attributes.start_time"


def test_a_view_fits_a_tag() -> None:
    assert len(views.view("n" * 250, [f"{'scorer' * 10}{number}/micro/f1" for number in range(50)], "f" * 32)) <= 5000


def test_addresses_name_the_workflow_without_which_runs_are_not_shown() -> None:
    for address in (views.runs_page("1", "headlines"), views.runs_page("1"), views.run_page("1", "a1")):
        assert query(address)["workflowType"] == ["machine_learning"]
    assert query(views.runs_page("1", "sweep-a1"))["viewStateShareKey"] == ["sweep-a1"]
    # MLflow drops the view of an address that has a filter as well.
    assert set(query(views.runs_page("1", "x"))) == {"workflowType", "viewStateShareKey"}


def test_a_view_gets_the_columns_that_it_lacks_and_keeps_its_own() -> None:
    tag = f"{views.TAG}{views.HEADLINES}"
    assert views.columns({tag: views.view("headlines", METRICS)}) == METRICS
    assert views.widened(METRICS, ["own/any/f1", *METRICS]) == [*METRICS, "own/any/f1"]
    many = [f"m{number}" for number in range(50)]
    assert views.widened(views.widened([], many), many) == views.widened([], many)
    for broken in ("no JSON", "[]", '{"state": "{}"}', '{"state": "[]"}'):
        assert views.columns({tag: broken}) == []
    assert views.columns({}) == []


def test_what_runs_cost_has_columns_that_no_measure_takes() -> None:
    many = [f"m{number}" for number in range(50)]
    shown = views.widened(views.widened([], many), ["run/cost", "run/tokens_in"])
    assert shown == [*many[:10], "run/cost", "run/tokens_in"]
    assert views.widened(shown, ["another"]) == shown
    assert state(views.view("headlines", ["run/cost", "f1"]))["orderByKey"] == "metrics.`f1`"


def test_the_oldest_views_of_sweeps_make_room() -> None:
    tags = {f"{views.TAG}sweep-{number}": json.dumps({"createdAt": number}) for number in range(views.MOST_SWEEPS + 2)}
    others = {f"{views.TAG}{views.HEADLINES}": json.dumps({"createdAt": 0}), f"{views.TAG}sweep-x": "no JSON"}
    assert set(views.outdated(tags | others)) == {f"{views.TAG}sweep-{number}" for number in range(3)}
    assert views.outdated(others) == []


def test_a_logged_run_gives_its_experiment_a_view_and_an_address(store: Path, tmp_path: Path) -> None:
    tracker = Mlflow(store=str(store))
    run_id = tracker.log(finish(run(tmp_path / "a", 0)))
    client = MlflowClient(f"sqlite:///{store}")
    experiment = client.get_experiment(client.get_run(run_id).info.experiment_id)
    held = state(experiment.tags[f"{views.TAG}{views.HEADLINES}"])
    assert held["orderByKey"] == "metrics.`entities_strict/micro/f1`"
    metrics = client.get_run(run_id).data.metrics
    assert {column.removeprefix("metrics.").strip("`") for column in held["selectedColumns"][:-1]} <= set(metrics)
    assert tracker.address(run_id) == f"{LOCAL}/{views.run_page(experiment.experiment_id, run_id)}"
    assert tracker.address(run_id, "x") == f"{LOCAL}/{views.runs_page(experiment.experiment_id, 'x')}"
    assert tracker.starting == f"mlflow server --backend-store-uri sqlite:///{store}"


def test_make_ui_is_named_where_it_serves_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Mlflow().starting == f"mlflow server --backend-store-uri sqlite:///{tmp_path}/runs/mlflow.db"
    (tmp_path / "Makefile").touch()
    assert Mlflow().starting == "make ui"
    assert Mlflow(uri="http://127.0.0.1:9").starting == ""
    assert Mlflow(uri="postgresql://x").starting == "mlflow server --backend-store-uri postgresql://x"


def test_what_is_said_before_the_server_starts_leads_to_the_runs(store: Path, tmp_path: Path) -> None:
    address = "http://127.0.0.1:5001"
    assert next(iter(welcome(tmp_path / "none.db", address))).startswith("no runs yet: found no ")
    # The template has an experiment without runs.
    assert [*welcome(store, address)] == [f"no runs yet in {store}; make evaluate makes some"]
    run_id = Mlflow(store=str(store)).log(finish(run(tmp_path / "a", 0)))
    experiment = MlflowClient(f"sqlite:///{store}").get_run(run_id).info.experiment_id
    # A child of a sweep is found on the page of its parent.
    parent = Mlflow(store=str(store)).start_parent("sweeps", ["runner=a,b"])
    Mlflow(store=str(store), parent=parent).log(finish(run(tmp_path / "b", 1)))
    client = MlflowClient(f"sqlite:///{store}")
    lines = [*welcome(store, address)]
    logged = {line: lines[place + 1] for place, line in enumerate(lines) if not line.startswith(address)}
    newest = [f"{address}/{views.run_page(client.get_run(it).info.experiment_id, it)}" for it in (parent, run_id)]
    assert {*[*logged.values()][:2]} == {*newest}
    assert any(line.endswith(", runner=a,b:") for line in logged)
    assert f"{address}/{views.runs_page(experiment, views.HEADLINES)}" in [*logged.values()][2:]


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("https://name:secret@host/mlflow", "https://host/mlflow"),
    ],
)
def test_the_address_of_a_server_holds_no_password(uri: str, shown: str) -> None:
    assert views.without_user(uri) == shown
