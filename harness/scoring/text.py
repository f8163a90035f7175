"""All texts of a corpus as one long text, so that spans of every document are numbers on one line.

Documents, paragraphs and words are boundary arrays on that line. What a scorer asks about a million spans is then
answered by array arithmetic.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.arabic.clitics import CONJUNCTIONS, OPENERS, PREPOSITIONS, analyse
from harness.arabic.lexicon import SPELLED
from harness.arabic.normalize import TATWEEL
from harness.arabic.segment import (
    BRACKETS,
    QUOTATION_MARKS,
    edge_punctuation,
    separators,
    trim,
    unseen_between_letters,
)
from harness.data.types import Span

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LETTER: Final = 0
_SPACE: Final = 1
_PUNCTUATION: Final = 2
_BRACKET: Final = 3


@dataclass(frozen=True)
class Text:
    """The texts of documents, joined by line feeds; every position is one on the joined text."""

    texts: Sequence[str]

    @cached_property
    def joined(self) -> str:
        """The one long text."""
        return "\n".join(self.texts)

    @cached_property
    def offsets(self) -> Positions:
        """Where each document begins, shape (documents,)."""
        lengths = np.fromiter(map(len, self.texts), dtype=np.int64, count=len(self.texts))
        return np.concatenate(([0], np.cumsum(lengths + 1)[:-1])) if len(lengths) else lengths

    @cached_property
    def _codes(self) -> NDArray[np.uint32]:
        return np.frombuffer(self.joined.encode("utf-32-le"), dtype=np.uint32)

    @cached_property
    def letters_before(self) -> Positions:
        """How many letters and digits stand before each position, tatweel aside, shape (characters + 1,)."""
        return np.concatenate(([0], np.cumsum(self._of_codes(lambda char: char.isalnum() and char != TATWEEL))))

    @cached_property
    def _occurring(self) -> list[int]:
        """The code points that occur."""
        seen = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
        seen[self._codes] = True
        return [int(code) for code in np.flatnonzero(seen)]

    @cached_property
    def _classes(self) -> NDArray[np.uint8]:
        """What each character is at the edge of a word; the code points that occur are classed once each."""
        table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
        punctuation, brackets = set(edge_punctuation()), {*BRACKETS, *BRACKETS.values()}
        for code in self._occurring:
            char = chr(code)
            if char.isspace():
                table[code] = _SPACE
            elif char in brackets:
                table[code] = _BRACKET
            elif char in punctuation:
                table[code] = _PUNCTUATION
        return table[self._codes]

    @cached_property
    def _parting(self) -> Positions:
        """The positions of separators that stand between letters, as `segment.words` has them."""
        found = np.flatnonzero(self._is_any(separators()))
        if not len(found):
            return found
        seen = np.flatnonzero(~self._is_any(unseen_between_letters()))
        if not len(seen):
            return seen
        behind = np.searchsorted(seen, found)
        inside = (behind > 0) & (behind < len(seen))
        found, behind = found[inside], behind[inside]
        around = np.stack((seen[behind - 1], seen[behind]))
        letters = self._of_codes(lambda char: char.isalpha())[around]
        return found[letters.all(axis=0)]

    @cached_property
    def _breaks(self) -> Positions:
        """Where no word goes on: white space and parting separators, one before the text and one behind it."""
        spaces = np.flatnonzero(self._classes == _SPACE)
        return self._with_ends(np.sort(np.concatenate((spaces, self._parting))))

    @cached_property
    def _clitic_breaks(self) -> Positions:
        """The same without the quotation marks that part a proclitic from its word: لـ«رويترز», و"بكين"."""
        opening = "".join(char for char in QUOTATION_MARKS if char in OPENERS)
        breaks, quotes = self._breaks, np.flatnonzero(self._is_any(opening))
        marks = np.intersect1d(self._parting, quotes, assume_unique=True)
        before = breaks[np.searchsorted(breaks, marks) - 1] + 1
        joining: list[int] = []
        for start, mark in zip(before.tolist(), marks.tolist(), strict=True):
            # Of several marks in a row the first decides.
            again = start == mark and joining[-1:] == [mark - 1]
            if again or _is_proclitic_alone(self.joined[start:mark]):
                joining.append(mark)
        return np.setdiff1d(breaks, np.array(joining, dtype=np.int64), assume_unique=True)

    def _with_ends(self, positions: Positions) -> Positions:
        return np.concatenate(([-1], positions, [len(self._codes)])).astype(np.int64)

    def _is_any(self, characters: str) -> Mask:
        """Which characters of the text are among `characters`."""
        wanted = frozenset(characters)
        return self._of_codes(lambda char: char in wanted)

    def _of_codes(self, test: Callable[[str], bool]) -> Mask:
        """For which characters of the text `test` holds; it is asked once for each code point that occurs."""
        table = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
        for code in self._occurring:
            table[code] = test(chr(code))
        return table[self._codes]

    @cached_property
    def _words(self) -> tuple[Positions, Positions]:
        """The stretches between breaks that hold more than punctuation, trimmed: starts and ends."""
        breaks = self._breaks
        filled = np.flatnonzero(np.diff(breaks) > 1)
        starts, ends = breaks[filled] + 1, breaks[filled + 1]
        wordlike = ~self._void(starts, ends)
        return self.trimmed(starts[wordlike], ends[wordlike])

    def word_range(self, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """The words that spans touch, as half-open ranges of word numbers."""
        word_starts, word_ends = self._words
        return np.searchsorted(word_ends, starts, "right"), np.searchsorted(word_starts, ends, "left")

    def trimmed(self, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Spans without white space and punctuation at their edges, as `segment.trim` does it.

        A span that holds nothing else stays as it is.
        """
        first, last = self._skip(starts, ends, 1), self._skip(ends - 1, starts - 1, -1) + 1
        kept = first < last
        first, last = np.where(kept, first, starts), np.where(kept, last, ends)
        for index in np.flatnonzero(self._bracketed(starts, first) | self._bracketed(last, ends)).tolist():
            span = trim(self.joined, Span(int(starts[index]), int(ends[index])))
            first[index], last[index] = span
        return first, last

    def widened(self, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Spans widened to whole words, without punctuation at the edges.

        Edges are cut before widening too, so that a stray quotation mark does not draw its neighbour in; a span of
        nothing but punctuation stays as it is.
        """
        first, last = self.trimmed(starts, ends)
        return self._widened(starts, ends, first, last)

    def _widened(
        self, starts: Positions, ends: Positions, first: Positions, last: Positions
    ) -> tuple[Positions, Positions]:
        """The same, given the spans with their edges cut."""
        void = self._void(first, last)
        start_stretch, end_stretch = self._stretches(first, last)
        wide_first, wide_last = self.trimmed(self._breaks[start_stretch - 1] + 1, self._breaks[end_stretch])
        return np.where(void, starts, wide_first), np.where(void, ends, wide_last)

    def widening(self, starts: Positions, ends: Positions, labels: Positions) -> "Widening":
        """What widening does to the mentions of one side, and where it would make one of two with one label."""
        first, last = self.trimmed(starts, ends)
        wide_first, wide_last = self._widened(starts, ends, first, last)
        start_stretch, end_stretch = self._stretches(first, last)
        order = np.lexsort((labels, wide_last, wide_first))
        same = np.ones(max(0, len(order) - 1), dtype=np.bool_)
        for values in (wide_first, wide_last, labels):
            same &= np.diff(values[order]) == 0
        # Neighbours are enough: where any two of a group differ, two neighbours do.
        behind = order[1:]
        return Widening(
            cut=(first, last),
            wide=(wide_first, wide_last),
            stretches=(start_stretch, end_stretch),
            merging=(
                start_stretch[behind[same & (np.diff(first[order]) != 0)]],
                end_stretch[behind[same & (np.diff(last[order]) != 0)]],
            ),
        )

    def word_view(self, side: "Widening", other: "Widening") -> tuple[Positions, Positions]:
        """The word view of one side: widened, except where that would make one mention of two of either side."""
        kept = side.kept(0, other), side.kept(1, other)
        first, last = (np.where(*edges) for edges in zip(kept, side.cut, side.wide, strict=True))
        mixed = np.flatnonzero(kept[0] != kept[1])
        # A bracket of the word may have lost its partner.
        first[mixed], last[mixed] = self.trimmed(first[mixed], last[mixed])
        return first, last

    def _stretches(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """The numbers of the breaks behind the stretches in which spans start, and in which they end."""
        return np.searchsorted(self._breaks, first, "right"), np.searchsorted(self._breaks, last - 1, "left")

    def unclitic(self, starts: Positions, evidence: Positions) -> Positions:
        """The clitic view of starts: one inside its word's proclitics moves behind them.

        Where the analyser is undecided, it moves only if `evidence`, the starts of both sides, has one in the same word
        behind the prefix.
        """
        moved = starts.copy()
        breaks = self._clitic_breaks
        # A start on a break lies in no word.
        behind = np.searchsorted(breaks, starts, "right")
        inked = np.flatnonzero(breaks[behind - 1] != starts)
        places = starts[inked]
        chunk_starts, chunk_ends = breaks[behind[inked] - 1] + 1, breaks[behind[inked]]
        word_starts, word_ends = self.trimmed(chunk_starts, chunk_ends)
        others = np.unique(evidence)
        inside = (places >= word_starts) & (places < word_ends)
        first_codes = self._codes[word_starts]
        heads = [code for code in np.unique(first_codes).tolist() if _may_open(chr(code))]
        candidates = inside & np.isin(first_codes, heads)
        words = zip(*(array[candidates].tolist() for array in (inked, word_starts, word_ends)), strict=True)
        for index, first, last in words:
            prefix = analyse(self.joined[first:last])
            behind = first + prefix.length
            if not prefix.sure:
                nearest = int(np.searchsorted(others, behind))
                if nearest == len(others) or others[nearest] >= last:
                    continue
            moved[index] = max(moved[index], behind)
        return moved

    def _skip(self, positions: Positions, limits: Positions, step: int) -> Positions:
        """`positions` moved by `step` over white space, punctuation and brackets, at most to `limits`."""
        moved = positions.copy()
        active = np.flatnonzero(moved * step < limits * step)
        while len(active):
            active = active[self._classes[moved[active]] != _LETTER]
            moved[active] += step
            active = active[moved[active] * step < limits[active] * step]
        return moved

    def _void(self, starts: Positions, ends: Positions) -> Mask:
        """Whether spans hold nothing but white space and punctuation."""
        return self._skip(starts, ends, 1) >= ends

    def _bracketed(self, starts: Positions, ends: Positions) -> Mask:
        """Whether a bracket stands between each start and end."""
        brackets = self._brackets
        return np.searchsorted(brackets, starts) < np.searchsorted(brackets, ends)

    @cached_property
    def _brackets(self) -> Positions:
        return np.flatnonzero(self._classes == _BRACKET)


@dataclass(frozen=True, eq=False)
class Widening:
    """The mentions of one side, each pair for starts and ends."""

    cut: tuple[Positions, Positions]
    """Without white space and punctuation at the edges."""
    wide: tuple[Positions, Positions]
    """Widened to whole words."""
    stretches: tuple[Positions, Positions]
    """The numbers of the stretches between breaks in which they start and end."""
    merging: tuple[Positions, Positions]
    """Those stretches in which the starts, or ends, of different mentions with one label would become one."""

    def kept(self, edge: int, other: "Widening") -> Mask:
        """Which starts (0) or ends (1) are not widened beside `other`, the other side."""
        merging = np.concatenate((self.merging[edge], other.merging[edge]))
        if not len(merging):
            return np.zeros(len(self.cut[edge]), dtype=np.bool_)
        return np.isin(self.stretches[edge], merging)


def _is_proclitic_alone(piece: str) -> bool:
    """Whether `piece` is nothing but the letters of one or two proclitics."""
    letters = [letter for letter in SPELLED.fold(piece) if letter.isalnum()]
    return 0 < len(letters) <= 2 and all(letter in CONJUNCTIONS + PREPOSITIONS for letter in letters)


def _may_open(char: str) -> bool:
    """Whether a word that begins with `char` may begin with a proclitic: one in any form, or a mark or control."""
    letters = [letter for letter in SPELLED.fold(char) if letter.isalnum()]
    return not letters or letters[0] in CONJUNCTIONS + PREPOSITIONS
