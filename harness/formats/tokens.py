"""Texts as lines of tokens, for formats of tokens: CoNLL columns and CoNLL-U."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from harness.data.types import Entity, Example, Span

# Columns are read without byte order marks at the head of a line, so that they cannot be tokens.
UNSEEN: Final = "\ufeff" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())


class Line(NamedTuple):
    """A line of a text with its tokens, and its mentions, each with its first token and the one behind its last."""

    text: str
    start: int
    tokens: Sequence[Span]
    mentions: Sequence[tuple[int, int, Entity]]


class Lines(NamedTuple):
    """The lines of a text that are not blank; `lost` are the mentions that no tokens of one line stand for."""

    lines: Sequence[Line]
    lost: Sequence[Entity]


def lines_of(example: Example) -> Lines:
    """The lines of an example, its tokens cut where a mention begins or ends inside a word.

    White space at the edges of a mention is no part of it here. A mention that goes past the end of a line, or has
    nothing but white space, is lost.
    """
    text, lines, kept = example.document.text, [], set()
    mentions = [(entity, _trimmed(text, entity)) for entity in example.gold.entities or ()]
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [(e, span) for e, span in mentions if start <= span.start < span.end <= end]
        tokens = [
            Span(token.start + start, token.end + start)
            for token in tokenized(line, [Span(span.start - start, span.end - start) for _, span in inside])
            if line[token.start : token.end].strip(UNSEEN)
        ]
        firsts = {token.start: number for number, token in enumerate(tokens)}
        lasts = {token.end: number + 1 for number, token in enumerate(tokens)}
        found = [(firsts[span.start], lasts[span.end], entity) for entity, span in inside]
        kept |= {entity for entity, _ in inside}
        if tokens:
            lines.append(Line(line, start, tokens, found))
        start = end + 1
    return Lines(lines, [entity for entity, _ in mentions if entity not in kept])


def _trimmed(text: str, entity: Entity) -> Span:
    piece = text[entity.start : entity.end]
    left = len(piece) - len(piece.lstrip(UNSEEN))
    return Span(entity.start + left, max(entity.start + left, entity.start + len(piece.rstrip(UNSEEN))))


def tokenized(text: str, spans: Sequence[Span]) -> list[Span]:
    """Tokens at which every span begins and ends: parted at white space, and cut at the edges of spans.

    White space is a token only where a span begins or ends with it.
    """
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    blanks = (n for n in range(1, len(text)) if text[n].isspace() != text[n - 1].isspace())
    cuts = sorted({0, len(text), *starts, *ends, *blanks})
    return [
        Span(start, end) for start, end in pairwise(cuts) if not text[start].isspace() or start in starts or end in ends
    ]
