"""How nervaluate 1.2.1 pairs mentions, as a model: predictions one by one, each taking the first free gold mention.

Its four strategies differ in what counts as a hit. A prediction without a hit still takes the first free gold mention
that it overlaps, and that one is gone for the predictions after it: the answer depends on their order.
"""

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.differential.ours import Measures
from benchmarks.differential.pages import Mention, Page, Sample

Find = Callable[[Mention, list[Mention]], Mention | None]


def in_order(sample: Sample) -> Measures:
    """The measures of greedy pairing, over all types, and over each type alone."""
    return _measures(sample, 0)


def in_order_touching(sample: Sample) -> Measures:
    """The same where mentions that only touch overlap: half-open ends read as inclusive."""
    return _measures(sample, 1)


def _measures(sample: Sample, extra: int) -> Measures:
    found: Measures = {}
    for label in ("micro", *sample.types):
        sides = [[[one for one in side if label in ("micro", one[2])] for side in page.sides] for page in sample.pages]
        gold, predicted = (sum(len(page[side]) for page in sides) for side in (0, 1))
        for kind, find in _HITS.items():
            pairs = [pair for page in sides for pair in _pairs(page[0], page[1], find, extra)]
            right = sum(_credit(kind, *pair) for pair in pairs)
            # F1 from the counts: the harmonic mean of right / predicted and right / gold.
            values = (_ratio(right, predicted), _ratio(right, gold), _ratio(2 * right, gold + predicted))
            found |= {f"{label}/{kind}_{name}": value for name, value in zip(_PRF, values, strict=True)}
    return found


_PRF: Final = ("precision", "recall", "f1")


def _pairs(
    gold: Sequence[Mention], predicted: Sequence[Mention], find: Find, extra: int
) -> list[tuple[Mention, Mention]]:
    free, pairs = list(gold), []
    for one in predicted:
        reached = [other for other in free if _reaches(one, other, extra)]
        chosen = find(one, reached) or (reached[0] if reached else None)
        if chosen is not None:
            pairs.append((chosen, one))
            free.remove(chosen)
    return pairs


def _reaches(one: Mention, gold: Mention, extra: int) -> bool:
    """Whether they share a word, and at least 1 % of the gold mention; both are `extra` words longer than they are."""
    common = min(one[1], gold[1]) - max(one[0], gold[0]) + extra
    return common > 0 and common / (gold[1] - gold[0] + extra) * 100.0 >= 1.0


def _equal(one: Mention, reached: list[Mention]) -> Mention | None:
    return one if one in reached else None


def _extent(one: Mention, reached: list[Mention]) -> Mention | None:
    return next((other for other in reached if other[:2] == one[:2]), None)


def _nearest(one: Mention, reached: list[Mention]) -> Mention | None:
    same = [other for other in reached if other[2] == one[2]]
    return min(same, key=lambda other: abs(other[0] - one[0]) + abs(other[1] - one[1]), default=None)


_HITS: Final[dict[str, Find]] = {"strict": _equal, "exact": _extent, "partial": _extent, "type": _nearest}


def _credit(kind: str, gold: Mention, one: Mention) -> float:
    if kind == "strict":
        return float(gold == one)
    if kind == "type":
        return float(gold[2] == one[2])
    return 1.0 if gold[:2] == one[:2] else 0.5 * (kind == "partial")


def _ratio(numerator: float, denominator: int) -> float:
    return numerator / denominator if denominator else float("nan")


def has_choice(page: Page, extra: int = 0) -> bool:
    """Whether a mention reaches more than one of the other side, so that the pairing matters."""
    return any(
        sum(_reaches(one, other, extra) for other in there) > 1
        for here, there in (page.sides, page.sides[::-1])
        for one in here
    )


def touches(page: Page) -> bool:
    """Whether a gold and a predicted mention stand side by side."""
    return any(one[1] == other[0] or other[1] == one[0] for one in page.gold for other in page.predicted)


def qualities(page: Page) -> list[tuple[int, int, int, int]]:
    """For each strategy its pairs: equal in boundaries and type, in boundaries, in type, and all."""
    found = []
    for find in _HITS.values():
        pairs = _pairs(page.gold, page.predicted, find, 0)
        found.append(
            (
                sum(gold == one for gold, one in pairs),
                sum(gold[:2] == one[:2] for gold, one in pairs),
                sum(gold[2] == one[2] for gold, one in pairs),
                len(pairs),
            )
        )
    return found
