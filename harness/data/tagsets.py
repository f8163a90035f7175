"""Tag sets: versioned maps from the labels of a corpus or a model to the types of a schema, by default the gold's.

A map covers each label with types: one, several where the label is coarser, none where it has no counterpart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, get_args

from harness.data.files import read_yaml, resource
from harness.data.near import guess, listed
from harness.data.schema import GOLD_NAME, Nesting, Schema, read_schema, schema_of, text_fault
from harness.data.types import InputError

_KEYS: Final = {"name", "version", "nesting", "nests_in_itself", "schema", "source", "notes", "labels"}
_OPTIONAL: Final = {"nests_in_itself", "schema", "source", "notes"}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class TagSet:
    """A versioned map: every label of a tag set with the types of `schema` it covers, none where it is dropped.

    `nesting` is `outermost` where the tag set's annotation marks no mention inside another. `nests_in_itself` is False
    where it marks none inside another of the same label, as with one tag a token and label; projection leaves these to
    both sides, so that they are no part of a record and two maps that differ in nothing else are equal.
    """

    name: str
    version: int
    nesting: Nesting
    labels: Mapping[str, tuple[str, ...]]
    source: str = ""
    notes: str = ""
    nests_in_itself: bool = field(default=True, compare=False)
    schema: Schema = field(default_factory=lambda: read_schema(GOLD_NAME))

    @property
    def label(self) -> str:
        """Name and version, as signatures show them."""
        return f"{self.name}@{self.version}"

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of the schema that some label covers."""
        return frozenset(kind for covered in self.labels.values() for kind in covered)

    def record(self) -> dict[str, object]:
        """The map as plain values; `tag_set` reads them back."""
        labels = {label: list(covered) for label, covered in self.labels.items()}
        # As in runs and baselines from before there were other schemas.
        other = {} if self.schema == read_schema(GOLD_NAME) else {"schema": self.schema.record()}
        return {
            "name": self.name, "version": self.version, "nesting": self.nesting,
            "source": self.source, "notes": self.notes, "labels": labels, **other,
        }  # fmt: skip


def own_types(schema: Schema) -> TagSet:
    """The types of a schema as a tag set: what a side speaks that names no map."""
    labels = {kind: (kind,) for kind in schema.types}
    return TagSet(schema.name, schema.version, schema.nesting, labels, schema=schema)


def read_tag_set(name: str) -> TagSet:
    """The map in `conf/labels/<name>.yaml`, or in the file that `name` is the path of.

    Raises:
        InputError: there is none, or it is malformed.
    """
    folder = resource("conf") / "labels"
    path = folder / f"{name}.yaml" if _NAME.fullmatch(name) and not name.endswith((".yaml", ".yml")) else Path(name)
    if not path.exists():
        known = [file.stem for file in sorted(folder.glob("*.yaml"))]
        raise InputError(f"labels: found {name!r}, wanted the path of a map or one of {', '.join(known)}")
    return tag_set(read_yaml(path), str(path), path.parent)


def tag_set(value: object, where: str, folder: Path | None = None) -> TagSet:
    """The map that plain values describe; a path at `schema` is relative to `folder`.

    Raises:
        InputError: they describe none; the message begins with `where`.
    """
    if not isinstance(value, dict) or not _KEYS - _OPTIONAL <= value.keys() <= _KEYS:
        found = ", ".join(map(str, value)) if isinstance(value, dict) else repr(value)
        raise InputError(f"{where}: found {found}, wanted the keys {', '.join(sorted(_KEYS))}")
    name, version, nesting, labels = (value[key] for key in ("name", "version", "nesting", "labels"))
    schema = _schema(value.get("schema", GOLD_NAME), where, folder)
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in (GOLD_NAME, schema.name):
        wanted = " and ".join(map(repr, dict.fromkeys((GOLD_NAME, schema.name))))
        raise InputError(f"{where}: name: found {name!r}, wanted letters, digits and . _ - other than {wanted}")
    if type(version) is not int or version < 1:
        raise InputError(f"{where}: version: found {version!r}, wanted a whole number from 1")
    if nesting not in get_args(Nesting):
        raise InputError(f"{where}: nesting: found {nesting!r}, wanted one of {', '.join(get_args(Nesting))}")
    inside = value.get("nests_in_itself", nesting == "all")
    if type(inside) is not bool or (inside and nesting == "outermost"):
        raise InputError(f"{where}: nests_in_itself: found {inside!r}, wanted true or false, and false with outermost")
    if not isinstance(labels, dict) or not labels:
        raise InputError(f"{where}: labels: found {labels!r}, wanted each label with the types it covers")
    covered = {
        _label(label, where): _types(types, schema, f"{where}: labels.{label}") for label, types in labels.items()
    }
    source, notes = (str(value.get(key, "")) for key in ("source", "notes"))
    return TagSet(name, version, nesting, covered, source, notes, inside, schema)


def _schema(value: object, where: str, folder: Path | None) -> Schema:
    """The schema of a map: named, in a file beside it, or, in the record of a run, as plain values."""
    if isinstance(value, dict):
        return schema_of(value, f"{where}: schema")
    if not isinstance(value, str):
        raise InputError(f"{where}: schema: found {value!r}, wanted the name or the path of a schema")
    beside = Path(value) if folder is None else folder / value
    return read_schema(str(beside) if beside.suffix in (".yaml", ".yml") else value)


def _label(label: object, where: str) -> str:
    """A label of a map: any text that a file can hold, the names of averages included, which the map may rename."""
    if not isinstance(label, str) or not label:
        raise InputError(f"{where}: labels: found {label!r}, wanted a label in quotation marks")
    wanted = text_fault(label)
    if wanted is not None:
        raise InputError(f"{where}: labels: found {label!r}, wanted {wanted}")
    return label


def _types(types: object, schema: Schema, where: str) -> tuple[str, ...]:
    covered = [] if types is None else types if isinstance(types, list) else [types]
    strange = [str(kind) for kind in covered if kind not in schema.types]
    if strange or len(covered) > len(set(covered)):
        near = guess(strange[0], schema.types) if strange else ""
        wanted = f"null or types of {schema.label}, each once: {listed(schema.types)}{near}"
        raise InputError(f"{where}: found {types!r}, wanted {wanted}")
    return tuple(covered)
