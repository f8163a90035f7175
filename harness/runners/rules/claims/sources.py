"""The source of a cue: which words it is, whom they name, and who speaks by a cue that has none."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

from harness.data.types import Entity, Span
from harness.runners.rules.claims.cues import Cue
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import COMMAS, can_speak, is_pronoun, phrase_end, phrase_start
from harness.runners.rules.words.lexicon import Range, word_class

_BODIES: Final = frozenset({"ORG", "GPE", "LOC"})
# Characters between a generic noun (صحيفة, بيان صادر عن) and the name it belongs to.
_NEAR: Final = 24
# Words between a reported speaker and قوله, and between a subject and its relative pronoun.
_REACH: Final = 14


def find_source(page: Page, cue_at: int, cue: Cue, opening: Opening, sentence: Range) -> Range | None:
    """The words of the source of the cue in word `cue_at`, None where it has none."""
    if cue.shape == "participle":
        return None
    if cue_at > sentence.first and is_pronoun(page, cue_at - 1):
        return Range(cue_at - 1, cue_at)
    if cue.first_person:
        return None
    # A plural verb has its subject before it.
    if opening.stop > cue_at + 2 if cue.suffixed else not cue.plural:
        first = cue_at + 1
        end = phrase_end(page, first, opening.stop, strict=opening.kind in ("object", "clause", "quote"))
        if end > first:
            return Range(first, end)
    if cue.shape == "noun":
        return _reported(page, cue_at, sentence)
    return None if cue.cut else _before(page, cue_at, sentence)


def _reported(page: Page, cue_at: int, sentence: Range) -> Range | None:
    """The source of قوله: the one reported behind عن or إلى."""
    if page.keys[cue_at] not in word_class("said"):
        return None
    for index in range(cue_at - 1, max(sentence.first, cue_at - _REACH), -1):
        if page.keys[index] in word_class("reported"):
            end = phrase_end(page, index + 1, cue_at)
            return Range(index + 1, end) if end > index + 1 else None
    return None


def _before(page: Page, cue_at: int, sentence: Range) -> Range | None:
    """The subject that stands before its verb."""
    keys, last = page.keys, cue_at
    while last > sentence.first and keys[last - 1] in word_class("before_verb"):
        last -= 1
    if last > sentence.first and keys[last - 1] in word_class("relative"):
        last -= 1
        while last > sentence.first and keys[last - 1] in COMMAS:
            last -= 1
    first = phrase_start(page, last, sentence.first)
    if first == last or _is_governed(page, first, sentence.first):
        return None
    if can_speak(page, first, last) or (last - first <= 3 and page.words[first].has_article):
        return Range(first, last)
    return None


def _is_governed(page: Page, first: int, floor: int) -> bool:
    """Whether a preposition takes the phrase at word `first`, so that it is no subject."""
    key, relatives = page.keys[first], word_class("relative")
    governed = first > floor and page.keys[first - 1] in word_class("preposition")
    # The relative clause behind it has no other subject: من بين الذين قالوا.
    if governed and relatives.isdisjoint(page.keys[first : first + _REACH]):
        return True
    if first in page.mentions:
        return False
    return key.startswith(("بب", "لل")) or (key[0] == "ب" and not page.words[first].has_article)


class Speakers:
    """The names of one document and who has spoken so far; cues are to be asked for in the order of the text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._last: str | None = None
        self._last_by_gender: dict[bool, str] = {}
        self._spoken_at = -1
        self._entities = sorted(page.entities, key=lambda entity: entity[:3])
        self._starts = [entity.start for entity in self._entities]
        self._of_type: dict[str, list[Entity]] = {}
        for entity in self._entities:
            self._of_type.setdefault(entity.type, []).append(entity)
        self._fullest = _fullest({self._text(person) for person in self._of_type.get("PERS", ())})
        self._holders: dict[str, str] = {}
        for office, name in self._offices():
            self._holders.setdefault(office, name)

    def of(self, source: Span | None, cue: Cue, before: int) -> str | None:
        """The speaker of a cue with this source, or without one: then whoever spoke or was named before `before`."""
        name = self._without_source(cue, before) if source is None else self._named_by(source)
        self._spoken_at = max(self._spoken_at, before)
        if name is not None:
            self._last = self._last_by_gender[cue.feminine] = name
        return name

    def _without_source(self, cue: Cue, before: int) -> str | None:
        """The speaker of a cue without source: the last who fits, else the last who is named before `before`."""
        sentences = self.page.text.sentences
        index = bisect_right(sentences, before, key=lambda sentence: sentence.start) - 1
        start = sentences[index].start if index >= 0 else 0
        if self._spoken_at < start:
            # Nobody has spoken in the sentence yet: the first person in it is its subject.
            for entity in self._within(Span(start, before)):
                if entity.type == "PERS":
                    return self._name(entity)
        if cue.shape not in ("participle", "noun") and cue.feminine in self._last_by_gender:
            return self._last_by_gender[cue.feminine]
        if self._last is not None:
            return self._last
        for kind in ("GPE", "ORG", "PERS") if cue.feminine else ("PERS", "ORG", "GPE"):
            entities = self._of_type.get(kind, [])
            behind = bisect_left(entities, before, key=lambda entity: entity.start)
            for number in range(behind - 1, -1, -1):
                if entities[number].end <= before:
                    return self._name(entities[number])
        return None

    def _named_by(self, source: Span) -> str:
        """The main name of a source: its person, else who holds its office, else its body or place, else its words."""
        text = self.page.source[slice(*source)]
        first = self.page.text.word_at(source.start)
        head = self.page.keys[first]
        if is_pronoun(self.page, first) and self._last is not None:
            return self._last
        inside = self._within(source)
        outer = [entity for entity in inside if not any(_holds(holder, entity) for holder in inside)]
        persons = [entity for entity in outer if entity.type == "PERS"]
        if persons:
            # An unnamed person may speak for or near the named one (متحدث باسم فلان).
            between = self.page.source[source.start : persons[0].start].split()
            if head not in word_class("person") or word_class("behalf").isdisjoint(between):
                return self._names(persons)
        bodies = [entity for entity in outer if entity.type in _BODIES]
        if bodies:
            # A body speaks itself where it is named first, or behind a noun that only says what it is.
            distance = bodies[0].start - source.start
            generic = head in word_class("body") and head not in word_class("person")
            if distance <= 1 or (distance <= _NEAR and generic):
                return self._names([entity for entity in bodies if entity.type == bodies[0].type][:2])
        return self._holder(text) or text

    def _within(self, span: Span) -> list[Entity]:
        """The entities inside `span`, in order."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [entity for entity in self._entities[first:last] if entity.end <= span.end]

    def _text(self, entity: Entity) -> str:
        return self.page.source[entity.start : entity.end]

    def _name(self, entity: Entity) -> str:
        """The fullest name that the document has for an entity."""
        return self._fullest.get(self._text(entity), self._text(entity))

    def _names(self, entities: Sequence[Entity]) -> str:
        """The names of the first of `entities` and of those joined to it by a conjunction."""
        names = [self._name(entities[0])]
        for before, entity in pairwise(entities):
            if "و" in self.page.source[before.end : entity.start]:
                names.append(self._name(entity))
        return " و".join(dict.fromkeys(names))

    def _offices(self) -> Iterator[tuple[str, str]]:
        """Every office that stands right before a person, and the name of the person."""
        persons = {entity.start: entity for entity in self.page.entities if entity.type == "PERS"}
        for office in self.page.entities:
            near = [office.end + gap for gap in (1, 2, 3)] if office.type == "OCC" else []
            for person in filter(None, map(persons.get, near)):
                if not self.page.source[office.end : person.start].strip(" ،,"):
                    yield self._text(office), self._name(person)

    def _holder(self, text: str) -> str | None:
        """The person whose office begins like `text`, or the other way round."""
        if text in self._holders:
            return self._holders[text]
        for office, name in self._holders.items():
            if office.startswith(text) or text.startswith(office):
                return name
        return None


def _fullest(names: Collection[str]) -> dict[str, str]:
    """Name → the longest name that has all its words, or a longer one of that, and so on."""
    fullest: dict[str, str] = {}
    holders: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        parts = set(name.split())
        # Whoever has all words has the rarest.
        longer = min((holders.get(part, []) for part in parts), key=len, default=[])
        holder = next((full for full in longer if len(full) > len(name) and parts <= set(full.split())), name)
        fullest[name] = fullest.get(holder, holder)
        for part in parts:
            holders.setdefault(part, []).append(name)
    return fullest


def _holds(outer: Entity, inner: Entity) -> bool:
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end and outer[:2] != inner[:2]
