"""Gold in CoNLL-U: mentions in MISC, multi-word tokens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from harness.data.bio import Scheme
from harness.data.types import InputError
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.conllu import COLUMN, KEY, Parts, Reading, read_file
from harness.formats.marks import MarkedText, Marking


@dataclass(frozen=True)
class Conllu(MarkedDataset):
    """A file in CoNLL-U; the keys are those of its yaml. Entities only: every label is a type of mentions."""

    # Not those of the schema: nothing here could say that a text has no claim.
    layers: Sequence[str] | None = ("entities",)
    marking: Marking = field(default_factory=lambda: Marking(content="", cue="", source="", sentences=()))
    column: str = COLUMN
    key: str | None = KEY
    scheme: Scheme = "IOB2"
    parts: Parts = "error"
    sentences: int | None = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.parts not in get_args(Parts):
            raise InputError(f"dataset.parts: found {self.parts!r}, wanted one of {', '.join(get_args(Parts))}")
        if self.sentences is not None and self.sentences < 1:
            raise InputError(f"dataset.sentences: found {self.sentences}, wanted a whole number from 1, or null")

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents in the order of the file; offsets are proved by the forms of the tokens.

        Raises:
            InputError: the file is malformed.
        """
        del units
        reading = Reading(self.column.lower(), self.key, self.scheme, self.parts, self.sentences)
        yield from read_file(Path(self.path), self.encoding, reading, self.counts)

    @property
    def done(self) -> str:
        """What was decided stands with each."""
        return ""
