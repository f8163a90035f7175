"""Entities out of the mentions of a head."""

from collections.abc import Mapping, Sequence
from typing import Final

from harness.arabic.clitics import CONJUNCTIONS, PREPOSITIONS
from harness.data.types import Entity, Span
from harness.runners.transformer.joint.heads import ENTITY_CUT, FLAT, Group, type_of
from harness.runners.transformer.joint.tagging import Logits, Mention, tag_flat, tag_mentions

_LEAST_LETTERS: Final = 2


class Line:
    """One line of a text with the words that a joint model read in it and its logits for them."""

    def __init__(self, text: str, words: Sequence[Span], logits: Logits, groups: Mapping[str, Group]) -> None:
        self.text, self.words, self.logits, self.groups = text, words, logits, groups
        self.mentions = tag_mentions(logits, list(groups.values()))

    def span(self, mention: Mention, cut: str) -> Span:
        """The characters of a mention, without the proclitics that the group `cut` says stand before it."""
        first, last = self.words[mention.first], self.words[mention.last - 1]
        start = first.start + self._proclitics(mention.first, cut)
        return Span(start, last.end)

    def _proclitics(self, word: int, cut: str) -> int:
        """Letters to leave out at the head of a word: a conjunction, a preposition, or one after the other."""
        if cut not in self.groups:
            return 0
        group = self.groups[cut]
        tag = group.tags[int(self.logits[word, group.outputs].argmax())]
        start, end = self.words[word]
        letters = self.text[start : start + int(tag)]
        allowed = len(letters) < 2 or (letters[0] in CONJUNCTIONS and letters[1] in PREPOSITIONS)
        known = all(letter in CONJUNCTIONS + PREPOSITIONS for letter in letters)
        return len(letters) if allowed and known and end - start - len(letters) >= _LEAST_LETTERS else 0


def entities_in(line: Line) -> list[Entity]:
    """The entities of a line, in order.

    Of two types on one span the surer is kept: two groups that doubt between two types should not give both.
    """
    if FLAT in line.groups:
        typed = tag_flat(line.logits, line.groups[FLAT])
    else:
        names = [name for name in line.mentions if line.groups[name].marks_type]
        typed = [(type_of(name), mention) for name in names for mention in line.mentions[name]]
    kept: dict[Span, Entity] = {}
    for kind, mention in typed:
        span = line.span(mention, ENTITY_CUT)
        known = kept.get(span)
        if known is None or (known.score or 0) < mention.score:
            kept[span] = Entity(*span, kind, mention.score)
    return sorted(kept.values())
