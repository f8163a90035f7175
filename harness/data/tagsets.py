"""Tag sets: versioned maps from the labels of a corpus or a model to the gold's types.

A map covers each label with the gold's types: one, several where the label is coarser, none where it has no
counterpart.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, get_args

from harness.data.files import read_yaml, resource
from harness.data.schema import Nesting
from harness.data.types import ENTITY_TYPES, InputError

_KEYS: Final = {"name", "version", "nesting", "nests_in_itself", "source", "notes", "labels"}
_OPTIONAL: Final = {"nests_in_itself", "source", "notes"}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class TagSet:
    """A versioned map: every label of a tag set with the gold's types it covers, none where it is dropped.

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

    @property
    def label(self) -> str:
        """Name and version, as signatures show them."""
        return f"{self.name}@{self.version}"

    @cached_property
    def types(self) -> frozenset[str]:
        """The gold's types that some label covers."""
        return frozenset(kind for covered in self.labels.values() for kind in covered)

    def record(self) -> dict[str, object]:
        """The map as plain values; `tag_set` reads them back."""
        labels = {label: list(covered) for label, covered in self.labels.items()}
        return {
            "name": self.name, "version": self.version, "nesting": self.nesting,
            "source": self.source, "notes": self.notes, "labels": labels,
        }  # fmt: skip


GOLD: Final = TagSet("gold", 1, "all", {kind: (kind,) for kind in ENTITY_TYPES})
"""The gold's own types: what a side speaks that names no map."""


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
    return tag_set(read_yaml(path), str(path))


def tag_set(value: object, where: str) -> TagSet:
    """The map that plain values describe.

    Raises:
        InputError: they describe none; the message begins with `where`.
    """
    if not isinstance(value, dict) or not _KEYS - _OPTIONAL <= value.keys() <= _KEYS:
        found = ", ".join(map(str, value)) if isinstance(value, dict) else repr(value)
        raise InputError(f"{where}: found {found}, wanted the keys {', '.join(sorted(_KEYS))}")
    name, version, nesting, labels = (value[key] for key in ("name", "version", "nesting", "labels"))
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == GOLD.name:
        raise InputError(f"{where}: name: found {name!r}, wanted letters, digits and . _ - other than {GOLD.name!r}")
    if type(version) is not int or version < 1:
        raise InputError(f"{where}: version: found {version!r}, wanted a whole number from 1")
    if nesting not in get_args(Nesting):
        raise InputError(f"{where}: nesting: found {nesting!r}, wanted one of {', '.join(get_args(Nesting))}")
    inside = value.get("nests_in_itself", nesting == "all")
    if type(inside) is not bool or (inside and nesting == "outermost"):
        raise InputError(f"{where}: nests_in_itself: found {inside!r}, wanted true or false, and false with outermost")
    if not isinstance(labels, dict) or not labels:
        raise InputError(f"{where}: labels: found {labels!r}, wanted each label with the types it covers")
    covered = {_label(label, where): _types(types, f"{where}: labels.{label}") for label, types in labels.items()}
    return TagSet(name, version, nesting, covered, str(value.get("source", "")), str(value.get("notes", "")), inside)


def labels_of(side: TagSet | None) -> Collection[str]:
    """The labels of a tag set; without one the gold's own types."""
    return ENTITY_TYPES if side is None else side.labels.keys()


def _label(label: object, where: str) -> str:
    if not isinstance(label, str) or not label:
        raise InputError(f"{where}: labels: found {label!r}, wanted a label in quotation marks")
    if "/" in label or label in ("micro", "macro", "macro10"):
        raise InputError(f"{where}: labels: found {label!r}, wanted a label without / that is no average's name")
    return label


def _types(types: object, where: str) -> tuple[str, ...]:
    covered = [] if types is None else types if isinstance(types, list) else [types]
    if len(covered) > len(set(map(str, covered))) or not set(map(str, covered)) <= set(ENTITY_TYPES):
        raise InputError(f"{where}: found {types!r}, wanted null or types of {', '.join(ENTITY_TYPES)}, each once")
    return tuple(covered)
