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
        raise InputError(f"{where}: {missing(package, extra)}{otherwise and f', or {otherwise}'}")
    return module


def missing(package: str, extra: str) -> str:
    """What was found of `package`, and what was wanted: the extra that brings it."""
    return f"found no {package}, wanted it installed: pip install 'arabic-extraction-harness[{extra}]'"


def find(package: str) -> Any | None:
    """The module `package`, None where it cannot be imported."""
    try:
        module = import_module(package)
    except ImportError:
        return None
    # A folder of that name beside the program can be imported as well, and has no file of its own.
    return module if module.__file__ is not None else None
