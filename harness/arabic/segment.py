"""Sentences and words of Arabic text, as spans into it."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from harness.types import Span

BRACKETS: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "﴿": "﴾", "（": "）", "［": "］"}
_CLOSING: Final = frozenset(BRACKETS.values())
_KEPT: Final = "%٪"
_CLOSERS: Final = "\"”»’')]"
_STOPS: Final = re.compile(r"[.؟!?]+")
_TATWEEL: Final = "ـ"
_CHUNK: Final = re.compile(r"\S+")


@cache
def edge_punctuation() -> str:
    """Every character that is cut at the edge of a word: Unicode P*, except the per cent signs.

    Brackets are among them; `trim` keeps one whose partner is inside.
    """
    # The last block with punctuation as of Unicode 16 ends below U+1F000.
    found = (chr(code) for code in range(0x1F000) if unicodedata.category(chr(code)).startswith("P"))
    return "".join(char for char in found if char not in _KEPT)


def trim(text: str, span: Span) -> Span:
    """`span` without white space and punctuation at its edges.

    A bracket whose partner is inside stays. A span that would become empty is returned as it is.
    """
    start, end = span
    cut = edge_punctuation() + _SPACE
    # One character at a time: a bracket further in may have its partner inside.
    first = end - len(text[start:end].lstrip(cut))
    while start < first and not (text[start] in BRACKETS and _closes_inside(text[start:end])):
        start += 1
    last = start + len(text[start:end].rstrip(cut))
    while last < end and not (text[end - 1] in _CLOSING and _opens_inside(text[start:end])):
        end -= 1
    return Span(start, end) if start < end else span


_SPACE: Final = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def _partner(text: str, opening: int) -> int:
    """The position of the bracket that closes the one at `opening`, -1 where none does."""
    bracket, depth = text[opening], 0
    for position in range(opening, len(text)):
        depth += (text[position] == bracket) - (text[position] == BRACKETS[bracket])
        if depth == 0:
            return position
    return -1


def _closes_inside(text: str) -> bool:
    """Whether `text` begins with a bracket that closes inside it."""
    return text[0] in BRACKETS and _partner(text, 0) > 0


def _opens_inside(text: str) -> bool:
    """Whether `text` ends with a bracket that opens inside it."""
    last = len(text) - 1
    return any(_partner(text, at) == last for at, char in enumerate(text) if BRACKETS.get(char) == text[last])


def words(text: str) -> list[Span]:
    """The words of `text`: stretches between white space, without punctuation at their edges.

    A stretch of nothing but punctuation is no word.
    """
    punctuation = edge_punctuation()
    found = []
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        if chunk[0].isalnum() and chunk[-1].isalnum():
            found.append(Span(*match.span()))
        elif chunk.strip(punctuation):
            found.append(trim(text, Span(*match.span())))
    return found


def sentences(text: str) -> list[Span]:
    """The sentences of `text`.

    A sentence ends at a full stop, question or exclamation mark, closing quotation marks included, or at the end of
    its line. A stop inside a number, a web address, an abbreviation or an ellipsis ends none.
    """
    found = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in (*_ends(text, *line.span()), line.end()):
            piece = text[start:end]
            if piece.strip():
                found.append(Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
            start = end
    return found


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences end inside the line `text[start:end]`."""
    for match in _STOPS.finditer(text, start, end):
        if _is_stop(text, match.start(), match.end(), start, end):
            after = match.end()
            while after < end and text[after] in _CLOSERS:
                after += 1
            yield after


def _is_stop(text: str, first: int, last: int, start: int, end: int) -> bool:
    """Whether the marks `text[first:last]` end a sentence of the line `text[start:end]`."""
    if text[first:last].strip("."):
        return True
    if last - first > 1:
        return False
    # All that the pattern below may look at: a line can be as long as the text.
    before, after = text[max(start, first - 4) : first], text[last : min(last + 1, end)]
    if before[-1:].isalnum() and after[:1].isalnum() and (before[-1].isdigit() or before[-1].isascii()):
        # 3.5 and www.un.org, but not القبيل.وأي
        return not (after[0].isdigit() or after[0].isascii())
    # One letter on its own: an abbreviation, or the last letter of one spelled with spaces (أ ف ب.), which ends.
    letter = re.search(r"(?:^|[\s.(\"«“])(?P<spelled>\w )?\w$", before)
    return letter is None or letter["spelled"] is not None or not text[last:end].strip()


def snap(text: str, span: Span) -> Span:
    """`span` widened so that no letter is parted from the marks written on it, or on the tatweel that stretches it.

    An empty span stays as it is.
    """
    start, end = span
    if start >= end:
        return span
    if _is_mark(text[start]):
        while start > 0 and (_is_mark(text[start]) or text[start] == _TATWEEL):
            start -= 1
    after = end
    while after < len(text) and (_is_mark(text[after]) or text[after] == _TATWEEL):
        after += 1
        if _is_mark(text[after - 1]):
            end = after
    return Span(start, end)


def _is_mark(char: str) -> bool:
    """Whether `char` is written on the letter before it."""
    # The small waw and ya of the Quran are spacing letters in name only.
    return unicodedata.combining(char) > 0 or char in "\u06e5\u06e6"
