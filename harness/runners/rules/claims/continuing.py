"""Quotations that go on: every further sentence of one is a claim with the cue of the first."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.arabic import segment
from harness.arabic.quotations import overlapping
from harness.data.types import Claim, Span
from harness.runners.rules.claims.page import Page


def continue_quotations(page: Page, claims: Sequence[Claim]) -> Iterator[Claim]:
    """A claim for each quoted sentence behind a quoted claim in the same paragraph that no cue of its own opens.

    The marks may go on over the sentence end or open again at the beginning of the next sentence. Whatever stands
    unquoted in between ends the quotation.
    """
    sentences, lines = page.sentences, page.paragraphs
    spoken = sorted((one for one in claims if one.quote != "indirect"), key=lambda one: one.content)
    quoted = [_open_quotation(sentence, spoken) for sentence in sentences]
    current: Claim | None = None
    for index, sentence in enumerate(sentences):
        if index and lines[index] != lines[index - 1]:
            current = None
        content = _quoted_part(page, sentence)
        if quoted[index] is not None:
            current = quoted[index]
        elif current is not None and content is not None:
            yield replace(current, content=content, quote="direct", score=0.7)
        elif current is not None:
            current = None


def _open_quotation(sentence: Span, spoken: Sequence[Claim]) -> Claim | None:
    """The last claim whose quoted content ends its sentence; `spoken` are the quoted claims in order of content."""
    first, last = (bisect_left(spoken, edge, key=lambda one: one.content.start) for edge in sentence)
    inside = [spoken[number] for number in range(first, last) if spoken[number].content.end <= sentence.end]
    return max(inside, key=lambda one: (one.content.end, one.content.start), default=None)


def _quoted_part(page: Page, sentence: Span) -> Span | None:
    """The sentence without its marks, None where it does not begin in a quotation."""
    for stretch in overlapping(page.quotations, sentence.start + 1, sentence.start + 2):
        if stretch.end > sentence.start + 1:
            start, end = max(stretch.start, sentence.start), min(stretch.end, sentence.end)
            span = segment.trim(page.source, Span(start, end))
            if any(char.isalnum() for char in page.source[span.start : span.end]):
                return span
    return None
