"""Bounds for several differences at once, stepped down after Holm; for one they are its percentile interval."""

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from harness.scoring.bootstrap import Bootstrap
from harness.scoring.power import POWER, Detectable
from harness.scoring.table import Counts
from harness.types import InputError


def simultaneous(
    replicates: Mapping[str, Counts], limit: float, bootstrap: Bootstrap
) -> dict[str, tuple[float, float]]:
    """Low and high for each of `replicates`, arrays of shape (resamples,), such that all claims hold together.

    The chance that any low above `limit` is wrong, or any high below it, is at most (1 - level) / 2 each: the surest of
    m gets a tail of that over m, the next of it over m - 1, and so on to the first that is not beyond the limit, whose
    tail the others share (Holm 1979; as bounds: Guilbaud 2008).

    Raises:
        InputError: intervals are not percentiles, or resamples are too few for the tail of the first.
    """
    tail, family = (1 - bootstrap.level) / 2, len(replicates)
    if bootstrap.method != "percentile":
        raise InputError(f"bootstrap.method: found {bootstrap.method}, wanted percentile for bounds of several types")
    # Rounded: 0.05 / 2 is a little more than 0.025.
    fewest = int(np.ceil(round(family / tail, 6)))
    if bootstrap.resamples < fewest:
        raise InputError(f"bootstrap.resamples: found {bootstrap.resamples}, wanted {fewest} for {family} joint bounds")
    lows = _stepped(replicates, limit, tail)
    highs = _stepped({name: -values for name, values in replicates.items()}, -limit, tail)
    # 0.0 - 0.0 is 0.0, where -0.0 would be shown with its sign.
    return {name: (lows[name], 0.0 - highs[name]) for name in replicates}


def further_units(
    replicates: Counts, value: float, limit: float, units: int, bounds: tuple[float, float]
) -> int | None:
    """About how many units must be added for bounds that exclude `limit` with 80 % power; None where that is unknown.

    The spread falls with the square root of units; `bounds` tell how many spreads wide they are.
    """
    spread, gap = float(np.std(replicates, ddof=1)) if len(replicates) > 1 else 0.0, abs(value - limit)
    # What does not vary differs in the last digit at most, and a value at its limit is decided by no number of units.
    if spread <= 1e-12 or gap <= 1e-12:
        return None
    width = (bounds[1] - bounds[0]) / 2
    return Detectable(spread, width + NormalDist().inv_cdf(POWER) * spread, units).further_units(gap)


def _stepped(replicates: Mapping[str, Counts], limit: float, tail: float) -> dict[str, float]:
    """Lower bounds of all, stepped down to the first that is not above `limit`."""
    # Of equal shares the larger mean is surer; then by name, so that no order of types matters.
    surest = sorted(replicates, key=lambda name: (_share(replicates[name], limit), -replicates[name].mean(), name))
    left, stopped, bounds = len(surest), False, {}
    for name in surest:
        bounds[name] = float(np.quantile(replicates[name], tail / left))
        stopped = stopped or not bounds[name] > limit
        if stopped:
            bounds[name] = min(bounds[name], limit)
        else:
            left -= 1
    return bounds


def _share(values: Counts, limit: float) -> float:
    return float((values <= limit).mean())
