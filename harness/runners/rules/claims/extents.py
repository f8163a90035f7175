"""How far a content reaches: its end, the second complementizer that parts it, the quotation that goes on behind it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.arabic import segment
from harness.arabic.quotations import MARKS, overlapping
from harness.data.types import Claim, Span
from harness.runners.rules.claims.cues import load_cues
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import COMMAS
from harness.runners.rules.words.lexicon import Range, Text, word_class

# The first word of a cue, and its shape.
Start = tuple[int, str]


def content_end(page: Page, cue_at: int, opening: Opening, sentence: Range, starts: Sequence[Start]) -> int:
    """The word behind the content that the cue in word `cue_at` opens; `starts` are the cues of the sentence, in order.

    The content ends with its quotation, else with the sentence, and before that where the report is resumed.
    """
    if opening.kind == "before":
        return cue_at
    keys, first = page.keys, opening.first
    end = _quotation_end(page, cue_at, opening, sentence, starts)
    for number in range(bisect_right(starts, first, key=lambda start: start[0]), len(starts)):
        index, shape = starts[number]
        if index >= end:
            break
        if index != cue_at and _resumes(page, index, shape):
            return _without_connectors(page, index, first)
    for index in range(first + 1, end):
        cue = load_cues().get(keys[index])
        if cue is not None and cue.cut and cue.shape == "past" and cue.kind != "think" and keys[index][0] == "و":
            return _without_connectors(page, index, first)
    for index in range(first + 1, end - 1):
        if keys[index + 1] == "لم" and keys[index] in word_class("contrast"):
            return _without_connectors(page, index, first)
    return end


def _resumes(page: Page, index: int, shape: str) -> bool:
    """Whether the cue in word `index` goes on with the report, outside the content before it."""
    if shape in ("participle", "frame"):
        return True
    cue = load_cues().get(page.keys[index])
    if cue is not None and cue.cut and shape == "past":
        return True
    return page.keys[index - 1] in word_class("resuming")


def _without_connectors(page: Page, index: int, floor: int) -> int:
    """`index`, or the connectors and commas right before it."""
    while index > floor + 1:
        key = page.keys[index - 1]
        connects = key in word_class("break") or (key in word_class("resuming") and key != "حين")
        if key not in COMMAS and key != "و" and not connects:
            break
        index -= 1
    return index


def _quotation_end(page: Page, cue_at: int, opening: Opening, sentence: Range, starts: Sequence[Start]) -> int:
    """The end of the quotation the content stands in, else of the sentence."""
    begins, quotations, end = page.begins, page.text.quotations, sentence.last
    for around in overlapping(quotations, begins[cue_at], begins[cue_at] + 1):
        if around.start <= begins[cue_at] < around.end:
            end = min(end, page.text.word_from(around.end))
    # A quotation that holds the first word, or opens right at it.
    first = begins[min(opening.first, len(begins) - 1)]
    for stretch in overlapping(quotations, first, first + 3):
        close = page.text.word_from(stretch.end)
        if close + 1 >= sentence.last or opening.kind in ("quote", "colon") or _stops(page, close + 1, starts):
            end = min(end, close)
    return max(end, min(opening.first + 1, sentence.last))


def _stops(page: Page, index: int, starts: Sequence[Start]) -> bool:
    """Whether what follows a closing quotation mark, from word `index` on, no longer belongs to the content."""
    number = bisect_right(starts, index, key=lambda start: start[0]) - 1
    begins_cue = number >= 0 and starts[number][0] == index
    return begins_cue or page.keys[index] in COMMAS or page.keys[index] in MARKS or page.keys[index] in ".؟!)"


def find_splits(page: Page, opening: Opening, end: int, nested: Sequence[int]) -> list[int]:
    """The words of further complementizers of the same cue between its content's beginning and `end`.

    `nested` are the first words of contents that other complementizers in between open.
    """
    if opening.kind != "that":
        return []
    splits, inner = [], [first for first in nested if opening.first < first < end]
    for index in range(opening.first + 1, end - 1):
        key = page.keys[index]
        if key[0] == "و" and (key[1:] in word_class("that") or key[1:] in word_class("that_by")):
            nearest = max((first for first in inner if first < index), default=0)
            # Behind a nested content it must be spelled like the outer complementizer and unlike the inner one.
            own, outer, nested_ = (
                page.words[mark].surface.lstrip("وب")[:1] for mark in (index, opening.mark, nearest - 1)
            )
            if not nearest or (own == outer != nested_ and "ا" not in (own, outer, nested_)):
                splits.append(index)
    return splits


def continue_quotations(text: Text, claims: Sequence[Claim]) -> Iterator[Claim]:
    """A claim for each quoted sentence behind a quoted claim in the same paragraph that no cue of its own opens.

    The marks may go on over the sentence end or open again at the beginning of the next sentence. Whatever stands
    unquoted in between ends the quotation.
    """
    spoken = sorted(
        (claim for claim in claims if claim.attributes["quote"] != "indirect"), key=lambda claim: claim.content
    )
    current: Claim | None = None
    end = 0
    for sentence in text.sentences if spoken else ():
        if "\n" in text.source[end : sentence.start]:
            current = None
        end = sentence.end
        first, last = (bisect_left(spoken, edge, key=lambda claim: claim.content.start) for edge in sentence)
        inside = [spoken[number] for number in range(first, last) if spoken[number].content.end <= sentence.end]
        if inside:
            # Whoever speaks last in a sentence goes on in the next.
            current = max(inside, key=lambda claim: (claim.content.end, claim.content.start))
        elif current is not None and (content := _quoted_part(text, sentence)) is not None:
            yield replace(current, content=content, attributes={**current.attributes, "quote": "direct"}, score=0.7)
        else:
            current = None


def _quoted_part(text: Text, sentence: Span) -> Span | None:
    """The sentence without its marks, None where it does not begin in a quotation."""
    for stretch in overlapping(text.quotations, sentence.start + 1, sentence.start + 2):
        if stretch.end > sentence.start + 1:
            span = segment.trim(text.source, Span(max(stretch.start, sentence.start), min(stretch.end, sentence.end)))
            if any(char.isalnum() for char in text.source[slice(*span)]):
                return span
    return None
