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
    found: list[Stretch] = []
    for line in re.finditer("[^\n]+", text):
        opened = -1
        for match in _MARK.finditer(text, *line.span()):
            start, end = match.span()
            if match.group() in _SINGLE and _joins(text, start):
                continue
            closes = opened > 0 and _CLOSES.get(text[opened - 1]) == match.group()
            if opened >= 0 and (closes or not _reopens(text, start, end)):
                found.append(Stretch(opened, start))
                opened = -1
            elif opened >= 0:
                found.append(Stretch(opened, start))
                opened = end
            elif not _dangles(text, start, end):
                opened = end
        if opened >= 0:
            found.append(Stretch(opened, line.end()))
    return tuple(found)


def overlapping(quotations: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """Those of the quotations, in order and apart, that share a place with `start` to `end`, or begin there."""
    first = max(0, bisect_right(quotations, start, key=lambda one: one.start) - 1)
    following = (quotations[number] for number in range(first, len(quotations)))
    return [one for one in takewhile(lambda one: one.start < end, following) if one.end > start or one.start >= start]


def quote_of(content: Span, cue: Span, quotations: tuple[Stretch, ...]) -> str:
    """`direct` where a quotation holds all of `content`, `mixed` where it holds part, else `indirect`.

    A quotation that holds the cue too is that of another speaker.
    """
    near = overlapping(quotations, content.start, content.end)
    touching = [one for one in near if content.start < one.end and not one.start <= cue.start < one.end]
    if any(one.start <= content.start and content.end <= one.end for one in touching):
        return "direct"
    return "mixed" if touching else "indirect"


def _joins(text: str, at: int) -> bool:
    """Whether the mark at `at` stands between two letters, as an apostrophe does."""
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()


def _reopens(text: str, start: int, end: int) -> bool:
    """Whether a mark can only open."""
    if text[start] in _OPENING:
        return True
    return text[start - 1 : start].isspace() and text[end : end + 1].isalnum()


def _dangles(text: str, start: int, end: int) -> bool:
    """Whether a mark can only close."""
    return text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum() and text[start] not in _OPENING
