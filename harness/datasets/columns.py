"""Files with one token a line and its tags in columns behind it."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from harness.jsonl import shown
from harness.types import InputError

Separator = Literal["tab", "blanks"]

DOCSTART: Final = "-DOCSTART-"
# Not str.split(): that would cut at a no-break space inside a token too.
_SPLIT: Final = {"tab": re.compile("\t"), "blanks": re.compile("[ \t]+")}
_BLANKS: Final = " \t\r"


class Token(NamedTuple):
    """A token with its tags, as many as its line has, and the number of the line."""

    text: str
    tags: tuple[str, ...]
    line: int


class Sentence(NamedTuple):
    """The tokens between two blank lines; `opens` where a line -DOCSTART- stands before it."""

    tokens: tuple[Token, ...]
    opens: bool


@dataclass(frozen=True)
class Columns:
    """Where a line has its token and its tags, counted from 0, or from -1 at the end.

    `tags` None: every column behind the token. `comment`: how lines begin that are passed over; None: no line does.
    """

    separator: Separator = "tab"
    token: int = 0
    tags: Sequence[int] | None = None
    comment: str | None = None

    def read(self, path: Path) -> Iterator[Sentence]:
        """The sentences of a file; blank lines and -DOCSTART- lines end them.

        Raises:
            InputError: the file cannot be read, or a line lacks a column; the message names file and line.
        """
        tokens: list[Token] = []
        opens = False
        for number, line in enumerate(_lines(path), 1):
            if self.comment is not None and line.startswith(self.comment):
                continue
            blank, start = not line.strip(_BLANKS), line.startswith(DOCSTART)
            if tokens and (blank or start):
                yield Sentence(tuple(tokens), opens)
                tokens, opens = [], False
            if start:
                opens = True
            elif not blank:
                tokens.append(self._token(line, f"{path}:{number}", number))
        if tokens:
            yield Sentence(tuple(tokens), opens)

    def _token(self, line: str, where: str, number: int) -> Token:
        fields = [field.strip(_BLANKS) for field in _SPLIT[self.separator].split(line.rstrip(_BLANKS))]
        try:
            text = fields[self.token]
            tags = fields[self.token + 1 :] if self.tags is None else [fields[column] for column in self.tags]
        except IndexError:
            wanted = max(-column if column < 0 else column + 1 for column in (self.token, *(self.tags or ())))
            raise InputError(f"{where}: found {len(fields)} columns, wanted at least {wanted}") from None
        if not text.strip() or not tags or not all(tags):
            raise InputError(f"{where}: found {shown(line)}, wanted a token and its tags, parted by {self.separator}")
        return Token(text, tuple(tags), number)


def _lines(path: Path) -> Iterator[str]:
    """Lines without their end. A line feed ends one and nothing else: U+2028 may stand inside a token."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    for number, line in enumerate(raw.removeprefix(BOM_UTF8).split(b"\n"), 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number}: found byte 0x{line[error.start]:02x}, wanted UTF-8") from error
