"""Commands as people call them: names without keys, flags in any order, options."""

import json
import shutil
from pathlib import Path

import pytest

from harness.analysis.analysis import Analysis
from harness.cli.main import run
from harness.data import codec
from harness.datasets.jsonl import JsonLines
from harness.runners.replay import Replay
from harness.runs.evaluate import Experiment, evaluate
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.tracking.mlflow import Nothing
from tests.conftest import Harness, write_sample
from tests.samples import EXAMPLES, PREDICTIONS

NAMES = ("a=b [1]", "[/b]c", "نتيجة, ثانية", 'it\'s "quoted"', "x=1", "${HOME}", "runs=[a,b]", "back\\slash ")
FAST = ("tracker=none", "bootstrap.resamples=50", "trials=100", "scorer=[entities_strict]")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs `good`, `bad` and `worst`, and the good one under every awkward name."""
    folder = tmp_path_factory.mktemp("finished")
    sample = write_sample(folder)
    for lost, name in ((1, "less"), (2, "least")):
        codec.write_predictions(folder / name, PREDICTIONS[lost:], [example.document for example in EXAMPLES])
    for name, path in (("good", sample.predictions), ("bad", folder / "less"), ("worst", folder / "least")):
        evaluate(
            Experiment(
                "test",
                JsonLines(str(sample.gold)),
                Replay(str(path)),
                Scoring({"entities_strict": EntitiesStrict()}, "paragraph", Bootstrap(resamples=20)),
                Nothing(),
                Analysis(enabled=False),
            ),
            folder / name,
            "",
            {"overrides": []},
        )
    for name in NAMES:
        shutil.copytree(folder / "good", folder / name)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_named_by_its_folder_whatever_that_is_called(
    finished: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    out = f"out of {name}"
    assert run(["compare", "bad", f"./{name}", *FAST, "--out", out]) == 0, capsys.readouterr().err
    record = json.loads((finished / out / "compare.json").read_text())
    assert record["b"] == f"replay ({Path(name).name})"
    # By its whole path, and by the key.
    assert run(["compare", "a=bad", f"b={finished / name}", *FAST, f"out={out}"]) == 0, capsys.readouterr().err
    assert run(["compare", "bad", str(finished / name), *FAST, f"out={out}"]) == 0, capsys.readouterr().err


def test_three_names_make_a_leaderboard_as_the_list_does(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    assert run(["compare", "bad", "worst", "./x=1", *FAST, "out=three"]) == 0, capsys.readouterr().err
    assert run(["compare", "runs=[bad,worst,x=1]", *FAST, "out=listed"]) == 0, capsys.readouterr().err
    three, listed = (json.loads((finished / name / "compare.json").read_text()) for name in ("three", "listed"))
    assert len(three["runs"]) == 3
    assert three == listed


def test_each_command_takes_its_run_by_name(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    bless = ["gate", "--baseline", "base [1]", "good", "task=bless", "tracker=none"]
    assert run(bless) == 0, capsys.readouterr().err
    judged = run(["gate", "bad", "--baseline", "base [1]", "tracker=none", "policy=entities", "--out", "verdict"])
    assert judged in (1, 3), capsys.readouterr().err
    assert json.loads((finished / "verdict" / "gate.json").read_text())["exit_code"] == judged
    assert run(["report", "good", *FAST, "--out", "page"]) == 0, capsys.readouterr().err
    assert run(["report", "good", "bad", *FAST, "--out", "pages"]) == 0, capsys.readouterr().err
    assert "Who got what" in (finished / "pages" / "report.html").read_text()
    assert run(["compare", "task=power", "good", *FAST, "out=power"]) == 0, capsys.readouterr().err
    assert (finished / "power" / "power.json").exists()
    assert run(["track", "good", "tracker=none"]) == 2
    assert "tracker: found none" in capsys.readouterr().err
    assert run(["curate", "validate"]) == 0
    assert "0 problems" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "good"], "b: found one run, wanted two or more: harness compare RUN RUN"),
        (["compare", "good", "a=bad"], "a: found a=bad beside good, wanted one of them; the folder"),
        (["compare", "good", "bad", "runs=[good,bad]"], "runs: found a or b beside them"),
        (["compare", "good", "bad", "x", "task=power"], "runs: found runs, wanted a and b for task=power"),
        (["report", "good", "bad", "good"], "runs: found ['good', 'bad', 'good'], wanted two"),
        (["gate", "good", "bad"], "run: found 2: good bad, wanted one"),
        (["track", "good", "bad"], "run: found 2: good bad, wanted one"),
        (["evaluate", "good"], "command line: found 'good', wanted KEY=VALUE"),
        (["compare", "-m", "good", "bad"], "command line: found a sweep, wanted one compare at a time"),
        (["report", "good", "--nix"], "command line: found the unknown flag --nix, wanted KEY=VALUE or a flag that"),
        (["report", "good", "document=3"], "document: found an unknown key"),
        (["gate"], "run: found nothing, wanted a finished run: its folder, its MLflow run id, or latest:RUNNER"),
        (["evaluate", "~runner"], "runner: found nothing, wanted a value"),
        (["evaluate", "bootstrap.seed=1,2"], "bootstrap.seed=1,2: found several values, wanted one, or -m"),
        (
            ["report", "good", "--cfg", "job", "-p", "nix"],
            "--package: found no key nix, wanted one that --cfg job shows",
        ),
    ],
)
def test_a_wrong_call_is_one_line_and_code_2(
    finished: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(finished)
    (finished / "a=bad").mkdir(exist_ok=True)
    assert run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"harness {arguments[0]}: {message}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "--cfg", "job", "good", "bad", "trials=7"],
        ["compare", "good", "bad", "trials=7", "--cfg", "job"],
        ["compare", "good", "--cfg=job", "bad", "--trials", "7"],
        ["compare", "good", "trials=7", "-c", "job", "--", "bad"],
    ],
)
def test_a_configuration_is_shown_wherever_the_flag_stands(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert "\na: good\nb: bad\n" in shown
    assert "\ntrials: 7\n" in shown
    assert "hydra:" not in shown


def test_parts_of_a_configuration_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "runner=rules", "--cfg", "job", "--package", "baselines", "--resolve"]) == 0
    assert "dataset:\n    _target_: harness.datasets.gold.GoldStandard" in capsys.readouterr().out
    assert run(["evaluate", "--cfg", "hydra", "-p", "hydra.run"]) == 0
    assert capsys.readouterr().out.startswith("dir: runs/${slug:")


def test_help_stands_anywhere_and_needs_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "nowhere", "x", "--help"]) == 0
    assert "harness compare RUN RUN" in capsys.readouterr().out


def test_a_sweep_is_asked_for_after_its_overrides(harness: Harness, tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    done = harness("evaluate", *sample.overrides, "bootstrap.seed=1,2", "tracker=none", "-m")
    assert done.code == 0, done.err
    assert len([*tmp_path.glob("runs/default/*/scores.json")]) == 2
