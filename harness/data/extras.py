"""Packages that only some installations have: what is missing is said in one line, with the extra that brings it."""

import json
import shlex
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final

from harness.data.types import InputError

_PACKAGE: Final = "arabic-extraction-harness"
_ROOT: Final = Path(__file__).resolve().parents[2]


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
    return f"found no {package}, wanted it installed: {install(extra)}"


def install(extra: str) -> str:
    """The shell command that installs an extra of this package, which no package index has.

    Of a clone it names the folder, of an installation the wheel or address that pip took it from.
    """
    if (_ROOT / "pyproject.toml").is_file():
        folder = "." if Path.cwd() == _ROOT else str(_ROOT)
        return f"pip install -e {shlex.quote(f'{folder}[{extra}]')}"
    return f"pip install {shlex.quote(f'{_PACKAGE}[{extra}]{_origin()}')}"


def _origin() -> str:
    """Where pip took this package from, in the form of a requirement; empty where it noted nothing (PEP 610)."""
    try:
        noted = metadata.distribution(_PACKAGE).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return ""
    return "" if noted is None else f" @ {json.loads(noted)['url']}"


def find(package: str) -> Any | None:
    """The module `package`, None where it cannot be imported."""
    try:
        module = import_module(package)
    except ImportError:
        return None
    # A folder of that name beside the program can be imported as well, and has no file of its own.
    return module if module.__file__ is not None else None
