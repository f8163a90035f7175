"""Wilson intervals of scores that are shares: never empty, never outside 0 to 1, and with few units wide enough.

A share p of n independent items has Wilson's interval (Wilson 1927). Mentions of one unit are not independent and an F1
is not over mentions alone, so n is replaced by the number of items that would give the spread that is found: by leaving
out one unit at a time (the jackknife), with the quantile of Student's t for as many units as there are. Intervals from
such effective numbers are those of survey statistics (Korn and Graubard 1998; Franco, Little, Louis and Slud 2019).

Everything is arithmetic on sums of counts: which counts an error costs is found by adding one to each of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from harness.scoring.table import Counts, Scorer, Table, label_of

Statistic = Callable[[Counts], Mapping[str, Counts]]
"""From column sums, shape (..., columns), to measures of shape (...)."""

DESIGN_EFFECT: Final = 1.25
"""How many times the variance of independent items a score has where its own units show no error that could tell."""

WEIGHT: Final = 1.0
"""In how many units an error would have to show for their own design effect to weigh as much as `DESIGN_EFFECT`."""

SMALLEST_EFFECT: Final = 0.5
"""F1 of mentions that are missed and nothing worse has half the variance of a share of as many mentions."""

_NOTHING: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Measured:
    """What the measures are, and what they become without each unit and with one more of each count.

    Arrays of `points` have no dimension, those of `left_out` shape (rows,), those of `added` shape (columns,).
    """

    points: Mapping[str, Counts]
    left_out: Mapping[str, Counts]
    added: Mapping[str, Counts]
    repeats: NDArray[np.int64]
    """How many units each row stands for."""

    @classmethod
    def of(cls, total: Counts, rows: Counts, repeats: NDArray[np.int64], statistic: Statistic) -> "Measured":
        """The measures of `statistic` around the column sums `total` of `rows`."""
        return cls(statistic(total), statistic(total - rows), statistic(total + np.eye(len(total))), repeats)

    def is_share(self, measure: str) -> bool:
        """Whether a measure lies between 0 and 1 with all units and without any of them."""
        found = np.append(np.ravel(self.left_out[measure]), self.points[measure])
        return not bool((found < -_NOTHING).any() or (found > 1 + 1e-12).any())

    def moves(self, measure: str) -> Counts:
        """By how much the measure changes where one unit is left out, 0 where that leaves nothing, shape (rows,)."""
        return np.nan_to_num(np.broadcast_to(self.left_out[measure] - self.points[measure], self.repeats.shape))


def intervals(
    scorer: Scorer, table: Table, measured: Measured, units: Mapping[str, int], level: float
) -> dict[str, tuple[float, float]]:
    """Low and high of every share whose label has support; `units` are those that carry each label."""
    support = {label: float(count) for label, count in scorer.support(table.totals).items()}
    owners = [label_of(column) for column in table.columns]
    found = {}
    for name, point in measured.points.items():
        label = label_of(name)
        if label not in support or not measured.is_share(name):
            continue
        items = np.array([support.get(owner, support[label]) for owner in owners])
        most = independent(float(point), measured.added[name], owners, items, support[label])
        found[name] = _interval(float(point), measured.moves(name), measured.repeats, most, units[label], level)
    return found


def independent(point: float, added: Counts, owners: list[str], items: Counts, fallback: float) -> float:
    """How many independent items a share of `point` is worth at most; `added` is it with one more of each count.

    Each owner of counts, a type for instance, has its `items`, each of which costs the share what the dearest of the
    owner's counts does: with n items of cost d, (sum n d)^2 / sum n d^2 (Kish 1965), and never more than there are to
    divide by. For a type or `micro` these are its gold items or, if fewer, its predicted ones; for an average over
    types the harmonic mean. A share of 0 has no errors to add: there it is what one more right item brings. `fallback`
    where no count moves the share.
    """
    changes = np.broadcast_to(added - point if point <= _NOTHING else point - added, (len(owners),))
    costs: dict[str, tuple[float, float]] = {}
    for owner, change, number in zip(owners, np.nan_to_num(changes).tolist(), items.tolist(), strict=True):
        if change > max(_NOTHING, costs.get(owner, (0.0, 0.0))[0]):
            costs[owner] = (change, number)
    linear = sum(number * change for change, number in costs.values())
    squares = sum(number * change**2 for change, number in costs.values())
    if squares <= 0:
        return max(fallback, 1.0)
    divided = max(point, 1 - point if point <= _NOTHING else point) * linear / squares - 1
    return max(min(linear**2 / squares, divided), 1.0)


def wilson(share: float, items: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval of a share of `items`: the shares from which this one is at most `quantile` deviations away."""
    square = quantile**2 / items
    middle = (share + square / 2) / (1 + square)
    half = quantile * np.sqrt(share * (1 - share) / items + square / (4 * items)) / (1 + square)
    # Rounding must not part an interval from its share.
    low, high = min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))
    return float(low), float(high)


def _interval(
    point: float, moves: Counts, repeats: NDArray[np.int64], most: float, units: int, level: float
) -> tuple[float, float]:
    """The interval of a share that leaving out one unit changes by `moves`, worth `most` independent items at most.

    The design effect is the variance that is found over that of independent items. Where few units have errors it may
    be small by chance: it is raised towards `DESIGN_EFFECT`, which weighs `WEIGHT` against (sum m^2)^2 / sum m^4 units
    of moves m. Its degrees of freedom are those of the units, and more the less it is their own (after Satterthwaite
    1946).
    """
    if np.isnan(point):
        return float("nan"), float("nan")
    share = min(max(point, 0.0), 1.0)
    squares, fourths = float((repeats * moves**2).sum()), float((repeats * moves**4).sum())
    plain = share * (1 - share) / most
    freedom = float(max(units - 1, 1))
    if squares <= _NOTHING**2 or fourths <= 0 or plain <= _NOTHING:
        effect, freedom = DESIGN_EFFECT, float("inf")
    else:
        telling = squares**2 / fourths
        own = freedom / (freedom + 1) * squares / plain
        raised = max((telling * own + WEIGHT * DESIGN_EFFECT) / (telling + WEIGHT), SMALLEST_EFFECT)
        effect = max(own, raised)
        freedom *= ((telling + WEIGHT) / telling) ** 2 if raised > own else 1.0
    return wilson(share, most / effect, quantile(freedom, level))


def quantile(freedom: float, level: float) -> float:
    """The quantile of Student's t that leaves (1 - level) / 2 above it."""
    # Beyond this it is the normal one to eight digits; and infinity is no number of degrees to scipy.
    return float(stdtrit(min(freedom, 1e9), (1 + level) / 2))
