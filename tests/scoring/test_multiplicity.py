"""Adjusted p values against scipy, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scoring.multiplicity import Adjusted, adjust, benjamini_hochberg, holm
from harness.scoring.table import Counts

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)


@given(P_VALUES)
@settings(deadline=None)  # importing scipy takes its time
def test_benjamini_hochberg_is_that_of_scipy(raw: Counts) -> None:
    from scipy.stats import false_discovery_control

    assert benjamini_hochberg(raw) == pytest.approx(false_discovery_control(raw, method="bh"))


def test_holm_by_hand() -> None:
    # Sorted: 0.005, 0.01, 0.03, 0.04. Times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04; none below the one before it: 0.06.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # 3 * 0.5 and 2 * 0.6 are more than 1.
    assert holm(np.array([0.5, 0.6, 0.01])) == pytest.approx([1, 1, 0.03])


def test_benjamini_hochberg_by_hand() -> None:
    # Sorted: 0.005, 0.01, 0.03, 0.04. Times 4/1, 4/2, 4/3, 4/4: 0.02, 0.02, 0.04, 0.04.
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    # 0.04 times 3/1, 0.05 times 3/2, 0.05 times 3/3: none above a larger one.
    assert benjamini_hochberg(np.array([0.05, 0.04, 0.05])) == pytest.approx([0.05, 0.05, 0.05])


@given(P_VALUES)
def test_holm_rejects_what_its_steps_reject(raw: Counts) -> None:
    # The procedure as published: from the smallest on, stop at the first p above alpha / (m - k + 1).
    adjusted = holm(raw)
    for alpha in (0.01, 0.05, 0.2):
        rejected = set()
        for k, index in enumerate(np.argsort(raw).tolist()):
            if raw[index] * (len(raw) - k) > alpha:
                break
            rejected.add(index)
        assert set(np.flatnonzero(adjusted <= alpha).tolist()) == rejected


@given(P_VALUES, st.lists(st.integers(0, 20), max_size=4))
def test_undefined_values_change_nothing(raw: Counts, places: list[int]) -> None:
    holed = np.insert(raw, [min(place, len(raw)) for place in places], np.nan)
    for correction in (holm, benjamini_hochberg):
        found = correction(holed)
        assert np.isnan(found).tolist() == np.isnan(holed).tolist()
        assert found[~np.isnan(holed)].tolist() == correction(raw).tolist()


@given(P_VALUES)
def test_the_bounds_are_ordered(raw: Counts) -> None:
    assert (raw <= benjamini_hochberg(raw) + 1e-15).all()
    assert (benjamini_hochberg(raw) <= holm(raw) + 1e-15).all()
    assert (holm(raw) <= np.minimum(raw * len(raw), 1) + 1e-15).all()


def test_raw_adjusted_and_family_stay_together() -> None:
    found = adjust({"a": 0.01, "b": None, "c": 0.04, "d": math.nan}, "holm")
    assert found == {
        "a": Adjusted(0.01, 0.02, 2),
        "b": Adjusted(None, None, 2),
        "c": Adjusted(0.04, 0.04, 2),
        "d": Adjusted(None, None, 2),
    }
    assert adjust({"a": 0.03, "c": 0.04}, "bh") == {"a": Adjusted(0.03, 0.04, 2), "c": Adjusted(0.04, 0.04, 2)}


def test_what_is_settled_counts_for_nothing() -> None:
    found = adjust({"a": 0.01, "same": 1.0, "c": 0.04, "too": 1.0}, "holm", {"same", "too"})
    assert found == adjust({"a": 0.01, "c": 0.04}, "holm") | {
        "same": Adjusted(1.0, 1.0, 2),
        "too": Adjusted(1.0, 1.0, 2),
    }
    assert [*found] == ["a", "same", "c", "too"]


def test_a_family_without_a_value_has_none() -> None:
    assert adjust({}, "bh") == {}
    assert adjust({"a": None}, "holm") == {"a": Adjusted(None, None, 0)}
