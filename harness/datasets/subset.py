"""Part of a data set: documents picked by id, by what is said of them, by place or by lot."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from harness.data.dataset import Dataset, PlainDataset, ReadOnce
from harness.data.jsonl import one_line
from harness.data.near import listed
from harness.data.schema import Schema
from harness.data.tagsets import TagSet
from harness.data.types import Document, Example, InputError, Passes

_SLICE: Final = re.compile(r"(-?\d+)?:(-?\d+)?(?::(-?\d+))?")
_IDS_SHOWN: Final = 5


@dataclass(frozen=True)
class Subset:
    """Which documents of a data set are picked; with nothing given all are.

    Each field picks among what those before it leave, in the order of the fields: `ids`, patterns as in a shell (`*`,
    `?`, `[ab]`) of which one has to match the whole id; `meta`, of which every field of a document has to have the
    value, or one of a list of values; `slice`, places as in Python (`0:100`, `-10:`, `::2`); `documents`, how many are
    drawn. What is picked stays in the order of the data set.

    A draw takes the documents whose hash of `seed` and id is smallest: it depends on nothing else, and a document that
    comes to the corpus takes the place of at most one that was drawn.

    Raises:
        InputError: a field cannot be used.
    """

    ids: Sequence[str] | str | None = None
    meta: Mapping[str, Any] | None = field(default=None, hash=False)
    slice: str | None = None
    documents: int | None = None
    seed: int = 13

    def __post_init__(self) -> None:
        parts = None if self.slice is None else _SLICE.fullmatch(self.slice.strip())
        if self.slice is not None and (parts is None or (parts[3] and int(parts[3]) < 1)):
            raise InputError(f"slice: found {self.slice!r}, wanted START:END or START:END:STEP, such as 0:100")
        if self.documents is not None and self.documents < 1:
            raise InputError(f"documents: found {self.documents}, wanted 1 or more, or null")

    @property
    def label(self) -> str:
        """What is picked, as names of data sets and signatures show it; empty where all is."""
        said = [f"ids:{','.join(self.patterns)}"] if self.patterns is not None else []
        said += [f"meta.{key}:{_in_label(value)}" for key, value in (self.meta or {}).items()]
        said += [f"slice:{self.slice}"] if self.slice is not None else []
        said += [f"documents:{self.documents},seed:{self.seed}"] if self.documents is not None else []
        return one_line(";".join(said))

    @property
    def patterns(self) -> Sequence[str] | None:
        """The patterns of ids; None where none are given."""
        return [self.ids] if isinstance(self.ids, str) else self.ids

    def of(self, dataset: PlainDataset) -> PlainDataset:
        """What is picked of `dataset`; where nothing is to be picked, `dataset` itself."""
        return Selected(dataset, self) if self.label else dataset

    def places(self, documents: Sequence[Document]) -> list[int]:
        """The places of the picked documents, in ascending order; empty where none is picked."""
        places = [place for place, document in enumerate(documents) if self._admits(document)]
        if self.slice is not None:
            parts = _SLICE.fullmatch(self.slice.strip())
            start, end, step = (int(part) if part else None for part in (parts.groups() if parts else ()))
            places = places[start:end:step]
        if self.documents is not None:
            places = sorted(places, key=lambda place: _lot(self.seed, documents[place].id))[: self.documents]
        return sorted(places)

    def _admits(self, document: Document) -> bool:
        if self.patterns is not None and not any(fnmatchcase(document.id, pattern) for pattern in self.patterns):
            return False
        return all(
            any(_same(document.meta.get(key), value) for value in (wanted if _is_list(wanted) else [wanted]))
            for key, wanted in (self.meta or {}).items()
        )


@dataclass(frozen=True)
class Selected(Dataset):
    """What `subset` picks of the data set `plain`, which is read whole; its schema is that of the whole.

    Its name says what was picked, and what is said of the whole data set, its speakers, map and remarks, holds for it.
    """

    plain: PlainDataset
    subset: Subset

    @cached_property
    def whole(self) -> ReadOnce:
        """The data set that documents are picked of."""
        return self.plain if isinstance(self.plain, ReadOnce) else ReadOnce(self.plain)

    @property
    def name(self) -> str:
        """The name of the whole, and in brackets what was picked: `v1[documents:20,seed:13]`."""
        return f"{self.whole.name}[{self.subset.label}]"

    def read(self) -> Sequence[Example]:
        """The picked examples.

        Raises:
            InputError: there is none, or the whole is malformed.
        """
        examples = self.whole.read()
        return [examples[place] for place in self._places]

    @property
    def source(self) -> Path | None:
        """The file of the whole, if all of it was picked."""
        return self.whole.source if len(self._places) == len(self.whole.read()) else None

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """The variants of the whole."""
        return self.whole.speakers()

    @property
    def labels(self) -> str | None:
        """The map of the whole."""
        return self.whole.labels

    @property
    def tag_set(self) -> TagSet | None:
        """The tag set of the whole."""
        return self.whole.tag_set

    @property
    def annotation_schema(self) -> Schema:
        """What the whole annotates, or what all of its examples use."""
        return self.whole.annotation_schema

    @property
    def infers_schema(self) -> bool:
        """Whether that is what its examples use."""
        return self.whole.infers_schema

    @property
    def remarks(self) -> Sequence[str]:
        """Those of the whole, and how many of its documents were picked."""
        picked, total = len(self._places), len(self.whole.read())
        said = f"{self.name}: picked {picked} of {total} documents"
        wanted = self.subset.documents
        if wanted is not None and wanted > picked:
            said = f"{said}, all that there are to draw {wanted} from"
        return (*self.whole.remarks, said)

    def passes(self, documents: Sequence[Document]) -> Passes | None:
        """What the passes of the whole say of the picked documents."""
        del documents
        passes = self.whole.passes([example.document for example in self.whole.read()])
        if passes is None:
            return None
        return replace(passes, annotations=[[given[place] for place in self._places] for given in passes.annotations])

    @property
    def picked_from(self) -> Sequence[Document]:
        """All documents of the whole, and if that is a part itself of what it was picked from."""
        return self.whole.picked_from or [example.document for example in self.whole.read()]

    def stands_for(self, dataset: object) -> bool:
        """Whether `dataset` is this one, or the whole: a baseline that counts in gold counts in what is scored."""
        return dataset == self or self.whole.stands_for(dataset)

    @cached_property
    def _places(self) -> list[int]:
        documents = [example.document for example in self.whole.read()]
        places = self.subset.places(documents)
        if not places:
            known = listed([one_line(document.id) for document in documents], _IDS_SHOWN)
            found = f"found none of {len(documents)} documents of {self.whole.name} by {self.subset.label}"
            raise InputError(f"subset: {found}, wanted one at least; ids are {known or 'none'}")
        return places


def _lot(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{name}".encode("utf-8", "surrogatepass")).digest()


def _same(value: object, wanted: object) -> bool:
    """Whether a value of meta is the wanted one; a number that was written as text is the same."""
    return value == wanted or (value is not None and str(value) == str(wanted))


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _in_label(value: Any) -> str:
    return ",".join(map(str, value)) if _is_list(value) else str(value)
