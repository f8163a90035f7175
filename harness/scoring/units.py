"""The units that intervals resample: documents, paragraphs or sentences."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from harness.arabic.segment import sentences
from harness.data.types import InputError
from harness.scoring.text import Positions, Text

Kind = Literal["document", "paragraph", "sentence"]

LONGEST_PARAGRAPH: Final = 8
"""Sentences in a unit at most: one line of 22 sentences would otherwise weigh like half an article."""


@dataclass(frozen=True)
class Units:
    """Units as boundaries on the joined text: a span belongs to the unit where it starts."""

    kind: str
    starts: Positions
    documents: Positions

    def of(self, positions: Positions) -> Positions:
        """The number of the unit that each position lies in."""
        return np.searchsorted(self.starts, positions, "right") - 1

    def __len__(self) -> int:
        return len(self.starts)


def cut_units(text: Text, kind: str) -> Units:
    """The units of every document of `text`; a document has at least one, an empty one too.

    Raises:
        InputError: `kind` names no unit.
    """
    if kind not in _CUTS:
        raise InputError(f"units: found {kind!r}, wanted one of {', '.join(_CUTS)}")
    starts: list[int] = []
    documents: list[int] = []
    for number, (offset, document) in enumerate(zip(text.offsets.tolist(), text.texts, strict=True)):
        # The first unit begins with its document, so that no position of it belongs to the document before.
        found = [offset, *(offset + start for start in list(_CUTS[kind](document))[1:])]
        starts += found
        documents += [number] * len(found)
    return Units(kind, np.array(starts, dtype=np.int64), np.array(documents, dtype=np.int64))


def _paragraphs(text: str) -> Iterator[int]:
    """Starts of lines; one of more than `LONGEST_PARAGRAPH` sentences is cut evenly into as few pieces as it takes."""
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            yield from (start + piece for piece in _pieces(line))
        start += len(line) + 1


def _pieces(line: str) -> Sequence[int]:
    if sum(map(line.count, ".؟!?")) < LONGEST_PARAGRAPH:
        return [0]
    starts = [span.start for span in sentences(line)]
    pieces = -(-len(starts) // LONGEST_PARAGRAPH)
    return [0, *(int(piece[0]) for piece in np.array_split(starts, pieces)[1:])]


_CUTS: Final[dict[str, Callable[[str], Iterator[int]]]] = {
    "document": lambda _: iter((0,)),
    "paragraph": _paragraphs,
    "sentence": lambda text: (span.start for span in sentences(text)),
}
