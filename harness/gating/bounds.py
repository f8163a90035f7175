"""Bounds for several differences at once, stepped down after Holm; for one they are its own interval."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from harness.data.types import InputError
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.power import POWER, Detectable

Bounds = tuple[float, float]
Leveled = Callable[[float], Mapping[str, Bounds]]
"""From a level to the two-sided intervals of that level, by name."""


@dataclass(frozen=True)
class Joint:
    """Bounds that hold for all together: where `above` or `below` is set, the value lies beyond the limit.

    Bounds are as sharp as the joint statement allows and no sharper. For what was decided before others remained
    undecided that is the limit itself: "above it" is all that is claimed with the stated confidence.
    """

    limit: float
    low: float
    high: float
    above: bool
    below: bool


def simultaneous(names: Collection[str], leveled: Leveled, limit: float, bootstrap: Bootstrap) -> dict[str, Joint]:
    """Joint bounds of `names` about `limit`; `leveled` gives each one's own interval at any level.

    The chance that any claim "above `limit`" is wrong, or any "below" it, is at most (1 - level) / 2 each: of m, those
    are decided whose bound with a tail of that over m lies beyond the limit; of the others those with that over as many
    as are left; and so on until none is (Holm 1979). What is left shares the last tail. The bound of a decided one is
    the limit, unless all are decided: then what the first tail gives (Strassburger and Bretz 2008; Guilbaud 2008).

    Raises:
        InputError: resamples are too few for the tail of the first.
    """
    tail, family = (1 - bootstrap.level) / 2, len(names)
    # Rounded: 0.05 / 2 is a little more than 0.025.
    fewest = int(-(-round(family / tail, 6) // 1))
    if bootstrap.resamples < fewest:
        raise InputError(f"bootstrap.resamples: found {bootstrap.resamples}, wanted {fewest} for {family} joint bounds")
    lows, above = _stepped(names, lambda share: {name: low for name, (low, _) in leveled(share).items()}, limit, tail)
    mirrored, below = _stepped(
        names, lambda share: {name: -high for name, (_, high) in leveled(share).items()}, -limit, tail
    )
    # 0.0 - 0.0 is 0.0, where -0.0 would be shown with its sign.
    return {name: Joint(limit, lows[name], 0.0 - mirrored[name], name in above, name in below) for name in names}


def further_units(value: float, limit: float, units: int, bounds: Bounds, level: float) -> int | None:
    """About how many units must be added for bounds that exclude `limit` with 80 % power; None where that is unknown.

    As if the true value were the observed one, and bounds were normal: half their width is z spreads, and falls with
    the square root of units.
    """
    width, gap = (bounds[1] - bounds[0]) / 2, abs(value - limit)
    # What does not vary differs in the last digit at most, and a value at its limit is decided by no number of units.
    if width <= 1e-12 or gap <= 1e-12:
        return None
    normal = NormalDist()
    spread = width / normal.inv_cdf((1 + level) / 2)
    return Detectable(spread, width + normal.inv_cdf(POWER) * spread, units).further_units(gap)


def _stepped(
    names: Collection[str], lower: Callable[[float], Mapping[str, float]], limit: float, tail: float
) -> tuple[dict[str, float], set[str]]:
    """Lower bounds of all, and those that lie above `limit`."""
    decided: set[str] = set()
    while len(decided) < len(names):
        bounds = lower(1 - 2 * tail / (len(names) - len(decided)))
        surer = {name for name in names if name not in decided and bounds[name] > limit}
        if not surer:
            return {name: limit if name in decided else bounds[name] for name in names}, decided
        decided |= surer
    bounds = lower(1 - 2 * tail / len(names)) if names else {}
    return {name: max(bounds[name], limit) for name in names}, decided
