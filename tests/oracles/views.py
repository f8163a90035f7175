"""Boundary views, one span at a time, as the contract words them."""

import unicodedata
from collections.abc import Iterable
from itertools import permutations

from harness.arabic.clitics import analyse
from harness.arabic.lexicon import SPELLED
from harness.data.types import Entity, Span

PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "﴿": "﴾", "（": "）", "［": "］"}


def is_invisible(char: str) -> bool:
    """Whether a character shows nothing: format characters but the Arabic signs that enclose, fillers and selectors."""
    code = ord(char)
    written = (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)
    filler = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return (unicodedata.category(char) == "Cf" and code not in written) or code in filler or selector


def is_edge(char: str) -> bool:
    """White space, Unicode P* except the per cent signs, and invisible marks."""
    punctuation = unicodedata.category(char).startswith("P") and char not in "%٪"
    return char.isspace() or punctuation or is_invisible(char)


def is_separator(char: str) -> bool:
    """Hyphens, dashes, slashes, dots and quotation marks."""
    return unicodedata.category(char) == "Pd" or char in '/\\／.…۔·‥․‧"«»“”„‟‹›〝〞〟⹂「」『』｢｣﹁﹂﹃﹄＂'


def neighbour(text: str, position: int, step: int) -> str:
    """The nearest character that is no punctuation, mark or invisible mark; nothing at the end of the text."""
    while 0 <= (position := position + step) < len(text):
        char = text[position]
        if not (unicodedata.category(char)[0] in "PM" or is_invisible(char)):
            return char
    return ""


def is_break(text: str, position: int) -> bool:
    """Whether a word ends here: at white space, and at separators between letters."""
    if text[position].isspace():
        return True
    around = neighbour(text, position, -1), neighbour(text, position, 1)
    return is_separator(text[position]) and all(char.isalpha() for char in around)


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
    """`span` widened to the breaks around it."""
    start, end = span
    while start > 0 and not is_break(text, start - 1):
        start -= 1
    while end < len(text) and not is_break(text, end):
        end += 1
    return Span(start, end)


def proclitic_breaks(text: str) -> set[int]:
    """The breaks for the clitic view: quotation marks behind a proclitic that stands alone are none."""
    found, last, joining = set(), -1, -2
    for position in filter(lambda at: is_break(text, at), range(len(text))):
        again = last == joining == position - 1
        if text[position] in '«“”"‹„‟〝＂' and (again or is_proclitic_alone(text[last + 1 : position])):
            joining = position
        else:
            found.add(position)
        last = position
    return found


def is_proclitic_alone(piece: str) -> bool:
    """Whether a piece holds the letters of one or two proclitics and no others."""
    letters = [letter for letter in SPELLED.fold(piece) if letter.isalnum()]
    return 0 < len(letters) <= 2 and all(letter in "وفبلك" for letter in letters)


def word_view(text: str, span: Span) -> Span:
    """Whole words without punctuation at the edges; nothing but punctuation keeps its exact offsets."""
    if all(map(is_edge, text[slice(*span)])):
        return span
    return trimmed(text, chunk(text, trimmed(text, span)))


def divided(text: str, sides: Iterable[Iterable[Entity]]) -> tuple[set[Span], set[Span]]:
    """The stretches in which no start, and those in which no end, is widened: two mentions of one type would be one."""
    starts, ends = set(), set()
    for side in sides:
        cut = {(trimmed(text, Span(*entity[:2])), entity.type) for entity in side}
        for (one, kind), (two, other) in permutations(cut, 2):
            if kind == other and word_view(text, one) == word_view(text, two):
                if one.start != two.start:
                    starts.add(chunk(text, Span(one.start, one.start + 1)))
                if one.end != two.end:
                    ends.add(chunk(text, Span(one.end - 1, one.end)))
    return starts, ends


def word_view_of_sides(text: str, span: Span, kept: tuple[set[Span], set[Span]]) -> Span:
    """The word view of `span` beside the mentions of both sides; `kept` is `divided` of them."""
    cut, wide = trimmed(text, span), word_view(text, span)
    first, last = chunk(text, Span(cut.start, cut.start + 1)), chunk(text, Span(cut.end - 1, cut.end))
    # A bracket of the word may have lost its partner.
    return trimmed(text, Span(cut.start if first in kept[0] else wide.start, cut.end if last in kept[1] else wide.end))


def clitic_view(text: str, span: Span, other_starts: Iterable[int]) -> Span:
    """The start behind the proclitics of its word, where the analyser or the other side says that they are some."""
    start, end = span
    breaks = proclitic_breaks(text)
    if start in breaks:
        return span
    first = max((at + 1 for at in breaks if at < start), default=0)
    last = min((at for at in breaks if at > start), default=len(text))
    word = trimmed(text, Span(first, last))
    prefix = analyse(text[slice(*word)])
    behind = word.start + prefix.length
    seen = any(behind <= other < word.end for other in other_starts)
    letters = sum(char.isalnum() and char != "ـ" for char in text[behind:end])
    if not word.start <= start < behind or letters < 2 or not (prefix.sure or seen):
        return span
    return Span(behind, end)
