"""The frequent baseline: the names that come up most in the other documents, wherever they stand in this one."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harness.arabic.clitics import analyse, stem_starts
from harness.arabic.segment import words
from harness.arabic.surface import frequent, surface
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction, Span
from harness.runners.base import BaselineRunner, predict_each

Key = tuple[str, ...]
"""A name as its words in uniform spelling, the first without proclitics."""


class _Names(NamedTuple):
    """How often each name is marked, with each of its types."""

    names: Counter[Key]
    types: Counter[tuple[Key, str]]


@dataclass(frozen=True)
class Frequent(BaselineRunner):
    """A baseline that reads nothing: the `k` most frequent names of a data set's gold, each with its commonest type.

    For each document names are counted in the gold of the *other* documents only; documents with the same text are left
    out with it. A name has to be marked twice there, and where names tie at rank `k` all of them are left out, as in
    `surface.frequent`; of types that are equally common the first by name is taken. A name is found where its words
    stand whole, before them proclitics alone; the longest match wins, from left to right, and matches do not overlap. A
    text that is not of the data set gets the names of all of it. There are no claims and no sentence labels.
    """

    k: int = 20
    name: str = "frequent"

    def __post_init__(self) -> None:
        if self.k < 1:
            raise InputError(f"k: found {self.k}, wanted 1 or more")

    def load(self) -> None:
        """Read the data set and count."""
        _ = self._all, self._ranked

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order."""
        return predict_each(documents, self.annotate)

    def annotate(self, document: Document) -> Annotation:
        """The names of one document; no layer of entities where the data set has none."""
        if self._all is None:
            return Annotation()
        return Annotation(entities=tuple(_find(document.text, self.names_for(document.text))))

    def names_for(self, text: str) -> dict[Key, str]:
        """The names that are looked for in `text`, with their types."""
        if self._all is None:
            return {}
        own = self._own.get(text, _Names(Counter(), Counter()))
        # Without a document's own mentions names only fall: whoever is among the first k now was among so many before.
        candidates = self._ranked[: self.k + 1 + len(own.names)]
        left = {name: self._all.names[name] - own.names[name] for name in candidates}
        return {
            name: self._type(name, own) if name in own.names else self._commonest[name]
            for name in frequent(left, self.k)
        }

    def _type(self, name: Key, own: _Names) -> str:
        """The commonest type of a name without a document's own mentions."""
        left = {kind: count - own.types[name, kind] for kind, count in self._types[name].items()}
        return min(left, key=lambda kind: (-left[kind], kind))

    @cached_property
    def _commonest(self) -> Mapping[Key, str]:
        """The commonest type of each name."""
        return {name: self._type(name, _Names(Counter(), Counter())) for name in self._types}

    @cached_property
    def _examples(self) -> Sequence[Example]:
        examples: Sequence[Example] = self.dataset.read()
        return [example for example in examples if example.gold.entities is not None]

    @cached_property
    def _own(self) -> Mapping[str, _Names]:
        """The counts of all documents with each text."""
        own: dict[str, _Names] = {}
        for example in self._examples:
            names, types = own.setdefault(example.document.text, _Names(Counter(), Counter()))
            for name, kind in _marked(example):
                names[name] += 1
                types[name, kind] += 1
        return own

    @cached_property
    def _all(self) -> _Names | None:
        """The counts of all documents; None where the data set has no layer of entities."""
        if not self._examples:
            return None
        every = _Names(Counter(), Counter())
        for own in self._own.values():
            every.names.update(own.names)
            every.types.update(own.types)
        return every

    @cached_property
    def _ranked(self) -> Sequence[Key]:
        """All names, most frequent first."""
        names = self._all.names if self._all is not None else Counter[Key]()
        return sorted(names, key=lambda name: (-names[name], name))

    @cached_property
    def _types(self) -> Mapping[Key, Counter[str]]:
        types: dict[Key, Counter[str]] = {}
        for (name, kind), count in (self._all.types if self._all is not None else Counter()).items():
            types.setdefault(name, Counter())[kind] += count
        return types


def _marked(example: Example) -> Iterator[tuple[Key, str]]:
    """Name and type of every mention of the gold; one mention a span and type."""
    text = example.document.text
    parted = words(text)
    starts, ends = [word.start for word in parted], [word.end for word in parted]
    for start, end, kind in {entity[:3] for entity in example.gold.entities or ()}:
        touched = parted[bisect_right(ends, start) : bisect_left(starts, end)]
        key = _key(text, touched, _bare_start(text, touched[0], start)) if touched else ()
        # A word of tatweel and marks alone is spelled as nothing.
        if any(key):
            yield key, kind


def _bare_start(text: str, word: Span, start: int) -> int:
    """Where a mention begins in its first word, proclitics aside."""
    if start > word.start:
        return start
    prefix = analyse(text[word.start : word.end])
    return word.start + (prefix.length if prefix.sure else 0)


def _key(text: str, touched: Sequence[Span], start: int) -> Key:
    return tuple(
        surface(text, first, last)
        for first, last in [(start, touched[0].end), *((word.start, word.end) for word in touched[1:])]
    )


def _find(text: str, names: Mapping[Key, str]) -> Iterator[Entity]:
    """The names in `text`, from left to right, longest first."""
    longest: dict[str, int] = {}
    for name in names:
        longest[name[0]] = max(longest.get(name[0], 0), len(name))
    parted, place = words(text), 0
    while place < len(parted):
        match = _match(text, parted, place, longest, names)
        if match is not None:
            entity, length = match
            yield entity
            place += length
        else:
            place += 1


def _match(
    text: str, parted: Sequence[Span], place: int, longest: Mapping[str, int], names: Mapping[Key, str]
) -> tuple[Entity, int] | None:
    """The longest name that begins with the word at `place`, and its length in words."""
    first = parted[place]
    best: tuple[Entity, int] | None = None
    for cut in stem_starts(text[first.start : first.end]):
        start = first.start + cut
        for length in range(longest.get(surface(text, start, first.end), 0), best[1] if best else 0, -1):
            kind = names.get(_key(text, parted[place : place + length], start))
            if kind is not None and place + length <= len(parted):
                best = Entity(start, parted[place + length - 1].end, kind), length
                break
    return best
