"""Risk and coverage by hand, and against every order of ties."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.analysis.selective import STEPS, risks, selective

SCORED = st.lists(st.tuples(st.sampled_from((0.1, 0.5, 0.9)), st.booleans()), min_size=1, max_size=6)


def arrays(scored: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in scored]), np.array([right for _, right in scored])


def test_risks_by_hand() -> None:
    # Right, wrong, right: 0 of 1, 1 of 2, 1 of 3 are wrong.
    found = risks(np.array([0.9, 0.7, 0.5]), np.array([True, False, True]))
    assert found.tolist() == pytest.approx([0, 1 / 2, 1 / 3])


def test_a_tie_is_what_a_random_order_gives() -> None:
    # One of the two is wrong: the first kept is wrong half of the time.
    found = risks(np.array([0.9, 0.9, 0.1]), np.array([True, False, False]))
    assert found.tolist() == pytest.approx([1 / 2, 1 / 2, 2 / 3])


@given(SCORED)
@settings(max_examples=50, deadline=None)
def test_risks_are_means_over_all_orders(scored: list[tuple[float, bool]]) -> None:
    orders = [
        order
        for order in permutations(scored)
        if [one[0] for one in order] == sorted((one[0] for one in scored), reverse=True)
    ]
    kept = np.arange(1, len(scored) + 1)
    expected = np.mean([np.cumsum([not right for _, right in order]) / kept for order in orders], axis=0)
    assert risks(*arrays(scored)) == pytest.approx(expected)


def test_perfect_and_worst_ranking() -> None:
    right = np.array([True] * 6 + [False] * 4)
    scores = np.linspace(1, 0, 10)
    # Best: 0 six times, then 1/7, 2/8, 3/9, 4/10; worst: four times 1, then 4/5 … 4/10.
    best = (1 / 7 + 2 / 8 + 3 / 9 + 4 / 10) / 10
    found = selective(scores, right)
    assert found["aurc"] == found["aurc_best"] == pytest.approx(best, abs=1e-6)
    worst = (4 + sum(4 / kept for kept in range(5, 11))) / 10
    assert selective(-scores, right)["aurc"] == pytest.approx(worst, abs=1e-6)
    # 80 % are 8 mentions, 2 of them wrong.
    assert found["precision_at_80"] == 0.75


def test_a_constant_score_has_the_error_rate_at_every_coverage() -> None:
    found = selective(np.full(10, 0.5), np.array([True] * 7 + [False] * 3))
    assert {point["risk"] for point in found["curve"]} == {0.3}
    assert found["aurc"] == 0.3


@given(SCORED)
@settings(deadline=None)
def test_order_changes_nothing_and_coverage_is_rounded_up(scored: list[tuple[float, bool]]) -> None:
    found = selective(*arrays(scored))
    assert found == selective(*arrays(scored[::-1]))
    assert found["aurc_best"] <= found["aurc"] + 1e-9
    curve = risks(*arrays(scored))
    for step, point in enumerate(found["curve"], start=1):
        kept = min(number for number in range(1, len(scored) + 1) if number * STEPS >= len(scored) * step)
        assert point["risk"] == pytest.approx(curve[kept - 1], abs=1e-6)
    assert found["curve"][-1]["risk"] == pytest.approx(np.mean([not right for _, right in scored]), abs=1e-6)
