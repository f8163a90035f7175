"""Schemas: what a corpus annotates. Entity types, sentence labels, claim attributes and their values, as data.

A schema is a file `conf/schema/NAME.yaml`, or one of the user's own, or is inferred from annotations. `gold.yaml` there
is the gold's, and explains the keys.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from harness.data.files import read_yaml, resource
from harness.data.near import guess
from harness.data.types import LAYERS, Annotation, Example, InputError

Nesting = Literal["all", "outermost"]

CLAIM_PARTS: Final = ("content", "cue", "source", "speaker", "score")
"""The keys of a written claim that are no attributes."""

INFER: Final = "infer"
"""In the place of the name of a schema: what the annotations use."""
GOLD_NAME: Final = "gold"
"""The schema of the gold standard that comes with the harness, and of runs that keep no schema of their own."""

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_AVERAGE: Final = re.compile(r"micro|weighted|macro[0-9]*")
# Their measures stand beside those of attributes.
_MEASURED: Final = frozenset({*CLAIM_PARTS, "content_soft", "relation", "pairs"})
_KEYS: Final = (
    "name", "version", "layers", "nesting", "types", "sentence_labels", "checkworthy", "attributes", "apart_by",
    "self_nesting", "persons", "offices", "bodies",
)  # fmt: skip
_NEEDED: Final = frozenset({"name", "version", "layers"})
_ROLES: Final = ("self_nesting", "persons", "offices", "bodies")


class Description(NamedTuple):
    """What a name stands for, in English and in Arabic; empty where nobody said."""

    en: str = ""
    ar: str = ""


@dataclass(frozen=True)
class Schema:
    """What a corpus annotates; types, labels, attributes and values are in the order that all tables use.

    `checkworthy` is the sentence label that rankings look for, None where there is none. `apart_by` is the attribute by
    whose values measures of claims are given apart as well. `nesting` is `outermost` where no mention is marked inside
    another. `self_nesting` are the types that nest in themselves; `persons`, `offices` and `bodies` those whose
    mentions name persons, offices, and bodies that can speak. `descriptions` has the terms by their path, as
    `("types", NAME)` or `("attributes", NAME, VALUE)`: they are no part of what makes two schemas equal.
    """

    name: str
    version: int = 1
    types: tuple[str, ...] = ()
    sentence_labels: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    layers: tuple[str, ...] = LAYERS
    nesting: Nesting = "all"
    checkworthy: str | None = None
    apart_by: str | None = None
    self_nesting: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    descriptions: Mapping[tuple[str, ...], Description] = field(default_factory=dict, compare=False, repr=False)

    @property
    def label(self) -> str:
        """Name and version, as signatures and messages show them."""
        return f"{self.name}@{self.version}"

    @cached_property
    def names(self) -> Mapping[tuple[str, ...], Collection[str]]:
        """Every list of names by its place: `("types",)`, `("sentence_labels",)`, `("attributes", NAME)`."""
        values: dict[tuple[str, ...], Collection[str]] = {
            ("attributes", name): frozenset(values) for name, values in self.attributes.items()
        }
        return {("types",): frozenset(self.types), ("sentence_labels",): frozenset(self.sentence_labels), **values}

    def with_types(self, types: Iterable[str]) -> "Schema":
        """The schema with other entity types, of which nothing is said."""
        return replace(self, types=tuple(types), self_nesting=(), persons=(), offices=(), bodies=())

    def describe(self, *path: str) -> Description:
        """What a term stands for, such as `describe("types", NAME)`."""
        return self.descriptions.get(path, Description())

    def record(self) -> dict[str, Any]:
        """The schema as plain values; `schema_of` reads them back."""
        described: dict[str, Any] = {
            "types": {name: self._term("types", name) for name in self.types},
            "sentence_labels": {name: self._term("sentence_labels", name) for name in self.sentence_labels},
            "attributes": {
                name: {
                    **(self._term("attributes", name) or {}),
                    "values": {value: self._term("attributes", name, value) for value in values},
                }
                for name, values in self.attributes.items()
            },
        }
        chosen = {"checkworthy": self.checkworthy, "apart_by": self.apart_by}
        roles = {role: list(getattr(self, role)) for role in _ROLES}
        return {
            "name": self.name,
            "version": self.version,
            "layers": list(self.layers),
            "nesting": self.nesting,
            **described,
            **{key: value for key, value in chosen.items() if value is not None},
            **{role: names for role, names in roles.items() if names},
        }

    def _term(self, *path: str) -> dict[str, str] | None:
        found = {key: text for key, text in self.describe(*path)._asdict().items() if text}
        return found or None


def read_schema(name: str) -> Schema:
    """The schema in `conf/schema/NAME.yaml`, or in the file that `name` is the path of.

    Raises:
        InputError: there is none, or it is malformed.
    """
    folder = resource("conf") / "schema"
    if _NAME.fullmatch(name) and not name.endswith((".yaml", ".yml")):
        if not (folder / f"{name}.yaml").is_file():
            known = [path.stem for path in sorted(folder.glob("*.yaml"))]
            wanted = f"infer, the path of a schema or one of {', '.join(known)}"
            raise InputError(f'schema: found "{name}", wanted {wanted}{guess(name, known)}')
        return _shipped(name)
    return schema_of(read_yaml(Path(name)), name)


def named_schema(name: str, types: Iterable[str] | None) -> Schema | None:
    """The schema of that name, with `types`, the labels of a map, in the place of its own; None for `infer`.

    Raises:
        InputError: there is none, or it is malformed.
    """
    if name == INFER:
        return None
    return read_schema(name) if types is None else read_schema(name).with_types(types)


def schema_of(record: object, where: str) -> Schema:
    """The schema that plain values describe.

    Raises:
        InputError: they describe none; the message begins with `where`.
    """
    if not isinstance(record, dict) or not _NEEDED <= record.keys() <= set(_KEYS):
        found = ", ".join(map(str, record)) if isinstance(record, dict) else repr(record)
        more = ", ".join(key for key in _KEYS if key not in _NEEDED)
        raise InputError(f"{where}: found {found}, wanted the keys {', '.join(sorted(_NEEDED))} and any of {more}")
    name, version, nesting = record["name"], record["version"], record.get("nesting", "all")
    if not isinstance(name, str) or text_fault(name):
        raise InputError(f"{where}: name: found {name!r}, wanted a name without control characters")
    if type(version) is not int or version < 1:
        raise InputError(f"{where}: version: found {version!r}, wanted a whole number from 1")
    if nesting not in get_args(Nesting):
        raise InputError(f"{where}: nesting: found {nesting!r}, wanted one of {', '.join(get_args(Nesting))}")
    annotated = _some_of(record["layers"], LAYERS, f"{where}: layers")
    layers = tuple(layer for layer in LAYERS if layer in annotated)
    descriptions: dict[tuple[str, ...], Description] = {}
    types = _terms(record.get("types"), ("types",), where, descriptions)
    labels = _terms(record.get("sentence_labels"), ("sentence_labels",), where, descriptions)
    attributes = _attributes(record.get("attributes"), where, descriptions)
    for layer, key, named in zip(LAYERS, ("types", "attributes", "sentence_labels"), (types, attributes, labels),
                                 strict=True):  # fmt: skip
        if named and layer not in layers:
            raise InputError(f"{where}: {key}: found {', '.join(named)}, wanted {layer} among layers")
    apart_by = _one_of(record.get("apart_by"), tuple(attributes), f"{where}: apart_by")
    for value in attributes.get(apart_by or "", ()):
        # Their measures would stand beside those of all claims, or of soft contents, under one label.
        if value == "all" or f"soft_{value}" in attributes[str(apart_by)]:
            raise InputError(f"{where}: apart_by: found the value {value!r}, wanted another name for all and soft_…")
    return Schema(
        name,
        version,
        types,
        labels,
        attributes,
        layers,
        nesting,
        checkworthy=_one_of(record.get("checkworthy"), labels, f"{where}: checkworthy"),
        apart_by=apart_by,
        descriptions=descriptions,
        **{role: _some_of(record.get(role), types, f"{where}: {role}") for role in _ROLES},
    )


def infer_schema(examples: Iterable[Example], name: str, types: Collection[str] | None = None) -> Schema:
    """The schema that the annotations of examples use.

    Where a shipped schema knows every name that they use, that schema, whole and in its order. Else a schema named
    after `name`, of the layers that are annotated. Layer by layer its names are a shipped schema's, all of them and in
    its order, where that knows all that the layer uses; else exactly those that are used, sorted by code points. Of
    attributes a shipped schema knows exactly its own, with its values. `types`, the labels of a map, are taken as they
    are.

    Raises:
        InputError: a name cannot be used; the message begins with `name`.
    """
    used = _Used.of((example.gold for example in examples), whole=True)
    for place, names in used.by_place.items():
        for found in () if place == ("types",) and types is not None else sorted(names):
            wanted = name_fault(found) or (attribute_fault(place[1]) if place[1:] else None)
            if wanted is not None:
                raise InputError(f"{name}: {'.'.join(place)}: found {found!r}, wanted {wanted}")
    return _inferred(used, name) if types is None else _inferred(replace(used, types=set()), name).with_types(types)


def _inferred(used: "_Used", name: str) -> Schema:
    shipped = shipped_schemas()
    whole = next((schema for schema in shipped if all(used.is_known(schema, layer) for layer in used.layers)), None)
    if whole is not None:
        return whole
    by_layer = {
        layer: next((schema for schema in shipped if used.is_known(schema, layer)), None) for layer in used.layers
    }
    entities, claims, sentences = (by_layer.get(layer) for layer in LAYERS)
    roles = {} if entities is None else {role: getattr(entities, role) for role in _ROLES}
    return Schema(
        f"{name} (inferred)",
        types=tuple(sorted(used.types)) if entities is None else entities.types,
        sentence_labels=tuple(sorted(used.sentence_labels)) if sentences is None else sentences.sentence_labels,
        attributes=(
            {attribute: tuple(sorted(used.attributes[attribute])) for attribute in sorted(used.attributes)}
            if claims is None
            else claims.attributes
        ),
        layers=tuple(layer for layer in LAYERS if layer in used.layers),
        checkworthy=None if sentences is None else sentences.checkworthy,
        apart_by=None if claims is None else claims.apart_by,
        **roles,
    )


@lru_cache(maxsize=1)
def shipped_schemas() -> tuple[Schema, ...]:
    """The schemas in `conf/schema`, the gold's first."""
    names = sorted(path.stem for path in (resource("conf") / "schema").glob("*.yaml"))
    return tuple(map(_shipped, sorted(names, key=lambda name: name != GOLD_NAME)))


@lru_cache(maxsize=1 << 12)
def text_fault(name: str) -> str | None:
    """What would be wanted in the place of `name`, that a line of a table can hold; None where it is one."""
    if not name.strip():
        return "a name that is not blank"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in name):
        return "a name without control characters"
    return None


@lru_cache(maxsize=1 << 12)
def name_fault(name: str) -> str | None:
    """What would be wanted in the place of `name` as a type, label, attribute or value; None where it can be used.

    A name of an average, which can stand in a file, is a name for a map alone, which takes it to another.
    """
    if _AVERAGE.fullmatch(name):
        return "another name, since averages are called so; a map (labels=) renames it"
    return text_fault(name)


def attribute_fault(name: str) -> str | None:
    """The same of an attribute's name, which must not be that of another part or measure of claims either."""
    return f"a name that is none of {', '.join(sorted(_MEASURED))}" if name in _MEASURED else name_fault(name)


def used_schema(annotations: Iterable[Annotation], name: str = "annotations") -> Schema:
    """As `infer_schema`, of annotations that need not be whole: claims may leave attributes out."""
    return _inferred(_Used.of(annotations, whole=False), name)


@dataclass(frozen=True)
class _Used:
    """The names that annotations use, and the layers that they annotate; `claims` counts these.

    With `whole` every claim has every attribute.
    """

    whole: bool

    types: set[str] = field(default_factory=set)
    sentence_labels: set[str] = field(default_factory=set)
    attributes: dict[str, set[str]] = field(default_factory=dict)
    layers: set[str] = field(default_factory=set)
    claims: int = 0

    @classmethod
    def of(cls, annotations: Iterable[Annotation], *, whole: bool) -> "_Used":
        used, claims = cls(whole), 0
        for annotation in annotations:
            if annotation.entities is not None:
                used.layers.add("entities")
                used.types.update([entity.type for entity in annotation.entities])
            if annotation.sentences is not None:
                used.layers.add("sentences")
                used.sentence_labels.update([sentence.label for sentence in annotation.sentences])
            if annotation.claims is not None:
                used.layers.add("claims")
                claims += len(annotation.claims)
                for claim in annotation.claims:
                    for attribute, value in claim.attributes.items():
                        used.attributes.setdefault(attribute, set()).add(value)
        return replace(used, claims=claims)

    @property
    def by_place(self) -> Mapping[tuple[str, ...], Collection[str]]:
        """The names by their place, as `Schema.names` has them."""
        values: dict[tuple[str, ...], Collection[str]] = {
            ("attributes", name): values for name, values in self.attributes.items()
        }
        return {("types",): self.types, ("sentence_labels",): self.sentence_labels, **values}

    def is_known(self, schema: Schema, layer: str) -> bool:
        """Whether `schema` knows all that is used in `layer`."""
        if layer == "entities":
            return self.types <= set(schema.types)
        if layer == "sentences":
            return self.sentence_labels <= set(schema.sentence_labels)
        alike = self.attributes.keys() == schema.attributes.keys() or not self.whole
        return not self.claims or (
            alike
            and self.attributes.keys() <= schema.attributes.keys()
            and all(values <= set(schema.attributes[name]) for name, values in self.attributes.items())
        )


@lru_cache
def _shipped(name: str) -> Schema:
    path = resource("conf") / "schema" / f"{name}.yaml"
    return schema_of(read_yaml(path), str(path))


def _attributes(
    value: object, where: str, descriptions: dict[tuple[str, ...], Description]
) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{where}: attributes: found {value!r}, wanted each attribute with its values")
    found = {}
    for name, given in value.items():
        field_ = f"{where}: attributes.{name}"
        fault = attribute_fault(name) if isinstance(name, str) else "a name in quotation marks"
        if fault is not None:
            raise InputError(f"{where}: attributes: found {name!r}, wanted {fault}")
        described = given if isinstance(given, dict) and "values" in given else {"values": given}
        if not described.keys() <= {"values", *Description._fields}:
            raise InputError(f"{field_}: found {', '.join(map(str, described))}, wanted the keys ar, en, values")
        text = {key: part for key, part in described.items() if key != "values"}
        path = ("attributes", name)
        _add_description(path, text, field_, descriptions)
        found[name] = _terms(described["values"], path, where, descriptions)
        if not found[name]:
            raise InputError(f"{field_}: found no value, wanted at least one")
    return found


def _terms(
    value: object, path: tuple[str, ...], where: str, descriptions: dict[tuple[str, ...], Description]
) -> tuple[str, ...]:
    """The names in a list, or in a mapping with a description of each, which is kept under its path."""
    place = f"{where}: {'.'.join(path)}"
    if value is None:
        return ()
    if not isinstance(value, list | dict):
        raise InputError(f"{place}: found {value!r}, wanted a list of names, or each with a description or null")
    for name in value:
        fault = name_fault(name) if isinstance(name, str) else "a name in quotation marks"
        if fault is not None:
            raise InputError(f"{place}: found {name!r}, wanted {fault}")
    if len(set(value)) < len(value):
        twice = next(name for name in value if value.count(name) > 1)  # type: ignore[union-attr]
        raise InputError(f"{place}: found {twice!r} twice, wanted each name once")
    for name, given in value.items() if isinstance(value, dict) else ():
        _add_description((*path, name), given, f"{place}.{name}", descriptions)
    return tuple(value)


def _add_description(
    path: tuple[str, ...], given: object, where: str, descriptions: dict[tuple[str, ...], Description]
) -> None:
    if given is None or given == {}:
        return
    texts = {"en": given} if isinstance(given, str) else given
    if (
        not isinstance(texts, dict)
        or not texts.keys() <= set(Description._fields)
        or not all(isinstance(text, str) for text in texts.values())
    ):
        raise InputError(f"{where}: found {given!r}, wanted null, a description, or one under en and one under ar")
    descriptions[path] = Description(**texts)


def _some_of(value: object, known: Sequence[str], where: str) -> tuple[str, ...]:
    """The names in a list, each one of `known`."""
    names = [] if value is None else value
    if not isinstance(names, list) or not set(map(str, names)) <= set(known) or len(set(map(str, names))) < len(names):
        raise InputError(f"{where}: found {value!r}, wanted a list of {', '.join(known) or 'nothing'}, each once")
    return tuple(names)


def _one_of(value: object, known: Sequence[str], where: str) -> str | None:
    if value is not None and value not in known:
        raise InputError(f"{where}: found {value!r}, wanted null or one of {', '.join(known) or 'nothing'}")
    return value if isinstance(value, str) else None
