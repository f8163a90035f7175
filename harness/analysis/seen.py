"""Names that a system may have met in training, to tell what it knows from what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from harness.arabic.surface import surface, uniform
from harness.data import codec
from harness.data.types import InputError


@dataclass(frozen=True)
class Seen:
    """Where the training names are: gold in JSON Lines, or a text with a name a line; no path, none are known.

    Raises:
        InputError: there is no such file.
    """

    path: str | None = None
    format: Literal["jsonl", "list"] = "jsonl"

    def __post_init__(self) -> None:
        # Here and not when it is read: that is after the model has run.
        if self.path is not None and not Path(self.path).is_file():
            raise InputError(f"path: found no file {self.path}, wanted training data")

    @cached_property
    def names(self) -> frozenset[str] | None:
        """The uniform spellings of all names, None where none are known."""
        if self.path is None:
            return None
        read = _listed if self.format == "list" else _annotated
        return frozenset(read(Path(self.path))) - {""}


def _annotated(path: Path) -> Iterator[str]:
    for example in codec.read_examples(path):
        for start, end, *_ in example.gold.entities or ():
            yield surface(example.document.text, start, end)


def _listed(path: Path) -> Iterator[str]:
    try:
        yield from map(uniform, path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: found {error}, wanted names in UTF-8, one a line") from error
