"""The bootstrap in plain Python, one unit at a time."""

from collections.abc import Sequence
from random import Random

from tests.oracles.sets import divide


def micro_f1s(rows: Sequence[tuple[int, int, int]], resamples: int, seed: int) -> list[float]:
    """Micro F1 of resampled (tp, fp, fn) rows."""
    source = Random(seed)
    found = []
    for _ in range(resamples):
        drawn = [rows[source.randrange(len(rows))] for _ in rows]
        tp, fp, fn = (sum(row[column] for row in drawn) for column in range(3))
        found.append(divide(2 * tp, 2 * tp + fp + fn))
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the defined ones lie, interpolated."""
    ordered = sorted(value for value in values if value == value)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
