"""Intervals, and replicates by resampling units.

The counts of resampled units are weights times the table, so no score is ever counted twice. Units with equal counts
are merged first: drawing from the merged table with their multiplicity is the same distribution.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from harness.data.types import InputError
from harness.scoring import averages, shares
from harness.scoring.shares import Measured, Statistic
from harness.scoring.table import Counts, Scorer, Table, label_of

Method = Literal["wilson", "percentile", "bca"]

FEWEST_UNITS: Final = 5
"""Units that must carry a label before an interval is given for it."""

FEWEST_DOCUMENTS: Final = 4
"""Documents that must carry a label before an interval over documents is given for it."""

_CELLS: Final = 4_000_000

_MANY: Final = 8
"""Units from which a row is worth a binomial of its own: measured, a draw takes about an eighth of its time."""


@dataclass(frozen=True)
class Bootstrap:
    """Which intervals to make, and how to resample: `resamples` seeded replicates.

    `wilson` intervals of shares are Wilson's, on effective numbers of items (`scoring.shares`); those of averages over
    labels the quantiles of a Bayesian bootstrap (`scoring.averages`); those of anything else, differences too, the
    quantiles of replicates, at tails that Student's t makes wider (Hesterberg 2015). `percentile` intervals are plain
    quantiles of replicates (Efron and Tibshirani 1993, ch. 13). `bca` moves the quantiles for bias and for a spread
    that changes with the value (Efron 1987; Efron and Tibshirani 1993, ch. 14).
    """

    resamples: int = 2000
    seed: int = 13
    level: float = 0.95
    method: Method = "wilson"

    def __post_init__(self) -> None:
        if self.resamples < 1:
            raise InputError(f"resamples: found {self.resamples}, wanted 1 or more")
        if self.seed < 0:
            raise InputError(f"seed: found {self.seed}, wanted 0 or more")
        if not 0 < self.level < 1:
            raise InputError(f"level: found {self.level}, wanted a number between 0 and 1")
        if self.method not in get_args(Method):
            raise InputError(f"method: found {self.method!r}, wanted one of {', '.join(get_args(Method))}")

    def intervals(self, scorer: Scorer, table: Table, fewest: int = FEWEST_UNITS) -> dict[str, tuple[float, float]]:
        """Low and high of every measure; replicates in which a measure is undefined are left out.

        Measures of a label that fewer than `fewest` units carry are absent.
        """

        def statistic(sums: Counts) -> Mapping[str, Counts]:
            return scorer.scores(table.named(sums), table.totals)

        known = carried(scorer, table, statistic(table.values.sum(axis=0)), fewest)
        if not known:
            return {}
        found = self._wilson(scorer, table, statistic) if self.method == "wilson" else {}
        if not found.keys() >= {*known}:
            # What is no share: a measure of somebody's own, in its own unit.
            found = self.bounds(table.values, statistic) | found
        return {name: found[name] for name in known}

    def bounds(self, values: Counts, statistic: Statistic) -> dict[str, tuple[float, float]]:
        """Low and high of every measure of the summed rows of `values`, shape (units, columns), by its replicates."""
        replicates = self.replicates(values, statistic)
        tail = (1 - self.level) / 2
        if self.method == "wilson":
            tail = expanded(tail, int(values.any(axis=1).sum()))
        if self.method != "bca":
            return {name: _quantiles(found, (tail, 1 - tail)) for name, found in replicates.items()}
        total = values.sum(axis=0)
        rows, repeats = merge(values)
        points, left_out = statistic(total), statistic(total - rows)
        return {
            name: _quantiles(found, _corrected(found, float(points[name]), left_out[name], repeats, tail))
            for name, found in replicates.items()
        }

    def replicates(self, values: Counts, statistic: Statistic) -> dict[str, Counts]:
        """Every measure of resampled rows, arrays of shape (resamples,).

        Weights and sums are made in blocks: of all replicates together only the measures are kept.
        """
        found: dict[str, list[Counts]] = {}
        for sums in self._sums(values):
            for name, measure in statistic(sums).items():
                found.setdefault(name, []).append(np.broadcast_to(measure, len(sums)))
        return {name: np.concatenate(measures) for name, measures in found.items()}

    def _wilson(self, scorer: Scorer, table: Table, statistic: Statistic) -> dict[str, tuple[float, float]]:
        """Low and high of every measure that is a share, or an average of shares over labels."""
        rows, repeats = merge(table.values)
        measured = Measured.of(table.values.sum(axis=0), rows, repeats, statistic)
        found = shares.intervals(scorer, table, measured, carriers(scorer, table), self.level)
        labels = scorer.support(table.totals)
        names = [name for name in measured.points if label_of(name) not in labels and measured.is_share(name)]
        return found | (self._averages(scorer, table, measured, names) if names else {})

    def _averages(
        self, scorer: Scorer, table: Table, measured: Measured, names: list[str]
    ) -> dict[str, tuple[float, float]]:
        """Low and high of the averages over labels that are called `names`."""
        rows, repeats = merge(table.values)
        drops = [measured.points[name] - measured.added[name] for name in names]
        lowering = np.max([np.broadcast_to(drop, table.values.shape[1]) for drop in drops], axis=0) > 1e-12
        pools = averages.pools(scorer, table, rows, repeats, lowering)
        sizes = blocks(self.resamples, max(rows.shape))
        replicates: dict[str, list[Counts]] = {name: [] for name in names}
        for sums in averages.sums(pools, rows, repeats, np.random.default_rng(self.seed), sizes):
            scores = scorer.scores(table.named(sums), table.totals)
            for name in names:
                replicates[name].append(np.broadcast_to(scores[name], len(sums)))
        tail = expanded((1 - self.level) / 2, int(table.values.any(axis=1).sum()))
        found = {}
        for name in names:
            drawn, point = np.concatenate(replicates[name]), float(measured.points[name])
            if np.isnan(point):
                found[name] = (point, point)
                continue
            low, high = _quantiles(drawn, (tail, 1 - tail))
            # The pool pulls labels that are never found, or always, towards the others. That may be right or not: on
            # the side that it pulls away from, the interval reaches as far from the value as without the pull.
            pull = float(np.nanmean(drawn)) - point
            low, high = low - max(pull, 0.0), high - min(pull, 0.0)
            found[name] = (max(min(low, point), 0.0), min(max(high, point), 1.0))
        return found

    def _sums(self, values: Counts) -> Iterator[Counts]:
        """Column sums of resampled rows, in blocks of shape (replicates, columns)."""
        rows, repeats = merge(values)
        random = np.random.default_rng(self.seed)
        for size in blocks(self.resamples, max(rows.shape)):
            yield draw(random, repeats, size) @ rows


def draw(random: np.random.Generator, repeats: NDArray[np.int64], size: int) -> Counts:
    """How often each row is drawn in `size` resamples of as many units as `repeats` sums to, shape (size, rows).

    Multinomial, in two steps that are exact together: first how many draws fall to each row that stands for many units,
    and to all others together; then these unit by unit. A binomial for each of many rare rows would take most of the
    time. As floats: only products of floats are handed to BLAS, and counts are exact in them.
    """
    common, rare = np.flatnonzero(repeats >= _MANY), np.flatnonzero(repeats < _MANY)
    counted = np.append(repeats[common], repeats[rare].sum())
    drawn = random.multinomial(counted.sum(), counted / counted.sum(), size=size)
    weights = np.zeros((size, len(repeats)))
    weights[:, common] = drawn[:, :-1]
    if len(rare):
        units = np.repeat(np.arange(len(rare)), repeats[rare])
        picked = units[random.integers(len(units), size=drawn[:, -1].sum())]
        cells = np.repeat(np.arange(size) * len(rare), drawn[:, -1]) + picked
        weights[:, rare] = np.bincount(cells, minlength=size * len(rare)).reshape(size, len(rare))
    return weights


def carried(scorer: Scorer, table: Table, measures: Iterable[str], fewest: int = FEWEST_UNITS) -> list[str]:
    """Those `measures` whose label at least `fewest` units carry."""
    units = carriers(scorer, table)
    most = max(units.values(), default=0)
    return [name for name in measures if units.get(label_of(name), most) >= fewest]


def carriers(scorer: Scorer, table: Table) -> dict[str, int]:
    """How many units carry each label."""
    return {label: int((counts > 0).sum()) for label, counts in scorer.support(table.rows).items()}


def expanded(tail: float, units: int) -> float:
    """The tail of replicates to leave out so that an interval over `units` is as wide as Student's t makes it.

    A bootstrap of n units has (n - 1) / n of the variance, and quantiles of a normal distribution where those of t with
    n - 1 degrees of freedom are wanted (Hesterberg 2015, "What teachers should know about the bootstrap").
    """
    if units < 2:
        return tail
    wanted = shares.quantile(units - 1, 1 - 2 * tail) * sqrt(units / (units - 1))
    return NormalDist().cdf(-wanted)


def merge(values: Counts) -> tuple[Counts, NDArray[np.int64]]:
    """The different rows of `values`, and how often each occurs."""
    # Compared as bytes, ten times as fast as by columns; 0.0 is added because -0.0 has other bytes than 0.0.
    rows = np.ascontiguousarray(values + 0.0)
    keys = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, first, repeats = np.unique(keys, return_index=True, return_counts=True)
    return rows[first], repeats


def blocks(number: int, width: int) -> Iterator[int]:
    """Sizes of blocks that sum to `number`; a block of rows of `width` numbers fits the memory set aside for one."""
    size = max(1, _CELLS // max(1, width))
    yield from [size] * (number // size)
    if number % size:
        yield number % size


def effective_units(sizes: NDArray[np.float64]) -> float:
    """How many equal units the uneven `sizes` are worth: (sum n)^2 / sum n^2 (Kish 1965); 0 where all are empty."""
    squares = float((sizes**2).sum())
    return float(sizes.sum()) ** 2 / squares if squares else 0.0


def _quantiles(values: Counts, shares: tuple[float, float]) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, shares)
    return float(low), float(high)


def _corrected(
    replicates: Counts, point: float, left_out: Counts, repeats: NDArray[np.int64], tail: float
) -> tuple[float, float]:
    """The shares of replicates that lie below a BCa interval and below its upper end.

    Bias is the share of replicates below the point, ties by half; acceleration is the skewness of the values with one
    unit left out, of which `repeats` are alike. Where either is undefined (all replicates on one side of the point, no
    value changed by any unit, one undefined without a unit, a correction beyond its pole): the percentile interval's.
    """
    normal, plain = NormalDist(), (tail, 1 - tail)
    defined = max(1, int((~np.isnan(replicates)).sum()))
    below = ((replicates < point).sum() + (replicates <= point).sum()) / (2 * defined)
    deviations = np.average(left_out, weights=repeats) - left_out
    squares = float((repeats * deviations**2).sum())
    if not 0 < below < 1 or not squares > 0:
        return plain
    acceleration = float((repeats * deviations**3).sum()) / (6 * squares**1.5)
    bias = normal.inv_cdf(float(below))
    low, high = (bias + normal.inv_cdf(share) for share in plain)
    if acceleration * low >= 1 or acceleration * high >= 1:
        return plain
    return normal.cdf(bias + low / (1 - acceleration * low)), normal.cdf(bias + high / (1 - acceleration * high))
