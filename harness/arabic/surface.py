"""Mentions as strings: how one is spelled wherever it stands, and which strings are the frequent ones."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeVar

from harness.arabic.normalize import Normalizer

K = TypeVar("K")

_SPELLING: Final = Normalizer(hamza=True)


@lru_cache(maxsize=1 << 16)
def uniform(name: str) -> str:
    """`name` without what spelling leaves open: marks, stretching, forms of alef, hamza, ya and ta marbuta, spaces."""
    return " ".join(_SPELLING.fold(name).casefold().split())


def surface(text: str, start: int, end: int) -> str:
    """The mention `text[start:end]` in uniform spelling.

    Behind the preposition ل the article has lost its alef (للصين): it is given back.
    """
    # In اللبناني the first ل is itself the article's.
    before = text[max(0, start - 2) : start]
    assimilated = text[start : start + 1] == "ل" and before.endswith("ل") and before != "ال"
    return uniform(("ا" if assimilated else "") + text[start:end])


def frequent(counts: Mapping[K, int], k: int) -> frozenset[K]:
    """The `k` most frequent keys of `counts`, or fewer: no key is chosen over another that occurs as often.

    A key is frequent if it occurs twice or more, and at most `k` keys occur as often as it does. Where the keys at rank
    `k` and after it tie, all of them are left out, so that the answer depends on no order; where nothing occurs twice,
    nothing is frequent.
    """
    ordered = sorted(counts.values(), reverse=True)
    # What is no more frequent than the key behind rank k ties with it, or comes after it.
    most_left_out = ordered[k] if k < len(ordered) else 0
    return frozenset(key for key, count in counts.items() if count > max(1, most_left_out))
