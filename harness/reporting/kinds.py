"""What an error is, and how a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from harness.reporting.differences import Part

Kind = Literal["missed", "spurious", "unplaced", "type", "boundary", "both", "parts"]

KINDS: Final[Mapping[Kind, str]] = {
    "missed": "missed",
    "spurious": "spurious",
    "unplaced": "no such text",
    "type": "wrong type",
    "boundary": "wrong boundary",
    "both": "wrong type and boundary",
    "parts": "wrong parts",
}
"""Every kind in words; only claims have wrong parts."""


@dataclass(frozen=True, slots=True)
class Error:
    """One thing that is wrong in a document, and the names of the scorers that count it.

    `gold` and `predicted` number the items of the layer, several where a view makes them equal; one is empty for what
    is missed or spurious. `labels` are the types, that of gold first, or the parts of a pair of claims that are wrong.
    A spurious answer that has no place has no items, and the number `unplaced` among those of the document.
    """

    document: str
    layer: str
    kind: Kind
    start: int
    gold: tuple[int, ...]
    predicted: tuple[int, ...]
    labels: tuple[str, ...]
    detail: str = ""
    scorers: tuple[str, ...] = ()
    unplaced: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An error as the list shows it; `place` is the id of what it is about in the text."""

    id: str
    place: str
    run: str
    error: Error
    shared: bool
    """Whether the other run errs here too."""
    parts: tuple[Part, ...]
    """What differs: of a claim the roles and attributes that are wrong, of all else its spans."""
    item: str
    """The text of what the error is about: of the gold, or where there is none of the prediction."""
    before: str
    after: str

    @property
    def words(self) -> str:
        """The kind in words."""
        return KINDS[self.error.kind]
