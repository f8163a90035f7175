"""What the code of a part that is not ours raised, in one line that says where in its author's file."""

import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Final

from harness.data.types import InputError

_OURS: Final = str(Path(__file__).resolve().parents[1])
_STANDARD: Final = sysconfig.get_paths()["stdlib"]
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


class PartError(InputError):
    """A part of a user's own raised, or what it returned cannot be used; `__cause__` is what it raised."""


def failure(error: Exception) -> str:
    """`error` in one line: its class, the first line of its message, and the place in the author's file, if any.

    The place is the innermost one outside this package and what is installed: `ValueError: boom (runner.py:12)`. Of
    parts that come with the harness there is none, so what they say does not change with their lines.
    """
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    places = [
        f" ({path.name}:{line})"
        for path, line in ((Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__))
        if not _is_installed(path)
    ]
    return said + "".join(places[-1:])


def method_of(part: object, name: str) -> str:
    """A method of a part's class, as messages name it: `mine.runner.Capital.predict`."""
    return f"{type(part).__module__}.{type(part).__qualname__}.{name}"


def is_ours(kind: type) -> bool:
    """Whether a class comes with the harness: what it raises by accident is an error of ours."""
    return kind.__module__.partition(".")[0] == "harness"


@contextmanager
def blaming(kind: type, method: str, wanted: str, prefix: str = "") -> Iterator[None]:
    """What a method of a user's class raises inside, as an error that names both.

    Raises:
        PartError: it raised anything but an `InputError`, and the class does not come with the harness.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if is_ours(kind):
            raise
        where = f"{prefix}{kind.__module__}.{kind.__qualname__}.{method}"
        raise PartError(f"{where}: found {failure(error)}, wanted {wanted}") from error


def _is_installed(path: Path) -> bool:
    """Whether a file is ours, an installed package's, Python's own, or no file at all."""
    text = str(path)
    return text.startswith(("<", _OURS, _STANDARD)) or not _INSTALLED.isdisjoint(path.parts)
