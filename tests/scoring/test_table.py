"""The table: sums, slices, and what is undefined."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scoring.table import Table, ratio, tally


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=10))
def test_a_tally_adds_up_events_by_unit(events: list[tuple[int, int]]) -> None:
    where = np.array([unit for unit, _ in events], dtype=np.int64)
    amounts = np.array([amount for _, amount in events], dtype=np.float64)
    table = tally(["n", "sum", "none"], 4, {"n": (where, None), "sum": (where, amounts)})
    assert table.columns == ("n", "sum", "none")
    for unit in range(4):
        mine = [amount for where, amount in events if where == unit]
        assert table.values[unit].tolist() == [len(mine), sum(mine), 0]


def test_totals_are_the_sums_of_rows() -> None:
    table = Table(("a", "b"), np.array([[1.0, 2.0], [3.0, 5.0]]))
    assert {name: (values.shape, float(values)) for name, values in table.totals.items()} == {
        "a": ((), 4),
        "b": ((), 7),
    }
    assert {name: values.tolist() for name, values in table.rows.items()} == {"a": [1, 3], "b": [2, 5]}


def test_named_takes_the_last_axis() -> None:
    values = np.arange(12.0).reshape(3, 2, 2)
    named = Table(("a", "b"), np.zeros((1, 2))).named(values)
    assert named["b"].tolist() == values[:, :, 1].tolist()


def test_nothing_to_divide_by_is_undefined_and_warns_of_nothing() -> None:
    found = ratio(np.array([1.0, 0.0, 0.0, 2.0]), np.array([2.0, 4.0, 0.0, 0.0]))
    assert found[:2].tolist() == [0.5, 0]
    assert np.isnan(found[2:]).all()
