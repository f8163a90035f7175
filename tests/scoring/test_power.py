"""What can be detected: by arithmetic, and by trying it."""

from math import isfinite, sqrt

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import norm
from scipy.stats import t as student

from harness.data.types import InputError
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import Pair, difference
from harness.scoring.power import Detectable, detectable, detectable_at, further_words
from harness.scoring.table import Counts, Table
from tests.oracles.means import Mean, numbers

COLUMNS = ("GPE/tp", "GPE/fp", "GPE/fn")


def draw(random: Generator, units: int, recall: float, rival: float) -> Pair:
    """Two systems that agree on most mentions, over units of uneven size and difficulty."""
    gold = random.integers(2, 30, size=units)
    ease = random.beta(8, 2, size=units) / 0.8
    found = random.binomial(gold, np.minimum(ease * recall, 1))
    # The rival finds most of what the other finds, and some of the rest.
    kept = random.binomial(found, 0.95)
    more = random.binomial(gold - found, np.clip((rival - 0.95 * recall) / (1 - recall), 0, 1))
    wrong = random.binomial(gold, 0.15)
    tables = [
        Table(COLUMNS, np.stack([tp, fp, gold - tp], axis=1).astype(np.float64))
        for tp, fp in ((found, wrong), (kept + more, random.binomial(wrong, 0.9) + random.binomial(gold, 0.015)))
    ]
    return Pair.of(EntitiesStrict(), tables[0], tables[1])


def detected(pair: Pair, name: str = "micro/f1") -> Detectable:
    found = detectable(pair, Bootstrap(500))[name]
    assert found is not None
    return found


def test_the_spread_of_a_mean_is_known() -> None:
    random = np.random.default_rng(1)
    one = random.normal(size=50)
    gaps = random.normal(size=50)
    found = detectable(Pair.of(Mean(), numbers(one), numbers(one + gaps)), Bootstrap(20_000))["x/mean"]
    assert found is not None
    assert found.units == 50
    assert found.sd == pytest.approx(gaps.std() / sqrt(50), rel=0.02)
    # 1.95996 + 0.84162 standard deviations.
    assert found.smallest == pytest.approx(2.80158 * found.sd, rel=1e-5)


def test_level_and_power_move_the_bound() -> None:
    random = np.random.default_rng(1)
    pair = Pair.of(Mean(), numbers(random.normal(size=50)), numbers(random.normal(size=50)))
    found = detectable(pair, Bootstrap(1000, level=0.9), power=0.9)["x/mean"]
    assert found is not None
    # 1.64485 + 1.28155.
    assert found.smallest == pytest.approx(2.92641 * found.sd, rel=1e-5)


def test_further_units_by_hand() -> None:
    found = Detectable(sd=0.007, smallest=0.02, units=100)
    # Half the difference needs four times the units; 0.015 needs 100 * (4/3)^2 = 177.8.
    assert [found.further_units(gap) for gap in (0.01, -0.01, 0.015, 0.02, 0.5)] == [300, 300, 78, 0, 0]
    with pytest.raises(InputError, match="difference: found 0"):
        found.further_units(0)


def test_the_smallest_difference_by_p_solves_its_equation() -> None:
    found = Detectable(sd=0.01, smallest=0.028, units=60)
    for differing, family in ((30, 1), (30, 5), (12, 5)):
        gap = found.smallest_by_p(differing, family)
        bound = student.ppf(1 - 0.05 / family / 2, differing - 1)
        # At the gap the null spread is sqrt(sd^2 + gap^2 / n), and the bound is passed with 80 % power.
        assert (gap - bound * sqrt(0.01**2 + gap**2 / 60)) / 0.01 == pytest.approx(norm.ppf(0.8))
        assert gap > found.smallest
    assert found.smallest_by_p(30, 5) > found.smallest_by_p(30, 1)
    assert found.smallest_by_p(12, 5) > found.smallest_by_p(30, 5)


@pytest.mark.parametrize(
    ("differing", "family", "possible"), [(5, 1, False), (6, 1, True), (7, 5, False), (8, 5, True)]
)
def test_too_few_differing_units_find_nothing(differing: int, family: int, possible: bool) -> None:
    # 2^-4 > 0.05 > 2^-5 and 2^-6 > 0.01 > 2^-7.
    assert isfinite(Detectable(0.01, 0.028, 60).smallest_by_p(differing, family)) == possible


@pytest.mark.parametrize(
    ("needed", "gap", "words"),
    [(0.02, 0.02, "none"), (0.02, 0.5, "none"), (0.02, -0.01, "about 300"), (0.02, 0.015, "about 78")],
)
def test_further_units_in_words(needed: float, gap: float, words: str) -> None:
    assert further_words(needed, gap, 100) == words
    far = "more than ten times what is there"
    assert [further_words(0.02, gap, 100) for gap in (0.0061, 0.006, 0.0001, 0.0)] == ["about 975", far, far, far]


def test_the_smallest_difference_by_p_is_found_in_four_of_five_corpora() -> None:
    random = np.random.default_rng(6)
    stated = []
    for _ in range(20):
        pair = draw(random, 60, 0.8, 0.84)
        stated.append(detected(pair).smallest_by_p(pair.differing()["micro/f1"], family=5))
    wanted = float(np.median(stated))
    # Of rivals of every recall, those that are better by as much as wanted.
    large = {rival: draw(random, 4000, 0.8, rival) for rival in np.arange(0.82, 0.9, 0.005).tolist()}
    gaps = {rival: float(pair.differences(pair.values.sum(axis=0))["micro/f1"]) for rival, pair in large.items()}
    rival = min(gaps, key=lambda one: abs(gaps[one] - wanted))
    assert gaps[rival] == pytest.approx(wanted, abs=0.004)
    pairs = [draw(random, 60, 0.8, rival) for _ in range(100)]
    found = [pair.p_values(1000, 1)["micro/f1"] <= 0.01 for pair in pairs]
    # 100 corpora tell a share of 0.8 to 0.04.
    assert 0.65 < np.mean(found) < 0.97


def test_the_spread_is_that_of_fresh_corpora() -> None:
    random = np.random.default_rng(3)
    pairs = [draw(random, 60, 0.8, 0.83) for _ in range(300)]
    gaps = [float(pair.differences(pair.values.sum(axis=0))["micro/f1"]) for pair in pairs]
    estimated = [detected(pair).sd for pair in pairs[:60]]
    # 300 corpora tell a standard deviation to 4 %, 60 estimates their mean to 1 %.
    assert np.mean(estimated) == pytest.approx(np.std(gaps), rel=0.15)


def test_the_smallest_difference_is_found_in_four_of_five_corpora() -> None:
    random = np.random.default_rng(4)
    pairs = [draw(random, 60, 0.8, 0.82) for _ in range(100)]
    gap = float(np.mean([pair.differences(pair.values.sum(axis=0))["micro/f1"] for pair in pairs]))
    # As many units as this difference needs, by an estimate from one large corpus.
    large = detected(draw(random, 2000, 0.8, 0.82))
    needed = 2000 * (large.smallest / gap) ** 2
    assert 30 < needed < 300
    fresh = [draw(random, round(needed), 0.8, 0.82) for _ in range(200)]
    found = [difference(pair.scorer, pair.a, pair.b, Bootstrap(400), trials=1)["micro/f1"].low or 0.0 for pair in fresh]
    # 200 corpora tell a share of 0.8 to 0.028.
    assert np.mean(np.array(found) > 0) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("agreement", [0.0, 0.6, 0.95])
def test_an_assumed_rival_spreads_like_a_drawn_one(agreement: float) -> None:
    random = np.random.default_rng(5)

    def units(number: int) -> Counts:
        gold = random.integers(2, 30, size=number)
        tp = random.binomial(gold, 0.8)
        return np.stack([tp, random.binomial(gold, 0.2), gold - tp], axis=1).astype(np.float64)

    gaps = []
    for _ in range(400):
        mine = units(80)
        theirs = np.where(random.random((80, 1)) < agreement, mine, units(80))
        pair = Pair.of(EntitiesStrict(), Table(COLUMNS, mine), Table(COLUMNS, theirs))
        gaps.append(float(pair.differences(pair.values.sum(axis=0))["micro/f1"]))
    found = detectable_at(EntitiesStrict(), Table(COLUMNS, units(1000)), agreement, Bootstrap(1000))["micro/f1"]
    assert found is not None
    assert found.sd * sqrt(1000 / 80) == pytest.approx(np.std(gaps), rel=0.15)


def test_what_does_not_vary_tells_nothing() -> None:
    pair = draw(np.random.default_rng(1), 60, 0.8, 0.82)
    assert set(detectable(Pair.of(pair.scorer, pair.a, pair.a), Bootstrap(50)).values()) == {None}
    few = Table(COLUMNS, pair.a.values[:4]), Table(COLUMNS, pair.b.values[:4])
    assert detectable(Pair.of(pair.scorer, *few), Bootstrap(50))["micro/f1"] is None
    silent = Table(COLUMNS, np.tile([0.0, 0, 2], (10, 1)))
    assert detectable_at(pair.scorer, silent, 0.5, Bootstrap(50))["micro/precision"] is None


@pytest.mark.parametrize("agreement", [-0.1, 1, float("nan")])
def test_an_agreement_is_a_share(agreement: float) -> None:
    with pytest.raises(InputError, match="agreement: found"):
        detectable_at(Mean(), numbers([1.0, 2.0]), agreement, Bootstrap(10))
