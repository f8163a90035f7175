"""Files with one token a line and its tags in columns behind it."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Final, Literal, NamedTuple

from harness.data.bio import OUTSIDE
from harness.data.encodings import read_text
from harness.data.jsonl import shown
from harness.data.types import InputError

Separator = Literal["tab", "blanks", "comma"]
Malformed = Literal["error", "skip"]

DOCSTART: Final = "-DOCSTART-"
# Not str.split(): that would cut at a no-break space inside a token too.
_SPLIT: Final = {"tab": re.compile("\t"), "blanks": re.compile("[ \t]+")}
_BLANKS: Final = " \t\r"
_MARK: Final = "\ufeff"
_LANGUAGE: Final = re.compile("[a-z]{2,3}(?:-[a-z]+)?:(?=.)")
# A tag behind its name, in a cell of several values.
_KEYED: Final = re.compile(r"(?:^|\|)(\w+)=(?:O|[BIESLU]-[^|]+)(?:\||$)")
# In CoNLL-U the number of a token; of several, as one stretch of text is written; of one that is not in the text.
_ID: Final = re.compile(r"\d+(?P<other>[-.]\d+)?")
# The share of tokens behind language codes from which on these are taken for a part of the format.
_MOST: Final = 0.9


class Token(NamedTuple):
    """A token with its tags, as many as its line has, and the number of the line."""

    text: str
    tags: tuple[str, ...]
    line: int


class Sentence(NamedTuple):
    """The tokens between two blank lines; `opens` where a line -DOCSTART- stands before it.

    `marks` counts the byte order marks that were cut from the head of its lines. `skipped` are malformed lines that
    were passed over, in it or beside it: the number of each, and what is wrong with it.
    """

    tokens: tuple[Token, ...]
    opens: bool
    marks: int = 0
    skipped: tuple[tuple[int, str], ...] = ()


class _Line(NamedTuple):
    """A line without its end: what it is, and how many byte order marks stood at its head."""

    number: int
    text: str
    marks: int
    kind: Literal["blank", "start", "row"]


@dataclass(frozen=True)
class Columns:
    """Where a line has its token and its tags, counted from 0, or from -1 at the end.

    `tags` None: every column behind the token, one or more. With a list all lines have as many columns, since a token
    with a space in it would shift them; `ragged` takes them as they are. `comment`: how lines begin that are passed
    over; None: no line does. `prefix`: what stands before every token and is no part of it (`ar:` in WikiANN).

    `header`: the first line names the columns. `split` parts several tags in a cell. `key` is the name before the tag
    in a cell of `KEY=VALUE|KEY=VALUE`, as of MISC in CoNLL-U; a cell without it is O. Where the first column numbers
    tokens as CoNLL-U does, its lines for several tokens and for empty nodes are passed over.

    `malformed`: `error` refuses a file with lines that are no token with its tags; `skip` passes over them, if they are
    fewer than half.
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
    malformed: Malformed = "error"

    def read(self, path: Path, owner: str = "dataset", encoding: str | None = None) -> Iterator[Sentence]:
        """The sentences of a file; blank lines and -DOCSTART- lines end them.

        Messages name settings as those of `owner`. `encoding` is that of the file, where it is not UTF-8.

        Raises:
            InputError: the file cannot be read, a line lacks a column, or lines differ in the number of columns; the
                message names the file, the first such line and how many there are.
        """
        text = read_text(path, encoding, f"{owner}.")
        lines = [line for line in _lines(path, text) if self.comment is None or not line.text.startswith(self.comment)]
        if self.header:
            first = next((place for place, line in enumerate(lines) if line.kind == "row"), len(lines))
            lines = [*lines[:first], *lines[first + 1 :]]
        rows = [(line, self._split(line.text)) for line in lines if line.kind == "row"]
        others = self._no_tokens(rows)
        if others:
            lines = [line for line in lines if line.number not in others]
            rows = [row for row in rows if row[0].number not in others]
        skipped = self._check(path, rows, f"{owner}.columns")
        fields = iter(rows)
        sentences: list[Sentence] = []
        tokens: list[Token] = []
        passed_over: list[tuple[int, str]] = []
        opens, marks = False, 0
        for line in lines:
            if tokens and line.kind != "row":
                sentences.append(Sentence(tuple(tokens), opens, marks, tuple(passed_over)))
                tokens, passed_over, opens, marks = [], [], False, 0
            marks += line.marks
            if line.kind == "start":
                opens = True
            elif line.kind == "row":
                cells = next(fields)[1]
                if line.number in skipped:
                    passed_over.append((line.number, skipped[line.number]))
                else:
                    tokens.append(self._token(cells, line.number))
        if tokens:
            sentences.append(Sentence(tuple(tokens), opens, marks, tuple(passed_over)))
        elif sentences and passed_over:
            last = sentences[-1]
            sentences[-1] = last._replace(skipped=(*last.skipped, *passed_over))
        yield from sentences

    @cached_property
    def _least(self) -> int:
        """The columns that a line must have."""
        return max(-column if column < 0 else column + 1 for column in (self.token, *(self.tags or ())))

    def _no_tokens(self, rows: Sequence[tuple[_Line, Sequence[str]]]) -> Set[int]:
        """The numbers of lines of CoNLL-U that are no tokens: `3-4 وبكين` stands before its tokens و and بكين."""
        if self.token == 0:
            return frozenset()
        numbers = [_ID.fullmatch(fields[0]) if fields else None for _, fields in rows]
        if not all(numbers):
            return frozenset()
        return {line.number for (line, _), number in zip(rows, numbers, strict=True) if number and number["other"]}

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

    def _check(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> Mapping[int, str]:
        """The numbers of lines to pass over, each with what is wrong with it."""
        faults = [(line, fault) for line, fields in rows if (fault := self._fault(line.text, fields))]
        # Where most lines are malformed it is a setting that does not fit.
        skips = self.malformed == "skip" and 2 * len(faults) < len(rows)
        if faults and not skips:
            first, why = faults[0]
            way_on = self._way_on(first.text, rows, settings)
            if not way_on and 2 * len(faults) < len(rows):
                way_on = f"; {settings}.malformed=skip passes over such lines"
            raise InputError(f"{path}:{first.number}: {why}{_more(len(faults))}{way_on}")
        skipped = {line.number: fault for line, fault in faults}
        sound = [row for row in rows if row[0].number not in skipped]
        if self.tags is not None and not self.ragged:
            skipped |= self._odd_widths(path, sound, settings)
            sound = [row for row in rows if row[0].number not in skipped]
        if self.prefix is None:
            self._check_languages(path, sound, settings)
        if self.split is None and self.key is None:
            self._check_cells(path, sound, settings)
        return skipped

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
        """Refuse cells that all hold several tags, or mostly hold one behind a name."""
        cells = [(line, cell) for line, fields in rows for cell in self._cells(fields)]
        keys = Counter(match[1] for _, cell in cells if (match := _KEYED.search(cell)) is not None)
        key, times = keys.most_common(1)[0] if keys else ("", 0)
        if times and 2 * times >= len(rows):
            line, cell = next((line, cell) for line, cell in cells if f"{key}=" in cell)
            found = f"{path}:{line.number}: found {shown(cell)}"
            raise InputError(f"{found}, wanted a tag alone; {settings}.key={key} takes it from behind its name")
        if cells and all("|" in cell for _, cell in cells):
            line, cell = cells[0]
            found = f"{path}:{line.number}: found {shown(cell)}, as in every line"
            raise InputError(f"{found}, wanted one tag in a cell; '{settings}.split=\"|\"' parts several")

    def _odd_widths(self, path: Path, rows: Sequence[tuple[_Line, Sequence[str]]], settings: str) -> dict[int, str]:
        """The lines that have more or fewer columns than most, if they may be passed over; else they are refused."""
        widths = Counter(len(fields) for _, fields in rows)
        if len(widths) <= 1:
            return {}
        ((wanted, usual),) = widths.most_common(1)
        odd = [(line, fields) for line, fields in rows if len(fields) != wanted]
        if self.malformed == "skip" and len(odd) < usual:
            return {line.number: f"found {len(fields)} columns, wanted {wanted}" for line, fields in odd}
        line, fields = odd[0]
        found = f"{path}:{line.number}: found {len(fields)} columns{_more(len(odd))}"
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


def skipped_remark(path: Path, skipped: Sequence[tuple[int, str]]) -> str:
    """What is said of the lines that were passed over, each with its number and what is wrong with it."""
    line, why = min(skipped, key=itemgetter(0))
    return f"{path}:{line}: {why}{_more(len(skipped))}; passed over, as columns.malformed=skip says"


def _kind(line: str) -> Literal["blank", "start", "row"]:
    """What a line is: -DOCSTART-, a token with its tags, or nothing."""
    if line.startswith(DOCSTART):
        return "start"
    return "row" if line.strip(_BLANKS) else "blank"


def _more(count: int) -> str:
    return f" ({count} such lines)" if count > 1 else ""


def _lines(path: Path, text: str) -> Iterator[_Line]:
    """Lines without their end. A line feed ends one and nothing else: U+2028 may stand inside a token.

    Byte order marks at the head of lines, as `cat` leaves them, are cut and counted.
    """
    if "\r" in text and "\n" not in text:
        raise InputError(f"{path}: found carriage returns alone, wanted line feeds at the ends of lines")
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip(_MARK)
        yield _Line(number, bare, len(line) - len(bare), _kind(bare))
