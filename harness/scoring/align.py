"""One-to-one alignment of overlapping spans: optimal, and the same whatever order spans or documents come in.

Spans that overlap directly or through others form a cluster; no pair joins two clusters, so each is solved alone.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from harness.scoring.corpus import Spans
from harness.scoring.text import Positions

Weights = NDArray[np.float64]
Pairs = NDArray[np.int64]
Weigh = Callable[[Spans, Positions, Spans, Positions], Weights]
"""Weights of aligning the numbered spans of one side with those of the other, pair by pair; 0 forbids a pair."""


def unique(spans: Spans) -> Spans:
    """Each (start, end, label) once, sorted."""
    if not len(spans):
        return spans
    rows = np.unique(np.stack((spans.starts, spans.ends, spans.labels), axis=1), axis=0)
    return Spans(rows[:, 0], rows[:, 1], rows[:, 2])


def clusters(starts: Positions, ends: Positions) -> Positions:
    """The number of the cluster of each span."""
    order = np.lexsort((ends, starts))
    farthest = np.maximum.accumulate(ends[order])
    opens = np.ones(len(order), dtype=np.int64)
    opens[1:] = starts[order][1:] >= farthest[:-1]
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.cumsum(opens)
    return found


def overlap(gold: Spans, rows: Positions, predicted: Spans, columns: Positions) -> tuple[Weights, Weights]:
    """Characters that paired spans share, and characters that either holds."""
    shared = np.minimum(gold.ends[rows], predicted.ends[columns]) - np.maximum(
        gold.starts[rows], predicted.starts[columns]
    )
    shared = np.maximum(shared, 0)
    lengths = gold.ends[rows] - gold.starts[rows] + predicted.ends[columns] - predicted.starts[columns]
    return shared.astype(np.float64), (lengths - shared).astype(np.float64)


def align(gold: Spans, predicted: Spans, weigh: Weigh, *, within_types: bool = False) -> Pairs:
    """The pairs of the assignment with the greatest summed weight, shape (pairs, 2); both sides `unique`.

    By Kuhn-Munkres in each cluster, as scipy implements it; both sides being sorted, the answer depends on the spans
    alone. With `within_types`, which is for weights that forbid every other pair, clusters are of one type: a spurious
    mention as long as a document then joins those of its own type only.
    """
    starts, ends = (np.concatenate((getattr(gold, edge), getattr(predicted, edge))) for edge in ("starts", "ends"))
    if within_types:
        apart = np.concatenate((gold.labels, predicted.labels)) * (1 + ends.max(initial=0))
        starts, ends = starts + apart, ends + apart
    cluster = clusters(starts, ends)
    left, right = cluster[: len(gold)], cluster[len(gold) :]
    singles = _singles(left, right)
    found = [singles[weigh(gold, singles[:, 0], predicted, singles[:, 1]) > 0]]
    found += [_solve(gold, rows, predicted, columns, weigh) for rows, columns in _shared_clusters(left, right, singles)]
    pairs = np.concatenate(found)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _singles(left: Positions, right: Positions) -> Pairs:
    """The clusters that hold one span of each side: no choice is to be made."""
    rows, row_counts = np.unique(left, return_counts=True)
    columns, column_counts = np.unique(right, return_counts=True)
    chosen = np.intersect1d(rows[row_counts == 1], columns[column_counts == 1], assume_unique=True)
    return np.stack((_positions(left, chosen), _positions(right, chosen)), axis=1)


def _positions(numbers: Positions, wanted: Positions) -> Positions:
    order = np.argsort(numbers, kind="stable")
    return order[np.searchsorted(numbers[order], wanted)]


def _shared_clusters(left: Positions, right: Positions, singles: Pairs) -> Iterator[tuple[Positions, Positions]]:
    """Row and column numbers of every cluster with spans of both sides, singles aside."""
    wanted = np.setdiff1d(np.intersect1d(left, right), left[singles[:, 0]], assume_unique=False)
    sides = []
    for numbers in (left, right):
        order = np.argsort(numbers, kind="stable")
        edges = (np.searchsorted(numbers[order], wanted, side).tolist() for side in ("left", "right"))
        sides.append([order[first:last] for first, last in zip(*edges, strict=True)])
    yield from zip(*sides, strict=True)


def _solve(gold: Spans, rows: Positions, predicted: Spans, columns: Positions, weigh: Weigh) -> Pairs:
    grid_rows, grid_columns = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    weights = weigh(gold, grid_rows, predicted, grid_columns).reshape(len(rows), len(columns))
    chosen_rows, chosen_columns = linear_sum_assignment(weights, maximize=True)
    kept = weights[chosen_rows, chosen_columns] > 0
    return np.stack((rows[chosen_rows[kept]], columns[chosen_columns[kept]]), axis=1)
