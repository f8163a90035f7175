import numpy as np
import pytest

from harness.gate.bounds import further_units, simultaneous
from harness.scoring.bootstrap import Bootstrap
from harness.types import InputError

LINE = np.arange(1, 1001) / 1000
"""0.001, 0.002 … 1: the quantile q is about q."""


def test_alone_they_are_the_percentile_interval() -> None:
    low, high = simultaneous({"a": LINE}, 0.5, Bootstrap(1000))["a"]
    assert (low, high) == pytest.approx(np.quantile(LINE, (0.025, 0.975)))


def test_each_step_shares_the_tail_with_those_that_are_left() -> None:
    """By hand, tail 0.05, limit 0, three types: shares of replicates below 0 are 0, .02 and .3.

    The first is judged at .05 / 3 and lies above 0. The second is left with one other: .05 / 2 = .025 > .02, so its
    bound, the quantile .025 of a line from -.02 up, is about .005 > 0. The third has the whole tail: .05 - .3 < 0.
    """
    replicates = {"third": LINE - 0.3, "first": LINE, "second": LINE - 0.02}
    found = simultaneous(replicates, 0.0, Bootstrap(1000, level=0.9))
    lows = {name: low for name, (low, _) in found.items()}
    assert lows["first"] == pytest.approx(0.05 / 3, abs=0.002)
    assert lows["second"] == pytest.approx(0.005, abs=0.002)
    assert lows["third"] == pytest.approx(-0.25, abs=0.002)
    # Alone with a fifth that is as unsure, the second would have shared the tail: .05 / 3 < .02.
    shared = simultaneous({"second": LINE - 0.02, "b": LINE - 0.3, "c": LINE - 0.3}, 0.0, Bootstrap(1000, level=0.9))
    assert shared["second"][0] < 0


def test_what_is_less_sure_than_a_failure_to_exclude_excludes_nothing() -> None:
    """The first stops at its step; the second would clear the limit only by interpolation, and may not."""
    one, other = np.array([-1.0] * 30 + [1.0] * 970), np.array([-1e-9] * 30 + [5.0] * 970)
    found = simultaneous({"one": one, "other": other}, 0.0, Bootstrap(1000))
    assert found["one"][0] <= 0
    assert found["other"][0] <= 0


def test_highs_are_lows_of_the_mirror_image() -> None:
    replicates = {name: LINE - shift for name, shift in (("a", 0.9), ("b", 0.5), ("c", 0.99))}
    mirrored = {name: -values for name, values in replicates.items()}
    found, back = (simultaneous(one, limit, Bootstrap(1000)) for one, limit in ((replicates, 0.1), (mirrored, -0.1)))
    for name, (low, high) in back.items():
        assert (-high, -low) == pytest.approx(found[name])


def test_no_order_of_types_matters() -> None:
    random = np.random.default_rng(5)
    replicates = {name: random.normal(0.02, 0.01, 1000) for name in "abcdef"}
    turned = dict(reversed(replicates.items()))
    assert simultaneous(replicates, 0.0, Bootstrap(1000)) == simultaneous(turned, 0.0, Bootstrap(1000))


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
        found = simultaneous(replicates, 0.0, Bootstrap(400, level=0.9))
        wrong += any(high < 0 for _, high in found.values())
        alone += any(np.quantile(values, 0.95) < 0 for values in replicates.values())
    assert wrong / 2000 <= 0.05 + 4 * (0.05 * 0.95 / 2000) ** 0.5
    assert alone / 2000 > 0.25


def test_resamples_must_reach_into_the_tail_of_the_first() -> None:
    replicates = dict.fromkeys("abcdefgh", LINE)
    assert simultaneous(replicates, 0, Bootstrap(320))
    with pytest.raises(InputError, match=r"resamples: found 319, wanted 320 for 8 joint bounds"):
        simultaneous(replicates, 0, Bootstrap(319))
    with pytest.raises(InputError, match="bca, wanted percentile"):
        simultaneous(replicates, 0, Bootstrap(1000, method="bca"))


def test_how_many_more_units_would_decide() -> None:
    """By hand: spread 1, bounds 1.96 wide to either side, 0.8416 more for 80 % power; at a gap of 1.4 from the limit.

    (2.8016 / 1.4)^2 * 50 = 200.2, so 151 more than the 50 there are.
    """
    replicates = np.array([-1.0, 1.0] * 500)
    replicates /= replicates.std(ddof=1)
    assert further_units(replicates, 0.4, -1.0, 50, (-1.56, 2.36)) == 151
    # Half the gap takes four times as many units.
    assert further_units(replicates, -0.3, -1.0, 50, (-2.26, 1.66)) == 751
    assert further_units(replicates, -1.0, -1.0, 50, (-2.96, 0.96)) is None
    assert further_units(np.zeros(100), 0.0, -1.0, 50, (0.0, 0.0)) is None
