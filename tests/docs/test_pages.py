"""Every command and Python block of README and docs/ runs, a page from top to end, in a folder of its own."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.docs.blocks import RUN, SHOWN, Block, blocks, calls, differs
from tests.forking import Servers, script

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
RUNNING: Final = [page for page in PAGES if any(block.runs for block in blocks(page))]
NOT_RUN_AT_MOST: Final = 20


@pytest.fixture(scope="module")
def servers() -> Servers:
    """The program of this checkout, with the folder of a page among those that it imports from."""
    return Servers(_environment() | {"PYTHONPATH": f"{ROOT}:"})


class Reader:
    """Does what a page says, in a folder."""

    def __init__(self, folder: Path, programs: Path, servers: Servers) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "page"}
        self.printed = ""
        path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = _environment() | {"PATH": path, "COLUMNS": "120", "CHECKOUT": str(ROOT)}
        for name in ("harness", "python"):
            # The code of this checkout, or of a copy in the folder, wherever the program was installed from.
            program = programs / name
            real = Path(sys.executable).with_name(name)
            copy = f'root="{ROOT}"; [ -d harness/cli ] && root="$PWD"'
            program.write_text(f'#!/bin/sh\n{copy}\nPYTHONPATH="$root:$PYTHONPATH" exec {real} "$@"\n')
            program.chmod(0o755)
        program = programs / "harness"
        anew = program.rename(programs / "harness-anew")
        program.write_text(script(servers, programs, self.environment, anew))
        program.chmod(0o755)

    def follow(self, block: Block) -> None:
        """Run a block, or write or compare what it holds."""
        if "file" in block.notes:
            path = self.folder / block.notes["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.content, encoding="utf-8")
        elif "output" in block.notes:
            fault = differs(block.content.splitlines(), self.printed)
            assert fault is None, fault
        elif not block.runs:
            return
        elif block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as stream:
                exec(compile(block.content, "block", "exec"), self.names)  # noqa: S102
            self.printed = stream.getvalue()
        elif block.language == "console":
            told = [*calls(block)]
            for number, (command, lines) in enumerate(told, 1):
                self.shell(command, int(block.notes.get("exit", "0")) if number == len(told) else 0)
                fault = differs(lines, self.printed) if lines else None
                assert fault is None, f"{command}: {fault}"
        else:
            self.shell(block.content, int(block.notes.get("exit", "0")))

    def shell(self, commands: str, code: int) -> None:
        """Run commands as a shell script that ends at the first failure, and keep what they print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        self.printed = done.stdout
        assert done.returncode == code, f"{commands}\nexit code {done.returncode}, wanted {code}:\n{done.stdout}"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "CI"} | {"PYTHONPATH": ""}


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: Servers
) -> None:
    folder, programs = tmp_path / "work", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    reader = Reader(folder, programs, servers)
    for block in blocks(page):
        try:
            reader.follow(block)
        except Exception as error:
            error.add_note(f"{page.relative_to(ROOT)}:{block.line}")
            raise


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_block_says_what_it_is_and_no_command_is_only_shown(page: Path) -> None:
    for block in blocks(page):
        assert block.language in (*RUN, *SHOWN, "setup"), f"{page}:{block.line}: a block of {block.language!r}"
        if "reference.make" in page.read_text(encoding="utf-8"):
            # What --help says, with RUN and FILE for names.
            continue
        if block.language in SHOWN and "output" not in block.notes and "file" not in block.notes:
            words = [line.split()[0] for line in block.content.splitlines() if line.strip()]
            assert not {"harness", "make", "pip", "$"} & {*words}, f"{page}:{block.line}: commands as {block.language}"


def test_few_blocks_do_not_run_and_each_has_a_reason() -> None:
    skipped = [(page, block) for page in PAGES for block in blocks(page) if "not run" in block.notes]
    for page, block in skipped:
        assert len(block.notes["not run"]) > 10, f"{page}:{block.line}"
    assert len(skipped) <= NOT_RUN_AT_MOST, [f"{page.name}:{block.line}" for page, block in skipped]


def test_parts_that_pages_build_stand_in_examples_as_well() -> None:
    built = {
        block.notes["file"]: block.content
        for page in PAGES
        for block in blocks(page)
        if block.notes.get("file", "").startswith("mine/")
    }
    assert {name.split("/")[-2] for name in built} == {"mine", "runner", "scorer", "dataset", "policy"}
    for name, content in built.items():
        assert (ROOT / "examples" / name).read_text(encoding="utf-8") == content, name
