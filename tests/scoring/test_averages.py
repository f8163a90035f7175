"""Averages over labels: rare labels are uncertain, the pool is drawn as it should be, and the truth is held."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import beta

from harness.scoring.averages import pools, sums
from harness.scoring.bootstrap import Bootstrap, Method, merge
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Counts, Table

SCORER = EntitiesStrict()
LABELS = ("GPE", "LAW", "ORG")
COLUMNS = tuple(f"{label}/{count}" for label in LABELS for count in ("tp", "fp", "fn"))


def table_of(values: list[list[float]]) -> Table:
    return Table(COLUMNS, np.array(values, dtype=np.float64))


def macro(table: Table, seed: int = 13, level: float = 0.95) -> tuple[float, float]:
    return Bootstrap(1000, seed, level).intervals(SCORER, table)["macro/f1"]


def replicates(table: Table, number: int, lowering: NDArray[np.bool_] | None = None) -> Counts:
    rows, repeats = merge(table.values)
    marks = np.zeros(len(COLUMNS), dtype=np.bool_) if lowering is None else lowering
    found = pools(SCORER, table, rows, repeats, marks)
    return next(iter(sums(found, rows, repeats, np.random.default_rng(1), iter([number]))))


def test_a_type_of_one_mention_is_uncertain() -> None:
    # GPE 40 of 50 right; LAW and ORG right in the one unit that has them.
    rows = [[4.0, 0, 1] + [0.0] * 6] * 10
    rows[0] = [4.0, 0, 1, 1, 0, 0, 1, 0, 0]
    table = table_of(rows)
    low, high = macro(table)
    percentile = Bootstrap(1000, method="percentile").intervals(SCORER, table)["macro/f1"]
    assert percentile[1] - percentile[0] < 0.06
    # Either may be wrong in a fifth of cases: then it costs up to a third.
    assert low < percentile[0] - 0.1
    assert low <= float(SCORER.scores(table.totals, table.totals)["macro/f1"]) <= high


def test_types_that_are_never_found_leave_room_below_the_average() -> None:
    # LAW and ORG are always missed. The pool, GPE's, would have them found at times: it pulls all replicates up.
    table = table_of([[4.0, 0, 1, 0, 0, 1, 0, 0, 1]] * 10)
    points = SCORER.scores(table.totals, table.totals)
    for name in ("macro/f1", "macro/recall", "macro/precision"):
        low, high = Bootstrap(1000).intervals(SCORER, table)[name]
        assert low < float(points[name]) - 0.02
        assert high > float(points[name]) + 0.02


def test_without_an_error_anywhere_there_is_an_interval() -> None:
    low, high = macro(table_of([[2.0, 0, 0, 1, 0, 0, 1, 0, 0]] * 8))
    assert high == 1
    assert 0.7 < low < 0.99
    # The more items, the surer.
    assert macro(table_of([[2.0, 0, 0, 1, 0, 0, 1, 0, 0]] * 80))[0] > low


def test_a_type_without_a_mention_of_its_own_would_be_drawn_from_the_pool() -> None:
    # LAW has one right mention; the pool, GPE's, is right in 3 of 4. Recall of LAW: one own of weight Exp(1) and one of
    # the pool: right with 3/4, else uniform on (0, 1).
    table = table_of([[3.0, 0, 1] + [0.0] * 6] * 100 + [[0.0, 0, 0, 1, 0, 0, 0, 0, 0]])
    found = replicates(table, 40_000)
    tp, fn = found[:, COLUMNS.index("LAW/tp")], found[:, COLUMNS.index("LAW/fn")]
    recall = tp / (tp + fn)
    # A cell of the pool is a unit's share: 3/4 right in each.
    assert (tp + fn).mean() == pytest.approx(2, abs=0.03)
    assert recall.mean() == pytest.approx(1 - 0.5 * 0.25, abs=0.01)


def test_units_alone_are_a_dirichlet_posterior() -> None:
    # Ten units of one mention, seven right: the recall of a Bayesian bootstrap is Beta(7, 3), and one item more.
    values = [[1.0, 0, 0] + [0.0] * 6] * 7 + [[0.0, 0, 1] + [0.0] * 6] * 3
    found = replicates(table_of(values), 40_000)
    recall = found[:, 0] / (found[:, 0] + found[:, 2])
    # One item more, which is right in 7 of 10: a mixture of Beta(8, 3) and Beta(7, 4).
    for share in (0.025, 0.5, 0.975):
        at = float(np.quantile(recall, share))
        assert 0.7 * beta.cdf(at, 8, 3) + 0.3 * beta.cdf(at, 7, 4) == pytest.approx(share, abs=0.01)


def test_the_error_of_the_pool_is_one_of_what_lowers_an_average() -> None:
    table = table_of([[1.0, 0, 0, 1, 0, 0, 1, 0, 0]] * 5)
    rows, repeats = merge(table.values)
    marks = np.array([name.endswith(("/fp", "/fn")) for name in COLUMNS])
    (pool,) = pools(SCORER, table, rows, repeats, marks)
    assert pool.items[-1].tolist() == [0, 1, 1]
    assert pool.shares[-1] == pytest.approx(1 / 16)
    assert pool.shares.sum() == pytest.approx(1)


def test_labels_without_gold_get_nothing() -> None:
    table = table_of([[1.0, 0, 1, 0, 2, 0, 0, 0, 0]] * 6)
    found = replicates(table, 200)
    assert (found[:, 6:] == 0).all()
    assert (found[:, [3, 5]] == 0).all()


@given(st.integers(5, 30), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_average_is_held_in_any_order_and_grows_with_the_level(units: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.poisson(np.tile([2.0, 0.4, 0.3, 0.2, 0.1, 0.1, 0.5, 0.2, 0.2], (units, 1))).astype(np.float64)
    table = Table(COLUMNS, values)
    found = Bootstrap(200).intervals(SCORER, table)
    if "macro/f1" not in found:
        return
    assert found["macro/f1"] == Bootstrap(200).intervals(SCORER, Table(COLUMNS, values[::-1].copy()))["macro/f1"]
    point = float(SCORER.scores(table.totals, table.totals)["macro/f1"])
    widths = []
    for level in (0.5, 0.9, 0.99):
        low, high = macro(table, level=level)
        assert 0 <= low <= point <= high <= 1
        widths.append(high - low)
    assert widths == sorted(widths)


def test_types_as_rare_as_in_news_are_covered() -> None:
    # Three frequent types and nine of one to three mentions, each right as often as a draw from Beta(15, 2) says.
    random = np.random.default_rng(11)
    often = np.array([100, 60, 40, 3, 3, 2, 2, 1, 1, 1, 1, 1])
    columns = tuple(f"T{number}/{count}" for number in range(12) for count in ("tp", "fp", "fn"))
    held: dict[Method, int] = {"wilson": 0, "percentile": 0}
    for seed in range(120):
        right = random.beta(15, 2, 12)
        values = np.zeros((40, 12, 3))
        for label, number in enumerate(often):
            units, found = random.integers(0, 40, number), random.random(number) < right[label]
            np.add.at(values, (units, label, 0), found)
            np.add.at(values, (units, label, 2), ~found)
        truth = float((2 * right / (1 + right)).mean())
        table = Table(columns, values.reshape(40, 36))
        for method in held:
            low, high = Bootstrap(200, seed, method=method).intervals(SCORER, table)["macro/f1"]
            held[method] += low <= truth <= high
    # 120 corpora tell a share of 0.95 to 0.02.
    assert held["wilson"] / 120 > 0.87
    assert held["percentile"] / 120 < 0.75
