"""Paired differences against full enumeration, against scipy, and what must hold of them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import InputError
from harness.scoring import bootstrap as module
from harness.scoring.bootstrap import Bootstrap, Method
from harness.scoring.distinct import EntitiesDistinct
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import TRIALS, Difference, Pair, difference
from harness.scoring.table import Counts, Table
from tests.oracles.means import Mean, numbers

COLUMNS = tuple(f"{label}/{count}" for label in ("GPE", "LAW", "ORG") for count in ("tp", "fp", "fn"))
FEW = Bootstrap(resamples=50)


def two_runs(units: int, seed: int, recall: tuple[float, float] = (0.6, 0.8)) -> tuple[Table, Table]:
    """Two runs over one gold of three labels; the first never predicts ORG."""
    random = np.random.default_rng(seed)
    gold = random.poisson((2, 1, 0.5), size=(units, 3))
    tables = []
    for share, predicted in zip(recall, ((1, 1, 0), (1, 1, 1)), strict=True):
        tp = random.binomial(gold, share) * predicted
        fp = random.poisson(0.4, size=gold.shape) * predicted
        tables.append(Table(COLUMNS, np.stack([tp, fp, gold - tp], axis=-1).reshape(units, 9).astype(np.float64)))
    return tables[0], tables[1]


def enumerated(a: Table, b: Table) -> dict[str, float]:
    """p of every measure from all swaps, each scored as a run of its own."""

    def gaps(left: Counts, right: Counts) -> dict[str, float]:
        first, second = (Table(a.columns, values).totals for values in (left, right))
        one, other = EntitiesStrict().scores(first, first), EntitiesStrict().scores(second, second)
        return {name: float(other[name] - one[name]) for name in one}

    observed = gaps(a.values, b.values)
    found: dict[str, list[float]] = {name: [] for name in observed}
    for choice in product((False, True), repeat=len(a.values)):
        swap = np.array(choice)[:, None]
        swapped = gaps(np.where(swap, b.values, a.values), np.where(swap, a.values, b.values))
        for name, gap in swapped.items():
            if gap == gap:
                found[name].append(gap)
    return {
        name: sum(abs(gap) >= abs(observed[name]) - 1e-9 for gap in gaps) / len(gaps)
        for name, gaps in found.items()
        if gaps
    }


@pytest.mark.parametrize(("units", "seed"), [(4, 1), (8, 2), (9, 3)])
def test_p_is_that_of_all_swaps(units: int, seed: int) -> None:
    a, b = two_runs(units, seed)
    exact = enumerated(a, b)
    found = difference(EntitiesStrict(), a, b, FEW)
    defined = {name: one.p for name, one in found.items() if one.p is not None}
    # The standard error of a share of 10,000 draws is at most 0.005.
    assert defined == pytest.approx({name: exact[name] for name in defined}, abs=0.02)
    assert len(defined) >= 12
    assert "macro/precision" in defined


def test_p_and_interval_are_those_of_scipy() -> None:
    from scipy.stats import bootstrap, permutation_test

    random = np.random.default_rng(5)
    one = random.exponential(size=12)
    other = one + random.normal(0.3, 0.5, size=12)
    theirs = permutation_test(
        (one, other),
        lambda x, y, axis: y.mean(axis=axis) - x.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=10_000,
    )
    ours = difference(Mean(), numbers(one), numbers(other), Bootstrap(20_000, method="percentile"))["x/mean"]
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.02)
    assert 0.02 < theirs.pvalue < 0.98
    limits = bootstrap(
        (one, other),
        lambda x, y, axis: y.mean(axis=axis) - x.mean(axis=axis),
        paired=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((limits.low, limits.high), abs=0.02)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_identical_runs_do_not_differ(method: Method) -> None:
    a, _ = two_runs(30, 1)
    found = difference(EntitiesStrict(), a, a, Bootstrap(100, method=method))
    assert found["micro/f1"][2:] == (0, 0, 0, 1, 0)
    assert {one.p for one in found.values()} == {1, None}


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_a_difference_is_b_less_a_and_turns_with_the_runs(method: Method) -> None:
    a, b = two_runs(40, 4)
    bootstrap = Bootstrap(4000, method=method)
    there = difference(EntitiesStrict(), a, b, bootstrap)["micro/f1"]
    back = difference(EntitiesStrict(), b, a, bootstrap)["micro/f1"]
    values = [float(EntitiesStrict().scores(table.totals, table.totals)["micro/f1"]) for table in (a, b)]
    assert there[:3] == (values[0], values[1], values[1] - values[0])
    assert back[:2] == (there.b, there.a)
    assert back[2] == -(there.difference or 0)
    numbers_there = np.array([there.low, there.high], dtype=np.float64)
    assert np.array([back.high, back.low], dtype=np.float64) == pytest.approx(-numbers_there, abs=0.015)
    assert back.p == pytest.approx(there.p, abs=0.02)
    assert numbers_there[0] < values[1] - values[0] < numbers_there[1]


def test_both_runs_are_resampled_together() -> None:
    # Units differ a lot, the runs everywhere by one: the difference of two means is 1 in every replicate.
    one = np.arange(0.0, 200.0, 10.0)
    found = difference(Mean(), numbers(one), numbers(one + 1), Bootstrap(200))["x/mean"]
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_the_smallest_p_is_one_in_all_trials_and_one() -> None:
    one = np.arange(40.0)
    assert difference(Mean(), numbers(one), numbers(one + 1), FEW)["x/mean"].p == 1 / (TRIALS + 1)
    assert difference(Mean(), numbers(one), numbers(one + 1), FEW, trials=99)["x/mean"].p == 1 / 100


@pytest.mark.parametrize(
    "weights", [(1 / 10, 1 / 5, 1 / 7), (1 / 10, 1 / 4, 1 / 3), (1 / 8, 1 / 10, 1 / 6), (1 / 4, 1 / 11, 1 / 9)]
)
def test_swaps_as_far_apart_as_the_runs_count_whatever_order_they_are_summed_in(weights: tuple[float, ...]) -> None:
    # Three units that all speak for b: of the 8 swaps two are as far apart, in sums of fractions up to a last digit.
    matched = np.array(weights)
    nothing = np.zeros(3)
    columns = ("GPE/gold", "GPE/gold_matched", "GPE/predicted", "GPE/predicted_matched")
    a, b = (Table(columns, np.stack([matched, found, matched, found], axis=1)) for found in (nothing, matched))
    assert Pair.of(EntitiesDistinct(), a, b).p_values(2000, 13)["micro/recall"] == pytest.approx(2 / 8, abs=0.03)


def test_units_that_do_not_differ_change_no_p() -> None:
    a, b = two_runs(8, 6)
    same = np.tile(a.values[:1], (500, 1))
    more = [Table(COLUMNS, np.vstack((table.values, same))) for table in (a, b)]
    short, long = Pair.of(EntitiesStrict(), a, b), Pair.of(EntitiesStrict(), more[0], more[1])
    assert long.halves.tolist() == short.halves.tolist()
    # Recall is a sum over a constant here, so its p has to be the same; that of F1 may move with the denominator.
    assert long.p_values(4000, 1)["micro/recall"] == short.p_values(4000, 1)["micro/recall"]


def test_the_test_keeps_its_level() -> None:
    found = []
    for seed in range(200):
        a, b = two_runs(15, seed, recall=(0.7, 0.7))
        both = np.stack((a.values[:, :6], b.values[:, :6]))  # without the label that only b predicts
        tables = [Table(COLUMNS[:6], values) for values in both]
        found.append(Pair.of(EntitiesStrict(), *tables).p_values(99, seed)["micro/f1"])
    # 200 runs at a true rate of 0.1: standard error 0.021.
    assert 0.03 < np.mean(np.array(found) <= 0.1) < 0.17


def test_swaps_without_a_value_are_left_out() -> None:
    # a is right once, b wrong once, elsewhere; after one swap one side has predicted nothing and no precision.
    a = Table(COLUMNS[:3], np.array([[1.0, 0, 0], [0, 0, 0]]))
    b = Table(COLUMNS[:3], np.array([[0, 0, 1.0], [0, 1, 0]]))
    found = difference(EntitiesStrict(), a, b, FEW)
    assert found["GPE/precision"] == Difference(1, 0, -1, None, None, 1, 2)


def test_what_one_run_does_not_define_has_no_difference() -> None:
    silent = Table(COLUMNS[:3], np.tile([0.0, 0, 2], (10, 1)))
    spoken = Table(COLUMNS[:3], np.tile([1.0, 1, 1], (10, 1)))
    found = difference(EntitiesStrict(), silent, spoken, FEW)
    assert found["micro/precision"] == Difference(None, 0.5, None, None, None, None, 0)
    assert found["micro/recall"] == Difference(0, 0.5, 0.5, 0.5, 0.5, found["micro/recall"].p, 10)
    assert found["macro/precision"][:3] == (0, 0.5, 0.5)


@given(st.integers(2, 8), st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_units_that_differ_are_those_whose_swap_changes_the_measure(units: int, seed: int) -> None:
    a, b = two_runs(units, seed)
    pair = Pair.of(EntitiesStrict(), a, b)
    found = pair.differing()
    whole = gaps_of(a.values, b.values)
    for name, number in found.items():
        changed = 0
        for unit in range(units):
            left, right = a.values.copy(), b.values.copy()
            left[unit], right[unit] = b.values[unit], a.values[unit]
            gap = gaps_of(left, right)[name]
            changed += not abs(gap - whole[name]) <= 1e-9
        assert number == (changed if whole[name] == whole[name] else 0)


def gaps_of(left: Counts, right: Counts) -> dict[str, float]:
    """The differences of two runs, each scored as a whole."""
    first, second = (Table(COLUMNS, values).totals for values in (left, right))
    one, other = EntitiesStrict().scores(first, first), EntitiesStrict().scores(second, second)
    return {name: float(other[name] - one[name]) for name in one}


@pytest.mark.parametrize("differing", [1, 2, 4, 5, 6, 9])
def test_no_p_is_below_that_of_all_units_going_one_way(differing: int) -> None:
    one = np.zeros(20)
    other = one + (np.arange(20) < differing)
    found = difference(Mean(), numbers(one), numbers(other), FEW, trials=40_000)["x/mean"]
    assert found.differing == differing
    assert found.smallest_p == 2.0 ** (1 - differing)
    # All go one way here; the standard error of the share is at most 0.003.
    assert found.p == pytest.approx(found.smallest_p, abs=0.01)
    assert (found.smallest_p < 0.05) == (differing > 5)


def test_few_units_have_a_difference_and_p_without_an_interval() -> None:
    a, b = two_runs(4, 1)
    found = difference(EntitiesStrict(), a, b, FEW)["micro/f1"]
    assert (found.low, found.high) == (None, None)
    assert found.difference is not None
    assert found.p is not None


def test_columns_meet_by_name_and_missing_ones_are_zero() -> None:
    a, b = two_runs(20, 2)
    values = {column: numbers for column, numbers in b.rows.items() if not column.startswith("ORG")}
    shuffled = dict(sorted(values.items(), reverse=True))
    narrow = Table(tuple(shuffled), np.stack(list(shuffled.values()), axis=1))
    filled = Table(COLUMNS, np.where([column.startswith("ORG") for column in COLUMNS], 0, b.values))
    assert difference(EntitiesStrict(), a, narrow, FEW) == difference(EntitiesStrict(), a, filled, FEW)
    pair = Pair.of(EntitiesStrict(), narrow, a)
    assert set(pair.a.columns) == set(COLUMNS)
    assert pair.b.rows["ORG/fn"].tolist() == a.rows["ORG/fn"].tolist()


def test_runs_over_other_units_are_refused() -> None:
    a, b = two_runs(6, 1)
    with pytest.raises(InputError, match="units: found 6 and 5, wanted the same units"):
        difference(EntitiesStrict(), a, Table(COLUMNS, b.values[:5]), FEW)


def test_blocks_change_nothing_but_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = two_runs(20, 3)
    whole = Pair.of(EntitiesStrict(), a, b).p_values(3000, 1)
    monkeypatch.setattr(module, "_CELLS", 500)
    sizes = [len(found["micro/f1"]) for found in Pair.of(EntitiesStrict(), a, b).swapped(3000, 1)]
    assert sum(sizes) == 3000
    assert max(sizes) <= 500 / 9
    assert Pair.of(EntitiesStrict(), a, b).p_values(3000, 1) == pytest.approx(whole, abs=0.05, nan_ok=True)


@given(st.integers(1, 12), st.integers(0, 100))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_p_is_a_probability_and_the_seed_decides(units: int, seed: int) -> None:
    a, b = two_runs(units, seed)
    first, again = (difference(EntitiesStrict(), a, b, Bootstrap(20, seed), trials=99) for _ in range(2))
    assert first == again
    assert all(one.p is None or 0.01 <= one.p <= 1 for one in first.values())
    assert all((one.p is None) == (one.difference is None) for one in first.values())
