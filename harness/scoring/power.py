"""What a gold standard can tell apart: the smallest true difference that a paired comparison on it would find.

Comparisons that could not have found what they looked for are common (Card and others 2020). All figures are normal
approximations: a difference d of standard deviation sd is found with probability about Phi(|d| / sd - z), z being the
two-sided bound of the test.
"""

from dataclasses import dataclass
from math import ceil, inf, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from harness.data.types import InputError
from harness.scoring.bootstrap import Bootstrap, carried
from harness.scoring.paired import Pair
from harness.scoring.shares import quantile
from harness.scoring.table import Counts, Scorer, Table

POWER: Final = 0.8
"""The probability with which a difference is to be found."""

_TENFOLD: Final = 11
"""What is there, and ten times as much."""


@dataclass(frozen=True)
class Detectable:
    """The standard deviation of a paired difference over `units` units, and the smallest true one that it lets find.

    `smallest` is what an interval finds, `by_verdict` what an adjusted p does, None where that is unknown or nothing.
    """

    sd: float
    smallest: float
    units: int
    by_verdict: float | None = None

    def smallest_by_p(self, differing: int, family: int = 1, alpha: float = 0.05, power: float = POWER) -> float:
        """The smallest true difference that approximate randomisation finds with that power at `alpha`.

        As the smallest p of a `family` of tests, adjusted by Holm or Benjamini and Hochberg: at alpha / family.
        Infinite where the `differing` units are too few for any p that small. Changing sides keeps the size of each
        unit's difference, so its spread has d^2 / n more than the paired one for a difference d over n units; and few
        differing units have the tails of Student's t.
        """
        wanted = alpha / max(family, 1)
        if differing < 2 or 2.0 ** (1 - differing) > wanted:
            return inf
        bound, reach = quantile(differing - 1, 1 - wanted), NormalDist().inv_cdf(power)
        rest = 1 - bound**2 / self.units
        if rest <= 0:
            return inf
        # d = bound * sqrt(sd^2 + d^2 / n) + reach * sd, solved for d.
        return self.sd * (reach + sqrt(reach**2 - rest * (reach**2 - bound**2))) / rest

    def further_units(self, difference: float) -> int:
        """How many units of the same kind would have to be added to find `difference`; 0 if these do.

        That is if it is the true one: of an observed difference the answer says no more than its p does (Hoenig and
        Heisey 2001). The standard deviation falls with the square root of units.

        Raises:
            InputError: the difference is 0, which no number of units finds.
        """
        if difference == 0:
            raise InputError("difference: found 0, wanted one that can be found")
        return max(0, ceil(self.units * (self.smallest / difference) ** 2) - self.units)


def further_words(needed: float, difference: float, units: int) -> str:
    """How many units more than `units` find a true `difference`, where these find one of `needed` and no smaller one.

    In words where a number says too little or too much: none, or more than ten times what is there.
    """
    ratio = (needed / difference) ** 2 if difference else inf
    if ratio <= 1:
        return "none"
    return f"about {ceil(units * ratio) - units}" if ratio <= _TENFOLD else "more than ten times what is there"


def detectable(pair: Pair, bootstrap: Bootstrap, power: float = POWER) -> dict[str, Detectable | None]:
    """For every measure what the units of two runs can tell apart, at two-sided 1 - `bootstrap.level`.

    None where that is unknown: the measure does not vary, is undefined, or too few units carry the label.
    """
    spreads = _spreads(bootstrap.replicates(pair.values, pair.differences))
    return _detectable(spreads, carried(pair.scorer, pair.a, spreads), len(pair.values), bootstrap.level, power)


def detectable_at(
    scorer: Scorer, table: Table, agreement: float, bootstrap: Bootstrap, power: float = POWER
) -> dict[str, Detectable | None]:
    """The same from one run and a rival of which nothing is known but its `agreement` with it.

    In that share of units, from 0 up to but not 1, the rival has the same counts; in the others it has those of some
    unit drawn at random, so that the variance of the difference is 2 (1 - agreement) times that of the measure. A real
    rival meets the same hard and easy, long and short units, so its differences vary less: the figure is cautious.

    Raises:
        InputError: agreement is no such share.
    """
    if not 0 <= agreement < 1:
        raise InputError(f"agreement: found {agreement}, wanted a number from 0 up to but not 1")
    single = _spreads(bootstrap.replicates(table.values, lambda sums: scorer.scores(table.named(sums), table.totals)))
    spreads = {name: sqrt(2 * (1 - agreement)) * sd for name, sd in single.items()}
    return _detectable(spreads, carried(scorer, table, spreads), len(table.values), bootstrap.level, power)


def _spreads(replicates: dict[str, Counts]) -> dict[str, float]:
    """The standard deviation of every measure over the replicates that have it; 0 where fewer than two do."""
    defined = {name: values[~np.isnan(values)] for name, values in replicates.items()}
    return {name: float(values.std(ddof=1)) if len(values) > 1 else 0.0 for name, values in defined.items()}


def _detectable(
    spreads: dict[str, float], known: list[str], units: int, level: float, power: float
) -> dict[str, Detectable | None]:
    normal = NormalDist()
    bounds = normal.inv_cdf((1 + level) / 2) + normal.inv_cdf(power)
    # What does not vary differs in the last digit at most.
    varying = {name for name in known if spreads[name] > 1e-12}
    return {name: Detectable(sd, bounds * sd, units) if name in varying else None for name, sd in spreads.items()}
