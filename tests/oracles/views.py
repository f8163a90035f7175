"""Boundary views, one span at a time, as the contract words them."""

import unicodedata
from collections.abc import Iterable

from harness.arabic.clitics import analyse
from harness.types import Span

PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "﴿": "﴾", "（": "）", "［": "］"}


def is_edge(char: str) -> bool:
    """White space and Unicode P*, except the per cent signs."""
    return char.isspace() or (unicodedata.category(char).startswith("P") and char not in "%٪")


def partners(text: str) -> dict[int, int]:
    """Positions of brackets that have a partner in `text`, with the partner's; each kind on a stack of its own."""
    found: dict[int, int] = {}
    for opening, closing in PAIRS.items():
        stack: list[int] = []
        for position, char in enumerate(text):
            if char == opening:
                stack.append(position)
            elif char == closing and stack:
                partner = stack.pop()
                found |= {position: partner, partner: position}
    return found


def trimmed(text: str, span: Span) -> Span:
    """`span` without edge punctuation and white space; one that would become empty stays as it is."""
    start, end = span
    while start < end and is_edge(text[start]) and 0 not in partners(text[start:end]):
        start += 1
    while start < end and is_edge(text[end - 1]) and end - 1 - start not in partners(text[start:end]):
        end -= 1
    return Span(start, end) if start < end else span


def chunk(text: str, span: Span) -> Span:
    """`span` widened to the white space around it."""
    start, end = span
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, end)


def word_view(text: str, span: Span) -> Span:
    """Whole words without punctuation at the edges; nothing but punctuation keeps its exact offsets."""
    if all(map(is_edge, text[slice(*span)])):
        return span
    return trimmed(text, chunk(text, trimmed(text, span)))


def clitic_view(text: str, span: Span, other_starts: Iterable[int]) -> Span:
    """The start behind the proclitics of its word, where the analyser or the other side says that they are some."""
    start, end = span
    if text[start].isspace():
        return span
    word = trimmed(text, chunk(text, Span(start, start + 1)))
    prefix = analyse(text[slice(*word)])
    behind = word.start + prefix.length
    seen = any(behind <= other < word.end for other in other_starts)
    if not word.start <= start < behind or end - behind < 2 or not (prefix.sure or seen):
        return span
    return Span(behind, end)
