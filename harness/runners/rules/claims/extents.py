"""Where a content ends, and where a second complementizer parts it in two."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Final

from harness.arabic.quotations import MARKS, overlapping
from harness.runners.rules.claims.cues import load_cues
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import COMMAS
from harness.runners.rules.words.lexicon import word_class


def content_end(page: Page, at: int, opening: Opening, sentence: Range, starts: Sequence[tuple[int, str]]) -> int:
    """The word behind the content that the cue in word `at` opens; `starts` are the cues of the sentence, in order."""
    if opening.kind == "before":
        return at
    end = _quoted_end(page, at, opening, sentence, starts)
    for number in range(bisect_right(starts, opening.first, key=lambda one: one[0]), len(starts)):
        start, shape = starts[number]
        if start >= end:
            break
        if start != at and _resumes(page, start, shape):
            return _back(page, start, opening.first)
    for index in range(opening.first + 1, end):
        cue = load_cues().get(page.keys[index])
        if cue is not None and cue.cut and cue.shape == "past" and cue.kind != "think" and page.keys[index][0] == "و":
            return _back(page, index, opening.first)
    for index in range(opening.first + 1, end - 1):
        if page.keys[index + 1] == "لم" and page.keys[index] in _TURNS:
            return _back(page, index, opening.first)
    return end


def _resumes(page: Page, start: int, shape: str) -> bool:
    """Whether the cue in word `start` goes on with the report, outside the content before it."""
    if shape in ("participle", "frame"):
        return True
    cue = load_cues().get(page.keys[start])
    if cue is not None and cue.cut and shape == "past":
        return True
    return page.keys[start - 1] in word_class("resuming")


def _back(page: Page, index: int, floor: int) -> int:
    """`index` without the connectors and commas before it."""
    while index > floor + 1 and (page.keys[index - 1] in COMMAS or page.keys[index - 1] in _connectors()):
        index -= 1
    return index


_TURNS: Final = frozenset({"لكنه", "لكنها", "ولكنه", "بينما", "فيما"})


@cache
def _connectors() -> frozenset[str]:
    return word_class("break") | word_class("resuming") - {"حين"} | {"و"}


def _quoted_end(page: Page, at: int, opening: Opening, sentence: Range, starts: Sequence[tuple[int, str]]) -> int:
    """The end of the quotation the content stands in, else of the sentence."""
    begins = page.begins
    first, end = begins[min(opening.first, len(begins) - 1)], sentence.last
    for around in overlapping(page.quotations, begins[at], begins[at] + 1):
        if around.start <= begins[at] < around.end:
            end = min(end, page.word_at(around.end))
    # A quotation that holds the first word, or opens right at it.
    for stretch in overlapping(page.quotations, first, first + 3):
        close = page.word_at(stretch.end)
        if close + 1 >= sentence.last or opening.kind in ("quote", "colon") or _stops_after(page, close + 1, starts):
            end = min(end, close)
    return max(end, min(opening.first + 1, sentence.last))


def _stops_after(page: Page, index: int, starts: Sequence[tuple[int, str]]) -> bool:
    """Whether what follows a closing quotation mark no longer belongs to the content."""
    cue = bisect_right(starts, index, key=lambda one: one[0]) - 1
    begins_cue = cue >= 0 and starts[cue][0] == index
    return begins_cue or page.keys[index] in COMMAS or page.keys[index] in MARKS or page.keys[index] in ".؟!)"


def find_splits(page: Page, opening: Opening, end: int, nested: Sequence[int]) -> list[int]:
    """The words of further complementizers of the same cue between its content's beginning and `end`."""
    if opening.kind != "that":
        return []
    found = []
    inner = [first for first in nested if opening.first < first < end]
    for index in range(opening.first + 1, end - 1):
        key = page.keys[index]
        if key[0] != "و" or not (key[1:] in word_class("that") or key[1:] in word_class("that_by")):
            continue
        if not any(first < index for first in inner) or _same_mark(page, opening, index, inner):
            found.append(index)
    return found


def _same_mark(page: Page, opening: Opening, index: int, inner: Sequence[int]) -> bool:
    """Whether the complementizer in word `index` is spelled like the outer one and unlike the inner one."""
    nearest = max(one for one in inner if one < index) - 1
    own, outer, nested = (page.forms[one].surface.lstrip("وب")[:1] for one in (index, opening.mark, nearest))
    return own == outer != nested and "ا" not in (own, outer, nested)
