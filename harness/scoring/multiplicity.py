"""Many tests at once: adjusted p values, always beside the raw ones and the size of their family.

Holm for the few questions on which a decision hangs, Benjamini and Hochberg for looking around.
"""

from collections.abc import Collection, Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.scoring.table import Counts, or_none

Correction = Literal["holm", "bh"]


class Adjusted(NamedTuple):
    """A p value as computed and as adjusted, None where undefined, and how many defined ones it was adjusted for."""

    raw: float | None
    adjusted: float | None
    family: int


def adjust(
    raw: Mapping[str, float | None], correction: Correction, settled: Collection[str] = frozenset()
) -> dict[str, Adjusted]:
    """The p values of one family of tests, adjusted; undefined ones stay undefined and count for nothing.

    `settled` are tests that could not have come out otherwise, as of two runs that do not differ: they keep their p and
    count for nothing either (Tarone 1990, of tests whose smallest possible p is too large).
    """
    defined = {name: or_none(value) for name, value in raw.items()}
    tested = {name: value for name, value in defined.items() if value is not None and name not in settled}
    adjusted = _CORRECTIONS[correction](np.array([*tested.values()], dtype=np.float64))
    known = dict(zip(tested, adjusted.tolist(), strict=True))
    return {name: Adjusted(value, known.get(name, value), len(tested)) for name, value in defined.items()}


def holm(raw: Counts) -> Counts:
    """Adjusted p values that bound the chance of any false alarm (Holm 1979), shape (tests,); NaN stays NaN.

    The k-th smallest of m is multiplied by m - k + 1; none is below a smaller one.
    """
    order, ranks, family = _ranked(raw)
    return _back(np.maximum.accumulate(raw[order] * (family - ranks + 1)), order)


def benjamini_hochberg(raw: Counts) -> Counts:
    """Adjusted p values that bound the share of false alarms (Benjamini and Hochberg 1995), shape (tests,); NaN stays.

    The k-th smallest of m is multiplied by m / k; none is above a larger one.
    """
    order, ranks, family = _ranked(raw)
    # NaN sorts last, so it comes first here: fmin passes over it.
    return _back(np.fmin.accumulate((raw[order] * family / ranks)[::-1])[::-1], order)


def _ranked(raw: Counts) -> tuple[NDArray[np.intp], NDArray[np.int64], int]:
    """The order from small to large, undefined ones last; ranks from 1; how many are defined."""
    return np.argsort(raw), np.arange(1, len(raw) + 1), int((~np.isnan(raw)).sum())


def _back(ordered: Counts, order: NDArray[np.intp]) -> Counts:
    values = np.empty_like(ordered)
    values[order] = np.minimum(ordered, 1)
    return values


_CORRECTIONS: Final = {"holm": holm, "bh": benjamini_hochberg}
