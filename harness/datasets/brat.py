"""Gold in brat's standoff."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from harness.data.encodings import read_text
from harness.data.types import Document, InputError
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.brat import Discontinuous, Reading, read_documents_file, read_pair
from harness.formats.marks import MarkedText

Missing = Literal["error", "empty"]


@dataclass(frozen=True)
class Brat(MarkedDataset):
    """A collection of brat, or one .ann file with its .txt; the keys are those of its yaml.

    `discontinuous` says what is made of spans in several pieces, `events` which events are claims, and `missing` what
    is made of a text without an .ann file.
    """

    discontinuous: Discontinuous = "error"
    events: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Missing = "error"

    def __post_init__(self) -> None:
        super().__post_init__()
        for key, values in (("discontinuous", get_args(Discontinuous)), ("missing", get_args(Missing))):
            if getattr(self, key) not in values:
                raise InputError(f"dataset.{key}: found {getattr(self, key)!r}, wanted one of {', '.join(values)}")

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents by the names of their files.

        Raises:
            InputError: a file lacks its other half, is malformed, or has offsets that are not proved.
        """
        self._counts.clear()
        reading = Reading(self.marking, self.discontinuous, self.events)
        root = Path(self.path)
        kept: dict[Path, Mapping[str, Mapping[str, Any]]] = {}
        for text_file in self._texts():
            folder = text_file.parent
            if folder not in kept:
                kept[folder] = read_documents_file(folder)
            known = kept[folder].get(text_file.stem, {})
            name = text_file.relative_to(root).with_suffix("").as_posix() if root.is_dir() else text_file.stem
            document = Document(known.get("id", name), read_text(text_file, self.encoding), known.get("meta", {}))
            path = text_file.with_suffix(".ann")
            if not path.is_file() and self.missing == "error":
                wanted = "its annotation; dataset.missing=empty reads such texts as without any mark"
                raise InputError(f"{path}: found no file beside {text_file.name}, wanted {wanted}")
            annotation = read_text(path, self.encoding) if path.is_file() else ""
            self._counts["texts without an .ann file, read as texts in which there is nothing"] += not path.is_file()
            yield read_pair(document, annotation, str(path), reading, units.prove, self._counts)

    def _texts(self) -> Sequence[Path]:
        path = Path(self.path)
        if path.is_file():
            return [path.with_suffix(".txt")]
        if not path.is_dir():
            raise InputError(f"{path}: found no such folder, wanted a collection of brat, or one of its .ann files")
        files = [file for file in sorted(path.rglob("*")) if not file.name.startswith(".") and file.is_file()]
        texts = [file for file in files if file.suffix == ".txt"]
        known = set(texts)
        lonely = next((file for file in files if file.suffix == ".ann" and file.with_suffix(".txt") not in known), None)
        if lonely is not None:
            raise InputError(f"{lonely}: found no {lonely.stem}.txt beside it, wanted the text that it annotates")
        return texts

    @property
    def remarks(self) -> Sequence[str]:
        """Those of all marked data sets, and what was passed over in the files."""
        remarks = super().remarks
        found = ", ".join(f"{count} {what}" for what, count in self._counts.items() if count)
        if not found:
            return remarks
        pieces = f"; taken as {self.discontinuous}" if self._counts["discontinuous spans"] else "; passed over"
        return (*remarks, f"{self.path}: found {found}{pieces}")

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter()
