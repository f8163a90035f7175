"""Pairing: exact by sets, and the best assignment against all of them."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from harness.scoring.corpus import Spans
from harness.scoring.match import assign, components, match_exact

Row = tuple[int, int, int]


def spans_of(rows: list[Row]) -> Spans:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Spans(columns[:, 0], columns[:, 1], columns[:, 2])


def rows_of(spans: Spans) -> list[Row]:
    return sorted(zip(spans.starts.tolist(), spans.ends.tolist(), spans.labels.tolist(), strict=True))


def rows(farthest: int = 5) -> st.SearchStrategy[list[Row]]:
    row = st.tuples(st.integers(0, farthest), st.integers(1, 5), st.integers(0, 2))
    return st.lists(row.map(lambda one: (one[0], one[0] + one[1], one[2])), max_size=8)


@settings(deadline=None)
@given(rows(), rows())
def test_exact_match_is_that_of_sets(gold: list[Row], predicted: list[Row]) -> None:
    found = match_exact(spans_of(gold), spans_of(predicted))
    assert rows_of(found.both) == sorted({*gold} & {*predicted})
    assert rows_of(found.gold_only) == sorted({*gold} - {*predicted})
    assert rows_of(found.predicted_only) == sorted({*predicted} - {*gold})


def test_large_positions_are_not_confused() -> None:
    far = 2_000_000_000
    found = match_exact(spans_of([(far, far + 900, 17)]), spans_of([(far, far + 900, 17), (far + 1, far + 900, 17)]))
    assert (len(found.both), len(found.gold_only), len(found.predicted_only)) == (1, 0, 1)


def test_what_does_not_fit_into_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError, match="exceed 64 bits"):
        match_exact(spans_of([(2**40, 2**41, 17)]), spans_of([]))


def all_assignments(allowed: list[list[bool]]) -> list[list[tuple[int, int]]]:
    """Every one-to-one set of allowed pairs."""
    rows, columns = len(allowed), len(allowed[0])
    return [
        list(zip(chosen, order, strict=True))
        for size in range(min(rows, columns) + 1)
        for chosen in combinations(range(rows), size)
        for order in permutations(range(columns), size)
        if all(allowed[row][column] for row, column in zip(chosen, order, strict=True))
    ]


@settings(deadline=None)
@given(st.data())
def test_the_assignment_is_the_best_of_all(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    weights = [[data.draw(st.integers(0, 4)) for _ in range(columns)] for _ in range(rows)]
    found = assign(weights)
    possible = all_assignments([[weight > 0 for weight in row] for row in weights])
    assert found in [sorted(pairs) for pairs in possible]
    assert summed(weights, found) == max(summed(weights, pairs) for pairs in possible)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_assignment_is_worth_what_scipy_finds(rows: int, columns: int, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(0, 9, size=(rows, columns))
    best = weights[linear_sum_assignment(weights, maximize=True)].sum()
    assert summed(weights.tolist(), assign(weights.tolist())) == best


def summed(weights: list[list[int]], pairs: list[tuple[int, int]]) -> int:
    return sum(weights[row][column] for row, column in pairs)


def test_the_greedy_answer_is_not_taken() -> None:
    # Greedy: 5 + 1. The best: 4 + 4.
    assert assign([[5, 4], [4, 1]]) == [(0, 1), (1, 0)]


def test_weights_beyond_64_bits_are_told_apart() -> None:
    big = 10**40
    assert assign([[big, big + 1], [big + 1, big + 1]]) == [(0, 1), (1, 0)]
    assert assign([[big + 1, big + 1], [big, big]]) in ([(0, 0), (1, 1)], [(0, 1), (1, 0)])


def test_nothing_allowed_is_nothing_paired() -> None:
    assert assign([[0, 0], [0, 0]]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8, unique=True))
def test_components_hold_what_is_joined(edges: list[tuple[int, int]]) -> None:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    found = [[edges[number] for number in component.tolist()] for component in components(left, right)]
    assert sorted(edge for component in found for edge in component) == sorted(edges)
    groups = [{("left", row) for row, _ in one} | {("right", column) for _, column in one} for one in found]
    assert all(not (one & other) for one, other in combinations(groups, 2))
    # Joined: no part of a component shares nothing with the rest of it.
    for component in found:
        seen = {component[0]}
        while (
            more := {edge for edge in component if any(edge[0] == one[0] or edge[1] == one[1] for one in seen)} - seen
        ):
            seen |= more
        assert seen == {*component}
