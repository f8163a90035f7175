"""Who a source is: its main name, and the last speaker where a cue has no source of its own."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from harness.data.types import Entity, Span
from harness.runners.rules.claims.cues import Cue
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import is_pronoun
from harness.runners.rules.words.lexicon import word_class

_BODIES: Final = frozenset({"ORG", "GPE", "LOC"})
# Characters between a generic noun (صحيفة, بيان صادر عن) and the name it belongs to.
_NEAR: Final = 24


@dataclass
class Speakers:
    """The names of one document and who has spoken so far."""

    page: Page
    _last: str | None = None
    _last_by_gender: dict[bool, str] = field(default_factory=dict)
    _spoken_at: int = -1
    _ordered: list[Entity] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _of_type: dict[str, list[Entity]] = field(default_factory=dict)
    _offices: dict[str, str] = field(default_factory=dict)
    _fullest: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ordered = sorted(self.page.entities, key=lambda one: one[:3])
        self._starts = [one.start for one in self._ordered]
        for one in self._ordered:
            self._of_type.setdefault(one.type, []).append(one)
        source, persons = self.page.source, [one for one in self.page.entities if one.type == "PERS"]
        self._fullest = _fullest({source[one.start : one.end] for one in persons})
        starts = {one.start: one for one in persons}
        for office in self.page.entities:
            if office.type == "OCC":
                for gap in (1, 2, 3):
                    person = starts.get(office.end + gap)
                    if person is not None and not source[office.end : person.start].strip(" ،,"):
                        self._offices.setdefault(source[office.start : office.end], self._name(person))

    def of(self, source: Span | None, cue: Cue, before: int) -> str | None:
        """The speaker of a cue with this source, or without one: then whoever spoke or was named before `before`."""
        if source is not None:
            self._spoken_at = max(self._spoken_at, before)
            return self._of_source(source, cue)
        name = self._without_source(cue, before)
        self._spoken_at = max(self._spoken_at, before)
        if name is not None:
            self._remember(name, cue)
        return name

    def _remember(self, name: str, cue: Cue) -> None:
        """Keep who has spoken last."""
        self._last = self._last_by_gender[cue.feminine] = name

    def _of_source(self, span: Span, cue: Cue) -> str:
        """The speaker of a written source."""
        name = self._resolve(span)
        self._remember(name, cue)
        return name

    def _without_source(self, cue: Cue, before: int) -> str | None:
        """The speaker of a cue without source: the last who fits, else the last person named before `before`."""
        subject = self._subject(before)
        if subject is not None:
            return subject
        if cue.shape not in ("participle", "noun") and cue.feminine in self._last_by_gender:
            return self._last_by_gender[cue.feminine]
        if self._last is not None:
            return self._last
        kinds = ("PERS", "ORG", "GPE") if not cue.feminine else ("GPE", "ORG", "PERS")
        for kind in kinds:
            earlier = self._before(kind, before)
            if earlier is not None:
                return self._name(earlier)
        return None

    def _before(self, kind: str, before: int) -> Entity | None:
        """The last entity of a type that ends before a place."""
        ordered = self._of_type.get(kind, [])
        behind = bisect_left(ordered, before, key=lambda one: one.start)
        return next((ordered[at] for at in range(behind - 1, -1, -1) if ordered[at].end <= before), None)

    def _subject(self, before: int) -> str | None:
        """The first person named in the sentence before `before`, None where somebody has spoken in it already."""
        index = bisect_right(self.page.sentences, before, key=lambda one: one.start) - 1
        start = self.page.sentences[index].start if index >= 0 else 0
        if self._spoken_at >= start:
            return None
        first = next((one for one in self._within(Span(start, before)) if one.type == "PERS"), None)
        return self._name(first) if first is not None else None

    def _within(self, span: Span) -> list[Entity]:
        """The entities inside `span`, in order."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [one for one in self._ordered[first:last] if one.end <= span.end]

    def _name(self, entity: Entity) -> str:
        text = self.page.source[entity.start : entity.end]
        return self._fullest.get(text, text)

    def _resolve(self, span: Span) -> str:
        """The main name of a source: its person, else who holds its office, else its body or place, else its words."""
        source = self.page.source
        text = source[span.start : span.end]
        first = self.page.word_of(span.start)
        head = self.page.keys[first]
        if is_pronoun(self.page, first) and self._last is not None:
            return self._last
        outer = self._outermost(span)
        persons = [one for one in outer if one.type == "PERS"]
        if persons and not self._is_behalf(head, source[span.start : persons[0].start]):
            return self._join(persons)
        bodies = [one for one in outer if one.type in _BODIES]
        if bodies and self._is_voice(head, bodies[0].start - span.start):
            return self._join([one for one in bodies if one.type == bodies[0].type][:2])
        return self._office(text) or text

    def _outermost(self, span: Span) -> list[Entity]:
        """The entities inside `span` that lie in no other, in order."""
        inside = self._within(span)
        return [one for one in inside if not any(_holds(other, one) for other in inside)]

    def _is_behalf(self, head: str, before: str) -> bool:
        """Whether an unnamed person speaks for or near the named one (متحدث باسم فلان)."""
        return head in word_class("person") and any(word in before.split() for word in ("باسم", "من", "في"))

    def _is_voice(self, head: str, distance: int) -> bool:
        """Whether a body or place speaks itself: named first, or behind a noun that only says what it is."""
        return distance <= 1 or (distance <= _NEAR and head in word_class("body") and head not in word_class("person"))

    def _office(self, text: str) -> str | None:
        """The person whose office begins like `text`, or the other way round."""
        if text in self._offices:
            return self._offices[text]
        for office, name in self._offices.items():
            if office.startswith(text) or text.startswith(office):
                return name
        return None

    def _join(self, entities: list[Entity]) -> str:
        names = [self._name(entities[0])]
        for before, entity in pairwise(entities):
            if "و" in self.page.source[before.end : entity.start]:
                names.append(self._name(entity))
        return " و".join(dict.fromkeys(names))


def _fullest(names: Collection[str]) -> dict[str, str]:
    """Name → the longest name that has all its words, or a longer one of that, and so on."""
    found: dict[str, str] = {}
    holders: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        parts = set(name.split())
        # Whoever has all words has the rarest.
        longer = min((holders.get(part, []) for part in parts), key=len, default=[])
        holder = next((full for full in longer if len(full) > len(name) and parts <= set(full.split())), name)
        found[name] = found.get(holder, holder)
        for part in parts:
            holders.setdefault(part, []).append(name)
    return found


def _holds(outer: Entity, inner: Entity) -> bool:
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end and outer[:2] != inner[:2]
