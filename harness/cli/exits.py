"""How the program ends: exit codes that scripts rely on, and one line that says why."""

import os
import re
import sys
from collections.abc import Sequence
from typing import Final, TextIO

from harness.cli import usage
from harness.data.types import InputError
from harness.show.sheet import one_line

USAGE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


class JobFailedError(Exception):
    """A job of a sweep that failed, after its one line was written."""


def report(command: str, error: BaseException, overrides: Sequence[str] = ()) -> int:
    """Write `error`, which a command ended with under `overrides`, as one line; the exit code it stands for."""
    if os.environ.get("HARNESS_DEBUG") == "1":
        raise error
    from harness.config.faults import is_configuration

    complain(f"harness {command}", message_of(error, command, overrides))
    usage_error = isinstance(error, InputError) or is_configuration(error)
    return USAGE if usage_error or (isinstance(error, OSError) and error.filename is not None) else INTERNAL


def message_of(error: BaseException, command: str = "", overrides: Sequence[str] = ()) -> str:
    """An error in words: where, what was found, what was wanted."""
    if isinstance(error, InputError):
        return _with_comment(command, str(error), overrides)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: found {error.strerror}, wanted a path that can be used"
    # Here, since neither --help nor --version needs Hydra.
    from harness.config.faults import is_configuration, message

    if is_configuration(error):
        return _with_comment(command, message(error), overrides)
    return f"internal error: {type(error).__name__}: {error} (HARNESS_DEBUG=1 shows where)"


def _with_comment(command: str, message: str, overrides: Sequence[str]) -> str:
    """A message about a key that has no value, with what its comment in `conf/` says of it."""
    lacking = re.fullmatch(r"([\w.]+): found nothing, wanted a value", message)
    known = lacking is not None and command in usage.commands()
    comment = usage.comment(command, lacking[1], overrides) if known and lacking else ""
    return message.replace("a value", comment) if comment else message


def complain(where: str, message: str) -> int:
    """Write one line on standard error; the exit code of a usage error."""
    # A name may hold what a terminal would obey.
    write(sys.stderr, f"{where}: {one_line(message)}")
    return USAGE


def write(stream: TextIO, text: str) -> None:
    """Write `text` and a line feed."""
    stream.write(f"{text}\n")
