"""Annotations carried from a text to another that differs from it in white space at most."""

from bisect import bisect_left
from dataclasses import replace

from harness.data.types import Annotation, Claim, Entity, Sentence, Span


def carried(annotation: Annotation, text: str, other: str) -> Annotation:
    """The annotation of `text` for `other`, which has the same characters but for white space.

    What is of white space alone is left out.
    """
    if text == other:
        return annotation
    move = _Move(text, other)
    entities, claims, sentences = annotation.entities, annotation.claims, annotation.sentences
    return Annotation(
        entities and tuple(one._replace(start=at[0], end=at[1]) for one in entities if (at := move.span(one))),
        claims and tuple(moved for one in claims if (moved := move.claim(one))),
        sentences and tuple(one._replace(start=at[0], end=at[1]) for one in sentences if (at := move.span(one))),
    )


class _Move:
    """From the places of the characters in one text to those in another."""

    def __init__(self, text: str, other: str) -> None:
        self._from, self._to = ([at for at, char in enumerate(one) if not char.isspace()] for one in (text, other))

    def span(self, where: Span | Entity | Sentence) -> Span | None:
        """Where a stretch stands in the other text; None if it is white space."""
        first, last = bisect_left(self._from, where.start), bisect_left(self._from, where.end)
        return Span(self._to[first], self._to[last - 1] + 1) if first < last else None

    def claim(self, claim: Claim) -> Claim | None:
        """A claim in the other text; None if its content or cue is white space."""
        content, cue = self.span(claim.content), self.span(claim.cue)
        source = claim.source and self.span(claim.source)
        return replace(claim, content=content, cue=cue, source=source) if content and cue else None
