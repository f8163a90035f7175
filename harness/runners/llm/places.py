"""Where a quote stands in a sentence: exactly, else in another spelling, and never inside a word."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from harness.arabic.clitics import OPENERS, stem_starts
from harness.arabic.normalize import Normalizer
from harness.arabic.plain import carry_back, has_letters
from harness.arabic.segment import QUOTATION_MARKS, snap, trim, words
from harness.arabic.surface import uniform
from harness.data.offsets import Edit, Rewrite
from harness.data.types import Span

PROCLITICS: Final = "وفبلكس"
"""Letters behind which a quote may begin within a word; س is here, as a model may cut it off a verb."""

_SPELLING: Final = Normalizer(hamza=True)
_SIGNS: Final = {
    **dict.fromkeys(QUOTATION_MARKS, '"'),
    **dict.fromkeys("‘’‚‛＇ʼ`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٪": "%",
    "…": "...",
}
_LEVELLED: Final = re.compile(rf"\s+|[{re.escape(''.join(_SIGNS))}]|[^\W\d_]")


class Folded:
    """A text in a spelling that leaves out what models change when they copy, with the way back.

    Marks, tatweel, invisible marks, the forms of alef, hamza, ya and ta marbuta, digits, case, the kinds of quotation
    mark, dash and comma, and the length of white space.
    """

    def __init__(self, text: str) -> None:
        self._spelled = _SPELLING.rewrite(text)
        edits = []
        for match in _LEVELLED.finditer(self._spelled.target):
            char = match.group()
            new = " " if char.isspace() else _SIGNS.get(char) or char.casefold()
            if new != char:
                edits.append(Edit(*match.span(), new))
        self._levelled = Rewrite(self._spelled.target, tuple(edits))

    @property
    def text(self) -> str:
        """The folded text."""
        return self._levelled.target

    def back(self, span: Span) -> Span:
        """The part of the source that `span` of the folded text stands for: whole letters with their marks."""
        return carry_back(self._levelled.back(span), self._spelled)


def fold(quote: str) -> str:
    """`quote` folded, without white space and punctuation at its edges; blank where nothing else is in it."""
    folded = Folded(quote).text
    start, end = trim(folded, Span(0, len(folded)))
    return folded[start:end]


class Sentence:
    """A sentence of a text, in which quotes are looked up."""

    def __init__(self, text: str, span: Span) -> None:
        self.span = span
        self._text = text[span.start : span.end]

    @cached_property
    def _words(self) -> list[Span]:
        return words(self._text)

    @cached_property
    def _folded(self) -> Folded:
        return Folded(self._text)

    def exact(self, quote: str) -> list[Span]:
        """Where `quote` stands as it is, white space at its edges aside; else without the punctuation at its edges.

        In the order of the text, but those first that begin a word or follow what can be a proclitic of it.
        """
        stripped = quote.strip()
        found = self._at_edges(self._occurrences(self._text, stripped), has_letters(stripped))
        if not found and has_letters(stripped):
            start, end = trim(stripped, Span(0, len(stripped)))
            found = self._at_edges(self._occurrences(self._text, stripped[start:end]), True)
        return found

    def folded(self, quote: str) -> list[Span]:
        """Where `quote` stands in any spelling, in the same order; nowhere, if it has neither letter nor digit."""
        key = fold(quote)
        if not has_letters(key):
            return []
        spans = dict.fromkeys(self._folded.back(span) for span in self._occurrences(self._folded.text, key))
        whole = [span for span in spans if fold(self._text[span.start : span.end]) == key]
        return self._at_edges(whole, True)

    @staticmethod
    def _occurrences(text: str, part: str) -> Iterator[Span]:
        start = text.find(part) if part else -1
        while start >= 0:
            yield Span(start, start + len(part))
            start = text.find(part, start + 1)

    def _at_edges(self, spans: "Iterator[Span] | list[Span]", needed: bool) -> list[Span]:
        """Those of `spans` of the sentence that have the edges of words, as spans of the text, likely ones first."""
        ranked = [(0, span) for span in spans] if not needed else []
        for span in spans if needed else ():
            rank = self._start_rank(span.start)
            if rank is not None and self._ends_word(span.end) and snap(self._text, span) == span:
                ranked.append((rank, span))
        first = self.span.start
        return [Span(first + start, first + end) for _, (start, end) in sorted(ranked)]

    def _word_around(self, place: int) -> Span | None:
        """The word that `place` is strictly inside of."""
        index = bisect_left(self._words, place, key=lambda word: word.start) - 1
        return self._words[index] if index >= 0 and place < self._words[index].end else None

    def _start_rank(self, start: int) -> int | None:
        """0 where a word begins or a proclitic of it may end, 1 behind other letters that can be proclitics."""
        word = self._word_around(start)
        if word is None:
            return 0
        before = uniform(self._text[word.start : start])
        if before.strip(PROCLITICS + OPENERS):
            return None
        return 0 if start - word.start in stem_starts(self._text[word.start : word.end]) else 1

    def _ends_word(self, end: int) -> bool:
        word = self._word_around(end)
        return word is None or not has_letters(self._text[end : word.end])
