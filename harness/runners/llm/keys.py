"""The key of a server: read from the environment by its name, and taken out of all that the server says."""

import os
import re
from typing import Any, Final

from harness.data.types import InputError

_NAME: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_WANTED: Final = (
    "wanted the name of an environment variable that is set, or upper-case words with _ between them, such as "
    "OPENAI_API_KEY, and never the key itself"
)
_SHORTEST: Final = 8
"""Letters of a key that is a secret: servers that want none take words such as EMPTY, which answers may hold too."""
REDACTED: Final = "[key]"


def check_name(name: str) -> None:
    """Refuse what is no name of a variable. It may be a key, so that no message shows it.

    Raises:
        InputError: it is neither a variable that is set nor written as names of variables are.
    """
    if name not in os.environ and not _NAME.fullmatch(name):
        raise InputError(f"runner.key: found something else, which is not shown, {_WANTED}")


def read_key(name: str | None) -> str | None:
    """The key that the environment has under `name`; None where none is wanted.

    Raises:
        InputError: the variable is not set, or holds what no header can.
    """
    if name is None:
        return None
    check_name(name)
    key = os.environ.get(name, "").strip()
    if not key:
        raise InputError(
            f"runner.key: found the environment variable {name} not set, wanted the key in it, or key=null"
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise InputError(f"runner.key: found blanks or letters beyond ASCII in the variable {name}, wanted one key")
    return key


def redacted(value: Any, key: str | None) -> Any:
    """`value`, text or what JSON can hold, without the key: a server may say what it was sent."""
    if key is None or len(key) < _SHORTEST:
        return value
    if isinstance(value, str):
        return value.replace(key, REDACTED)
    if isinstance(value, list):
        return [redacted(part, key) for part in value]
    if isinstance(value, dict):
        return {redacted(name, key): redacted(part, key) for name, part in value.items()}
    return value
