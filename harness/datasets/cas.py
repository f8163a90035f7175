"""Gold in UIMA CAS, as INCEpTION and WebAnno export it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import get_args

from harness.data.schema import shipped_schemas
from harness.data.types import InputError
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.cas import RELATIONS, SPANS, Reading, Unlabelled, files_in, read_file
from harness.formats.marks import MarkedText


@dataclass(frozen=True)
class Cas(MarkedDataset):
    """A file, or a folder of files, a document each; the keys are those of its yaml."""

    spans: Mapping[str, str] = field(default_factory=lambda: SPANS)
    relations: Mapping[str, str] = field(default_factory=lambda: RELATIONS)
    attributes: Sequence[str] | None = None
    view: str | None = None
    typesystem: str | None = None
    unlabelled: Unlabelled = "error"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.unlabelled not in get_args(Unlabelled):
            wanted = ", ".join(get_args(Unlabelled))
            raise InputError(f"dataset.unlabelled: found {self.unlabelled!r}, wanted one of {wanted}")

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents by the names of their files. Offsets are UTF-16 in the form itself, and need no proof.

        Raises:
            InputError: a file is no CAS, or a span has no label.
        """
        del units
        self._counts.clear()
        if self.attributes is not None:
            attributes = tuple(self.attributes)
        elif self.annotation_schema is not None:
            attributes = tuple(self.annotation_schema.attributes)
        else:
            attributes = tuple(dict.fromkeys(name for schema in shipped_schemas() for name in schema.attributes))
        system = None if self.typesystem is None else Path(self.typesystem)
        reading = Reading(self.marking, self.spans, self.relations, attributes, self.view, system, self.unlabelled)
        root = Path(self.path)
        for path in files_in(root):
            name = path.relative_to(root).with_suffix("").as_posix() if root.is_dir() else path.stem
            yield read_file(path, name, reading, self._counts)

    @property
    def remarks(self) -> Sequence[str]:
        """Those of all marked data sets, and what was passed over in the files."""
        remarks = super().remarks
        found = ", ".join(f"{count} {what}" for what, count in self._counts.items() if count)
        return (*remarks, f"{self.path}: found {found}; passed over") if found else remarks

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter()
