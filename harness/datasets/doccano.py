"""Gold that people annotated in doccano."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import is_zipfile

from harness.data.types import InputError
from harness.data.units import AnyUnit
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.doccano import Reading, read_file
from harness.formats.marks import MarkedText


@dataclass(frozen=True)
class Doccano(MarkedDataset):
    """A file that doccano exported for sequence labelling, or a folder with one; the keys are those of its yaml."""

    unit: AnyUnit = "code_points"
    text_key: str = "text"
    id_key: str | None = None

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents in the order of the file.

        Raises:
            InputError: the file is malformed, or the folder has several.
        """
        # Nothing in the file tells these apart.
        units.doubt("utf16", "graphemes")
        reading = Reading(self.marking, self.text_key, self.id_key)
        yield from read_file(
            the_file(Path(self.path), (".jsonl", ".json")), self.encoding, reading, units.prove, self.counts
        )


def the_file(path: Path, endings: tuple[str, ...]) -> Path:
    """`path`, or the one file with such an ending in it if it is a folder.

    Raises:
        InputError: the folder has none, or several, or `path` is still packed.
    """
    if path.is_file() and is_zipfile(path):
        raise InputError(f"{path}: found a zip archive, wanted it unpacked: dataset.path=FOLDER or one file of it")
    if not path.is_dir():
        return path
    files = sorted(file for file in path.iterdir() if file.suffix in endings and not file.name.startswith("."))
    files = [file for file in files if not file.stem.endswith("_config")]
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or f"no file {' or '.join(endings)}"
        raise InputError(f"{path}: found {found}, wanted the one file to read: dataset.path={path}/FILE")
    return files[0]
