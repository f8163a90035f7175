"""Numbers as people read them, the same in a terminal, in Markdown, in HTML and in a tracking store.

An interval stands in brackets behind its value: `0.950 (0.929–0.964)`. Of signed differences it is written in words,
`+0.012 (-0.003 to +0.020)`: beside minus signs an en dash would be taken for one of them.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Final

UNDEFINED: Final = "–"


def value(number: float | None, *, signed: bool = False) -> str:
    """A score or, `signed`, a difference of scores."""
    # Adding zero takes the sign off a zero, which is what -0.0001 is in three digits.
    return UNDEFINED if number is None else f"{round(float(number), 3) + 0.0:{'+' if signed else ''}.3f}"


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """The ends of an interval without brackets, as they stand in a column of their own; undefined if either is."""
    if low is None or high is None:
        return UNDEFINED
    return (" to " if signed else "–").join(value(end, signed=signed) for end in (low, high))


def estimate(number: float | None, low: float | None, high: float | None, *, signed: bool = False) -> str:
    """A value with its interval in brackets; without them where the value or the interval is undefined."""
    plain = value(number, signed=signed)
    if number is None or low is None or high is None:
        return plain
    return f"{plain} ({interval(low, high, signed=signed)})"


def spread(mean: float, deviation: float | None) -> str:
    """A mean with the standard deviation behind it: `0.812 ± 0.010`; without it where there is none."""
    return value(mean) if deviation is None else f"{value(mean)} ± {value(deviation)}"


def figure(number: float | None) -> str:
    """A number of any size: in four digits; where it is whole, or has more, rounded to a whole one, with commas."""
    if number is None or not isfinite(number):
        return UNDEFINED
    return f"{number:,.0f}" if number == round(number) or abs(number) >= 1000 else f"{number:.4g}"


def p(number: float | None) -> str:
    """A probability, of a test."""
    return UNDEFINED if number is None else f"{number:.4f}"


def count(number: int | None) -> str:
    """A number of things, or a rank."""
    return UNDEFINED if number is None else str(number)


def counted(number: int, name: str) -> str:
    """How many there are of what has a `name` with a plural in s: `1 error`, `2 errors`."""
    return f"{number} {name}{'' if number == 1 else 's'}"


def speed(number: float | None) -> str:
    """Words a second, in two digits: two runs of one extractor on one machine differ in the second."""
    return UNDEFINED if number is None else f"{float(f'{number:.2g}'):.0f}"


def percents(shares: Iterable[float]) -> str:
    """Shares, each once, from the smallest: `90 % / 95 %`."""
    return " / ".join(f"{percent:.4g} %" for percent in sorted({100 * share for share in shares}))
