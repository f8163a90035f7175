"""The wheel, installed elsewhere, runs the main job in another folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from this checkout, unpacked in a folder of its own."""
    tmp_path = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path / "dist"), str(ROOT)]
    subprocess.run(wheel, check=True, capture_output=True)
    (built,) = (tmp_path / "dist").glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(tmp_path / "site"), str(built)], check=True, capture_output=True
    )
    return tmp_path / "site"


def test_the_wheel_says_that_it_is_typed(installed: Path) -> None:
    # PEP 561: without the file a type checker takes everything that is imported from here for Any.
    assert (installed / "harness" / "py.typed").is_file()


def test_the_wheel_brings_configuration_and_gold(installed: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    program = (
        "import sys, harness; from harness.cli.main import run; print(harness.__file__); sys.exit(run(sys.argv[1:]))"
    )
    for dataset, documents in (("gold", 5), ("newswire", 300)):
        overrides = [f"dataset={dataset}", "runner=rules", "tracker=none", "bootstrap.resamples=50"]
        done = subprocess.run(
            [sys.executable, "-c", program, "evaluate", *overrides],
            cwd=elsewhere,
            env=os.environ | {"PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert str(installed) in done.stdout
        (path,) = elsewhere.glob(f"runs/default/*-{dataset}-*/scores.json")
        assert json.loads(path.read_text())["documents"] == documents
