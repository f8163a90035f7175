"""Packages that only some installations have: what is missing is said in one line, with the extra that brings it."""

from importlib import import_module
from typing import Any

from harness.data.types import InputError


def require(package: str, extra: str, where: str, otherwise: str = "") -> Any:
    """The module `package`; `otherwise` is what would do without it.

    Raises:
        InputError: it cannot be imported; the message names the extra that brings it.
    """
    module = find(package)
    if module is None:
        wanted = f"pip install 'arabic-extraction-harness[{extra}]'{otherwise and f', or {otherwise}'}"
        raise InputError(f"{where}: found no {package}, wanted it installed: {wanted}")
    return module


def find(package: str) -> Any | None:
    """The module `package`, None where it cannot be imported."""
    try:
        module = import_module(package)
    except ImportError:
        return None
    # A folder of that name beside the program can be imported as well, and has no file of its own.
    return module if module.__file__ is not None else None
