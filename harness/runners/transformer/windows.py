"""Windows over a text that is longer than a model can read at once."""

from collections.abc import Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple


class Window(NamedTuple):
    """The words `first` to `last`, half open, that a model reads at once."""

    first: int
    last: int


def cut_windows(lengths: Sequence[int], capacity: int, overlap: int) -> list[Window]:
    """Windows of whole words that together hold every word, each new one with at least one word that is new.

    `lengths` are the tokens of each word, from 1 to `capacity`, which is how many a window holds. Neighbours share as
    many whole words as `overlap` tokens have room for.
    """
    windows, first, last = [], 0, 0
    while last < len(lengths):
        used = sum(lengths[first:last])
        while last < len(lengths) and used + lengths[last] <= capacity:
            used += lengths[last]
            last += 1
        windows.append(Window(first, last))
        first = _next_start(lengths, windows[-1], capacity, overlap)
    return windows


def home_windows(windows: Sequence[Window], lengths: Sequence[int]) -> list[int]:
    """For every word the number of the window in which it is farthest from an edge, in tokens; of two the earlier.

    The beginning and the end of the text are no edges: nothing is cut off there.
    """
    starts = list(accumulate(lengths, initial=0))
    homes, distances = [0] * len(lengths), [-1.0] * len(lengths)
    for number, (first, last) in enumerate(windows):
        for word in range(first, last):
            before = starts[word] - starts[first] if first > 0 else inf
            after = starts[last] - starts[word + 1] if last < len(lengths) else inf
            if min(before, after) > distances[word]:
                homes[word], distances[word] = number, min(before, after)
    return homes


def _next_start(lengths: Sequence[int], window: Window, capacity: int, overlap: int) -> int:
    """Where the window after `window` begins; the next word has room in it."""
    first, last = window
    room = min(overlap, capacity - lengths[last]) if last < len(lengths) else 0
    while last - 1 > first and lengths[last - 1] <= room:
        last -= 1
        room -= lengths[last]
    return last


def batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """The numbers of sequences of these lengths in batches, longest first.

    A batch, padded to its longest sequence, holds at most `budget` tokens, or a single sequence; and none that would be
    padding for more than a quarter.
    """
    batched: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda sequence: -lengths[sequence]):
        longest = lengths[batched[-1][0]] if batched else 0
        if batched and longest * (len(batched[-1]) + 1) <= budget and 4 * lengths[number] >= 3 * longest:
            batched[-1].append(number)
        else:
            batched.append([number])
    return batched
