"""The guide on rules, followed step by step in a copy of the rules: its commands, its words and its lines."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "guides" / "rules.md"
BLOCKS = re.findall(r"^```(console|rules)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
# Where the guide says that the lines of its blocks go.
PLACES = (
    ("numbers.rules", re.compile(r"(?<=\nMONEY number\+currency).*\n")),
    ("dates.rules", re.compile(r"\n(?=DATE part of a period)")),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which the rules are a copy and all else is a link."""
    rules = tmp_path / "harness" / "runners" / "rules"
    shutil.copytree(ROOT / "harness" / "runners" / "rules", rules)
    for folder in (ROOT, ROOT / "harness", ROOT / "harness" / "runners"):
        for child in folder.iterdir():
            place = tmp_path / child.relative_to(ROOT)
            if not place.exists() and not child.name.startswith("."):
                place.symlink_to(child)
    return tmp_path


def program(line: str, folder: Path) -> str:
    """What a command of the guide prints, spaces levelled."""
    python = f"{sys.executable} -P -c 'from harness.cli.main import main; main()'"
    line = re.sub(r"^harness\b", python, line)
    line = re.sub(r"^python\b", f"{sys.executable} -P", line)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", "")))}
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return " ".join(re.sub("[\u2068\u2069]", "", done.stdout).split())


def test_the_steps_of_the_guide_do_what_it_says(checkout: Path) -> None:
    places = iter(PLACES)
    for kind, block in BLOCKS:
        if kind == "rules":
            name, place = next(places)
            path = checkout / "harness" / "runners" / "rules" / "entities" / name
            source = path.read_text("utf-8")
            match = place.search(source)
            assert match is not None
            source = f"{source[: match.end()]}{block}{source[match.end() :]}"
            path.write_text(source, "utf-8")
            continue
        shown = ""
        for line in block.splitlines():
            if line.startswith("$ "):
                shown = program(line.removeprefix("$ "), checkout)
            elif line != "…":
                # An ellipsis stands for what is left out.
                assert re.search(".*".join(map(re.escape, line.split("…"))), shown), line
    assert next(places, None) is None
