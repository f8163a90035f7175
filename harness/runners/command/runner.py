"""A program of any language as a runner."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self

from harness.data.files import sha256_of_file
from harness.data.jsonl import shown
from harness.data.types import Document, InputError, Prediction
from harness.runners.base import Runner
from harness.runners.command.exchange import Exchange, Limits
from harness.runners.command.process import Process

ERRORS: Final = "stderr.log"
"""The file of a run that holds what the program wrote on standard error."""

MOST_ERRORS: Final = 10_000_000
"""Bytes of that file; what comes later is left out."""

_WITHHELD: Final = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"})
"""What tells Python where our packages are: the program may have a Python, and packages, of its own."""

_WITHHELD_PREFIXES: Final = ("HARNESS_", "MLFLOW_")
"""Ours alone; the latter may hold the password of a tracking server."""

_GIVEN: Final = {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
"""A program in Python flushes each line and reads and writes UTF-8, as the others are asked to."""

_COUNTED: Final = {
    "restarts": ("restart", "restarts"),
    "timeouts": ("time-out", "time-outs"),
    "crashes": ("crash", "crashes"),
    "bad_lines": ("bad line", "bad lines"),
}

_HASHED: Final = 100_000_000
"""Bytes of a file that is hashed; what is larger is no script."""

Scalar = str | int | float


@dataclass(frozen=True)
class Command(Runner):
    """A program that reads documents as JSON Lines and writes predictions as JSON Lines.

    It is started once, or `processes` times, and kept until the end. What it cannot answer costs its document: when it
    crashes, or gives no answer within `timeout` seconds, it is ended with all that it has started, and started again.
    `mode` says whether it answers each document when it has read it (`stream`), or all of them when it has read all
    (`batch`). docs/command.md has the protocol. For Linux and macOS.
    """

    command: Sequence[Scalar]
    cwd: str | None = None
    env: Mapping[str, Scalar] = field(default_factory=dict)
    inherit: Sequence[str] | None = None
    mode: Literal["stream", "batch"] = "stream"
    ahead: int = 1
    processes: int = 1
    timeout: float = 60.0
    start_timeout: float = 120.0
    memory: int | None = None
    restarts: int | None = 10
    labels: str | None = None
    name: str = "command"
    _folder: Path | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.command or isinstance(self.command, str):
            raise InputError(f"command: found {shown(self.command)}, wanted a list of words, as [python,mine.py]")
        for key, least in (("ahead", 1), ("processes", 1), ("start_timeout", 0), ("memory", 1), ("restarts", 0)):
            value = getattr(self, key)
            if value is not None and value < least:
                raise InputError(f"{key}: found {value}, wanted {least} or more")
        if self.timeout <= 0:
            raise InputError(f"timeout: found {self.timeout:g}, wanted seconds")

    def load(self) -> None:
        """Find the program. It is started by its first document, with which it may take `start_timeout` more.

        Raises:
            InputError: there is no such program, or no folder `cwd`.
        """
        if self.cwd is not None and not Path(self.cwd).is_dir():
            raise InputError(f"runner.cwd: found {self.cwd}, wanted a folder")
        _ = self._program

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; `seconds` are the program's own where it gives them, else ours.

        Raises:
            InputError: the program cannot be started, or never gives an answer.
        """
        yield from self._exchange.answers(documents)
        if self._folder is not None:
            # An evaluation asks once. A model does not hold memory while its answers are scored.
            self._exchange.close()

    @property
    def figures(self) -> Mapping[str, float]:
        """How often the program was started again, was too slow, crashed, and wrote a line that could not be used."""
        return dict(self._exchange.counts)

    @property
    def remarks(self) -> Sequence[str]:
        """What went wrong, in one line; nothing where nothing did."""
        counts = self._exchange.counts
        found = [f"{number} {_COUNTED[name][number != 1]}" for name, number in counts.items() if number]
        if not found:
            return ()
        line = self._exchange.first_bad
        more = [
            *([] if line is None else [f"the first bad line is {shown(line)}"]),
            *([] if self._exchange.given_up is None else [f"given up: {self._exchange.given_up}"]),
            *([f"{ERRORS} has what the program says"] if self._folder and (self._folder / ERRORS).exists() else []),
        ]
        return ["; ".join([f"{self.name}: found {', '.join(found)}", *more])]

    @property
    def provenance(self) -> Mapping[str, object]:
        """The command, where its program is, and the SHA-256 of the files that it names."""
        words = [str(word) for word in self.command]
        paths = {word: self._base / word for word in words[1:]} | {words[0]: Path(self._program)}
        files = {
            word: sha256_of_file(path)
            for word, path in paths.items()
            if path.is_file() and path.stat().st_size <= _HASHED
        }
        return {"command": words, "executable": self._program, "sha256": files}

    def keeping(self, folder: Path) -> Self:
        """The runner that leaves what the program writes on standard error in `folder`."""
        kept = replace(self)
        object.__setattr__(kept, "_folder", folder)
        return kept

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the program sees."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _WITHHELD
            and not name.startswith(_WITHHELD_PREFIXES)
            and (self.inherit is None or name in self.inherit)
        }
        return {**_GIVEN, **kept, **{name: str(value) for name, value in self.env.items()}}

    @property
    def _base(self) -> Path:
        return Path(self.cwd or ".").absolute()

    @cached_property
    def _program(self) -> str:
        return _find(str(self.command[0]), self._base, self.environment.get("PATH", os.defpath))

    @cached_property
    def _exchange(self) -> Exchange:
        limits = Limits(
            self.mode == "batch", self.processes, self.ahead, self.timeout, self.start_timeout, self.restarts
        )
        # Bound to the values and not to the runner: the exchange ends its programs when the runner is gone.
        errors = _Errors(self._folder)
        return Exchange(_Starter(self, errors), limits, "runner.command", errors.note)


def _find(word: str, base: Path, path: str) -> str:
    """The place of a program. No link is followed: a Python finds its virtual environment by the link.

    Raises:
        InputError: there is none.
    """
    named = os.sep in word
    found = shutil.which(str(base / word) if named else word, path=path)
    if found is None:
        what = "which is no file that may be executed" if named else "which is no program on PATH"
        raise InputError(f"runner.command: found {word}, {what}, wanted a program")
    return str(Path(found).absolute())


class _Starter:
    """Starts the program of a runner."""

    def __init__(self, runner: Command, errors: "_Errors") -> None:
        self._words = [str(word) for word in runner.command]
        self._memory = runner.memory
        self._cwd = runner._base
        self._environment = runner.environment
        self._errors = errors

    def __call__(self) -> Process:
        """The program, running.

        Raises:
            InputError: it cannot be run.
        """
        program = _find(self._words[0], self._cwd, self._environment.get("PATH", os.defpath))
        words = [program, *self._words[1:]]
        if self._memory is not None:
            # By the shell: a limit that Python sets between fork and exec may lock up where there are threads.
            words = ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', str(self._memory * 1024), *words]
        try:
            return Process(words, self._cwd, self._environment, self._errors.write)
        except OSError as error:
            wanted = "wanted a program that can be run"
            raise InputError(f"runner.command: found {program}: {error.strerror or error}, {wanted}") from error


class _Errors:
    """What programs write on standard error, kept in the folder of a run, up to `MOST_ERRORS` bytes."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._left = MOST_ERRORS

    def write(self, data: bytes) -> None:
        """Keep `data`, or that there was more."""
        if self._folder is None or self._left <= 0:
            return
        kept = data[: self._left]
        self._left -= len(data)
        if self._left <= 0:
            kept += f"\n[harness] more than {MOST_ERRORS} bytes: what comes later is left out\n".encode()
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ERRORS).open("ab") as file:
            file.write(kept)

    def note(self, line: str) -> None:
        """Keep what the harness has to say between the lines of the program."""
        self.write(f"[harness] {line}\n".encode())
