"""The wheel without the article texts: it works on files, and on the gold once the texts are given."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import write_sample

ROOT: Final = Path(__file__).parents[2]
QUICK: Final = ("runner=rules", "tracker=none", "bootstrap.resamples=50")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built without texts, unpacked in a folder of its own."""
    folder = tmp_path_factory.mktemp("bare")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(ROOT)]
    subprocess.run(wheel, check=True, capture_output=True, env=os.environ | {"HARNESS_WITHOUT_TEXTS": "1"})
    (built,) = (folder / "dist").glob("*.whl")
    install = [*pip, "install", "--no-deps", "--target", str(folder / "site"), str(built)]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "site"


def call(site: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = "import sys; from harness.cli.main import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_brings_the_annotation_and_no_article(site: Path) -> None:
    gold = site / "harness" / "_installed" / "gold"
    assert sorted(path.name for path in (gold / "v1").iterdir()) == [
        "adjudication.jsonl", "annotators", "manifest.json", "release.json", "speakers.json", "standoff.jsonl",
    ]  # fmt: skip
    assert (gold / "newswire-v1" / "gold.jsonl").is_file()


def test_files_are_scored_and_the_gold_asks_for_its_texts_until_they_are_given(site: Path, tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    done = call(site, tmp_path, "evaluate", *sample.overrides, "tracker=none")
    assert done.returncode == 0, done.stderr

    done = call(site, tmp_path, "evaluate", *QUICK)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "found no article texts" in line
    assert "harness curate task=texts version=v1 texts=DIR out=GOLD, then dataset.root=GOLD" in line
    assert "sha256" in line

    texts = ROOT / "gold" / "v1" / "texts"
    done = call(site, tmp_path, "curate", "task=texts", f"texts={texts}", "out=GOLD")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "GOLD/v1/gold.jsonl").read_bytes() == (ROOT / "gold/v1/gold.jsonl").read_bytes()
    done = call(site, tmp_path, "evaluate", *QUICK, "dataset.root=GOLD", "hydra.run.dir=OUT")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "OUT" / "scores.json").is_file()
