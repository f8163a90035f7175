"""From the answers for words to entities of the raw text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.arabic.plain import carry_back, has_letters
from harness.data.bio import Scheme, decode
from harness.data.offsets import Rewrite
from harness.data.types import Entity, Span
from harness.runners.transformer.answers import Answer, Combination, combine

Repair = Literal["restart", "drop"]


@dataclass(frozen=True)
class Reader:
    """How tags are read: their scheme, what becomes of mentions with ill-formed tags, and how a mention is scored."""

    scheme: Scheme
    repair: Repair
    score: Combination

    def read(self, answers: Sequence[Answer], pieces: Sequence[Span], rewrite: Rewrite) -> "Found":
        """The entities in the answers for the pieces of one line of `rewrite.target`, as spans of its source.

        A mention without a letter or a digit is none.
        """
        mentions, faults = decode([[answer.tag] for answer in answers], self.scheme)
        found = Found(faults=Counter(fault.problem for fault in faults))
        for first, last, kind, sound in mentions:
            if sound or self.repair == "restart":
                span = carry_back(Span(pieces[first].start, pieces[last - 1].end), rewrite)
                score = combine([answer.probability for answer in answers[first:last]], self.score)
                if has_letters(rewrite.source[span.start : span.end]):
                    found.add(Entity(*span, kind, score))
        return found


@dataclass
class Found:
    """Entities by span and type, and how often tags were ill-formed in which way."""

    entities: dict[tuple[int, int, str], Entity] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, entity: Entity) -> None:
        """Take in `entity`; of two that became equal when widened to whole letters the surer is kept."""
        known = self.entities.get(entity[:3])
        if known is None or (known.score or 0) < (entity.score or 0):
            self.entities[entity[:3]] = entity

    def update(self, other: "Found") -> None:
        """Take in all that `other` has."""
        for entity in other.entities.values():
            self.add(entity)
        self.faults.update(other.faults)
