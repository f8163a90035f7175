"""How the program ends: exit codes that scripts rely on, and one line that says why."""

import os
import re
import sys
from typing import Final, TextIO

from harness.data.extras import missing
from harness.data.files import resource
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
    if _is_configuration(error):
        return complain(f"harness {command}", _configuration_message(error))
    complain(f"harness {command}", f"internal error: {type(error).__name__}: {error} (HARNESS_DEBUG=1 shows where)")
    return INTERNAL


def _is_configuration(error: BaseException) -> bool:
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    return isinstance(error, HydraException | OmegaConfBaseException)


def _configuration_message(error: BaseException) -> str:
    """What Hydra and OmegaConf say in several lines and causes, in one: where, what was found, what was wanted."""
    from hydra.errors import MissingConfigException, OverrideParseException
    from omegaconf.errors import ConfigAttributeError, ConfigKeyError, MissingMandatoryValue

    from harness.config.overrides import unquote

    cause = error.__cause__ or error
    key = getattr(cause, "full_key", None)
    if isinstance(error, OverrideParseException):
        return f"{unquote(error.override)}: found {error.message.splitlines()[0]}, wanted KEY=VALUE"
    if isinstance(error, MissingConfigException) and error.missing_cfg_file == "hydra/launcher/joblib":
        return f"hydra/launcher: {missing('joblib', 'sweep')}"
    if isinstance(error, MissingConfigException) and error.options is not None:
        return f"{error.missing_cfg_file}: found no such file, wanted one of {', '.join(error.options)}"
    several = re.search(r"Ambiguous value for argument '(.*)'", str(error))
    if several is not None:
        return f"{several[1]}: found several values, wanted one, or -m for a sweep over them"
    lost = re.search(r"Could not load '([\w/]+)/([^']+)'", str(error))
    if lost is not None:
        known = ", ".join(sorted(path.stem for path in (resource("conf") / lost[1]).glob("*.yaml")))
        return f"{lost[1]}: found {lost[2]!r}, wanted one of {known}"
    if isinstance(cause, MissingMandatoryValue):
        return f"{key}: found nothing, wanted a value"
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        return f"{key}: found an unknown key, wanted one that --cfg job shows"
    said = dict.fromkeys((str(error), str(cause)))
    return f"configuration: found {'; '.join(said)}, wanted one that composes"


def complain(where: str, message: str) -> int:
    """Write one line on standard error; the exit code of a usage error."""
    # A name may hold what a terminal would obey.
    write(sys.stderr, f"{where}: {one_line(message)}")
    return USAGE


def write(stream: TextIO, text: str) -> None:
    """Write `text` and a line feed."""
    stream.write(f"{text}\n")
