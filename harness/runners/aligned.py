"""Words that a library gives back without offsets, as spans of the text that it was given."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from harness.arabic.normalize import Normalizer
from harness.arabic.segment import QUOTATION_MARKS
from harness.data.types import Span

_FOLD: Final = Normalizer(hamza=True)
_QUOTES: Final = str.maketrans(dict.fromkeys(QUOTATION_MARKS + "'`´‘’‚‛＇", '"'))
# How far a word may stand behind the one before it, beside twice the letters of words that were not found in between.
_SKIPPED: Final = 40
# A shorter word is too common to be told by itself.
_TELLING: Final = 3


def align(words: Sequence[str], text: str) -> list[Span | None]:
    """The span of each of `words`, which stand in `text` in this order; None: there is no such place.

    What a tokenizer levels makes no difference: vowel marks, tatweel, invisible marks, forms of letters, digits and
    quotation marks, case, and white space in a word. Between two words the text may hold what is in neither. A word
    that is not in the text costs itself, and at most those behind it that cannot be told from what stands nearer.
    Spans are in order and do not overlap.
    """
    page = _Page(text)
    spans: list[Span | None] = []
    position, missed = 0, 0
    for number, word in enumerate(words, 1):
        span = page.exact(word, position)
        if span is None:
            following = _folded(words[number]) if number < len(words) else ""
            span = page.find(_folded(word), following, position, missed)
        missed = 0 if span else missed + len(_folded(word))
        position = span.end if span else position
        spans.append(span)
    return spans


@dataclass
class Unaligned:
    """What had no place in the documents predicted last: answers, which count as wrong, and words of answers."""

    answers: int = 0
    words: int = 0

    def clear(self) -> None:
        """Start again."""
        self.answers = self.words = 0

    def add(self, answers: int, words: int) -> None:
        """Count what one document has."""
        self.answers += answers
        self.words += words

    @property
    def figures(self) -> dict[str, float]:
        """Both numbers, as `Runner.figures` has them."""
        return {"unaligned": self.answers, "unaligned_words": self.words}

    @property
    def remarks(self) -> list[str]:
        """What there is to say of them."""
        said = []
        if self.answers:
            said.append(
                f"found {self.answers} answers without a place, a letter or a digit in the text; counted as wrong"
            )
        if self.words:
            said.append(f"found {self.words} words of mentions that do not align with the text")
        return said


class _Letter(NamedTuple):
    """A character as it is compared, and the span of the text that it stands for."""

    char: str
    start: int
    end: int


@dataclass(frozen=True)
class _Page:
    """A text in which words are looked for from left to right."""

    text: str

    def exact(self, word: str, position: int) -> Span | None:
        """`word` letter for letter at `position`, or behind the white space there."""
        while self.text[position : position + 1].isspace():
            position += 1
        same = word.strip() == word and word and self.text.startswith(word, position)
        return Span(position, position + len(word)) if same else None

    def find(self, word: str, following: str, position: int, missed: int) -> Span | None:
        """The nearest place, from `position` on, of a folded `word`, behind `missed` letters that were not found.

        Away from `position` it counts only where the word behind it follows at once, or where it is a whole word of
        some letters.
        """
        first = bisect_left(self._starts, position)
        limit = first + _SKIPPED + 2 * missed + len(word)
        place = self._folded.find(word, first, limit) if word else -1
        while place >= 0:
            behind = place + len(word)
            followed = following and self._folded.startswith(following, behind)
            whole = len(word) >= _TELLING and self._is_edge(place) and self._is_edge(behind)
            if place == first or followed or whole:
                return Span(self._letters[place].start, self._letters[behind - 1].end)
            place = self._folded.find(word, place + 1, limit)
        return None

    @cached_property
    def _letters(self) -> list[_Letter]:
        """What is compared: neither white space nor what folding takes away."""
        rewrite, letters = _FOLD.rewrite(self.text), []
        for place, char in enumerate(rewrite.target):
            if level := _level(char):
                span = rewrite.back(Span(place, place + 1))
                letters += [_Letter(folded, *span) for folded in level]
        return letters

    @cached_property
    def _folded(self) -> str:
        return "".join(letter.char for letter in self._letters)

    @cached_property
    def _starts(self) -> list[int]:
        return [letter.start for letter in self._letters]

    def _is_edge(self, place: int) -> bool:
        """Whether a word may begin or end before the letter with this number."""
        if not 0 < place < len(self._letters):
            return True
        before, after = self._letters[place - 1], self._letters[place]
        between = self.text[before.end : after.start]
        return any(map(str.isspace, between)) or not (before.char.isalnum() and after.char.isalnum())


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    """`word` as it is compared."""
    return "".join(map(_level, _FOLD.fold(word)))


@lru_cache(maxsize=1 << 12)
def _level(char: str) -> str:
    """A normalised character as it is compared: NFKC, in lower case, one form of quotation mark, no white space."""
    return "".join(unicodedata.normalize("NFKC", char.translate(_QUOTES)).casefold().split())
