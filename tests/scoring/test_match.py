"""Pairing: exact by sets, and the best assignment against all of them."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scoring.corpus import Spans
from harness.scoring.match import assign, match_exact

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


@st.composite
def matrices(draw: st.DrawFn) -> tuple[list[list[int]], list[list[bool]]]:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    overlaps = [[draw(st.integers(0, 3)) for _ in range(columns)] for _ in range(rows)]
    return overlaps, [[value > 0 and draw(st.integers(0, 3)) > 0 for value in row] for row in overlaps]


@settings(deadline=None)
@given(matrices())
def test_the_assignment_is_the_best_and_then_the_closest_in_rank(
    matrix: tuple[list[list[int]], list[list[bool]]],
) -> None:
    overlaps, allowed = matrix

    def worth(pairs: list[tuple[int, int]]) -> tuple[int, int]:
        return sum(overlaps[row][column] for row, column in pairs), -sum((row - column) ** 2 for row, column in pairs)

    found = assign(np.array(overlaps), np.array(allowed))
    possible = all_assignments(allowed)
    assert sorted(found) in [sorted(pairs) for pairs in possible]
    assert worth(found) == max(map(worth, possible))


def test_the_greedy_answer_is_not_taken() -> None:
    # Greedy: 5 + 1. The best: 4 + 4.
    assert assign(np.array([[5, 4], [4, 1]]), np.ones((2, 2), dtype=np.bool_)) == [(0, 1), (1, 0)]


def test_equal_overlaps_are_paired_in_order() -> None:
    assert assign(np.full((3, 3), 2), np.ones((3, 3), dtype=np.bool_)) == [(0, 0), (1, 1), (2, 2)]


def test_distance_never_outweighs_a_word() -> None:
    # Far apart in rank, but one word more.
    overlaps = np.zeros((2, 40), dtype=np.int64)
    overlaps[1, 39], overlaps[1, 1], overlaps[0, 0] = 8, 7, 1
    assert assign(overlaps, overlaps > 0) == [(0, 0), (1, 39)]


def test_nothing_allowed_is_nothing_paired() -> None:
    assert assign(np.ones((2, 2), dtype=np.int64), np.zeros((2, 2), dtype=np.bool_)) == []
