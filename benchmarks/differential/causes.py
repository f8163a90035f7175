"""Why tools disagree: for each cause what it says, and the pages on which it can act at all."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from benchmarks.differential import greedy
from benchmarks.differential.pages import Mentions, Page, has_orphan, outermost, shared


def _nowhere(_page: Page, _types: tuple[str, ...]) -> bool:
    return False


@dataclass(frozen=True)
class Cause:
    """A rule of a peer that the harness does not share.

    Without a mention of the page that it `acts` on, tools must agree as if there were no such rule. A cause that acts
    nowhere is a convention of division or averaging: it changes a number, never a count.
    """

    name: str
    says: str
    acts: Callable[[Page, tuple[str, ...]], bool] = _nowhere


def _overlapping(page: Page, _types: tuple[str, ...]) -> bool:
    return any(len(outermost(side)) < len(side) for side in page.sides)


def _orphaned(page: Page, _types: tuple[str, ...]) -> bool:
    return any(map(has_orphan, page.tags))


def _crossing_types(page: Page, _types: tuple[str, ...]) -> bool:
    return any(shared(one, other) and one[2] != other[2] for one in page.gold for other in page.predicted)


def _in_itself(page: Page, _types: tuple[str, ...]) -> bool:
    return any(map(_repeats, page.sides))


def _repeats(side: Mentions) -> bool:
    return any(shared(one, other) and one[2] == other[2] for one, other in combinations(side, 2))


def _alike(page: Page, types: tuple[str, ...]) -> bool:
    return any(one[2].startswith(kind) and one[2] != kind for one in page.gold for kind in types)


FLAT: Final = Cause("flat tags", "one tag a word holds no mention inside another: only the outermost", _overlapping)
BEGIN: Final = Cause("B begins", "strict IOB2 drops a mention that begins with I; the harness reads it", _orphaned)
ALONE: Final = Cause("types alone", "each type is aligned without the others", _crossing_types)
ORDER: Final = Cause(
    "first overlap",
    "predictions are taken in order, each uses up the first gold mention it overlaps",
    lambda page, _: greedy.has_choice(page),
)
INCLUSIVE: Final = Cause(
    "inclusive ends",
    "ends are inclusive: given half-open ones, mentions that touch overlap",
    lambda page, _: greedy.touches(page),
)
LAYERS: Final = Cause("one layer a type", "a mention inside one of its own type is lost", _in_itself)
ALIKE: Final = Cause("names alike", "a type's layer takes gold of types whose names begin with its own", _alike)
MACRO: Final = Cause("macro over both", "types without gold count in the macro average")
ZERO: Final = Cause("0/0 is 0", "nothing to divide is 0; the harness leaves it undefined")
