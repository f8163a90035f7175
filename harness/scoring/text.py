"""All texts of a corpus as one long text, so that spans of every document are numbers on one line.

Documents, paragraphs and words are boundary arrays on that line. What a scorer asks about a million spans is then
answered by array arithmetic.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.arabic.clitics import CONJUNCTIONS, PREPOSITIONS, analyse
from harness.arabic.lexicon import SPELLED
from harness.arabic.segment import BRACKETS, edge_punctuation, trim
from harness.types import Span

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
    def _classes(self) -> NDArray[np.uint8]:
        """What each character is at the edge of a word; the code points that occur are classed once each."""
        seen = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
        seen[self._codes] = True
        table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
        punctuation, brackets = set(edge_punctuation()), {*BRACKETS, *BRACKETS.values()}
        for code in np.flatnonzero(seen).tolist():
            char = chr(code)
            if char.isspace():
                table[code] = _SPACE
            elif char in brackets:
                table[code] = _BRACKET
            elif char in punctuation:
                table[code] = _PUNCTUATION
        return table[self._codes]

    @cached_property
    def _spaces(self) -> Positions:
        """The positions of white space, with one before the text and one behind it."""
        spaces = np.flatnonzero(self._classes == _SPACE)
        return np.concatenate(([-1], spaces, [len(self._codes)])).astype(np.int64)

    @cached_property
    def _words(self) -> tuple[Positions, Positions]:
        """The stretches between white space that hold more than punctuation, trimmed: starts and ends."""
        spaces = self._spaces
        filled = np.flatnonzero(np.diff(spaces) > 1)
        starts, ends = spaces[filled] + 1, spaces[filled + 1]
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
        """The word view of spans: whole words between white space, without punctuation at the edges.

        Edges are cut before widening too, so that a stray quotation mark does not draw its neighbour in; a span of
        nothing but punctuation stays as it is.
        """
        first, last = self.trimmed(starts, ends)
        void = self._void(first, last)
        wide_first = self._spaces[np.searchsorted(self._spaces, first, "right") - 1] + 1
        wide_last = self._spaces[np.searchsorted(self._spaces, last - 1, "left")]
        wide_first, wide_last = self.trimmed(wide_first, wide_last)
        return np.where(void, starts, wide_first), np.where(void, ends, wide_last)

    def unclitic(self, starts: Positions, evidence: Positions) -> Positions:
        """The clitic view of starts: one inside its word's proclitics moves behind them.

        Where the analyser is undecided, it moves only if `evidence`, the starts of both sides, has one in the same word
        behind the prefix.
        """
        moved = starts.copy()
        # A start on white space lies in no word.
        inked = np.flatnonzero(self._classes[starts] != _SPACE)
        places = starts[inked]
        chunk_starts = self._spaces[np.searchsorted(self._spaces, places, "right") - 1] + 1
        chunk_ends = self._spaces[np.searchsorted(self._spaces, places, "left")]
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


def _may_open(char: str) -> bool:
    """Whether a word that begins with `char` may begin with a proclitic: one in any form, or a mark or control."""
    letters = [letter for letter in SPELLED.fold(char) if letter.isalnum()]
    return not letters or letters[0] in CONJUNCTIONS + PREPOSITIONS
