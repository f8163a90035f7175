"""What messages and overrides of the command line are in Python: keys become arguments, and none is ignored."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from harness.config.overrides import key_of
from harness.data.types import InputError
from harness.runs.evaluate import Log

_ARGUMENTS: Final[Mapping[str, str]] = {
    r"runner\.labels=MAP": 'labels="MAP"',
    r"runner\.unknown=drop or count": 'unknown="drop" or "count"',
    r"runner\.unknown=(\w+)": r'unknown="\1"',
    r"dataset\.schema=([\w-]+)": r'harness.load(…, schema="\1")',
}
"""Advice on the command line, by pattern, and what it is in Python."""
_BESIDE_ANY_RUNNER: Final = re.compile(r"runner\.(?=(?:labels|unknown)=)")


def in_python(message: str) -> str:
    """`message` with arguments of Python in the place of the keys of the command line that it advises."""
    for key, argument in _ARGUMENTS.items():
        message = re.sub(key, argument, message)
    return message


@contextmanager
def advising() -> Iterator[None]:
    """Have an error that is raised inside advise what can be done in Python.

    Raises:
        InputError: as it was raised, but for its words.
    """
    try:
        yield
    except InputError as error:
        said = in_python(str(error))
        if said == str(error):
            raise
        raise InputError(said) from error


class PythonLog(Log):
    """`Log`, whose remarks advise what can be done in Python."""

    def warn(self, message: str) -> None:
        """Log a remark."""
        super().warn(in_python(message))


def of_any_runner(overrides: Sequence[str]) -> list[str]:
    """`overrides` with what is said of a runner of any class as a key of its own, beside an object without fields."""
    return [_BESIDE_ANY_RUNNER.sub("", override, count=1) for override in overrides]


def refuse_unused(function: str, overrides: Sequence[str], used: Collection[str]) -> None:
    """Refuse an override whose key a function does not use; `used` are keys, or what they begin with.

    Raises:
        InputError: there is one.
    """
    for override in overrides:
        key = key_of(override) or ""
        if re.split(r"[./]", key)[0] not in used and key not in used:
            known = ", ".join(sorted(used))
            raise InputError(f"overrides: found {override}, which harness.{function} does not use, wanted {known}")
