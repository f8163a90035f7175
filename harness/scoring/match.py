"""Pairing gold with prediction: exact by sets, claims by the best assignment. Never greedy, never by order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from harness.scoring.corpus import Spans

Overlaps = NDArray[np.int64]


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


def assign(overlaps: Overlaps, allowed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The one-to-one pairs (row, column) with the greatest summed overlap, among those `allowed`.

    Where several assignments are as good, the one whose ranks lie closest together wins, so rows and columns must
    come sorted: then the answer depends on the spans alone. By Kuhn-Munkres, as scipy implements it.
    """
    if not allowed.any():
        return []
    rows, columns = np.indices(overlaps.shape)
    distance = (rows - columns) ** 2
    scale = int(distance.max()) * min(overlaps.shape) + 1
    weights = np.where(allowed, overlaps * scale - distance, 0)
    chosen = zip(*linear_sum_assignment(weights, maximize=True), strict=True)
    return [(int(row), int(column)) for row, column in chosen if allowed[row, column]]
