"""The pieces of a text that a token classifier is given as words.

Corpora for token classification write punctuation as tokens of its own, so a stretch between white space is parted
into its word and the punctuation around it. Proclitics are cut off for models that were trained on text where they
stand apart; a joint model reads words of its own.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import Final

from harness.arabic.clitics import analyse, stem_starts
from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, ranges
from harness.arabic.segment import edge_punctuation
from harness.data.offsets import Rewrite
from harness.data.types import Span

_CHUNK: Final = re.compile(r"\S+")
_GAP: Final = f"[{ranges(INVISIBLE)}]*"
_LETTER: Final = rf"[^\W\d_{ranges(INVISIBLE)}]"
_MARK: Final = rf"[\u0300-\u034e\u0350-\u036f{ranges(MARKS)}{TATWEEL}]"
# Letters with their marks and tatweel; digits with the separators between them; any other sign alone. Invisible marks
# part nothing and stand outside.
_WORD: Final = re.compile(
    rf"{_LETTER}(?:{_GAP}(?:{_LETTER}|{_MARK}))*"
    rf"|\d+(?:{_GAP}[.,٫٬/:]?{_GAP}\d+)*|[^\s{ranges(INVISIBLE)}]"
)


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
    yield from (Span(sign, sign + 1) for sign in range(start, first) if text[sign] not in INVISIBLE)
    if first < last:
        yield Span(first, last)
    yield from (Span(sign, sign + 1) for sign in range(last, end) if text[sign] not in INVISIBLE)


def cut_proclitics(pieces: Iterable[Span], rewrite: Rewrite) -> list[Span]:
    """Pieces of `rewrite.target`, with every sure proclitic a piece of its own, and the punctuation behind it too.

    What is only possibly a proclitic stays. The source decides: its hamzas tell words apart that look alike in the
    target.
    """
    return [piece for whole in pieces for piece in _cut(whole, rewrite)]


def _cut(whole: Span, rewrite: Rewrite) -> Iterator[Span]:
    start, end = rewrite.back(whole)
    cuts = (rewrite.forward(Span(start + cut, end)).start for cut in _sure_cuts(rewrite.source[start:end]))
    edges = sorted({whole.start, *(cut for cut in cuts if whole.start < cut < whole.end), whole.end})
    for edge, following in pairwise(edges):
        yield from part(rewrite.target, edge, following)


def _sure_cuts(word: str) -> list[int]:
    """Where the sure proclitics of `word` end, in order."""
    prefix = analyse(word)
    return [cut for cut in stem_starts(word)[1:] if prefix.sure and cut <= prefix.length]


def cut_words(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The words between `start` and `end` that a joint model reads, in order: letters, numbers and signs apart.

    Finer than `cut_pieces`, because a mention may begin or end inside a written word: both halves of 2-1 are numbers,
    and in الروسية-الصينية each adjective is a mention.
    """
    return [Span(*match.span()) for match in _WORD.finditer(text, start, len(text) if end is None else end)]
