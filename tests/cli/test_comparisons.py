"""`harness compare` from end to end: the rule-based extractor at several thresholds on the gold, on a real store."""

import json
import re
from pathlib import Path

import pytest
from mlflow import MlflowClient

from harness.analysis.analysis import Analysis
from harness.data import codec
from harness.data.dataset import Dataset
from harness.datasets.gold import GoldStandard
from harness.datasets.jsonl import JsonLines
from harness.runners.rules.runner import Rules
from harness.runs.evaluate import Experiment, evaluate
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.tracking.mlflow import Nothing
from tests.conftest import Harness
from tests.samples import EXAMPLES
from tests.tracking.test_mlflow import runs_of

FAST = ("bootstrap.resamples=50", "scorer=[entities_strict,claims]")
TRIALS = "trials=400"


@pytest.fixture
def folders(harness: Harness, tmp_path: Path) -> list[Path]:
    """Runs at thresholds 0.4 and 0.9 in folders of those names, logged nowhere."""
    for threshold in ("0.4", "0.9"):
        more = (f"runner.threshold={threshold}", "tracker=none", f"hydra.run.dir={threshold}", "analysis.enabled=false")
        done = harness("evaluate", *FAST, *more)
        assert done.code == 0, done.err
    return [tmp_path / threshold for threshold in ("0.4", "0.9")]


def artifacts_of(store: Path, run_id: str, folder: str = "") -> set[str]:
    return {file.path for file in MlflowClient(f"sqlite:///{store}").list_artifacts(run_id, folder or None)}


def test_several_runs_become_a_leaderboard(harness: Harness, folders: list[Path], tmp_path: Path) -> None:
    done = harness("compare", "runs=[0.4,0.9]", "out=ج=1", "verbose=true", TRIALS, *FAST)
    assert done.code == 0, done.err
    out = tmp_path / "ج=1"
    assert {path.name for path in out.iterdir()} == {"compare.json", "compare.md", "compare.html"}
    record = json.loads((out / "compare.json").read_text())
    first = record["leaderboard"][0]
    assert (first["scorer"], first["measure"], first["family"]) == ("entities_strict", "micro/f1", 1)
    names = ["rules runner.threshold=0.4", "rules runner.threshold=0.9"]
    assert [(one["run"], one["rank"], one["group"]) for one in first["runs"]] == [
        (names[0], 1, "a"),
        (names[1], 2, "b"),
    ]
    # What the leaderboard says of a run is what its own folder says.
    for one, folder in zip(first["runs"], folders, strict=True):
        own = json.loads((folder / "scores.json").read_text())
        value = own["scorers"]["entities_strict"]["measures"]["micro/f1"]
        assert {key: one[key] for key in value} == value
        assert record["runs"][folders.index(folder)]["words_per_second"] == own["words_per_second"]
    assert [one["name"] for one in record["runs"]] == names
    for name in ("compare.md", "compare.html"):
        assert all(run in (out / name).read_text() for run in names)
    assert "words/s" in done.out
    # No store was there, and none was made to look for the runs in it.
    assert not (tmp_path / "runs").exists()


def test_two_runs_have_a_list_of_what_one_of_them_got_right(harness: Harness, folders: list[Path]) -> None:
    done = harness("compare", "a=0.4", "b=0.9", TRIALS, *FAST)
    assert re.search(r"^gold: v1#\w+, documents: 5$", done.out, re.MULTILINE)
    assert done.code == 0, done.err
    out = folders[1]
    found = json.loads((out / "compare.json").read_text())["disputes"]
    gold = {one["id"]: one for one in map(json.loads, (out / "gold.jsonl").read_text().splitlines())}
    assert found.keys() == {"entities_strict", "claims"}
    mentions = found["entities_strict"]
    # A higher threshold leaves mentions out and finds none anew: a is right in all.
    assert mentions["only_b"] == 0
    assert mentions["count"] == mentions["only_a"] == len(mentions["items"]) > 50
    known = {(one["id"], each["start"], each["end"], each["type"]) for one in gold.values() for each in one["entities"]}
    for one in mentions["items"]:
        assert (one["document"], one["start"], one["end"], one["type"]) in known
        assert gold[one["document"]]["text"][one["start"] : one["end"]] == one["text"]
    claims = found["claims"]
    assert claims["only_a"] + claims["only_b"] == claims["count"] == len(claims["items"])
    markdown = (out / "compare.md").read_text()
    assert f"The first 50 of {mentions['count']}; compare.json has all." in markdown
    page = (out / "compare.html").read_text()
    assert page.count("<mark>") == mentions["count"] + claims["count"]
    assert page.count('<td dir="rtl" lang="ar">') == mentions["count"] + claims["count"]
    assert "report.html" not in page
    # What is disputed leads to its document in a report that lies beside.
    assert harness("report", "runs=[0.4,0.9]", *FAST).code == 0
    assert harness("compare", "a=0.4", "b=0.9", TRIALS, *FAST).code == 0
    page, report = (out / "compare.html").read_text(), (out / "report.html").read_text()
    addresses = re.findall(r'<a href="report.html(?:#([^"]+))?"><bdi>([^<]+)', page)
    assert {name for _, name in addresses} <= {"report.html", *gold}
    for place, name in addresses:
        assert not place or f'id="{place}" data-document="{name}"' in report
    assert sum(1 for place, _ in addresses if place) == mentions["count"] + claims["count"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs at 0.4 and 0.9 on the gold and one on the samples, made once for all refusals."""
    folder = tmp_path_factory.mktemp("finished")
    codec.write_examples(folder / "sample.jsonl", EXAMPLES)
    runs: list[tuple[str, Dataset]] = [
        ("0.4", GoldStandard("v1")),
        ("0.9", GoldStandard("v1")),
        ("other", JsonLines(str(folder / "sample.jsonl"))),
    ]
    for name, dataset in runs:
        runner = Rules(threshold=0.9 if name == "0.9" else 0.4)
        scorers = {"entities_strict": EntitiesStrict()}
        bootstrap, quiet = Bootstrap(resamples=20), Analysis(enabled=False)
        parts = Experiment("test", dataset, runner, Scoring(scorers, "paragraph", bootstrap), Nothing(), quiet)
        evaluate(parts, folder / name, "", {"overrides": []})
    return folder


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["runs=[0.4]"], ["runs: found 1, wanted two or more"]),
        (["runs=[]"], ["runs: found 0, wanted two or more"]),
        (["runs=0.4"], ["runs: found '0.4', wanted a list"]),
        (["runs=[0.4,0.9]", "a=0.4"], ["either a and b or runs"]),
        (["runs=[0.4,0.9]", "task=power"], ["wanted a and b for task=power"]),
        (["runs=[0.4,nowhere]"], ["nowhere", "latest:RUNNER"]),
        (["runs=[0.4,0.9,0.4]"], ["found rules (0.4) twice"]),
        (["runs=[0.4,0.9]", "trials=19"], ["trials: found 19, wanted 20 or more to test 1 pairs"]),
        (["a=0.4", "b=0.9", "task=rank"], ["task: found rank"]),
        (["a=0.4"], ["b: found one run, wanted two or more: harness compare RUN RUN"]),
        ([], ["a: found nothing, wanted two runs or more: harness compare RUN RUN"]),
        (["runs=[0.4,other]"], ["gold: v1#", "and sample#"]),
        (["a=0.4", "b=other"], ["gold: v1#", "and sample#"]),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_code_2(
    harness: Harness, finished: Path, arguments: list[str], parts: list[str]
) -> None:
    done = harness("compare", *arguments, "tracker=none", *FAST, cwd=finished)
    assert done.code == 2, done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert all(part in done.err for part in parts), done.err
    assert done.out == ""


def test_a_page_goes_to_the_sweep_of_its_runs(harness: Harness, store: Path) -> None:
    kept = (*FAST, f"tracker.store={store}")
    swept = harness("evaluate", "-m", "runner.threshold=0.4,0.9", "analysis.enabled=false", *kept)
    assert swept.code == 0, swept.err
    runs = runs_of(store)
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run is not parent]
    # One by its id, one by its folder.
    named = f"[{children[0].info.run_id},{children[1].data.tags['run_folder']}]"
    done = harness("compare", f"runs={named}", TRIALS, *kept)
    assert done.code == 0, done.err
    (page,) = artifacts_of(store, parent.info.run_id, "compare")
    assert {Path(path).name for path in artifacts_of(store, parent.info.run_id, page)} == {
        "compare.json",
        "compare.md",
        "compare.html",
    }
    assert f"logged: {page} in mlflow run {parent.info.run_id}" in done.out
    assert not any("compare" in artifacts_of(store, child.info.run_id) for child in children)


def test_a_page_about_runs_of_no_sweep_goes_to_each(harness: Harness, folders: list[Path], store: Path) -> None:
    for folder in folders:
        assert harness("track", f"run={folder.name}", f"tracker.store={store}").code == 0
    done = harness("compare", "a=0.4", "b=0.9", TRIALS, *FAST, f"tracker.store={store}")
    assert done.code == 0, done.err
    runs = runs_of(store)
    assert len(runs) == 2
    assert all("compare" in artifacts_of(store, run.info.run_id) for run in runs)


def test_a_tracker_that_is_down_costs_a_warning(harness: Harness, folders: list[Path]) -> None:
    down = ("tracker.uri=http://127.0.0.1:9",)
    done = harness("compare", "a=0.4", "b=0.9", TRIALS, *FAST, *down, MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
    assert done.code == 0, done.err
    assert len(done.err.splitlines()) == 1
    assert "the page is not logged" in done.err
    assert (folders[1] / "compare.html").exists()
