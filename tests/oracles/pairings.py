"""All one-to-one pairings of two small sets, and the best of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Mention = tuple[int, int, int, str]
Quality = TypeVar("Quality", bound=tuple[float, ...])


def pairings(left: Sequence[Mention], right: Sequence[Mention]) -> Iterator[list[tuple[Mention, Mention]]]:
    """Every set of pairs in which each mention stands at most once."""
    if not left:
        yield []
        return
    first, rest = left[0], left[1:]
    yield from pairings(rest, right)
    for index, one in enumerate(right):
        for pairs in pairings(rest, [*right[:index], *right[index + 1 :]]):
            yield [(first, one), *pairs]


def shared(one: Mention, other: Mention) -> int:
    """Characters that two mentions share; 0 in two documents."""
    return max(0, min(one[2], other[2]) - max(one[1], other[1])) if one[0] == other[0] else 0


def ratio(one: Mention, other: Mention) -> float:
    """Intersection over union."""
    both = shared(one, other)
    return both / (one[2] - one[1] + other[2] - other[1] - both)


def best(
    left: set[Mention],
    right: set[Mention],
    allowed: Callable[[Mention, Mention], bool],
    quality: Callable[[list[tuple[Mention, Mention]]], Quality],
) -> Quality:
    """The greatest quality of a pairing whose pairs are all allowed."""
    found = pairings(sorted(left), sorted(right))
    return max(quality(pairs) for pairs in found if all(allowed(*pair) for pair in pairs))
