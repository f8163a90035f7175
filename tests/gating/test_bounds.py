from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.data.types import InputError
from harness.gating.bounds import Joint, Leveled, further_units, simultaneous
from harness.scoring.bootstrap import Bootstrap

LINE = np.arange(1, 1001) / 1000
"""0.001, 0.002 … 1: the quantile q is about q."""

Replicates = Mapping[str, NDArray[np.float64]]


def percentiles(replicates: Replicates) -> Leveled:
    """The percentile interval of each at any level."""

    def leveled(level: float) -> dict[str, tuple[float, float]]:
        shares = (1 - level) / 2, (1 + level) / 2
        return {name: tuple(np.quantile(values, shares).tolist()) for name, values in replicates.items()}

    return leveled


def joint(replicates: Replicates, limit: float, bootstrap: Bootstrap) -> dict[str, Joint]:
    return simultaneous(list(replicates), percentiles(replicates), limit, bootstrap)


def test_alone_they_are_the_interval() -> None:
    found = joint({"a": LINE}, 0.5, Bootstrap(1000))["a"]
    assert (found.low, found.high) == pytest.approx(np.quantile(LINE, (0.025, 0.975)))
    assert not found.above
    assert not found.below


def test_each_step_shares_the_tail_with_those_that_are_left() -> None:
    """By hand, tail 0.05, limit 0, three types: shares of replicates below 0 are 0, .02 and .3.

    The first is judged at .05 / 3 and lies above 0. The second is left with one other: .05 / 2 = .025 > .02, so it lies
    above too. The third has the whole tail: .05 - .3 < 0. Of the decided ones no more is said than that they are above.
    """
    replicates = {"third": LINE - 0.3, "first": LINE, "second": LINE - 0.02}
    found = joint(replicates, 0.0, Bootstrap(1000, level=0.9))
    assert [name for name, one in found.items() if one.above] == ["first", "second"]
    assert (found["first"].low, found["second"].low) == (0.0, 0.0)
    assert found["third"].low == pytest.approx(-0.25, abs=0.002)
    # Alone with two that are unsure, the second would have shared the tail: .05 / 3 < .02.
    shared = joint({"second": LINE - 0.02, "b": LINE - 0.3, "c": LINE - 0.3}, 0.0, Bootstrap(1000, level=0.9))
    assert not shared["second"].above
    assert shared["second"].low < 0


def test_where_all_are_decided_bounds_go_beyond_the_limit() -> None:
    """By hand, tail 0.05 for two: the first tail .025 gives .025 + .5 and .025 - .03 < 0, which is above by the second.

    Bounds are those of the first tail, and the limit where that reaches less far.
    """
    found = joint({"a": LINE + 0.5, "b": LINE - 0.03}, 0.0, Bootstrap(1000, level=0.9))
    assert found["a"].low == pytest.approx(0.525, abs=0.002)
    assert found["b"].above
    assert found["b"].low == 0.0


def test_a_bound_that_is_the_limit_decides_nothing() -> None:
    fixed = {"a": np.full(1000, 0.5)}
    assert not joint(fixed, 0.5, Bootstrap(1000))["a"].above
    assert not joint(fixed, 0.5, Bootstrap(1000))["a"].below
    assert joint(fixed, 0.5 - 1e-9, Bootstrap(1000))["a"].above
    assert joint(fixed, 0.5 + 1e-9, Bootstrap(1000))["a"].below


def test_what_is_undecided_is_never_bounded_beyond_the_limit() -> None:
    """One whose 13 of 1,000 replicates lie below stops at the tail of two; what it shares is what it is bounded by."""
    replicates = {"one": np.array([-1.0] * 13 + [0.1] + [10.0] * 986), "other": LINE - 0.5}
    found = joint(replicates, 0.0, Bootstrap(1000))
    assert not found["one"].above
    assert found["one"].low < 0
    random = np.random.default_rng(0)
    for _ in range(300):
        drawn = {name: random.normal(random.normal(0, 2), 1, 200) for name in "abcd"}
        for one in joint(drawn, 0.0, Bootstrap(1000)).values():
            assert one.low >= 0 if one.above else one.low <= 0
            assert one.high <= 0 if one.below else one.high >= 0


def test_highs_are_lows_of_the_mirror_image() -> None:
    replicates = {name: LINE - shift for name, shift in (("a", 0.9), ("b", 0.5), ("c", 0.99))}
    mirrored = {name: -values for name, values in replicates.items()}
    found, back = (joint(one, limit, Bootstrap(1000)) for one, limit in ((replicates, 0.1), (mirrored, -0.1)))
    for name, one in back.items():
        assert (-one.high, -one.low) == pytest.approx((found[name].low, found[name].high))
        assert (one.below, one.above) == (found[name].above, found[name].below)


def test_no_order_of_types_matters() -> None:
    random = np.random.default_rng(5)
    replicates = {name: random.normal(0.02, 0.01, 1000) for name in "abcdef"}
    turned = dict(reversed(replicates.items()))
    assert joint(replicates, 0.0, Bootstrap(1000)) == joint(turned, 0.0, Bootstrap(1000))


def test_decisions_are_those_of_holm() -> None:
    """Against the textbook: p, the share at or below 0; the k-th smallest of m against tail / (m - k + 1)."""
    random = np.random.default_rng(8)
    for _ in range(300):
        family = int(random.integers(1, 7))
        replicates = {str(at): random.normal(random.normal(2, 1), 1, 4001) for at in range(family)}
        found = {name for name, one in joint(replicates, 0.0, Bootstrap(5000, level=0.9)).items() if one.above}
        p = {name: float((values <= 0).mean()) for name, values in replicates.items()}
        expected: set[str] = set()
        for at, name in enumerate(sorted(p, key=lambda name: p[name])):
            # Near the threshold the quantile and the share may differ by a replicate.
            threshold = 0.05 / (family - at)
            if abs(p[name] - threshold) < 0.001:
                expected = found
                break
            if p[name] > threshold:
                break
            expected.add(name)
        assert found == expected


def test_a_wrong_claim_among_many_true_losses_is_as_rare_as_stated() -> None:
    """Eight types whose true difference is the limit itself: any that is claimed to be below it is a mistake.

    Normal replicates around normal estimates, so that the bootstrap is exact; 2,000 trials, tail 0.05: a false claim in
    about 5 % of them, 4 standard deviations of which are 1.95 %. Each judged alone would give 34 %.
    """
    random, wrong, alone = np.random.default_rng(3), 0, 0
    noise = random.normal(size=(8, 400))
    for _ in range(2000):
        estimates = random.normal(size=8)
        replicates = {str(at): estimate + noise[at] for at, estimate in enumerate(estimates)}
        found = joint(replicates, 0.0, Bootstrap(400, level=0.9))
        wrong += any(one.below for one in found.values())
        alone += any(np.quantile(values, 0.95) < 0 for values in replicates.values())
    assert wrong / 2000 <= 0.05 + 4 * (0.05 * 0.95 / 2000) ** 0.5
    assert alone / 2000 > 0.25


def test_resamples_must_reach_into_the_tail_of_the_first() -> None:
    replicates = dict.fromkeys("abcdefgh", LINE)
    assert joint(replicates, 0, Bootstrap(320))
    with pytest.raises(InputError, match=r"resamples: found 319, wanted 320 for 8 joint bounds"):
        joint(replicates, 0, Bootstrap(319))


def test_how_many_more_units_would_decide() -> None:
    """By hand: spread 1, bounds 1.96 wide to either side, 0.8416 more for 80 % power; at a gap of 1.4 from the limit.

    (2.8016 / 1.4)^2 * 50 = 200.2, so 151 more than the 50 there are.
    """
    assert further_units(0.4, -1.0, 50, (-1.56, 2.36), 0.95) == 151
    # Half the gap takes four times as many units.
    assert further_units(-0.3, -1.0, 50, (-2.26, 1.66), 0.95) == 751
    assert further_units(-1.0, -1.0, 50, (-2.96, 0.96), 0.95) is None
    assert further_units(0.0, -1.0, 50, (0.0, 0.0), 0.95) is None
