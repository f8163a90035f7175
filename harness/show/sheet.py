"""Tables for people: what stands in them, whichever way they are shown.

A sheet is written by `terminal`, `markdown` and `html`. They escape and isolate: texts stand in a sheet as they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

Kind = Literal["words", "name", "number"]
"""What a column holds: words of ours, what people named in any script, or numbers."""

Tone = Literal["plain", "muted", "good", "bad", "unsure"]
"""How a row is meant; muted ones belong to a row above them."""

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Code(str):
    """A text that is shown as code: a command, a signature."""

    __slots__ = ()


class Link(str):
    """A text that leads to `address`, a place beside the page, where a page can be followed."""

    address: str

    def __new__(cls, text: str, address: str) -> Self:
        """A `text` that leads to `address`."""
        link = super().__new__(cls, text)
        link.address = address
        return link


@dataclass(frozen=True)
class Excerpt:
    """A piece of a document, marked between what stands before and after it."""

    before: str
    text: str
    after: str


Cell = str | Excerpt


@dataclass(frozen=True)
class Column:
    """A heading, and what stands below it; `short` is the heading where there is little room."""

    heading: str
    kind: Kind = "number"
    short: str = ""


@dataclass(frozen=True)
class Row:
    """A cell for each column."""

    cells: Sequence[Cell]
    tone: Tone = "plain"


@dataclass(frozen=True)
class Sheet:
    """A table under a caption, with notes below it.

    The first `heads` columns hold what a group of rows is about: a terminal writes them once, above the group. `key` is
    the column that tells what a row is. A `folded` sheet waits to be opened. A sheet with a name in `elsewhere`, of a
    file that has all rows, may be cut where it grows too long. `filters` are headings of columns by which a reader of a
    page can choose rows.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    heads: int = 0
    key: int = 0
    folded: bool = False
    elsewhere: str = ""
    filters: Sequence[str] = ()

    def __post_init__(self) -> None:
        odd = [len(row.cells) for row in self.rows if len(row.cells) != len(self.columns)]
        if odd:
            raise ValueError(f"{self.caption}: found a row of {odd[0]} cells, wanted {len(self.columns)}")

    @property
    def headings(self) -> list[str]:
        """What stands above the columns."""
        return [column.heading for column in self.columns]

    def select(self, *headings: str) -> "Sheet":
        """The columns with these headings, in this order; the first of them is the key."""
        places = [self.headings.index(heading) for heading in headings]
        rows = [replace(row, cells=[row.cells[place] for place in places]) for row in self.rows]
        return replace(self, columns=[self.columns[place] for place in places], rows=rows, key=0)

    def cut(self, most: int) -> "Sheet":
        """The sheet as it is; one that may be cut with its first `most` rows, and a note if there are more."""
        if not self.elsewhere or len(self.rows) <= most:
            return self
        note = f"The first {most} of {len(self.rows)}; {self.elsewhere} has all."
        return replace(self, rows=self.rows[:most], notes=(note, *self.notes))


@dataclass(frozen=True)
class Page:
    """Everything that is shown of one thing, in its order; `facts` are names and values."""

    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    sheets: Sequence[Sheet]
    signatures: Sequence[str] = ()


def printable(text: str) -> str:
    r"""`text` with control characters and lone surrogates written out, as `\x1b`; tabs and line feeds stay.

    A terminal would obey the ones, and UTF-8 cannot hold the others, which paths may have.
    """
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """`text`, printable, with single spaces for all white space."""
    return printable(" ".join(text.split()))
