"""Where a span may begin and end: the rules B of the guidelines, as far as a program can check them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from harness.arabic.clitics import analyse, stem_starts
from harness.arabic.segment import edge_punctuation, snap, trim
from harness.data.jsonl import one_line
from harness.data.types import Span

# د. or ق.م. or U.S.: single letters, each with its stop.
_ABBREVIATION: Final = re.compile(r"(?:^|\W)(?:\w\.)+$")


def edge_problems(text: str, span: Span, words: Sequence[Span], *, cue: bool = False) -> Iterator[tuple[str, str]]:
    """What is wrong with the edges of `span`, as (rule, message); `words` are those of `text`, in order.

    A cue may be a colon.
    """
    if cue and text[span.start : span.end] == ":":
        return
    shown = one_line(text[span.start : span.end])
    if snap(text, span) != span:
        yield "B6", f"found {shown!r}, which parts a letter from its marks"
    cut = _trimmed(text, span)
    if cut != span:
        wanted = "words" if cut is None else repr(one_line(text[cut.start : cut.end]))
        yield "B4", f"found {shown!r}, wanted {wanted}: white space or punctuation at an edge"
    if cut is not None:
        yield from _start_problems(text, cut, words)
        if _inside_word(text, cut.end):
            yield "B3", f"found {shown!r}, whose last word goes on"


def _trimmed(text: str, span: Span) -> Span | None:
    """`span` as its edges should be; None where nothing would be left."""
    if not text[span.start : span.end].strip(edge_punctuation() + " \t\n\xa0"):
        return None
    cut = trim(text, span)
    stopped = Span(cut.start, cut.end + 1)
    if span.end >= stopped.end and _ABBREVIATION.search(text[stopped.start : stopped.end]):
        return stopped
    return cut


def _start_problems(text: str, span: Span, words: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """What is wrong where `span` begins: a proclitic inside, or more than proclitics outside."""
    index = bisect_right(words, span.start, key=lambda word: word.start) - 1
    if index < 0 or words[index].end <= span.start:
        return
    word, inside = text[words[index].start : words[index].end], span.start - words[index].start
    prefix = analyse(word)
    if prefix.sure and inside < prefix.length:
        yield "B1", f"found {one_line(word)!r} with its proclitic, wanted {one_line(word[prefix.length :])!r}"
    elif inside not in stem_starts(word) and _inside_word(text, span.start):
        yield "B3", f"found a start inside {one_line(word)!r}, where no proclitic ends"


def _inside_word(text: str, place: int) -> bool:
    """Whether letters or marks stand on both sides of `place`."""
    return 0 < place < len(text) and _is_letter(text[place - 1]) and _is_letter(text[place])


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "ـ" or unicodedata.combining(char) > 0
