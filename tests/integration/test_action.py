"""The GitHub action, its scripts run as GitHub runs them, and the workflow that uses it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from harness.data.types import Annotation
from harness.gating.baseline import bless
from tests.cli.test_gates import UNDECIDED
from tests.gating.runs import GOLD, finished, opened

ROOT: Final = Path(__file__).parents[2]
ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text())
WORKFLOW: Final[dict[str, Any]] = yaml.safe_load((ROOT / ".github/workflows/gate.yml").read_text())
STEPS: Final = {step["name"]: step for step in ACTION["runs"]["steps"]}


def step(name: str, folder: Path, **inputs: str) -> "subprocess.CompletedProcess[str]":
    """A step of the action, with `inputs`, in `folder`."""
    known = {key: str(one["default"]) for key, one in ACTION["inputs"].items()} | inputs

    def value(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: known[match[1]], text)

    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {key: value(text) for key, text in STEPS[name]["env"].items()}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        cwd=folder,
        env=os.environ | given | {"PATH": paths, "GITHUB_OUTPUT": str(folder / "outputs")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("lost", "code"), [(False, 0), (True, 1)])
def test_a_run_is_judged_and_its_code_is_an_output(tmp_path: Path, lost: bool, code: int) -> None:
    bless(opened(tmp_path / "good"), tmp_path / "base line")
    run = finished(tmp_path / "run $(1)", dict.fromkeys(GOLD, Annotation((), (), ())) if lost else GOLD)
    overrides = "\n\n".join([*UNDECIDED, "bootstrap.resamples=400\n"])
    inputs = {"run": run.name, "baseline": "base line", "previous": "base line", "gate": overrides, "out": "out"}
    done = step("Judge", tmp_path, **inputs)
    assert done.returncode == code, done.stdout + done.stderr
    assert (tmp_path / "outputs").read_text() == f"exit-code={code}\n"
    assert (tmp_path / "out" / "junit.xml").is_file()


def test_an_extractor_is_evaluated_first(tmp_path: Path) -> None:
    done = step("Evaluate", tmp_path, evaluate="runner=rules\nbootstrap.resamples=50\nanalysis.enabled=false\n")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "gate" / "run" / "scores.json").is_file()
    judged = step("Judge", tmp_path, policy="entities", previous="nowhere")
    assert judged.returncode == 0, judged.stderr


def test_no_input_is_written_into_a_script() -> None:
    jobs = [one for job in WORKFLOW["jobs"].values() for one in job["steps"]]
    for one in (*STEPS.values(), *jobs):
        assert "${{" not in one.get("run", "")


def test_the_workflow_gives_what_the_action_takes() -> None:
    used = [one for job in WORKFLOW["jobs"].values() for one in job["steps"] if one.get("uses") == "./"]
    assert len(used) == 2
    for one in used:
        assert one["with"].keys() <= ACTION["inputs"].keys()
    used_inputs = {name for step in STEPS.values() for name in re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(step))}
    assert used_inputs == ACTION["inputs"].keys()
    # On pull requests the rules, at night a model: never both in one job.
    assert {name: "runner=rules" in str(job) for name, job in WORKFLOW["jobs"].items()} == {
        "change": True, "nightly": False
    }  # fmt: skip
    assert all((ROOT / one["with"].get("baseline", ".")).is_dir() for one in used)
