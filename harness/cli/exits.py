"""How the program ends: exit codes that scripts rely on, and one line that says why."""

import os
import sys
from typing import Final, TextIO

from harness.data.types import InputError
from harness.show.sheet import one_line

USAGE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


class JobFailedError(Exception):
    """A job of a sweep that failed, after its one line was written."""


def report(command: str, error: BaseException) -> int:
    """Write `error` as one line; the exit code it stands for."""
    if os.environ.get("HARNESS_DEBUG") == "1":
        raise error
    if isinstance(error, InputError):
        return complain(f"harness {command}", str(error))
    if isinstance(error, OSError) and error.filename is not None:
        found = f"{error.filename}: found {error.strerror}"
        return complain(f"harness {command}", f"{found}, wanted a path that can be used")
    # Here, since neither --help nor --version needs Hydra.
    from harness.config.faults import is_configuration, message

    if is_configuration(error):
        return complain(f"harness {command}", message(error))
    complain(f"harness {command}", f"internal error: {type(error).__name__}: {error} (HARNESS_DEBUG=1 shows where)")
    return INTERNAL


def complain(where: str, message: str) -> int:
    """Write one line on standard error; the exit code of a usage error."""
    # A name may hold what a terminal would obey.
    write(sys.stderr, f"{where}: {one_line(message)}")
    return USAGE


def write(stream: TextIO, text: str) -> None:
    """Write `text` and a line feed."""
    stream.write(f"{text}\n")
