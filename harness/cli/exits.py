"""How the program ends: exit codes that scripts rely on, and one line that says why."""

import os
import sys
from typing import Final, TextIO

from harness.types import InputError

USAGE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 130


class JobFailedError(Exception):
    """A job of a sweep that failed, after its one line was written."""


def report(command: str, error: BaseException) -> int:
    """Write `error` as one line; the exit code it stands for."""
    if os.environ.get("HARNESS_DEBUG") == "1":
        raise error
    if isinstance(error, InputError):
        return complain(f"harness {command}", str(error))
    if _is_configuration(error):
        return complain(f"harness {command}", _configuration_message(error))
    complain(f"harness {command}", f"internal error: {type(error).__name__}: {error} (HARNESS_DEBUG=1 shows where)")
    return INTERNAL


def _is_configuration(error: BaseException) -> bool:
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    return isinstance(error, HydraException | OmegaConfBaseException)


def _configuration_message(error: BaseException) -> str:
    """What Hydra says in several lines and causes, in one."""
    said: list[str] = []
    current: BaseException | None = error
    while current is not None:
        if str(current) not in " ".join(said):
            said.append(str(current))
        current = current.__cause__
    return "; ".join(said)


def complain(where: str, message: str) -> int:
    """Write one line on standard error; the exit code of a usage error."""
    write(sys.stderr, f"{where}: {' '.join(message.split())}")
    return USAGE


def write(stream: TextIO, text: str) -> None:
    """Write `text` and a line feed."""
    stream.write(f"{text}\n")
