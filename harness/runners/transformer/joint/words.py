"""The words that a joint model reads: letters, numbers and signs apart.

Finer than white space and edge punctuation, because a mention may begin or end inside a written word: both halves of
2-1 are numbers, and in الروسية-الصينية each adjective is a mention.
"""

import re
from typing import Final

from harness.types import Span

# Letters with their marks and tatweel; digits with the separators between them; any other sign alone.
_PIECE: Final = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640])*"
    r"|\d+(?:[.,٫٬/:]\d+)*|[^\s]"
)


def cut_words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The words between `start` and `end`, in order."""
    return [Span(*match.span()) for match in _PIECE.finditer(text, start, len(text) if end is None else end)]
