"""Several data sets as one: their documents one after another, each named after its part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Final

from harness.arabic.surface import uniform
from harness.data.dataset import Dataset, ReadOnce
from harness.data.jsonl import one_line
from harness.data.near import listed
from harness.data.schema import Schema
from harness.data.tagsets import TagSet
from harness.data.types import LAYERS, Document, Example, InputError, Passes

PART: Final = "part"
"""The field of a document's meta that names the part it comes from; what a part says under this name is lost."""

_ROLES: Final = ("self_nesting", "persons", "offices", "bodies")


@dataclass(frozen=True)
class Mixed(Dataset):
    """The documents of `parts`, data sets by name, in the order of the parts; each says its part in its meta.

    With `prefix` ids are `PART/ID`, so that a further part renames no document; without it parts may share no id. Parts
    have one map of labels, or none. Schemas that are alike stay; unlike ones are joined by `joined_schema`. A document
    has the layers that its part annotates. There are annotation passes where every part has as many.

    Raises:
        InputError: there are fewer than two parts.
    """

    # Data sets of any class; pydantic, which checks configurations, knows no protocols.
    parts: Mapping[str, Any] = field(hash=False)
    prefix: bool = True

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise InputError(f"parts: found {len(self.parts)}, wanted two data sets at least")
        _ = self.tag_set

    @property
    def name(self) -> str:
        """The names of the parts' data sets, joined by +."""
        return "+".join(part.name for part in self._parts.values())

    def read(self) -> Sequence[Example]:
        """The documents of all parts.

        Raises:
            InputError: a part is malformed, two documents have one id, or parts annotate what cannot be joined.
        """
        examples = [
            Example(replace(document, id=self._id(name, document), meta={**document.meta, PART: name}), example.gold)
            for name, part in self._parts.items()
            for example in part.read()
            for document in (example.document,)
        ]
        first: dict[str, str] = {}
        for example in examples:
            name = str(example.document.meta[PART])
            other = first.setdefault(example.document.id, name)
            if other != name:
                found = f"found the document {one_line(example.document.id)} in {other} and in {name}"
                raise InputError(f"dataset.parts: {found}, wanted each id once; dataset.prefix=true tells them apart")
        _check_claims(self._schemas)
        return examples

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """The variants of all parts, as `joined_speakers` joins them."""
        return joined_speakers([part.speakers() for part in self._parts.values()])

    @property
    def labels(self) -> str | None:
        """The map that all parts have."""
        return next(iter(self._parts.values())).labels

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The tag set of all parts.

        Raises:
            InputError: parts have unlike ones.
        """
        sets = {name: part.tag_set for name, part in self._parts.items()}
        (first, wanted), *others = sets.items()
        unlike = next(((name, found) for name, found in others if found != wanted), None)
        if unlike is not None:
            found = " and ".join(
                f"{name} {'without a map of labels' if given is None else f'with the map {given.label}'}"
                for name, given in ((first, wanted), unlike)
            )
            raise InputError(f"found {found}, wanted one map for all parts, or none (dataset.parts.{first}.labels=MAP)")
        return wanted

    @property
    def annotation_schema(self) -> Schema | None:
        """What all parts annotate, joined where they are unlike; None where each part says that its examples tell."""
        if all(part.infers_schema for part in self._parts.values()):
            return None
        return joined_schema(list(self._schemas.values()))

    @property
    def remarks(self) -> Sequence[str]:
        """Those of the parts, each after the part's name, and what joining their schemas means for scores."""
        said = [f"{name}: {remark}" for name, part in self._parts.items() for remark in part.remarks]
        given, joined = {name for part in self._parts.values() for name in part.speakers()}, self.speakers()
        gone = sorted(given - joined.keys())
        if gone:
            into = listed([f"{name} ({_speaker_of(name, joined)})" for name in gone], 6)
            said.append(
                f"dataset.parts: speakers of one part are variants in another, and taken for those there: {into}"
            )
        return (*said, *_doubts(self._schemas))

    def passes(self, documents: Sequence[Document]) -> Passes | None:
        """The passes of all parts, the first of each, the second of each, and so on; None where numbers differ."""
        del documents
        given = [part.passes([example.document for example in part.read()]) for part in self._parts.values()]
        found = [passes for passes in given if passes is not None]
        if len(found) < len(given) or len({len(passes.annotations) for passes in found}) > 1:
            return None
        annotations = [
            [annotation for annotations in beside for annotation in annotations]
            for beside in zip(*(passes.annotations for passes in found), strict=True)
        ]
        return Passes(" ".join(dict.fromkeys(passes.note for passes in found)), annotations)

    @cached_property
    def _parts(self) -> Mapping[str, ReadOnce]:
        return {name: ReadOnce(part) for name, part in self.parts.items()}

    @cached_property
    def _schemas(self) -> Mapping[str, Schema]:
        """What each part annotates: where that is unlike, without layers that none of its documents has."""
        whole = {name: part.annotation_schema for name, part in self._parts.items()}
        if len(set(whole.values())) == 1:
            return whole
        return {name: _narrowed(schema, self._parts[name].read()) for name, schema in whole.items()}

    def _id(self, name: str, document: Document) -> str:
        return f"{name}/{document.id}" if self.prefix else document.id


def joined_schema(schemas: Sequence[Schema]) -> Schema:
    """What `schemas` annotate together: the schema itself where they are equal.

    Names are those of the first, then what the others add, in their order; a type or label that several have is one.
    Layers are those of any. `checkworthy` and `apart_by` are kept where all that have one have the same; mentions nest
    where they do in any.
    """
    if len(set(schemas)) == 1:
        return schemas[0]

    def union(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for own in names for name in own))

    def shared(name: str) -> str | None:
        chosen = {getattr(schema, name) for schema in schemas} - {None}
        return chosen.pop() if len(chosen) == 1 else None

    layers = union(schema.layers for schema in schemas)
    self_nesting, persons, offices, bodies = (union(getattr(schema, role) for schema in schemas) for role in _ROLES)
    return Schema(
        "+".join(dict.fromkeys(schema.name for schema in schemas)),
        types=union(schema.types for schema in schemas),
        sentence_labels=union(schema.sentence_labels for schema in schemas),
        attributes={
            name: union(schema.attributes.get(name, ()) for schema in schemas)
            for name in union(schema.attributes for schema in schemas)
        },
        layers=tuple(layer for layer in LAYERS if layer in layers),
        nesting="all" if any(schema.nesting == "all" for schema in schemas) else "outermost",
        checkworthy=shared("checkworthy"),
        apart_by=shared("apart_by"),
        self_nesting=self_nesting,
        persons=persons,
        offices=offices,
        bodies=bodies,
        descriptions={path: text for schema in reversed(schemas) for path, text in schema.descriptions.items()},
    )


def joined_speakers(parts: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """The variants of speakers' names in all parts: names that share a spelling are one speaker, named as the first.

    So a name that one part has for a variant and another for a name of its own, as a capital for its state, is the
    speaker of the former in both.
    """
    speakers: list[tuple[str, list[str]]] = []
    numbers: dict[str, int] = {}
    for name, variants in (entry for part in parts for entry in part.items()):
        spellings = [name, *variants]
        same = sorted({numbers[key] for key in map(uniform, spellings) if key in numbers})
        into = same[0] if same else len(speakers)
        if not same:
            speakers.append((name, []))
        for other in same[1:]:
            spellings += [speakers[other][0], *speakers[other][1]]
            speakers[other][1].clear()
        canonical, known = speakers[into]
        known += [spelling for spelling in dict.fromkeys(spellings) if spelling not in (canonical, *known)]
        numbers |= {uniform(spelling): into for spelling in (canonical, *known)}
    return {name: known for number, (name, known) in enumerate(speakers) if numbers[uniform(name)] == number}


def _narrowed(schema: Schema, examples: Sequence[Example]) -> Schema:
    """`schema` with the layers that some example has, and what it says of those."""
    layers = tuple(layer for layer in schema.layers if any(example.gold.has(layer) for example in examples))
    narrowed = replace(schema, layers=layers)
    if "entities" not in layers:
        narrowed = narrowed.with_types(())
    if "claims" not in layers:
        narrowed = replace(narrowed, attributes={}, apart_by=None)
    return narrowed if "sentences" in layers else replace(narrowed, sentence_labels=(), checkworthy=None)


def _speaker_of(name: str, joined: Mapping[str, Sequence[str]]) -> str:
    return next(canonical for canonical, variants in joined.items() if name in variants)


def _check_claims(schemas: Mapping[str, Schema]) -> None:
    """Refuse parts whose claims are marked with unlike attributes: a claim of gold has all that the schema has."""
    with_claims = {name: schema for name, schema in schemas.items() if "claims" in schema.layers}
    for (name, schema), (other, beside) in combinations(with_claims.items(), 2):
        if schema.attributes.keys() != beside.attributes.keys():
            found = " and ".join(
                f"{part} with {listed(list(given.attributes)) or 'none'}"
                for part, given in ((name, schema), (other, beside))
            )
            raise InputError(f"dataset.parts: found claims marked with unlike attributes ({found}), wanted the same")


def _doubts(schemas: Mapping[str, Schema]) -> list[str]:
    """What cannot be known when unlike schemas are joined, and what counts as wrong because of it."""
    if len(set(schemas.values())) == 1:
        return []
    said = []
    for (name, schema), (other, beside) in combinations(schemas.items(), 2):
        common = [kind for kind in schema.types if kind in beside.types]
        if schema != beside and common:
            said.append(
                f"dataset.parts: {name} and {other} have unlike schemas; {listed(common)} of both are taken for the "
                "same, which names alone do not tell"
            )
    whole = joined_schema(list(schemas.values()))
    for name, schema in schemas.items():
        lacking = [kind for kind in whole.types if kind not in schema.types]
        if "entities" in schema.layers and lacking:
            said.append(f"dataset.parts: {name} has no {listed(lacking)}; in its documents such answers count as wrong")
    return said
