"""What is known of a model beside its weights: its card, and the texts that it has learned from, by their hashes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.data.types import Document, InputError

RECORD: Final = "training.json"
# Letters from which two equal lines are taken for one text: bylines and headings repeat.
_LETTERS: Final = 40


@dataclass(frozen=True)
class Card:
    """A model's licence, what it was trained on, and where that is said.

    `not_for` names the data sets, or the tag sets of data sets, whose scores say nothing because the model has learned
    from them. None: not known.
    """

    licence: str | None
    training_data: str
    not_for: Sequence[str]
    source: str


def fingerprint(text: str) -> str:
    """Sixteen hexadecimal digits that two texts share if they differ in white space at most."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:16]


def read_seen(folder: Path) -> frozenset[str]:
    """The fingerprints of the lines that the model in `folder` has learned from; none where no record stands beside it.

    Raises:
        InputError: the record cannot be read.
    """
    path = folder / RECORD
    if not path.is_file():
        return frozenset()
    try:
        return frozenset(json.loads(path.read_text(encoding="utf-8"))["seen"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: found {error!r}, wanted the record of a training") from error


def learned_from(documents: Sequence[Document], seen: frozenset[str]) -> list[str]:
    """The ids of the documents with a line, of 40 characters at least, that was learned from."""
    if not seen:
        return []
    return [
        document.id
        for document in documents
        if any(len(line) >= _LETTERS and fingerprint(line) in seen for line in document.text.split("\n"))
    ]
