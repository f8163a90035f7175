"""Whether our alignment is the best one by its own criterion: the order-bound pairings of a peer must not beat it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.differential import greedy
from benchmarks.differential.pages import Page, Sample
from harness.scoring.partial import EntitiesPartial

Quality = tuple[int, int, int, int]
"""Pairs with boundaries and type equal, with boundaries equal, with type equal, and all pairs."""


@dataclass(frozen=True)
class Beaten:
    """A page on which a pairing in order is better than ours."""

    page: Page
    theirs: Quality
    ours: Quality


def beaten(sample: Sample) -> Iterator[Beaten]:
    """All such pages: there should be none."""
    for page, ours in zip(sample.pages, _qualities(sample.only(sample.pages)), strict=True):
        theirs = max(greedy.qualities(page))
        if theirs > ours:
            yield Beaten(page, theirs, ours)


def _qualities(sample: Sample) -> list[Quality]:
    """One for each page, from the counts that our scores are made of."""
    rows = EntitiesPartial().counts(sample.corpus).rows
    zero = np.zeros(len(sample.pages))

    def summed(count: str) -> np.ndarray[Any, Any]:
        return sum((values for column, values in rows.items() if column.endswith(f"/{count}")), zero)

    counts = summed("strict"), summed("exact_gold"), summed("type"), summed("gold") - summed("missed")
    return [(int(one), int(two), int(three), int(four)) for one, two, three, four in zip(*counts, strict=True)]
