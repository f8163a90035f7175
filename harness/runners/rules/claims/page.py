"""A document laid out for the claim rules: word keys, sentences as word ranges, names and quotation marks by place."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from harness.arabic import segment
from harness.arabic.quotations import Stretch, find_quotations
from harness.data.types import Entity, Span
from harness.runners.rules.words.words import fold, tokens

NAMES: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW"})
# Stands in look-up for a word of nothing but marks.
_BLANK: Final = "·"
_LONG: Final = 7
_ARTICLES: Final = ("ال", "لل")
TIMES: Final = frozenset({"DATE", "TIME"})


class Range(NamedTuple):
    """Words `first` to `last` of a page, half open."""

    first: int
    last: int


class Mention(NamedTuple):
    """An entity in words: `first` is the word it begins in, `last` the word behind it."""

    first: int
    last: int
    entity: Entity


@dataclass(frozen=True, slots=True)
class Form:
    """A surface form as the claim rules see it.

    `key` is folded and never empty; `stems` are the keys it may stand for once proclitics and article are off.
    """

    surface: str
    key: str
    stems: tuple[str, ...]
    definite: bool
    joined: bool
    letters: bool


@lru_cache(maxsize=1 << 17)
def read_form(surface: str) -> Form:
    """The analysis of one surface form."""
    key = fold(surface) or _BLANK
    rest = key[1:] if len(key) > 3 and key[0] in "وف" else key
    noun = rest[1:] if len(rest) > 3 and rest[0] in "بلك" else rest
    definite = not _possessed(surface) and any(len(one) > 4 and one.startswith(_ARTICLES) for one in (key, rest, noun))
    return Form(surface, key, (_bare(key), _bare(rest), _bare(noun)), definite, key[0] == "و", key[0].isalpha())


def _possessed(surface: str) -> bool:
    """Whether a word ends in a pronoun, so that its first ال is no article (التزامها)."""
    return surface.endswith(("ها", "هم", "هما")) or (len(surface) > _LONG and surface[-1] == "ه")


def _bare(key: str) -> str:
    """`key` without the article."""
    return key[2:] if key.startswith(_ARTICLES) else key


@dataclass(frozen=True)
class Page:
    """A text, its words, and what the claim rules look up by place."""

    source: str
    entities: tuple[Entity, ...]
    forms: tuple[Form, ...]
    keys: tuple[str, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, as the segmenter cuts them."""
        return tuple(segment.sentences(self.source))

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        """The words of each sentence."""
        begins = self.begins
        return tuple(Range(bisect_left(begins, start), bisect_left(begins, end)) for start, end in self.sentences)

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """For each sentence, the number of its line."""
        source, found, line, last = self.source, [], 0, 0
        for start, _ in self.sentences:
            line += source.count("\n", last, start)
            last = start
            found.append(line)
        return tuple(found)

    @cached_property
    def quotations(self) -> tuple[Stretch, ...]:
        """The stretches in quotation marks, in order; none crosses the end of its line."""
        return find_quotations(self.source)

    @cached_property
    def mentions(self) -> dict[int, Mention]:
        """The longest name or time that begins in a word, by that word."""
        begins, found = self.begins, dict[int, Mention]()
        for entity in self.entities:
            if entity.type in NAMES or entity.type in TIMES:
                first, last = bisect_right(begins, entity.start) - 1, bisect_left(begins, entity.end)
                if first not in found or last > found[first].last:
                    found[first] = Mention(first, last, entity)
        return found

    @cached_property
    def covered(self) -> frozenset[int]:
        """The words that are part of a name of a person, office, body or place."""
        spans = (one for one in self.mentions.values() if one.entity.type in NAMES)
        return frozenset(word for one in spans for word in range(one.first, one.last))

    @cached_property
    def closings(self) -> dict[int, Mention]:
        """The longest name that ends before a word, by that word."""
        found = dict[int, Mention]()
        for mention in self.mentions.values():
            known = found.get(mention.last)
            if known is None or mention.first < known.first:
                found[mention.last] = mention
        return found

    def span(self, first: int, last: int) -> Span:
        """The text of words `first` to `last`, without punctuation at its edges."""
        return segment.trim(self.source, Span(self.begins[first], self.ends[last - 1]))

    def inside(self, word: int, letters: int) -> int:
        """The offset behind the first `letters` letters of a word, their marks included."""
        surface, at = self.forms[word].surface, 0
        while letters > 0 and at < len(surface):
            letters -= bool(fold(surface[at]))
            at += 1
            while at < len(surface) and not fold(surface[at]):
                at += 1
        return self.begins[word] + at

    def word_of(self, position: int) -> int:
        """The index of the word that `position` lies in, or of the last before it."""
        return max(0, bisect_right(self.begins, position) - 1)

    def word_at(self, position: int) -> int:
        """The index of the first word that begins at or after `position`."""
        return bisect_left(self.begins, position)


def lay_out(text: str, entities: Sequence[Entity]) -> Page:
    """`text` as a page."""
    return _lay_out(text, tuple(entities))


# Claims and labels of one document are asked for one after the other.
@lru_cache(maxsize=2)
def _lay_out(text: str, entities: tuple[Entity, ...]) -> Page:
    found = [(match.group(), match.start(), match.end()) for match in tokens(text)]
    forms = tuple([read_form(surface) for surface, _, _ in found])
    begins, ends = tuple([start for _, start, _ in found]), tuple([end for _, _, end in found])
    return Page(text, entities, forms, tuple([form.key for form in forms]), begins, ends)
