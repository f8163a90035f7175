"""Selective prediction: how wrong a system is when only what it is surest of is kept.

Coverage is over predicted mentions, and risk the share of wrong ones among those kept. Equal scores have no order: the
risk inside a tie is what a random order gives in expectation. The area under the curve is the mean risk over every
number of kept mentions (AURC; Geifman and El-Yaniv 2017; Geifman, Uziel and El-Yaniv 2019).
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.scoring.table import plain

Numbers = NDArray[np.float64]

STEPS: Final = 20
"""Points of the curve: every 5 % of coverage."""


def risks(scores: Numbers, right: NDArray[np.bool_]) -> Numbers:
    """The expected risk of keeping the 1, 2, … n highest scores, shape (n,)."""
    _, tie, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    wrong = np.bincount(tie, weights=~right, minlength=len(sizes))
    expected = np.cumsum(np.repeat(wrong / sizes, sizes))
    kept: Numbers = np.arange(1, len(scores) + 1, dtype=np.float64)
    # The sum of fractions may miss a whole number by a rounding.
    return np.clip(expected / kept, 0, 1)


def selective(scores: Numbers, right: NDArray[np.bool_]) -> dict[str, Any]:
    """`aurc`, the best that an order of the same mentions could have (`aurc_best`), and `curve`.

    The curve has the risk at every 5 % of coverage, rounded up to whole mentions; `precision_at_80` is 1 - risk at 80.
    """
    curve = risks(scores, right)
    best = risks(right.astype(np.float64), right)
    kept = [-(-len(scores) * step // STEPS) for step in range(1, STEPS + 1)]
    points = [
        {"coverage": plain(step / STEPS), "risk": plain(curve[number - 1])} for step, number in enumerate(kept, start=1)
    ]
    return {
        "aurc": plain(curve.mean()),
        "aurc_best": plain(best.mean()),
        "precision_at_80": plain(1 - curve[kept[STEPS * 4 // 5 - 1] - 1]),
        "curve": points,
    }
