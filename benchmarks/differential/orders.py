"""How often nervaluate's strict answer is not that of sets, and how often it depends on the order of predictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.differential.pages import Mention, Sample


@dataclass(frozen=True)
class OrderCount:
    """Documents, those with wrong true positives, those where they change; true positives found, and all there are."""

    sample: str
    documents: int
    wrong: int
    changed: int
    found: int
    true: int


def count_order(sample: Sample, seed: int = 5) -> OrderCount:
    """Every document scored as it is, and with its predictions shuffled."""
    rng = Random(seed)
    given = [list(page.predicted) for page in sample.pages]
    shuffled = [rng.sample(side, len(side)) for side in given]
    here, there = _strict_hits(sample, given), _strict_hits(sample, shuffled)
    true = [len({*page.gold} & {*page.predicted}) for page in sample.pages]
    return OrderCount(
        sample.name,
        len(true),
        sum(found != wanted for found, wanted in zip(here, true, strict=True)),
        sum(one != other for one, other in zip(here, there, strict=True)),
        sum(here),
        sum(true),
    )


def _strict_hits(sample: Sample, predicted: Sequence[Sequence[Mention]]) -> list[int]:
    from nervaluate.entities import Entity
    from nervaluate.strategies import StrictEvaluation

    def entities(side: Sequence[Mention]) -> list[Any]:
        return [Entity(kind, start, end - 1) for start, end, kind in side]

    strategy, tags = StrictEvaluation(), list(sample.types)
    return [
        strategy.evaluate(entities(page.gold), entities(side), tags)[0].correct
        for page, side in zip(sample.pages, predicted, strict=True)
    ]
