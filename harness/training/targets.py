"""What a joint model should answer for each word of a text: annotations as one tag a group and word."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.data.bio import OUTSIDE
from harness.data.types import Annotation, Claim, Entity, Span
from harness.runners.transformer.joint.heads import (
    ENTITY_CUT,
    FLAT,
    GOLD,
    INNER,
    ROLE_CUT,
    SENTENCE,
    Group,
    attribute_group,
    type_of,
)

IGNORED: Final = -100
"""The target of a decision that nobody annotated: it adds nothing to the loss."""

Targets = NDArray[np.int16]


def targets_of(words: Sequence[Span], annotations: Mapping[str, Annotation], groups: Sequence[Group]) -> Targets:
    """The number of the right tag for every word and group, `IGNORED` where the annotations do not say it.

    Args:
        words: The words of a text, in order.
        annotations: By head; the groups of a head that is missing are ignored.
        groups: The decisions of the model.

    Returns:
        Shape (words, groups). Of two mentions of one kind that overlap the longer is written into the group, and the
        other into the group for inner ones: where there is none, or its words are taken, it cannot be said.
    """
    board = _Board(words, groups)
    for head, annotation in annotations.items():
        if annotation.entities is not None:
            board.mark_entities(head, annotation.entities)
        if head == GOLD and annotation.claims is not None:
            board.mark_claims(annotation.claims)
        if head == GOLD and annotation.sentences is not None:
            for sentence in annotation.sentences:
                board.fill(SENTENCE, Span(sentence.start, sentence.end), sentence.label)
    return board.targets


class _Board:
    """The targets of one text while annotations are written onto it."""

    def __init__(self, words: Sequence[Span], groups: Sequence[Group]) -> None:
        self.words = words
        self.starts, self.ends = [word.start for word in words], [word.end for word in words]
        self.columns = {(group.head, group.name): (number, group) for number, group in enumerate(groups)}
        self.targets: Targets = np.full((len(words), len(groups)), IGNORED, np.int16)

    def mark_entities(self, head: str, entities: Iterable[Entity]) -> None:
        """Write the mentions of `head`, and for the gold where they begin inside their first word."""
        spans: dict[str, list[Span]] = {}
        for start, end, kind, _ in entities:
            spans.setdefault(kind, []).append(Span(start, end))
        if (head, FLAT) in self.columns:
            self._mark_flat(head, spans)
        for name in self._types(head):
            self._mark_nested(head, name, spans.get(type_of(name), ()))
        if (head, ENTITY_CUT) in self.columns:
            self._cut(ENTITY_CUT, [span for places in spans.values() for span in places])

    def mark_claims(self, claims: Sequence[Claim]) -> None:
        """Write the roles of claims, and at their cues what they say about the content."""
        spans = {
            "content": [claim.content for claim in claims],
            "cue": [claim.cue for claim in claims],
            "source": [claim.source for claim in claims if claim.source is not None],
        }
        for role, places in spans.items():
            self._mark_nested(GOLD, role, places)
        self._cut(ROLE_CUT, [span for places in spans.values() for span in places])
        for claim in claims:
            for word in self.words[self._over(claim.cue)][:1]:
                for name, value in claim.attributes.items():
                    if (GOLD, attribute_group(name)) in self.columns:
                        self.fill(attribute_group(name), word, value)

    def fill(self, name: str, span: Span, tag: str) -> None:
        """Write `tag` on every word that begins inside `span`."""
        number, group = self.columns[GOLD, name]
        first, last = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        self.targets[first:last, number] = group.tags.index(tag)

    def _types(self, head: str) -> list[str]:
        """The groups of the head that mark the mentions of one entity type each, those for inner ones left out."""
        names = [name for (owner, name), (_, group) in self.columns.items() if owner == head and group.marks_type]
        return [name for name in names if not name.endswith(INNER)]

    def _over(self, span: Span) -> slice:
        """The words that share a character with `span`."""
        return slice(bisect_right(self.ends, span.start), bisect_left(self.starts, span.end))

    def _open(self, head: str, name: str) -> None:
        """Write that a group marks nothing: what follows writes over it."""
        number, group = self.columns[head, name]
        self.targets[:, number] = group.tags.index(OUTSIDE)

    def _mark_flat(self, head: str, spans: Mapping[str, Sequence[Span]]) -> None:
        """Write mentions of any type into the one group of a head, longer ones first."""
        self._open(head, FLAT)
        typed = [(span, kind) for kind, places in spans.items() for span in places]
        for span, kind in sorted(typed, key=lambda pair: (*_longest_first(pair[0]), pair[1])):
            self._mark(head, FLAT, span, f"B-{kind}", f"I-{kind}")

    def _mark_nested(self, head: str, name: str, spans: Iterable[Span]) -> None:
        """Write the outermost spans into the group, those inside them into its group for inner ones, if it has one."""
        names = [group for group in (name, name + INNER) if (head, group) in self.columns]
        for group in names:
            self._open(head, group)
        for span in sorted(set(spans), key=_longest_first):
            for group in names:
                if self._mark(head, group, span, "B", "I"):
                    break

    def _mark(self, head: str, name: str, span: Span, begin: str, inside: str) -> bool:
        """Write a mention if its words are free in the group; whether they were."""
        number, group = self.columns[head, name]
        cells = self.targets[self._over(span), number]
        if (cells != group.tags.index(OUTSIDE)).any():
            return False
        cells[:1] = group.tags.index(begin)
        cells[1:] = group.tags.index(inside)
        return True

    def _cut(self, name: str, spans: Iterable[Span]) -> None:
        """Write how many letters of its first word stand before each span, where a tag says it."""
        number, group = self.columns[GOLD, name]
        for span in spans:
            first = self._over(span).start
            letters = str(span.start - self.starts[first]) if first < len(self.words) else ""
            if letters in group.tags:
                self.targets[first, number] = group.tags.index(letters)


def _longest_first(span: Span) -> tuple[int, int]:
    return span.start - span.end, span.start
