"""Files with one token a line and its tags in columns behind it."""

import csv
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple

from harness.data.bio import OUTSIDE
from harness.data.jsonl import shown
from harness.data.types import InputError

Separator = Literal["tab", "blanks", "comma"]

DOCSTART: Final = "-DOCSTART-"
# Not str.split(): that would cut at a no-break space inside a token too.
_SPLIT: Final = {"tab": re.compile("\t"), "blanks": re.compile("[ \t]+")}
_BLANKS: Final = " \t\r"
_MARK: Final = "\ufeff"
_LANGUAGE: Final = re.compile("[a-z]{2,3}(?:-[a-z]+)?:(?=.)")
# The share of tokens behind language codes from which on these are taken for a part of the format.
_MOST: Final = 0.9


class Token(NamedTuple):
    """A token with its tags, as many as its line has, and the number of the line."""

    text: str
    tags: tuple[str, ...]
    line: int


class Sentence(NamedTuple):
    """The tokens between two blank lines; `opens` where a line -DOCSTART- stands before it.

    `marks` counts the byte order marks that were cut from the head of its lines.
    """

    tokens: tuple[Token, ...]
    opens: bool
    marks: int = 0


class _Line(NamedTuple):
    """A line without its end, and how many byte order marks stood at its head."""

    number: int
    text: str
    marks: int


@dataclass(frozen=True)
class Columns:
    """Where a line has its token and its tags, counted from 0, or from -1 at the end.

    `tags` None: every column behind the token, one or more. With a list all lines have as many columns, since a token
    with a space in it would shift them; `ragged` takes them as they are. `comment`: how lines begin that are passed
    over; None: no line does. `prefix`: what stands before every token and is no part of it (`ar:` in WikiANN).

    `header`: the first line names the columns. `split` parts several tags in a cell. `key` is the name before the tag
    in a cell of `KEY=VALUE|KEY=VALUE`, as of MISC in CoNLL-U; a cell without it is O.
    """

    separator: Separator = "tab"
    token: int = 0
    tags: Sequence[int] | None = None
    comment: str | None = None
    prefix: str | None = None
    ragged: bool = False
    header: bool = False
    split: str | None = None
    key: str | None = None

    def read(self, path: Path, owner: str = "dataset") -> Iterator[Sentence]:
        """The sentences of a file; blank lines and -DOCSTART- lines end them.

        Messages name settings as those of `owner`.

        Raises:
            InputError: the file cannot be read, a line lacks a column, or lines differ in the number of columns; the
                message names the file, the first such line and how many there are.
        """
        lines = [line for line in _lines(path) if self.comment is None or not line.text.startswith(self.comment)]
        if self.header:
            first = next((place for place, line in enumerate(lines) if _kind(line.text) == "row"), len(lines))
            lines = [*lines[:first], *lines[first + 1 :]]
        rows = [(line, self._split(line.text)) for line in lines if _kind(line.text) == "row"]
        self._check(path, rows, f"{owner}.columns")
        fields = iter(rows)
        tokens: list[Token] = []
        opens, marks = False, 0
        for line in lines:
            kind = _kind(line.text)
            if tokens and kind != "row":
                yield Sentence(tuple(tokens), opens, marks)
                tokens, opens, marks = [], False, 0
            marks += line.marks
            if kind == "start":
                opens = True
            elif kind == "row":
                tokens.append(self._token(next(fields)[1], line.number))
        if tokens:
            yield Sentence(tuple(tokens), opens, marks)

    @cached_property
    def _least(self) -> int:
        """The columns that a line must have."""
        return max(-column if column < 0 else column + 1 for column in (self.token, *(self.tags or ())))

    def _split(self, line: str) -> list[str]:
        if self.separator == "comma":
            return [field.strip(_BLANKS) for field in next(csv.reader([line.rstrip(_BLANKS)]), [])]
        # Where columns are numbered, one that is empty at the end of a line is a column.
        blanks = " \r" if self.separator == "tab" and self.tags is not None else _BLANKS
        return [field.strip(_BLANKS) for field in _SPLIT[self.separator].split(line.rstrip(blanks))]

    def _token(self, fields: Sequence[str], number: int) -> Token:
        return Token(fields[self.token].removeprefix(self.prefix or ""), tuple(self._tags(fields)), number)

    def _cells(self, fields: Sequence[str]) -> Sequence[str]:
        """The cells that hold the tags of a line."""
        return fields[self.token + 1 :] if self.tags is None else [fields[column] for column in self.tags]

    def _tags(self, fields: Sequence[str]) -> Sequence[str]:
        cells = self._cells(fields)
        if self.key is not None:
            named = f"{self.key}="
            values = [part for cell in cells for part in cell.split(self.split or "|") if part.startswith(named)]
            return [value.removeprefix(named) for value in values] or [OUTSIDE]
        if self.split is not None:
            return [part.strip(_BLANKS) for cell in cells for part in cell.split(self.split)]
        return cells

    def _check(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> None:
        faults = [(line, fault) for line, fields in rows if (fault := self._fault(line.text, fields))]
        if faults:
            first, why = faults[0]
            raise InputError(
                f"{path}:{first.number}: {why}{_more(len(faults))}{self._way_on(first.text, rows, settings)}"
            )
        if self.tags is not None and not self.ragged:
            self._check_widths(path, rows, settings)
        if self.prefix is None:
            self._check_languages(path, rows, settings)
        if self.split is None and self.key is None:
            self._check_cells(path, rows, settings)

    def _fault(self, line: str, fields: Sequence[str]) -> str | None:
        """What is wrong with a line by itself."""
        if len(fields) < self._least:
            return f"found {len(fields)} columns, wanted at least {self._least}"
        text = fields[self.token]
        tags = self._tags(fields)
        # Counted from the end, a tag's column may be the token's.
        if any(column % len(fields) == self.token % len(fields) for column in self.tags or ()):
            tags = []
        if not text.strip() or not tags or not all(tags):
            return f"found {shown(line)}, wanted a token and its tags, parted by {self.separator}"
        if self.prefix is not None and not text.removeprefix(self.prefix).strip():
            return f"found {shown(text)}, wanted a token behind columns.prefix, {shown(self.prefix)}"
        if self.prefix is not None and not text.startswith(self.prefix):
            return f"found {shown(text)}, wanted a token that begins with columns.prefix, {shown(self.prefix)}"
        return None

    def _way_on(self, line: str, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> str:
        """Which setting would read a malformed line, if one would."""
        if self.comment is None and line.startswith("# "):
            return f"; '{settings}.comment=\"# \"' passes over such lines"
        if self.separator == "tab" and not any("\t" in other.text for other, _ in rows):
            if all("," in other.text for other, _ in rows):
                return f"; {settings}.separator=comma parts columns at commas"
            return f"; {settings}.separator=blanks parts columns at blanks"
        return ""

    def _check_cells(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> None:
        """Refuse cells that all hold several tags."""
        if rows and all("|" in cell for _, fields in rows for cell in self._cells(fields)):
            line, fields = rows[0]
            found = f"{path}:{line.number}: found {shown(self._cells(fields)[0])}, as in every line"
            raise InputError(f"{found}, wanted one tag in a cell; '{settings}.split=\"|\"' parts several")

    def _check_widths(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> None:
        """Refuse lines that have more or fewer columns than most."""
        widths = Counter(len(fields) for _, fields in rows)
        if len(widths) > 1:
            ((wanted, usual),) = widths.most_common(1)
            line, fields = next(row for row in rows if len(row[1]) != wanted)
            found = f"{path}:{line.number}: found {len(fields)} columns{_more(len(rows) - usual)}"
            raise InputError(
                f"{found}, wanted {wanted} as in {usual} others: a space in a token, or {settings}.ragged=true?"
            )

    def _check_languages(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> None:
        """Refuse tokens that nearly all begin with a language code."""
        heads = [(head[0], line) for line, fields in rows if (head := _LANGUAGE.match(fields[self.token]))]
        if heads and len(heads) >= _MOST * len(rows):
            code, line = heads[0]
            codes = list(dict.fromkeys(code for code, _ in heads))
            hint = f"; {settings}.prefix='{code}' takes it off" if len(codes) == 1 else ""
            found = (
                f"{path}:{line.number}: found {len(heads)} of {len(rows)} tokens that begin with {', '.join(codes[:3])}"
            )
            raise InputError(f"{found}, wanted tokens alone{hint}")


def _kind(line: str) -> Literal["blank", "start", "row"]:
    """What a line is: -DOCSTART-, a token with its tags, or nothing."""
    if line.startswith(DOCSTART):
        return "start"
    return "row" if line.strip(_BLANKS) else "blank"


def _more(count: int) -> str:
    return f" ({count} such lines)" if count > 1 else ""


def _lines(path: Path) -> Iterator[_Line]:
    """Lines without their end. A line feed ends one and nothing else: U+2028 may stand inside a token.

    A byte order mark at the head of the file is no part of it. Those at the head of other lines, as `cat` leaves them,
    are cut and counted.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    if b"\r" in raw and b"\n" not in raw:
        raise InputError(f"{path}: found carriage returns alone, wanted line feeds at the ends of lines")
    for number, line in enumerate(raw.removeprefix(BOM_UTF8).split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number}: found byte 0x{line[error.start]:02x}, wanted UTF-8") from error
        bare = text.lstrip(_MARK)
        yield _Line(number, bare, len(text) - len(bare))
