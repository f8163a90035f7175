"""The words that a joint model reads: letters, numbers and signs apart.

Finer than white space and edge punctuation, because a mention may begin or end inside a written word: both halves of
2-1 are numbers, and in الروسية-الصينية each adjective is a mention.
"""

import re
from typing import Final

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, ranges
from harness.data.types import Span

_GAP: Final = f"[{ranges(INVISIBLE)}]*"
_LETTER: Final = rf"[^\W\d_{ranges(INVISIBLE)}]"
_MARK: Final = rf"[\u0300-\u034e\u0350-\u036f{ranges(MARKS)}{TATWEEL}]"
# Letters with their marks and tatweel; digits with the separators between them; any other sign alone. Invisible marks
# part nothing and stand outside.
_PIECE: Final = re.compile(
    rf"{_LETTER}(?:{_GAP}(?:{_LETTER}|{_MARK}))*"
    rf"|\d+(?:{_GAP}[.,٫٬/:]?{_GAP}\d+)*|[^\s{ranges(INVISIBLE)}]"
)


def cut_words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The words between `start` and `end`, in order."""
    return [Span(*match.span()) for match in _PIECE.finditer(text, start, len(text) if end is None else end)]
