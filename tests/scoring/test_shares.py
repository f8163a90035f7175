"""Wilson intervals on effective items: against other implementations, by hand, and what must hold of them."""

import math
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, norm
from scipy.stats import t as student

from harness.scoring.bootstrap import FEWEST_DOCUMENTS, Bootstrap, merge
from harness.scoring.checkworthy import SPURIOUS, CheckWorthy
from harness.scoring.entities import EntitiesStrict
from harness.scoring.shares import DESIGN_EFFECT, WEIGHT, Measured, independent, quantile, wilson
from harness.scoring.table import Counts, Table
from tests.oracles.means import Mean, numbers

COLUMNS = ("GPE/tp", "GPE/fp", "GPE/fn")
SCORER = EntitiesStrict()

units = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3)), min_size=5, max_size=25)


def table_of(rows: list[tuple[int, int, int]]) -> Table:
    return Table(COLUMNS, np.array(rows, dtype=np.float64))


def interval(rows: list[tuple[int, int, int]], name: str = "GPE/f1", level: float = 0.95) -> tuple[float, float]:
    return Bootstrap(50, level=level).intervals(SCORER, table_of(rows))[name]


@given(st.integers(1, 200), st.data(), st.sampled_from((0.8, 0.95, 0.99)))
def test_wilson_is_that_of_scipy(items: int, data: st.DataObject, level: float) -> None:
    right = data.draw(st.integers(0, items))
    theirs = binomtest(right, items).proportion_ci(level, method="wilson")
    found = wilson(right / items, items, float(norm.ppf((1 + level) / 2)))
    assert found == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(("freedom", "level"), [(1, 0.95), (4, 0.95), (57, 0.9), (1e12, 0.95), (math.inf, 0.99)])
def test_quantiles_are_those_of_student(freedom: float, level: float) -> None:
    expected = norm.ppf((1 + level) / 2) if freedom > 1e9 else student.ppf((1 + level) / 2, freedom)
    assert quantile(freedom, level) == pytest.approx(expected)


def test_all_right_is_wilson_of_fewer_items_and_near_clopper_and_pearson() -> None:
    for right in (9, 20, 60, 200):
        rows = [(1, 0, 0)] * right
        low, high = interval(rows)
        items = right / DESIGN_EFFECT
        z = norm.ppf(0.975)
        assert (low, high) == pytest.approx((items / (items + z**2), 1))
        # As if a mention in five told nothing new; Clopper and Pearson's bound of independent ones is not far.
        assert low == pytest.approx(beta.ppf(0.025, right, 1), abs=0.03)


def test_nothing_right_is_the_mirror_of_all_right() -> None:
    low, high = interval([(1, 0, 0)] * 12, "GPE/recall")
    assert interval([(0, 0, 1)] * 12, "GPE/recall") == pytest.approx((0, 1 - low))
    assert high == 1


def test_a_share_by_hand() -> None:
    # 40 units of two mentions, ten of them with one right: recall 70/80.
    rows = [(1, 0, 1)] * 10 + [(2, 0, 0)] * 30
    point, number = 70 / 80, 40
    left_out = np.array([69 / 78] * 10 + [68 / 78] * 30)
    moves = left_out - point
    variance = (number - 1) / number * (moves**2).sum()
    telling = (moves**2).sum() ** 2 / (moves**4).sum()
    own = variance / (point * (1 - point) / 80)
    raised = (telling * own + WEIGHT * DESIGN_EFFECT) / (telling + WEIGHT)
    assert own < raised
    freedom = (number - 1) * ((telling + WEIGHT) / telling) ** 2
    expected = wilson(point, 80 / raised, float(student.ppf(0.975, freedom)))
    assert interval(rows, "GPE/recall") == pytest.approx(expected)


def test_errors_that_come_together_make_the_interval_wider_by_their_design_effect() -> None:
    # Every unit of four mentions is all right or all wrong: four times the variance, as units are drawn.
    rows = [(4, 0, 0)] * 30 + [(0, 0, 4)] * 10
    point, number = 0.75, 40
    moves = np.array([116 / 156 - point] * 30 + [120 / 156 - point] * 10)
    variance = (number - 1) / number * (moves**2).sum()
    items = point * (1 - point) / variance
    assert items == pytest.approx(39, rel=0.02)
    expected = wilson(point, items, float(student.ppf(0.975, number - 1)))
    assert interval(rows, "GPE/recall") == pytest.approx(expected)


def test_a_precision_of_few_predictions_is_not_as_sure_as_its_gold() -> None:
    rows = [(1, 0, 9)] * 3 + [(0, 0, 10)] * 7
    low, high = interval(rows, "GPE/precision")
    items = 3 / DESIGN_EFFECT
    assert (low, high) == pytest.approx((items / (items + norm.ppf(0.975) ** 2), 1))


def test_what_items_are_worth_together() -> None:
    # One label: its items. Two in an average: the harmonic mean of theirs, here 2^2 / (1/10 + 1/40).
    assert independent(1.0, np.array([1.0, 1.0, 10 / 11]), ["a", "a", "a"], np.full(3, 10.0), 10) == pytest.approx(10)
    added = np.array([1 - 0.5 / 10, 1 - 0.5 / 40])
    assert independent(1.0, added, ["a", "b"], np.array([10.0, 40.0]), 50) == pytest.approx(4 / 0.125, rel=0.05)
    # No count moves the share: what there is.
    assert independent(0.5, np.array([0.5]), ["a"], np.array([7.0]), 7) == 7
    assert independent(0.5, np.array([0.5]), ["a"], np.array([0.0]), 0) == 1


@given(units, st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_order_changes_nothing(rows: list[tuple[int, int, int]], seed: int) -> None:
    other = [rows[at] for at in np.random.default_rng(seed).permutation(len(rows))]
    one, two = (Bootstrap(50).intervals(SCORER, table_of(one)) for one in (rows, other))
    assert one.keys() == two.keys()
    for name, found in one.items():
        assert found == pytest.approx(two[name], abs=1e-9, nan_ok=True)


@given(units)
@settings(max_examples=60, deadline=None)
def test_intervals_hold_the_point_are_never_empty_and_grow_with_the_level(rows: list[tuple[int, int, int]]) -> None:
    table = table_of(rows)
    points = SCORER.scores(table.totals, table.totals)
    levels = [Bootstrap(50, level=level).intervals(SCORER, table) for level in (0.5, 0.9, 0.99)]
    for name in levels[0]:
        point = float(points[name])
        if math.isnan(point):
            assert all(math.isnan(low) and math.isnan(high) for low, high in (found[name] for found in levels))
            continue
        for found in levels:
            low, high = found[name]
            assert 0 <= low <= point <= high <= 1
        if not name.startswith("macro"):
            assert all(low < high for low, high in (found[name] for found in levels))
        assert levels[0][name][0] >= levels[1][name][0] - 1e-12 >= levels[2][name][0] - 2e-12
        assert levels[0][name][1] <= levels[1][name][1] + 1e-12 <= levels[2][name][1] + 2e-12


@given(units)
@settings(max_examples=30, deadline=None)
def test_more_of_the_same_is_narrower(rows: list[tuple[int, int, int]]) -> None:
    table = table_of(rows)
    if "GPE/recall" not in Bootstrap(50).intervals(SCORER, table):
        return
    low, high = interval(rows, "GPE/recall")
    less, more = interval(rows * 4, "GPE/recall")
    assert more - less < high - low


def test_units_in_which_a_label_is_not_change_nothing() -> None:
    rows = [(2, 1, 0), (1, 0, 1), (3, 0, 0), (1, 1, 1), (2, 0, 2), (1, 0, 0)]
    for name in ("GPE/f1", "GPE/recall", "GPE/precision"):
        assert interval(rows + [(0, 0, 0)] * 50, name) == pytest.approx(interval(rows, name))


def test_far_from_the_edges_it_is_the_interval_of_students_t() -> None:
    random = np.random.default_rng(2)
    sizes = random.integers(5, 15, 400)
    right = random.binomial(sizes, random.beta(4, 4, 400))
    low, high = interval([(int(tp), 0, int(fn)) for tp, fn in zip(right, sizes - right, strict=True)], "GPE/recall")
    point = right.sum() / sizes.sum()
    spread = sqrt(((right - point * sizes) ** 2).sum() * 400 / 399) / sizes.sum()
    half = student.ppf(0.975, 399) * spread
    assert (low, high) == pytest.approx((point - half, point + half), rel=0.01)


def test_what_is_no_share_has_the_quantiles_of_its_replicates() -> None:
    values = np.random.default_rng(3).normal(5, 1, 12)
    low, high = Bootstrap(40_000).intervals(Mean(), numbers(values))["x/mean"]
    half = student.ppf(0.975, 11) * values.std(ddof=1) / sqrt(12)
    # Of a mean, as wide as Student's interval, and moved a little by the skewness of these numbers.
    assert high - low == pytest.approx(2 * half, rel=0.03)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.1)
    plain = Bootstrap(40_000, method="percentile").intervals(Mean(), numbers(values))["x/mean"]
    assert low < plain[0] < plain[1] < high


def test_another_scorers_shares_are_measured_as_well() -> None:
    labels = [f"{label}/{count}" for label in ("CFS", "UFS", "NFS") for count in ("tp", "fp", "fn")]
    values: Counts = np.tile([2.0, 0, 0, 1, 0, 0, 0, 0, 0, 0], (10, 1))
    found = Bootstrap(200).intervals(CheckWorthy(), Table((*labels, SPURIOUS), values))["micro/accuracy"]
    items = 30 / DESIGN_EFFECT
    assert found == pytest.approx((items / (items + norm.ppf(0.975) ** 2), 1))


def test_documents_stand_for_their_units() -> None:
    documents = np.repeat(np.arange(5), 6)
    rows = [(4, 0, 0)] * 18 + [(2, 0, 2)] * 12
    table = table_of(rows)
    clusters = table.grouped(documents)
    assert clusters.values.tolist() == [[24, 0, 0]] * 3 + [[12, 0, 12]] * 2
    low, high = Bootstrap(50).intervals(SCORER, clusters, FEWEST_DOCUMENTS)["GPE/recall"]
    less, more = interval(rows, "GPE/recall")
    # Two documents are bad and three are not: each unit says no more than its document does.
    assert high - low > 2 * (more - less)
    three = table.grouped(np.repeat(np.arange(3), 10))
    assert Bootstrap(50).intervals(SCORER, three, FEWEST_DOCUMENTS) == {}


def test_measures_beyond_0_and_1_are_no_shares() -> None:
    rows = np.array([[1.0, 1], [0.4, 1], [2.5, 1]])
    found = Measured.of(rows.sum(axis=0), *merge(rows), lambda sums: {"x": sums[..., 0] / sums[..., 1]})
    assert not found.is_share("x")
    inside = rows * [0.2, 1]
    assert Measured.of(inside.sum(axis=0), *merge(inside), lambda sums: {"x": sums[..., 0] / sums[..., 1]}).is_share(
        "x"
    )
