import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.align import align, clusters, overlap, unique
from harness.scoring.corpus import Spans
from harness.scoring.text import Positions

ROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5), st.integers(0, 1)), max_size=8)


def spans(rows: list[tuple[int, int, int]]) -> Spans:
    columns = np.array([(start, start + length, label) for start, length, label in rows], dtype=np.int64).reshape(-1, 3)
    return unique(Spans(columns[:, 0], columns[:, 1], columns[:, 2]))


def any_overlap(gold: Spans, rows: Positions, predicted: Spans, columns: Positions) -> np.ndarray:
    return overlap(gold, rows, predicted, columns)[0]


@given(ROWS)
def test_clusters_are_the_connected_components_of_overlap(rows: list[tuple[int, int, int]]) -> None:
    found = spans(rows)
    numbers = clusters(found.starts, found.ends)
    group = list(range(len(found)))
    for _ in group:
        for one in range(len(found)):
            for other in range(len(found)):
                if found.starts[one] < found.ends[other] and found.starts[other] < found.ends[one]:
                    group[one] = group[other] = min(group[one], group[other])
    for one in range(len(found)):
        for other in range(len(found)):
            assert (numbers[one] == numbers[other]) == (group[one] == group[other])


@given(ROWS, ROWS)
def test_a_span_is_paired_once_at_most_and_only_with_what_is_allowed(
    left: list[tuple[int, int, int]], right: list[tuple[int, int, int]]
) -> None:
    gold, predicted = spans(left), spans(right)
    pairs = align(gold, predicted, any_overlap)
    assert len(np.unique(pairs[:, 0])) == len(np.unique(pairs[:, 1])) == len(pairs)
    assert (any_overlap(gold, pairs[:, 0], predicted, pairs[:, 1]) > 0).all()


def test_overlap_counts_characters() -> None:
    one, other = spans([(0, 4, 0)]), spans([(2, 5, 0)])
    zero = np.array([0])
    shared, either = overlap(one, zero, other, zero)
    # 0-4 and 2-7 share 2, 3 and hold 0 to 6.
    assert (shared[0], either[0]) == (2, 7)


@pytest.mark.parametrize("side", [[], [(0, 1, 0)]])
def test_an_empty_side_pairs_nothing(side: list[tuple[int, int, int]]) -> None:
    assert align(spans(side), spans([]), any_overlap).shape == (0, 2)
    assert align(spans([]), spans(side), any_overlap).shape == (0, 2)
