import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.exits import complain
from harness.cli.usage import commands
from tests.conftest import Harness, Sample


def test_the_program_alone_lists_its_commands_a_line_each(harness: Harness) -> None:
    done = harness()
    assert done.code == 0
    lines = done.out.splitlines()
    assert all(any(line.split()[:1] == [name] for line in lines) for name in commands())


def test_it_runs_as_a_module_too() -> None:
    called = [sys.executable, "-m", "harness.cli.main", "evaluate", "units=page", "tracker=none"]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    assert (done.returncode, "'page'" in done.stderr) == (2, True)


def test_the_overview_imports_nothing_heavy() -> None:
    program = "import sys; from harness.cli.main import run; run([]); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"hydra", "numpy", "mlflow", "rich", "pyarrow", "scipy"} & set(loaded)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["evaluat"], ["evaluat", "evaluate"]),
        (["evaluate", "runner=nix"], ["runner/nix", "rules"]),
        (["evaluate", "foo=1"], ["foo"]),
        (["evaluate", "bootstrap.seeds=1"], ["bootstrap.seeds"]),
        (["evaluate", "+bootstrap.seeds=1"], ["bootstrap.seeds", "resamples"]),
        (["evaluate", "bootstrap.resamples=many"], ["bootstrap.resamples", "'many'", "integer"]),
        (["evaluate", "units=page"], ["units", "'page'", "paragraph"]),
        (
            ["evaluate", "dataset=jsonl"],
            ["dataset.path: found nothing, wanted the file of the gold: dataset.path=FILE"],
        ),
        (
            ["evaluate", "runner=replay"],
            ["runner.path: found nothing, wanted the file of the predictions, or the folder"],
        ),
        (["evaluate", "dataset=jsonl", "dataset.path=/nowhere/gold"], ["/nowhere/gold"]),
        (["evaluate", "dataset._target_=os.system"], ["dataset._target_", "os.system", "harness"]),
        (["evaluate", "bootstrap.seed=["], ["bootstrap.seed"]),
        (["evaluate", "dataset.columns.comment=#"], ["dataset.columns: found an unknown key"]),
        (["evaluate", "--flag"], ["--flag"]),
        (["evaluate", "scorer=[nix]"], ["scorer", "'nix'", "entities_strict"]),
        (["evaluate", "bootstrap.seed=-1"], ["seed", "-1"]),
        (["evaluate", "scorer=[claims]", "scorer.claims.threshold=5"], ["threshold", "5"]),
        (["evaluate", "hydra.run.dir=/proc/nope/x"], ["/proc"]),
        (["compare", "a=.", "task=power", "agreement=abc"], ["agreement: found 'abc', wanted a number of 0 or more"]),
        (["compare", "a=nowhere", "b=nowhere"], ["nowhere", "latest:RUNNER"]),
        (["track", "run=."], ["scores.json"]),
        (["track"], ["run: found nothing, wanted the folder of a finished run"]),
        (["report", "run="], ["run: found an empty name"]),
        (["evaluate", "dataset=brat"], ["dataset.path: found nothing, wanted the folder, or one .ann file"]),
        (["curate"], ["task: found nothing, wanted one of new, ingest, build, validate"]),
        (["evalute"], ["did you mean evaluate?"]),
        (["evaluate", "runner.threshold=7"], ["runner: threshold: found 7", "from 0 to 1"]),
        (["track", "run=/nowhere"], ["/nowhere"]),
    ],
)
def test_wrong_input_is_one_line_and_code_2(harness: Harness, arguments: list[str], parts: list[str]) -> None:
    done = harness(*arguments, "tracker=none") if arguments[0] == "evaluate" else harness(*arguments)
    assert done.code == 2, done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert all(part in done.err for part in parts), done.err
    assert done.out == ""


def test_what_a_terminal_would_obey_is_written_out_in_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain("harness report", "a\x1b[2Jخبر\n\udcff.jsonl: found nothing") == 2
    assert capsys.readouterr().err == "harness report: a\\x1b[2Jخبر \\udcff.jsonl: found nothing\n"


def test_debug_shows_where_an_error_comes_from(harness: Harness) -> None:
    done = harness("track", "run=/nowhere", HARNESS_DEBUG="1")
    assert done.code != 0
    assert "Traceback" in done.err


def test_predictions_are_scored_without_model_or_tracker(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    """The third example of the contract: how other programs use the scorer."""
    done = harness("evaluate", *sample.overrides, "tracker=none", "hydra.run.dir=OUT=1 [خرج]")
    assert done.code == 0, done.err
    folder = tmp_path / "OUT=1 [خرج]"
    scores = json.loads((folder / "scores.json").read_text())
    # 15 gold mentions, 6 of them lost, nothing spurious: precision 9/9, recall 9/15, F1 18/24.
    measures = scores["scorers"]["entities_strict"]["measures"]
    assert measures["micro/precision"]["value"] == 1
    assert measures["micro/recall"]["value"] == pytest.approx(9 / 15)
    assert measures["micro/f1"]["value"] == pytest.approx(18 / 24)
    assert scores["scorers"]["checkworthy"]["measures"]["micro/accuracy"]["value"] == 1
    assert scores["words_per_second"] is None
    assert not (tmp_path / "runs").exists()


def test_baselines_are_switched_off_on_the_command_line(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    for name, extra in (("with", []), ("without", ["baselines=[]"])):
        done = harness("evaluate", *sample.overrides, *extra, "tracker=none", f"hydra.run.dir={name}")
        assert done.code == 0, done.err
        scores = json.loads((tmp_path / name / "scores.json").read_text())
        assert ("baselines" in scores["scorers"]["entities_strict"]) == (name == "with")


def test_paths_may_hold_what_looks_like_a_variable(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    for file, name in ((sample.gold, "g${HOME}.jsonl"), (sample.predictions, "p\\${x}.jsonl")):
        file.rename(tmp_path / name)
    paths = ("dataset.path=g${HOME}.jsonl", "runner.path=p\\${x}.jsonl")
    kinds = ("dataset=jsonl", "runner=replay", "tracker=none", "bootstrap.resamples=20", "hydra.run.dir=out")
    done = harness("evaluate", *kinds, *paths)
    assert done.code == 0, done.err
    assert (tmp_path / "out" / "scores.json").exists()


def test_names_and_overrides_may_hold_what_looks_like_markup(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "x[" / "red]"
    folder.mkdir(parents=True)
    sample.gold.rename(folder / "g.jsonl")
    paths = ("dataset.path=x[/red]/g.jsonl", f"runner.path={sample.predictions}", "scorer=[entities_strict]")
    kinds = ("dataset=jsonl", "runner=replay", "bootstrap.resamples=20", "hydra.run.dir=out")
    done = harness("evaluate", *kinds, *paths, "runner.name='a[/b]c'", "tracker.store=runs/mlflow.db", COLUMNS="200")
    assert done.code == 0, done.err
    assert done.out.startswith("a[/b]c on ")
    assert "scorer=[entities_strict]" in done.out
    assert "dataset.path=x[/red]/g.jsonl" in " ".join(done.out.split())
    # What is shown comes before what is logged.
    assert "mlflow run: " in done.out


def test_a_finished_run_is_not_written_over(harness: Harness, sample: Sample) -> None:
    arguments = ("evaluate", *sample.overrides, "tracker=none", "hydra.run.dir=once")
    assert harness(*arguments).code == 0
    again = harness(*arguments)
    assert again.code == 2
    assert "once: found a finished run" in again.err


def test_run_folders_have_plain_names(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    assert harness("evaluate", *sample.overrides, "tracker=none").code == 0
    (folder,) = (tmp_path / "runs" / "default").iterdir()
    assert not set(folder.name) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def test_missing_predictions_are_failures(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    kept = sample.predictions.read_text().splitlines()[:4]
    sample.predictions.write_text("\n".join(kept) + "\n")
    done = harness("evaluate", *sample.overrides, "tracker=none", "hydra.run.dir=part")
    assert done.code == 0
    assert "2 of 6 documents failed" in done.err
    assert json.loads((tmp_path / "part" / "scores.json").read_text())["failures"] == 2
