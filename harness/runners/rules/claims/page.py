"""A document as the rules for claims and check-worthiness see it: a text, and the names and times in it by word."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from harness.data.types import Entity
from harness.runners.rules.words.lexicon import Text

NAMES: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW"})
TIMES: Final = frozenset({"DATE", "TIME"})


class Mention(NamedTuple):
    """An entity in words: `first` is the word it begins in, `last` the word behind it.

    `proclitic` is what is written onto its first word: of وبكندا the letters وب.
    """

    first: int
    last: int
    entity: Entity
    proclitic: str


class Page:
    """A text and its entities, of all types; what is asked of the text most is at hand here."""

    def __init__(self, text: Text, entities: Sequence[Entity]) -> None:
        self.text, self.entities = text, tuple(entities)
        self.source, self.words, self.keys = text.source, text.words, text.keys
        self.begins, self.ends = text.begins, text.ends

    @cached_property
    def mentions(self) -> dict[int, Mention]:
        """The longest name or time that begins in a word, by that word."""
        longest: dict[int, Mention] = {}
        for entity in self.entities:
            if entity.type in NAMES or entity.type in TIMES:
                first, last = bisect_right(self.begins, entity.start) - 1, bisect_left(self.begins, entity.end)
                if first >= 0 and (first not in longest or last > longest[first].last):
                    longest[first] = Mention(first, last, entity, self.source[self.begins[first] : entity.start])
        return longest

    @cached_property
    def endings(self) -> dict[int, Mention]:
        """The longest name or time that ends before a word, by that word."""
        longest: dict[int, Mention] = {}
        for mention in self.mentions.values():
            if mention.last not in longest or mention.first < longest[mention.last].first:
                longest[mention.last] = mention
        return longest

    @cached_property
    def named(self) -> frozenset[int]:
        """The words that are part of a name."""
        names = (mention for mention in self.mentions.values() if mention.entity.type in NAMES)
        return frozenset(index for mention in names for index in range(mention.first, mention.last))

    def type_at(self, index: int) -> str:
        """The type of the longest name or time that begins in word `index`, empty where none does."""
        mention = self.mentions.get(index)
        return "" if mention is None else mention.entity.type

    def key_at(self, index: int) -> str:
        """The folded word `index`, empty behind the last."""
        return self.keys[index] if index < len(self.keys) else ""
