"""Stretches in quotation marks, also where the marks do not match."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from harness.data.types import Span

MARKS: Final = frozenset("\"“”„‟«»'‘’")
_MARK: Final = re.compile("' '|''|[\"“”„‟«»'‘’]")
_OPENING: Final = "“„‟‘"
# A mark that opens elsewhere and closes what this one has opened: „…“.
_CLOSES: Final = {"„": "“"}
_SINGLE: Final = "'‘’"


class Stretch(NamedTuple):
    """What stands between two quotation marks; the marks themselves are outside."""

    start: int
    end: int


def find_quotations(text: str) -> tuple[Stretch, ...]:
    """The quoted stretches of `text`, in order and apart.

    News prose mixes its marks (“…", »…«), so a mark opens or closes by its place. One that opens where a quotation is
    open already begins it anew; one without partner reaches to the end of its line.
    """
    quotations: list[Stretch] = []
    for line in re.finditer("[^\n]+", text):
        opened = -1
        for match in _MARK.finditer(text, *line.span()):
            start, end = match.span()
            if match.group() in _SINGLE and _joins(text, start):
                continue
            closes = opened > 0 and _CLOSES.get(text[opened - 1]) == match.group()
            if opened >= 0 and (closes or not _reopens(text, start, end)):
                quotations.append(Stretch(opened, start))
                opened = -1
            elif opened >= 0:
                quotations.append(Stretch(opened, start))
                opened = end
            elif not _dangles(text, start, end):
                opened = end
        if opened >= 0:
            quotations.append(Stretch(opened, line.end()))
    return tuple(quotations)


def overlapping(quotations: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """Those of the quotations, in order and apart, that share a place with `start` to `end`, or begin there."""
    first = max(0, bisect_right(quotations, start, key=lambda stretch: stretch.start) - 1)
    following = (quotations[number] for number in range(first, len(quotations)))
    return [
        stretch
        for stretch in takewhile(lambda stretch: stretch.start < end, following)
        if stretch.end > start or stretch.start >= start
    ]


def quote_of(content: Span, cue: Span, quotations: tuple[Stretch, ...]) -> str:
    """`direct` where a quotation holds all of `content`, `mixed` where it holds part, else `indirect`.

    A quotation that holds the cue too is that of another speaker.
    """
    near = overlapping(quotations, content.start, content.end)
    touching = [quoted for quoted in near if content.start < quoted.end and not quoted.start <= cue.start < quoted.end]
    if any(quoted.start <= content.start and content.end <= quoted.end for quoted in touching):
        return "direct"
    return "mixed" if touching else "indirect"


def _joins(text: str, position: int) -> bool:
    """Whether the mark at `position` stands between two letters, as an apostrophe does."""
    return 0 < position < len(text) - 1 and text[position - 1].isalnum() and text[position + 1].isalnum()


def _reopens(text: str, start: int, end: int) -> bool:
    """Whether a mark can only open."""
    if text[start] in _OPENING:
        return True
    return text[start - 1 : start].isspace() and text[end : end + 1].isalnum()


def _dangles(text: str, start: int, end: int) -> bool:
    """Whether a mark can only close."""
    return text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum() and text[start] not in _OPENING
