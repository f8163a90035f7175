"""Who speaks: the name behind the source of a claim, or whoever spoke before where a cue has none."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, takewhile
from typing import Final

from harness.data.schema import Schema
from harness.data.types import Claim, Entity, Span

_AND: Final = "و"
_JOINED: Final = f" {_AND}"


def name_speakers(text: str, claims: Sequence[Claim], entities: Iterable[Entity], schema: Schema) -> list[Claim]:
    """The claims of a document with their speakers, in their order; `schema` says which mentions name who can speak."""
    roll = _Roll(text, sorted(entities), schema)
    order = sorted(range(len(claims)), key=lambda number: (claims[number].cue, claims[number].content))
    speakers = {number: roll.speaker(claims[number]) for number in order}
    return [replace(claim, speaker=speakers[number]) for number, claim in enumerate(claims)]


@dataclass
class _Roll:
    """The names of a document, and who spoke last."""

    text: str
    entities: list[Entity]
    schema: Schema
    last: str | None = None
    offices: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        persons = [person for person in self.entities if person.type in self.schema.persons]
        starts = {person.start: person for person in persons}
        for office in self.entities:
            holder = starts.get(office.end + 1)
            if office.type in self.schema.offices and holder is not None:
                self.offices.setdefault(self.text[office.start : office.end], self._full(self._word(holder)))

    def speaker(self, claim: Claim) -> str | None:
        """The speaker of the next claim, in the order of the cues."""
        if claim.source is not None:
            self.last = self._of(claim.source)
        elif self.last is None:
            self.last = self._named_before(claim.cue)
        return self.last

    def _of(self, source: Span) -> str:
        """The persons joined in a source, else who holds its office, else the bodies or places that it begins with."""
        words = self.text[source.start : source.end]
        near = takewhile(lambda entity: entity.start < source.end, self._from(source.start))
        inside = [entity for entity in near if entity.end <= source.end]
        persons = [entity for entity in inside if entity.type in self.schema.persons]
        if persons:
            return _JOINED.join(dict.fromkeys(self._full(self._word(entity)) for entity in self._joined(persons)))
        if words in self.offices:
            return self.offices[words]
        bodies = [entity for entity in inside if entity.type in self.schema.bodies and not _is_nested(entity, inside)]
        if bodies and bodies[0].start == source.start:
            return _JOINED.join(self._word(entity) for entity in self._joined(bodies))
        return words

    def _joined(self, names: Sequence[Entity]) -> list[Entity]:
        """The first of some names, and those after it that a conjunction joins to the one before."""
        joined = [names[0]]
        for name in names[1:]:
            if not self.text[joined[-1].end : name.start].lstrip(" ،,").startswith(_AND):
                break
            joined.append(name)
        return joined

    def _from(self, start: int) -> Iterator[Entity]:
        """The mentions from `start` on."""
        return islice(self.entities, bisect_left(self.entities, start, key=lambda entity: entity.start), None)

    def _named_before(self, cue: Span) -> str | None:
        """The last person named before a cue; where there is none, the last body or place."""
        before = [entity for entity in self.entities if entity.end <= cue.start]
        person = next((entity for entity in reversed(before) if entity.type in self.schema.persons), None)
        if person is not None:
            return self._full(self._word(person))
        body = next((entity for entity in reversed(before) if entity.type in self.schema.bodies), None)
        return None if body is None else self._word(body)

    def _full(self, name: str) -> str:
        """The longest name of a person in the document that holds all words of `name`."""
        words = set(name.split())
        return next((full for full, parts in self._names if words <= parts), name)

    @cached_property
    def _names(self) -> list[tuple[str, set[str]]]:
        """The names of persons with their words, the longest first."""
        names = {self._word(entity) for entity in self.entities if entity.type in self.schema.persons}
        return [(name, set(name.split())) for name in sorted(names, key=lambda name: (-len(name), name))]

    def _word(self, entity: Entity) -> str:
        return self.text[entity.start : entity.end]


def _is_nested(inner: Entity, entities: Iterable[Entity]) -> bool:
    return any(outer.start <= inner.start and inner.end <= outer.end and outer[:2] != inner[:2] for outer in entities)
