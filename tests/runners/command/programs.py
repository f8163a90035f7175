"""Programs in Python that tests write and run: a loop over lines that calls `answer`, with faults where asked for."""

import os
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from harness.data.types import Document, Prediction
from harness.runners.command.runner import Command

PRELUDE: Final = """
import json, os, re, signal, subprocess, sys, time

def say(record):
    print(json.dumps(record, ensure_ascii=False), flush=True)

def mentions(text):
    found = re.finditer("موسكو|القاهرة", text)
    return [{"start": match.start(), "end": match.end(), "type": "GPE", "score": 0.5} for match in found]

def documents():
    for line in sys.stdin:
        yield json.loads(line)

"""

PLAIN: Final = """
for document in documents():
    say({"id": document["id"], "entities": mentions(document["text"])})
"""


def written(folder: Path, body: str = PLAIN, prelude: str = PRELUDE) -> list[str]:
    """The command of a program with `body` behind the prelude."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"program{len([*folder.iterdir()])}.py"
    path.write_text(prelude + textwrap.dedent(body), encoding="utf-8")
    return [sys.executable, "-S", str(path)]


def command(folder: Path, body: str = PLAIN, **fields: Any) -> Command:
    """A runner of a program with `body`, which is given up soon."""
    return Command(written(folder, body), **{"timeout": 20, "start_timeout": 20, **fields})


def asked(runner: Command, *texts: str) -> list[Prediction]:
    """The answers to texts that are called a, b, c …"""
    runner.load()
    return list(runner.predict([Document(name, text) for name, text in zip("abcdefghijkl", texts, strict=False)]))


def alive(number: int) -> bool:
    """Whether there is a process of this number, as a zombie too."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def gone(numbers: Iterable[int]) -> bool:
    """Whether none of these processes runs any more, soon; our children are reaped, those of others by others."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if not any(map(_running, numbers)):
            return True
        time.sleep(0.01)
    return False


def _running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
