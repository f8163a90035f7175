"""Tie groups: which of several ranked things share a letter, because no test tells them apart.

A compact letter display (Piepho 2004, "An algorithm for a letter-based representation of all-pairwise comparisons",
Journal of Computational and Graphical Statistics 13:456-466): two things share a letter if and only if their difference
is not significant. Being told apart is not transitive, so a thing may have several letters.
"""

from collections.abc import Iterable
from string import ascii_lowercase
from typing import Final

Group = tuple[int, ...]

_LETTERS: Final = len(ascii_lowercase)


def tie_groups(number: int, apart: Iterable[tuple[int, int]]) -> list[Group]:
    """The largest sets of the ranks 0 to `number` - 1 of which no pair is in `apart`, sorted by their members.

    By insert and absorb, without the sweep that ends it in the paper: what a sweep takes away depends on the order of
    the pairs, these groups do not. They are the maximal cliques of the graph of pairs that are not told apart.
    """
    groups: set[frozenset[int]] = {frozenset(range(number))} if number else set()
    for pair in map(frozenset, apart):
        split = {group for group in groups if pair <= group}
        inserted = (groups - split) | {group - {one} for group in split for one in pair}
        groups = {group for group in inserted if not any(group < other for other in inserted)}
    return sorted(tuple(sorted(group)) for group in groups)


def letters(number: int, groups: Iterable[Group]) -> list[str]:
    """The letters of each rank 0 to `number` - 1: `a` for the first group; after `z` come `a1`, `b1` and so on."""
    shown = [""] * number
    for index, group in enumerate(groups):
        turn, place = divmod(index, _LETTERS)
        for member in group:
            shown[member] += ascii_lowercase[place] + (str(turn) if turn else "")
    return shown
