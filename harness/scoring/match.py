"""Pairing gold with prediction: exact by sets, and one to one by the best assignment. Never greedy, never by order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from harness.scoring.corpus import Spans

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Exact:
    """Sets of spans compared: what both sides have, and what only one has."""

    both: Spans
    gold_only: Spans
    predicted_only: Spans


def match_exact(gold: Spans, predicted: Spans) -> Exact:
    """Equal (start, end, label) of both sides, each counted once however often it occurs."""
    label_count = 1 + max(_most(gold.labels), _most(predicted.labels))
    longest = 1 + max(_most(gold.ends - gold.starts), _most(predicted.ends - predicted.starts))

    def keys(spans: Spans) -> NDArray[np.int64]:
        return distinct((spans.starts * longest + (spans.ends - spans.starts)) * label_count + spans.labels)

    def spans(keys: NDArray[np.int64]) -> Spans:
        edges, labels = np.divmod(keys, label_count)
        starts, lengths = np.divmod(edges, longest)
        return Spans(starts, starts + lengths, labels)

    farthest = 1 + max(_most(gold.starts), _most(predicted.starts))
    if farthest * longest * label_count >= 2**63:
        raise OverflowError(f"{farthest} positions x {longest} lengths x {label_count} labels exceed 64 bits")
    left, right = keys(gold), keys(predicted)
    shared = _held(left, right)
    return Exact(spans(left[shared]), spans(left[~shared]), spans(right[~_held(right, left)]))


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each of `numbers` once, sorted; much faster than np.unique of numpy 2.4, which hashes."""
    ordered = np.sort(numbers)
    first: NDArray[np.bool_] = np.diff(ordered, prepend=ordered[:1] - 1) != 0
    return ordered[first]


def _held(numbers: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of `numbers` stand among the sorted `others`."""
    if not len(others):
        return np.zeros(len(numbers), dtype=np.bool_)
    places = np.minimum(np.searchsorted(others, numbers), len(others) - 1)
    held: NDArray[np.bool_] = others[places] == numbers
    return held


def _most(numbers: NDArray[np.int64]) -> int:
    return int(numbers.max()) if len(numbers) else 0


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The one-to-one pairs (row, column) of positive weight with the greatest summed weight, in order of rows.

    Weights are whole numbers of any size and 0 forbids a pair, so that a sum of several wishes, each above all that
    come after it, is compared exactly. By Kuhn-Munkres with potentials (Kuhn 1955; Munkres 1957), in time of the order
    of the smaller side squared times the larger one. Which of several best answers is given is not defined: weights
    that leave no tie are the caller's part.
    """
    if len(weights) > len(weights[0]):
        turned = assign([list(column) for column in zip(*weights, strict=True)])
        return sorted((row, column) for column, row in turned)
    rows, columns = len(weights), len(weights[0])
    row_potential, column_potential = [0] * (rows + 1), [0] * (columns + 1)
    # The row that each column is given to; row and column 0 stand for none.
    given, came_from = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        given[0], column = row, 0
        slack: list[int | None] = [None] * (columns + 1)
        reached = [False] * (columns + 1)
        while given[column]:
            reached[column] = True
            current, nearest, step = given[column], 0, None
            for other in range(1, columns + 1):
                if not reached[other]:
                    gap = -weights[current - 1][other - 1] - row_potential[current] - column_potential[other]
                    best = slack[other]
                    if best is None or gap < best:
                        slack[other] = best = gap
                        came_from[other] = column
                    if step is None or best < step:
                        nearest, step = other, best
            for other in range(columns + 1):
                if reached[other]:
                    row_potential[given[other]] += step or 0
                    column_potential[other] -= step or 0
                else:
                    left = slack[other]
                    slack[other] = None if left is None else left - (step or 0)
            column = nearest
        while column:
            given[column] = given[came_from[column]]
            column = came_from[column]
    found = ((given[column] - 1, column - 1) for column in range(1, columns + 1) if given[column])
    return sorted((row, column) for row, column in found if weights[row][column] > 0)


def components(left: Numbers, right: Numbers) -> list[Numbers]:
    """The numbers of the edges (left, right) of a graph of two sides, by connected component."""
    if not len(left):
        return []
    rows, columns = int(left.max()) + 1, int(right.max()) + 1
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right + rows)), shape=(rows + columns,) * 2)
    _, member = connected_components(graph, directed=False)
    order = np.argsort(member[left], kind="stable")
    return np.split(order, np.flatnonzero(np.diff(member[left][order])) + 1)
