"""The pieces of a text that a token classifier is given as words.

Corpora for token classification write punctuation as tokens of its own, so a stretch between white space is parted
into its word and the punctuation around it.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from harness.arabic.normalize import INVISIBLE
from harness.arabic.segment import edge_punctuation
from harness.data.types import Span

_CHUNK: Final = re.compile(r"\S+")


def cut_pieces(text: str) -> list[list[Span]]:
    """The words and the single punctuation marks around them, in order, for every line of `text` that has any."""
    lines, start = [], 0
    for line in text.split("\n"):
        chunks = _CHUNK.finditer(text, start, start + len(line))
        pieces = list(chain.from_iterable(part(text, *match.span()) for match in chunks))
        if pieces:
            lines.append(pieces)
        start += len(line) + 1
    return lines


def part(text: str, start: int, end: int) -> Iterator[Span]:
    """The word inside `text[start:end]`, and each punctuation mark before and behind it; in between none is parted.

    Invisible marks at the edges are no pieces.
    """
    punctuation = edge_punctuation()
    first = end - len(text[start:end].lstrip(punctuation))
    last = first + len(text[first:end].rstrip(punctuation))
    yield from (Span(at, at + 1) for at in range(start, first) if text[at] not in INVISIBLE)
    if first < last:
        yield Span(first, last)
    yield from (Span(at, at + 1) for at in range(last, end) if text[at] not in INVISIBLE)
