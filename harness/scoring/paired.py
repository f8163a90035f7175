"""Two runs over the same units: differences, their intervals and tests.

F1 is no mean, so a t test on it is wrong (Yeh 2000). What is drawn at random here are units: whole ones are resampled
for the interval, and change sides for the test.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np

from harness.data.types import InputError
from harness.scoring.bootstrap import Bootstrap, blocks, carried, merge
from harness.scoring.table import Counts, Scorer, Table, or_none

TRIALS: Final = 10_000
"""Swaps that a test draws."""

_ROUNDING: Final = 1e-12
"""Differences closer than this are equal: they come from other sums of the same counts."""


class Difference(NamedTuple):
    """A measure of runs a and b, and b - a with interval and p; None where it is undefined.

    The interval is None too where too few units carry the label. `differing` is in how many units the runs differ, as
    far as the measure sees it.
    """

    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    differing: int | None = None

    @property
    def smallest_p(self) -> float:
        """The smallest p that any outcome in as many differing units could have: both of 2^k swaps that go one way."""
        return min(1.0, 2.0 ** (1 - (self.differing or 0)))


@dataclass(frozen=True, eq=False)
class Pair:
    """The counts of runs a and b by one scorer: the same units, the same columns. Made by `Pair.of`."""

    scorer: Scorer
    a: Table
    b: Table

    @classmethod
    def of(cls, scorer: Scorer, a: Table, b: Table) -> Self:
        """The pair of two tables whose rows are the same units; a column that one lacks is 0 there.

        Raises:
            InputError: they have different numbers of units.
        """
        if len(a.values) != len(b.values):
            raise InputError(f"units: found {len(a.values)} and {len(b.values)}, wanted the same units in both runs")
        columns = tuple(dict.fromkeys((*a.columns, *b.columns)))
        return cls(scorer, _widened(a, columns), _widened(b, columns))

    @property
    def values(self) -> Counts:
        """The counts side by side, shape (units, 2 * columns)."""
        return np.hstack((self.a.values, self.b.values))

    @cached_property
    def halves(self) -> Counts:
        """Half of b - a for every unit in which the runs differ, shape (units that differ, columns)."""
        halves = (self.b.values - self.a.values) / 2
        return halves[halves.any(axis=1)]

    def differences(self, sums: Counts) -> dict[str, Counts]:
        """Every measure of b less that of a, from sums of `values`, shape (..., 2 * columns)."""
        left, right = np.split(sums, 2, axis=-1)
        return _subtract(
            self.scorer.scores(self.a.named(left), self.a.totals),
            self.scorer.scores(self.b.named(right), self.b.totals),
        )

    def swapped(self, trials: int, seed: int) -> Iterator[dict[str, Counts]]:
        """Every measure of b less that of a, each unit having changed sides with probability 1/2, in blocks."""
        rows, repeats = merge(self.halves)
        random = np.random.default_rng(seed)
        for size in blocks(trials, max(rows.shape)):
            # Of k units with equal differences those that stay, less those that change sides.
            signs = 2 * random.binomial(repeats, 0.5, size=(size, len(rows))) - repeats
            yield self._moved(signs.astype(np.float64) @ rows)

    def p_values(self, trials: int, seed: int) -> dict[str, float]:
        """The p of every measure by approximate randomisation, two-sided; NaN where the difference is undefined.

        p = (b + 1) / (n + 1), where b of n swaps differ at least as much as the runs do (Noreen 1989; Yeh 2000). Swaps
        in which a measure is undefined are left out: the runs are as likely as any of the others.
        """
        observed = self._moved(self.halves.sum(axis=0))
        as_far, defined = dict.fromkeys(observed, 0), dict.fromkeys(observed, 0)
        for found in self.swapped(trials, seed):
            for name, values in found.items():
                as_far[name] += int((abs(values) >= abs(observed[name]) - _ROUNDING).sum())
                defined[name] += int((~np.isnan(values)).sum())
        return {
            name: float("nan") if np.isnan(value) else (as_far[name] + 1) / (defined[name] + 1)
            for name, value in observed.items()
        }

    def differing(self) -> dict[str, int]:
        """For every measure in how many units the runs differ: those that change the difference by changing sides."""
        total = self.halves.sum(axis=0)
        found, moved = self._moved(total), self._moved(total - 2 * self.halves)
        return {
            # Where the difference is undefined without a unit, that unit matters.
            name: int((~(abs(values - found[name]) <= _ROUNDING)).sum()) if not np.isnan(found[name]) else 0
            for name, values in moved.items()
        }

    def _moved(self, sums: Counts) -> dict[str, Counts]:
        """The differences of two runs whose totals are `sums`, shape (..., columns), to either side of the mean."""
        mean = (self.a.values.sum(axis=0) + self.b.values.sum(axis=0)) / 2
        # Each is a run over the whole data set, so it is its own whole: nothing was lost that another could stand for.
        a, b = self.a.named(mean - sums), self.b.named(mean + sums)
        left, right = self.scorer.scores(a, a), self.scorer.scores(b, b)
        return {name: np.broadcast_to(values, sums.shape[:-1]) for name, values in _subtract(left, right).items()}


def difference(scorer: Scorer, a: Table, b: Table, bootstrap: Bootstrap, trials: int = TRIALS) -> dict[str, Difference]:
    """Every measure of runs a and b over the same units, and b - a with its paired interval and p.

    Raises:
        InputError: the runs have different numbers of units.
    """
    pair = Pair.of(scorer, a, b)
    bounds = bootstrap.bounds(pair.values, pair.differences)
    bounds = {name: bounds[name] for name in carried(scorer, pair.a, bounds)}
    left, right = (scorer.scores(table.totals, table.totals) for table in (pair.a, pair.b))
    p_values, differing = pair.p_values(trials, bootstrap.seed), pair.differing()
    found = {}
    for name, gap in _subtract(left, right).items():
        numbers = (left[name], right[name], gap, *bounds.get(name, (None, None)), p_values[name])
        one, other, between, low, high, p = map(or_none, numbers)
        found[name] = Difference(one, other, between, low, high, p, differing[name])
    return found


def _widened(table: Table, columns: tuple[str, ...]) -> Table:
    rows, nothing = table.rows, np.zeros(len(table.values))
    return Table(columns, np.stack([rows.get(column, nothing) for column in columns], axis=1))


def _subtract(a: Mapping[str, Counts], b: Mapping[str, Counts]) -> dict[str, Counts]:
    return {name: b[name] - a[name] for name in a}
