from collections.abc import Sequence
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from harness.runners.transformer.windows import batches, cut_windows, home_windows

CAPACITY = 8
LENGTHS = st.lists(st.integers(1, CAPACITY), max_size=30)


def test_windows_share_whole_words_and_each_word_is_at_home_farthest_from_an_edge() -> None:
    lengths = [2, 2, 2, 2, 2, 2]
    windows = cut_windows(lengths, 8, 4)
    # Words 0-3, then back over two words (4 tokens): 2-5.
    assert windows == [(0, 4), (2, 6)]
    # Word 2: 2 tokens behind it in the first window, 0 before it in the second. Word 3: 0 and 2.
    assert home_windows(windows, lengths) == [0, 0, 0, 1, 1, 1]


def test_a_window_does_not_begin_so_early_that_the_next_word_has_no_room() -> None:
    assert cut_windows([3, 3, 7], 8, 4) == [(0, 2), (2, 3)]
    assert cut_windows([3, 3, 5], 8, 4) == [(0, 2), (1, 3)]


def test_what_fits_is_one_window() -> None:
    assert cut_windows([4, 4], 8, 4) == [(0, 2)]
    assert cut_windows([], 8, 4) == []


@given(LENGTHS, st.integers(0, CAPACITY // 2))
def test_every_word_is_in_a_window_that_fits_and_every_window_has_a_new_word(
    lengths: Sequence[int], overlap: int
) -> None:
    windows = cut_windows(lengths, CAPACITY, overlap)
    assert all(sum(lengths[first:last]) <= CAPACITY for first, last in windows)
    reached = 0
    for first, last in windows:
        assert first <= reached < last
        assert sum(lengths[first:reached]) <= overlap
        reached = last
    assert reached == len(lengths)


@given(LENGTHS, st.integers(0, CAPACITY // 2))
def test_home_is_a_window_with_the_word_and_no_other_has_more_around_it(lengths: Sequence[int], overlap: int) -> None:
    windows = cut_windows(lengths, CAPACITY, overlap)
    for word, home in enumerate(home_windows(windows, lengths)):
        margins = {
            number: min(
                sum(lengths[first:word]) if first else inf,
                sum(lengths[word + 1 : last]) if last < len(lengths) else inf,
            )
            for number, (first, last) in enumerate(windows)
            if first <= word < last
        }
        assert margins[home] == max(margins.values())
        assert home == min(number for number, margin in margins.items() if margin == margins[home])


@given(st.lists(st.integers(1, 20), max_size=30), st.integers(1, 60))
def test_batches_hold_every_sequence_once_within_the_budget(lengths: list[int], budget: int) -> None:
    found = batches(lengths, budget)
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or max(lengths[number] for number in batch) * len(batch) <= budget


def test_batches_hold_sequences_of_like_length() -> None:
    # 8 beside 9 leaves a ninth to padding, 3 beside 9 would leave two thirds, and 2 beside 3 one third.
    assert batches([1, 9, 2, 8, 3], 18) == [[1, 3], [4], [2], [0]]
    assert batches([4, 3, 4, 2], 100) == [[0, 2, 1], [3]]
