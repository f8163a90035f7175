"""Replicates of averages over labels, in which the rarest label is as uncertain as its few items make it.

A macro average gives a type with one mention as much weight as one with a hundred. Resampled units cannot tell what
that mention might have been: it is right in all of them, or wrong in all. So each label is given, in every replicate,
one item more, drawn from those of all labels: a Bayesian bootstrap (Rubin 1981) whose prior is the pool of all items
with the weight of one (a Dirichlet process; Ferguson 1973). A label with a hundred items hardly moves; one with a
single item is half its own and half the pool's. The pool holds one error besides what was seen, so that a system
without a mistake is not held to be infallible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from harness.scoring.table import Counts, Numbers, Scorer, Table, parted


@dataclass(frozen=True, eq=False)
class Pool:
    """The items of labels that are counted alike; `columns` has shape (labels, counts)."""

    columns: NDArray[np.intp]
    items: Counts
    """What one item counts, shape (cells, counts): a unit's counts of a label, over their number of items."""
    shares: Counts
    """With what chance each cell is drawn, shape (cells,)."""

    @classmethod
    def of(
        cls, columns: NDArray[np.intp], support: Counts, rows: Counts, repeats: Numbers, lowering: NDArray[np.bool_]
    ) -> Self:
        """The pool of the labels of `columns`.

        `support` is their gold in each of `rows`, shape (rows, labels); `lowering` marks the counts of the table that
        lower an average: one of each is the error that is added.
        """
        cells = rows[:, columns].reshape(-1, columns.shape[1])
        # Where there is no gold of a label, what was predicted falsely.
        sizes = np.where(support.ravel() > 0, support.ravel(), cells.max(axis=1))
        kept = sizes > 0
        numbers = np.repeat(repeats, columns.shape[0])[kept] * sizes[kept]
        error = np.any(lowering[columns], axis=0, keepdims=True).astype(np.float64)
        items = np.concatenate([cells[kept] / sizes[kept, None], error])
        numbers = np.append(numbers, 1.0 if error.any() else 0.0)
        total = numbers.sum()
        return cls(columns, items, numbers / total if total else np.full(len(numbers), 1 / len(numbers)))

    def draw(self, random: Generator, size: int) -> Counts:
        """One item for each label in each of `size` replicates, with a random weight of mean 1."""
        labels = self.columns.shape[0]
        picked = random.choice(len(self.items), p=self.shares, size=(size, labels))
        return random.standard_exponential((size, labels, 1)) * self.items[picked]


def pools(scorer: Scorer, table: Table, rows: Counts, repeats: Numbers, lowering: NDArray[np.bool_]) -> list[Pool]:
    """A pool for each set of labels with gold that have the same counts, columns `LABEL/COUNT`."""
    whole, support = scorer.support(table.totals), scorer.support(table.named(rows))
    alike: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for label, counts in _counts(table).items():
        if label in whole and whole[label] > 0:
            alike.setdefault(tuple(counts), {})[label] = list(counts.values())
    found = []
    for labels in alike.values():
        gold = np.stack([np.broadcast_to(support[label], len(rows)) for label in labels], axis=1)
        found.append(Pool.of(np.array(list(labels.values())), gold, rows, repeats, lowering))
    return found


def sums(
    found: list[Pool], rows: Counts, repeats: Numbers, random: Generator, sizes: Iterator[int]
) -> Iterator[Counts]:
    """Column sums of replicates in blocks of shape (size, columns)."""
    for size in sizes:
        # A row that stands for k units weighs as much as k of them do.
        weights = random.standard_gamma(repeats.astype(np.float64), size=(size, len(repeats)))
        weights *= repeats.sum() / weights.sum(axis=1, keepdims=True)
        summed = weights @ rows
        for pool in found:
            summed[:, pool.columns] += pool.draw(random, size)
        yield summed


def _counts(table: Table) -> Mapping[str, dict[str, int]]:
    """For each label its counts, and the column of each."""
    found: dict[str, dict[str, int]] = {}
    for index, column in enumerate(table.columns):
        label, count = parted(column)
        if label:
            found.setdefault(label, {})[count] = index
    return found
