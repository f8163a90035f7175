"""The interface of a data set: all that is asked of a source of examples, with defaults for all but two things."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from harness.data.failures import blaming
from harness.data.near import guess, listed
from harness.data.schema import Schema, infer_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Document, Example, InputError, Passes
from harness.data.unknown import unknown_names

Part = TypeVar("Part")


class PlainDataset(Protocol):
    """The least that a class has to have to be used as a data set; see `as_dataset`."""

    @property
    def name(self) -> str:
        """As in `Dataset`."""

    def read(self) -> Sequence[Example]:
        """As in `Dataset`."""


class Dataset(ABC):
    """A source of examples. A subclass gives `name` and `read`, and overrides what else it knows."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that signatures and reports show."""

    @abstractmethod
    def read(self) -> Sequence[Example]:
        """All examples, in a stable order.

        Raises:
            InputError: the source is malformed.
        """

    @property
    def source(self) -> Path | None:
        """The JSON Lines file that holds exactly these examples, None where there is none."""
        return None

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """Canonical names of speakers with their written variants; empty where none are known."""
        return {}

    @property
    def labels(self) -> str | None:
        """The name, or the path, of the map of its entity labels; None: the types of its schema."""
        return None

    @property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names.

        Raises:
            InputError: there is no such map.
        """
        return None if self.labels is None else read_tag_set(self.labels)

    @property
    def annotation_schema(self) -> Schema | None:
        """What it annotates, entity types under its own labels; None: what its examples use. Asked for after `read`."""
        return None

    @property
    def remarks(self) -> Sequence[str]:
        """What a reader of the scores has to know of the data; asked for after `read`."""
        return ()

    def passes(self, documents: Sequence[Document]) -> Passes | None:
        """The independent annotations that the gold of `documents` was made from; None where there are none."""
        del documents
        return None

    @property
    def infers_schema(self) -> bool:
        """Whether what it annotates is what its examples use."""
        return self.annotation_schema is None

    @property
    def picked_from(self) -> Sequence[Document] | None:
        """The documents of the whole that this was picked from; None where it is no part of another data set."""
        return None

    def stands_for(self, dataset: object) -> bool:
        """Whether this is read in the place of `dataset`: it is that, equal to it, or picked out of it."""
        return dataset is self or dataset == self


def as_dataset(part: PlainDataset) -> Dataset:
    """`part` with the whole interface: a class with `name` and `read` alone is a data set too.

    Raises:
        InputError: `part` lacks one of the two.
    """
    return complete(part, Dataset)  # type: ignore[type-abstract]


def complete(part: object, interface: type[Part]) -> Part:
    """`part` as an `interface`: each member is its own if it has one, else the interface's default.

    Raises:
        InputError: `part` lacks a member that has no default.
    """
    if isinstance(part, interface):
        return part
    members = {name: value for name, value in vars(interface).items() if not name.startswith("_")}
    wanted = [name for name, value in members.items() if getattr(value, "__isabstractmethod__", False)]
    missing = [name for name in wanted if name not in dir(part)]
    if missing:
        kind = interface.__name__.lower()
        raise InputError(f"{kind}: found {type(part).__name__} without {', '.join(missing)}, wanted a {kind}")

    def member(name: str) -> property:
        # Not hasattr(): it takes an AttributeError inside a property for a member that is not there.
        return property(
            lambda whole: getattr(part, name) if name in dir(part) else members[name].__get__(whole, interface)
        )

    # In messages it is the class that its author knows.
    author = {name: getattr(type(part), name) for name in ("__module__", "__qualname__")}
    made: Any = type(type(part).__name__, (interface,), author | {name: member(name) for name in members})
    completed: Part = made()
    return completed


@dataclass(frozen=True, eq=False)
class ReadOnce(Dataset):
    """A data set that is read once, however many ask: the evaluation, and baselines that count in the same gold."""

    plain: PlainDataset

    def stands_for(self, dataset: object) -> bool:
        """Whether `dataset` is the one that is read here, one that is equal to it, or the whole that it is part of."""
        return dataset is self or dataset == self.plain or self._whole.stands_for(dataset)

    @property
    def name(self) -> str:
        """The name of the data set."""
        return self._whole.name

    def read(self) -> Sequence[Example]:
        """Its examples."""
        return self._examples

    @property
    def source(self) -> Path | None:
        """Its file."""
        return self._whole.source

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """Its variants of speakers' names."""
        return self._speakers

    @property
    def labels(self) -> str | None:
        """Its map."""
        return self._whole.labels

    @cached_property
    def tag_set(self) -> TagSet | None:
        """Its tag set."""
        return self._whole.tag_set

    @cached_property
    def annotation_schema(self) -> Schema:
        """What it annotates, or what its examples use.

        Raises:
            InputError: its examples use other names, or some that cannot be used.
        """
        examples, given = self._examples, self._whole.annotation_schema
        labels = None if self.tag_set is None else tuple(self.tag_set.labels)
        if given is None and labels is None:
            return infer_schema(examples, self.name)
        if given is None:
            given = infer_schema(examples, self.name, labels)
        unknown = unknown_names((example.gold for example in examples), given)
        for place, counts in unknown.items():
            names = given.names.get(place, given.attributes)
            found = next(iter(counts))
            wanted = f"one of {given.label}: {listed(names)}{guess(found, names)}"
            raise InputError(f"{self.name}: {'.'.join(place)}: found {found!r}, wanted {wanted}")
        return given

    @property
    def infers_schema(self) -> bool:
        """Whether what it annotates is what its examples use."""
        return self._whole.infers_schema

    @property
    def picked_from(self) -> Sequence[Document] | None:
        """The documents that its own were picked from."""
        return self._whole.picked_from

    @property
    def remarks(self) -> Sequence[str]:
        """Its remarks."""
        return self._whole.remarks

    def passes(self, documents: Sequence[Document]) -> Passes | None:
        """Its annotation passes."""
        return self._whole.passes(documents)

    @cached_property
    def _whole(self) -> Dataset:
        return as_dataset(self.plain)

    @cached_property
    def _examples(self) -> Sequence[Example]:
        with blaming(type(self._whole), "read", "examples"):
            examples = self._whole.read()
            odd = next((example.document.id for example in examples if example.gold.unplaced), None)
        if odd is not None:
            raise InputError(f"{self.name}: document {odd}: found unplaced, wanted gold, of which all has a place")
        return examples

    @cached_property
    def _speakers(self) -> Mapping[str, Sequence[str]]:
        return self._whole.speakers()
