"""The program in processes of its own that need not import everything again: copies of one that has.

Starting Python and importing what a command needs takes half of the time of a short call. A server imports it once and
becomes, by `fork`, a new process for each call, with its folder, environment, streams and exit. It does not stand for
a call whose environment could change what importing does: such a call is a process from the start.
"""

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

PROGRAM: Final = Path(sys.executable).with_name("harness")

_LOADED: Final = (
    "harness.cli.calls", "harness.cli.jobs", "harness.cli.evaluations", "harness.cli.comparisons", "harness.cli.gates",
    "harness.api.evaluating", "harness.analysis.analysis", "harness.comparison.leaderboard", "harness.gating.policy",
    "harness.runners.rules.runner", "harness.runners.frequent", "harness.runners.majority", "harness.runners.replay",
    "harness.tracking.mlflow", "harness.reporting.page", "harness.scoring.paired", "harness.scoring.checkworthy",
    "hydra.main", "hydra._internal.hydra", "hydra._internal.core_plugins.basic_sweeper", "matplotlib.figure",
    "matplotlib.backends.backend_agg", "mlflow.tracking", "mlflow.store.tracking.sqlalchemy_store", "pandas",
    "pyarrow.parquet", "pydantic", "rich.progress", "scipy.optimize", "sqlite3",
)  # fmt: skip
"""What commands import most often; a module that is not there is imported by nobody."""

_MAY_DIFFER: Final = frozenset({"CHECKOUT", "COLUMNS", "OLDPWD", "PATH", "PWD", "PYTEST_CURRENT_TEST", "SHLVL", "_"})
"""Variables that are read when the program runs, and by nothing that it imports."""


class Servers:
    """Two servers that were started in `environment`, asked in turn.

    Python orders sets by a number that it draws when it starts. Calls of one server alone would have the same number,
    and two that have to agree could not show that they do not.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = _lasting(environment)
        self._folder = tempfile.TemporaryDirectory(prefix="forking")
        self._turn = 0
        self._processes = []
        # An empty entry of PYTHONPATH is the folder that Python is started in.
        started = Path(self._folder.name, "started")
        started.mkdir()
        for number in range(2):
            process = subprocess.Popen(
                [sys.executable, __file__, "serve", self.address(number)],
                cwd=started, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._processes.append(process)
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        atexit.register(self.close)

    def fit(self, arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Whether a copy of a server is what a process from the start would be."""
        # Processes that a launcher starts begin as the one that starts them did.
        return _lasting(environment) == self.environment and not any("launcher" in word for word in arguments)

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Call the program in a process of its own, with what it printed as text."""
        self._turn += 1
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
            streams = (nothing.fileno(), out.fileno(), err.fileno())
            code = _call(self.address(self._turn), arguments, folder, environment, streams)
            printed = []
            for file in (out, err):
                file.seek(0)
                printed.append(file.read().decode())
        return subprocess.CompletedProcess([str(PROGRAM), *arguments], code, *printed)

    def address(self, number: int) -> str:
        """The path of the socket of one of the two."""
        return str(Path(self._folder.name, str(number % 2)))

    def close(self) -> None:
        """End the servers: they end when nobody holds the other end of their input."""
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()
            process.wait(timeout=60)
        self._folder.cleanup()


def script(servers: Servers, folder: Path, given: Mapping[str, str], otherwise: Path) -> str:
    """A shell script that is the program, for a shell with the environment `given`; its files are put into `folder`.

    The program has the servers' PYTHONPATH. Where a copy would not do, the script is the program `otherwise`.
    """
    about = {"environment": _lasting(given), "servers": [servers.address(number) for number in range(2)]}
    about["path"] = servers.environment.get("PYTHONPATH", "")
    about["otherwise"] = str(otherwise)
    (folder / "forking.json").write_text(json.dumps(about), encoding="utf-8")
    # -S, -E: nothing but what Python brings is wanted, and that soon.
    return f'#!/bin/sh\nexec {sys.executable} -S -E {__file__} call {folder / "forking.json"} "$@"\n'


def _lasting(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in _MAY_DIFFER}


def _call(
    address: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[int]
) -> int:
    """The exit code of a copy; negative where a signal ended it, as `subprocess` has it."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(address)
        # A byte that brings the streams; what follows may be longer than one message.
        socket.send_fds(asked, [b"\0"], [*streams])
        request = {"arguments": [*arguments], "folder": str(folder), "environment": dict(environment)}
        asked.sendall(json.dumps(request).encode() + b"\n")
        with asked.makefile("rb") as answer:
            return int(answer.readline())


def _call_from_shell(file: str, arguments: Sequence[str]) -> None:
    """Be the program for a shell: end with its exit code."""
    about = json.loads(Path(file).read_text(encoding="utf-8"))
    environment = dict(os.environ)
    # A page may have a copy of the program in its folder, which is the one that is meant.
    own = Path("harness/cli").is_dir()
    if own or _lasting(environment) != about["environment"] or any("launcher" in word for word in arguments):
        os.execv(about["otherwise"], [about["otherwise"], *arguments])  # noqa: S606 -- it has no shell
    address = about["servers"][os.getpid() % 2]
    code = _call(address, arguments, Path.cwd(), environment | {"PYTHONPATH": about["path"]}, (0, 1, 2))
    sys.exit(code if code >= 0 else 128 - code)


def _serve(address: str) -> None:
    """Answer calls until the input ends; in a copy, the program has run instead."""
    # The folder of this script, whose packages have names that others may have too.
    started = str(Path.cwd())
    sys.path[0] = str(PROGRAM.parent)
    for module in _LOADED:
        with suppress(ImportError):
            importlib.import_module(module)
    from harness.arabic.segment import separators, unseen_between_letters
    from harness.runners.rules.runner import Rules

    # What never changes, and is kept once it has been asked for.
    separators(), unseen_between_letters()
    Rules().load()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    # What is there is not looked at again, so that its memory stays shared.
    gc.freeze()
    # Nobody waits for those that wait for the copies.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        asked, _ = listener.accept()
        if os.fork():
            asked.close()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listener.close()
        _, streams, _, _ = socket.recv_fds(asked, 1, 3)
        with asked.makefile("rb") as file:
            request = json.loads(file.readline())
        copy = os.fork()
        if not copy:
            asked.close()
            _become(request, streams, started)
            return
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(copy, 0)
        # Whoever called may have gone away.
        with suppress(OSError):
            asked.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)


def _become(request: Mapping[str, Any], streams: Sequence[int], started: str) -> None:
    """Be the program: run it, and end as it does."""
    import numpy as np

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    # A copy has the state of its server; Python's own generator is seeded anew by itself.
    np.random.seed(None)  # noqa: NPY002 -- libraries draw from it
    sys.argv = [str(PROGRAM), *request["arguments"]]
    sys.path[1:] = [request["folder"] if entry == started else entry for entry in sys.path[1:]]
    from harness.cli.main import main

    main()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(sys.argv[2])
    else:
        _call_from_shell(sys.argv[2], sys.argv[3:])
