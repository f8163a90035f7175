"""Tab completion: the words, and a real shell that asks for them."""

import json
import os
import pty
import select
import shutil
import sys
import time
from pathlib import Path

import pytest

from harness.cli.completion import candidates, script
from harness.cli.usage import commands
from harness.data.types import InputError


def test_commands_come_first() -> None:
    assert candidates("harness ") == [f"{name} " for name in commands()]
    assert candidates("harness ev") == ["evaluate "]
    assert candidates("harness nix runner=") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("harness evaluate runner=ru", ["runner=rules "]),
        ("harness evaluate runner.thr", ["runner.threshold="]),
        ("harness evaluate runner=transformer runner.temp", ["runner.temperature="]),
        # What does not compose hinders nothing.
        ("harness evaluate runner=nix bootstrap.se", ["bootstrap.seed="]),
        ("harness evaluate -m runner=rules,tr", ["runner=rules,transformer"]),
        ("harness evaluate scorer=[claims,checkw", ["scorer=[claims,checkworthy"]),
        ("harness evaluate --mult", ["--multirun "]),
        ("harness evaluate --trac", ["--tracker "]),
        ("harness evaluate dataset.labels=onto", ["dataset.labels=ontonotes18 "]),
        ("harness evaluate runner.labels=woj", ["runner.labels=wojood21 ", "runner.labels=wojoodfine "]),
        ("harness evaluate dataset.schema=go", ["dataset.schema=gold ", "dataset.schema=gold/"]),
        ("harness evaluate hydra.ru", []),
        ("harness evaluate _tar", []),
    ],
)
def test_what_may_stand_next(line: str, expected: list[str]) -> None:
    assert candidates(line) == expected


def test_runs_are_offered_by_runner_and_by_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder, runner in (("runs/default/x", "rules"), ("runs/default/y", "mine"), ("runs/baseline/z", "other")):
        Path(folder).mkdir(parents=True)
        (Path(folder) / "scores.json").write_text(json.dumps({"runner": runner}))
    Path("docs").mkdir()
    shown = candidates("harness report ")
    assert [word for word in shown if not word.endswith("=")] == ["latest:mine ", "latest:rules ", "runs/"]
    assert "run=" in shown
    assert candidates("harness gate latest:") == ["latest:mine ", "latest:rules "]
    assert candidates("harness report run=latest:ru") == ["run=latest:rules "]
    assert candidates("harness compare runs/default/") == ["runs/default/x ", "runs/default/y "]
    assert candidates("harness compare a=runs/d") == ["a=runs/default/"]
    assert not [word for word in candidates("harness evaluate ") if not word.endswith("=")]


def test_files_are_offered_beside_the_names_of_maps(tmp_path: Path) -> None:
    (tmp_path / "onto.yaml").touch()
    (tmp_path / "other.txt").touch()
    key = f"dataset.labels={tmp_path}"
    assert candidates(f"harness evaluate {key}/o") == [f"{key}/onto.yaml "]


def test_parts_of_the_users_folders_are_known(tmp_path: Path) -> None:
    (tmp_path / "runner").mkdir()
    (tmp_path / "runner" / "capital.yaml").write_text("_target_: a.B\n")
    assert candidates(f"harness evaluate --config-dir={tmp_path} runner=cap") == ["runner=capital "]


def test_only_known_shells_have_a_script() -> None:
    assert "complete " in script("bash")
    assert "bashcompinit" in script("zsh")
    with pytest.raises(InputError, match="--completion: found 'fish', wanted bash or zsh"):
        script("fish")


@pytest.mark.parametrize(("shell", "options"), [("bash", ["--norc", "-i"]), ("zsh", ["-f", "-i"])])
def test_a_real_shell_completes(shell: str, options: list[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell}: found none, wanted it installed")
    child, terminal = pty.fork()
    if child == 0:
        where = Path(sys.executable).parent
        os.environ.update(PS1="ready> ", TERM="dumb", PATH=f"{where}{os.pathsep}{os.environ['PATH']}")
        os.execvp(shell, [shell, *options])  # noqa: S606 -- fixed words
    try:
        os.write(terminal, f'eval "$(harness --completion {shell})"; echo loa""ded\n'.encode())
        assert "loaded" in _until(terminal, "loaded")
        os.write(terminal, b"harness evaluate runner=ru\t")
        assert "runner=rules " in _until(terminal, "runner=rules ")
        os.write(terminal, b"runner.thr\t")
        assert "runner.threshold=" in _until(terminal, "runner.threshold=")
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def _until(terminal: int, wanted: str) -> str:
    """What a terminal shows until it shows `wanted`; patience for a busy machine."""
    shown, end = "", time.monotonic() + 60
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown
