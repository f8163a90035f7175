"""Intervals by resampling units.

The counts of resampled units are weights times the table, so no score is ever counted twice. Units with equal counts
are merged first: drawing from the merged table with their multiplicity is the same distribution.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.scoring.table import Counts, Scorer, Table

FEWEST_UNITS: Final = 5
"""Units that must carry a label before an interval is given for it."""

_CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Bootstrap:
    """How to resample: percentile intervals (Efron and Tibshirani 1993, ch. 13) over `resamples` seeded replicates."""

    resamples: int = 2000
    seed: int = 13
    level: float = 0.95

    def intervals(self, scorer: Scorer, table: Table) -> dict[str, tuple[float, float]]:
        """Low and high of every measure; replicates in which a measure is undefined are left out.

        Measures of a label that fewer than `FEWEST_UNITS` units carry are absent.
        """
        carried = {label: int((counts > 0).sum()) for label, counts in scorer.support(table.rows).items()}
        total = max(carried.values(), default=0)
        replicates: dict[str, list[Counts]] = {}
        for sums in self._sums(table):
            for name, values in scorer.scores(table.named(sums), table.totals).items():
                replicates.setdefault(name, []).append(np.broadcast_to(values, len(sums)))
        tail = (1 - self.level) / 2
        return {
            name: _quantiles(np.concatenate(values), tail)
            for name, values in replicates.items()
            if carried.get(name.partition("/")[0], total) >= FEWEST_UNITS
        }

    def _sums(self, table: Table) -> Iterator[Counts]:
        """Column sums of resampled tables, in blocks of shape (replicates, columns)."""
        rows, repeats = np.unique(table.values, axis=0, return_counts=True)
        units = int(repeats.sum())
        random = np.random.default_rng(self.seed)
        block = max(1, min(self.resamples, _CELLS // max(1, len(rows))))
        for start in range(0, self.resamples, block):
            size = min(block, self.resamples - start)
            yield random.multinomial(units, repeats / units, size=size) @ rows


def effective_units(sizes: NDArray[np.float64]) -> float:
    """How many equal units the uneven `sizes` are worth: (sum n)^2 / sum n^2 (Kish 1965); 0 where all are empty."""
    squares = float((sizes**2).sum())
    return float(sizes.sum()) ** 2 / squares if squares else 0.0


def _quantiles(values: Counts, tail: float) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, (tail, 1 - tail))
    return float(low), float(high)
