from itertools import combinations
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.letters import Group, letters, tie_groups

Pairs = list[tuple[int, int]]

MOST: Final = 6


@st.composite
def told_apart(draw: st.DrawFn) -> tuple[int, Pairs]:
    """How many things there are, and which pairs of them are told apart."""
    number = draw(st.integers(1, MOST))
    pairs = [*combinations(range(number), 2)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return number, chosen


def by_brute_force(number: int, apart: Pairs) -> list[Group]:
    """Every subset without a pair that is told apart, and in no larger one."""
    fitting = [
        {*chosen}
        for size in range(1, number + 1)
        for chosen in combinations(range(number), size)
        if not any(pair in apart for pair in combinations(chosen, 2))
    ]
    return sorted(tuple(sorted(one)) for one in fitting if not any(one < other for other in fitting))


@pytest.mark.parametrize(
    ("number", "apart", "groups", "shown"),
    [
        # Nothing is told apart: one group. Everything is: a group each.
        (3, [], [(0, 1, 2)], ["a", "a", "a"]),
        (3, [(0, 1), (0, 2), (1, 2)], [(0,), (1,), (2,)], ["a", "b", "c"]),
        # The best and the worst differ, the middle one from neither: it stands in both groups.
        (3, [(0, 2)], [(0, 1), (1, 2)], ["a", "ab", "b"]),
        # By hand: {0123} splits by 0-3 into {012} {123}; by 1-3 the second into {12} and {23}, and {12} is absorbed.
        (4, [(0, 3), (1, 3)], [(0, 1, 2), (2, 3)], ["a", "a", "ab", "b"]),
        # Not by neighbours alone: ranks 0 and 2 are alike though 1, between them, differs from both.
        (3, [(0, 1), (1, 2)], [(0, 2), (1,)], ["a", "b", "a"]),
        # Nos. 1 to 5 with the pairs 1-5, 2-3, 2-5 and 3-5 apart, as Gramm and others (2007) have it in figure 2:
        # {12345} by 1-5: {1234} {2345}; by 2-3: {124} {134} {245} {345}; by 2-5 {245}: {24} is absorbed, {45} in {345};
        # by 3-5 {345}: {34} is absorbed by {134}, {45} stays.
        (5, [(0, 4), (1, 2), (1, 4), (2, 4)], [(0, 1, 3), (0, 2, 3), (3, 4)], ["ab", "a", "b", "abc", "c"]),
        (1, [], [(0,)], ["a"]),
        (0, [], [], []),
    ],
)
def test_groups_worked_by_hand(number: int, apart: Pairs, groups: list[Group], shown: list[str]) -> None:
    found = tie_groups(number, apart)
    assert found == groups
    assert letters(number, found) == shown


@given(told_apart())
def test_groups_are_the_largest_sets_that_nothing_tells_apart(case: tuple[int, Pairs]) -> None:
    assert tie_groups(*case) == by_brute_force(*case)


@given(told_apart())
def test_two_share_a_letter_exactly_if_they_are_not_told_apart(case: tuple[int, Pairs]) -> None:
    number, apart = case
    shown = letters(number, tie_groups(number, apart))
    assert all(bool({*shown[one]} & {*shown[other]}) != ((one, other) in apart) for one, other in
               combinations(range(number), 2))  # fmt: skip
    assert all(shown)


@given(told_apart(), st.randoms(use_true_random=False), st.data())
def test_neither_the_order_of_things_nor_of_pairs_changes_groups(
    case: tuple[int, Pairs], random: Random, data: st.DataObject
) -> None:
    number, apart = case
    place = data.draw(st.permutations(range(number)))
    moved = [(place[other], place[one]) for one, other in apart]
    random.shuffle(moved)
    back = {frozenset(place.index(member) for member in group) for group in tie_groups(number, moved)}
    assert back == {frozenset(group) for group in tie_groups(number, apart)}


def test_letters_do_not_run_out() -> None:
    groups = [(index,) for index in range(54)]
    assert letters(54, groups)[25:28] + letters(54, groups)[51:] == ["z", "a1", "b1", "z1", "a2", "b2"]
