"""The spread of a measure over repetitions."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.repeats import spread


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_mean_and_spread_are_those_of_the_standard_library(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert found.runs == len(values)
    assert found.mean == pytest.approx(statistics.mean(values), abs=1e-12)
    assert found.sd == pytest.approx(statistics.stdev(values), abs=1e-12)
    assert (found.min, found.max) == (min(values), max(values))


def test_runs_in_which_a_measure_is_undefined_do_not_count() -> None:
    assert spread([0.5, None, math.nan, 0.7]) == pytest.approx((2, 0.6, math.sqrt(0.02), 0.5, 0.7))
    assert spread([None, 0.5]) == (1, 0.5, None, 0.5, 0.5)
    assert spread([None, math.nan]) is None
