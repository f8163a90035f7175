"""CoNLL columns: a token a line, behind it a tag for each level on which mentions nest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from harness.data.bio import OUTSIDE, decode
from harness.data.columns import DOCSTART
from harness.data.types import InputError, Span
from harness.formats.export import Export, Format, Written, lost
from harness.formats.tokens import Line, lines_of

WrittenScheme = Literal["IOB2", "BIOES"]


@dataclass(frozen=True)
class ConllColumns(Format):
    """A file NAME.conll, parted by tabs; a line of the text is a sentence, -DOCSTART- begins a document.

    There are as many columns of tags as mentions overlap anywhere, the longest first: `dataset=conll` with
    `sentences=null` reads them all. White space does not come back as it was, nor do ids. `scheme` is IOB2 or BIOES.
    """

    scheme: WrittenScheme = "IOB2"

    def __post_init__(self) -> None:
        if self.scheme not in get_args(WrittenScheme):
            wanted = f"one of {', '.join(get_args(WrittenScheme))}"
            raise InputError(f"format.scheme: found {self.scheme!r}, wanted {wanted}, which keep mentions apart")

    def write(self, export: Export, out: Path) -> Written:
        """Write the file.

        Raises:
            InputError: a type or a token cannot stand in a cell, or there is no token in any text.
        """
        odd = next((kind for kind in export.schema.types if kind != kind.strip() or set(kind) & set("\t\n\r")), None)
        if odd is not None:
            raise InputError(
                f"format: found the type {odd!r}, wanted types without tabs, or white space at their edges"
            )
        counts = lost(export.examples, ("entities",))
        counts["ids of documents"] += len(export.examples)
        documents = []
        for example in export.examples:
            found = lines_of(example)
            counts["mentions that no tokens of one line stand for"] += len(found.lost)
            # The reader of columns cuts byte order marks from the heads of lines.
            kept = (" ".join(_word(line, token).lstrip("\ufeff") for token in line.tokens) for line in found.lines)
            counts["texts with white space other than one space or line feed, or byte order marks"] += (
                "\n".join(kept) != example.document.text
            )
            counts["documents without a token"] += not found.lines
            document = []
            for line in found.lines:
                columns, unheld = levels(line, self.scheme)
                counts["mentions that cross others of their type, or stand in them"] += unheld
                document.append((line, columns))
            if document:
                documents.append(document)
        if not documents:
            raise InputError(f"{export.name}: found no token in any text, wanted some")
        width = max((len(columns) for document in documents for _, columns in document), default=1)
        path = out / f"{export.name}.conll"
        lines = (line for document in documents for line in _document(document, max(width, 1)))
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        return Written([path], +counts)


def levels(line: Line, scheme: WrittenScheme) -> tuple[list[list[str]], int]:
    """The tags of a line's tokens for each level, and how many mentions they cannot hold.

    Mentions on one level lie apart, the longest are on the first. A reader of several tags does not know their levels:
    where mentions of one type cross, or stand in each other in some ways, it reads others, and one is left out.
    """
    ranked = sorted({(first, last, entity.type) for first, last, entity in line.mentions}, key=_longest_first)
    columns = _columns(len(line.tokens), ranked, scheme)
    if _read(columns, scheme) == set(ranked):
        return columns, 0
    kept: list[_Mention] = []
    for mention in ranked:
        if _read(_columns(len(line.tokens), [*kept, mention], scheme), scheme) == {*kept, mention}:
            kept.append(mention)
    return _columns(len(line.tokens), kept, scheme), len(ranked) - len(kept)


_Mention = tuple[int, int, str]
"""The first token, the one behind the last, and the type."""


def _longest_first(mention: _Mention) -> tuple[int, int, str]:
    first, last, kind = mention
    return first - last, first, kind


def _columns(tokens: int, mentions: Sequence[_Mention], scheme: WrittenScheme) -> list[list[str]]:
    columns: list[list[str]] = []
    for first, last, kind in mentions:
        free = (column for column in columns if all(tag == OUTSIDE for tag in column[first:last]))
        column = next(free, None)
        if column is None:
            column = [OUTSIDE] * tokens
            columns.append(column)
        letters = ["B", *"I" * (last - first - 1)]
        if scheme == "BIOES":
            letters[-1] = "S" if len(letters) == 1 else "E"
        column[first:last] = [f"{letter}-{kind}" for letter in letters]
    return columns


def _read(columns: Sequence[Sequence[str]], scheme: WrittenScheme) -> set[_Mention]:
    """What `dataset=conll` reads in columns."""
    return {mention[:3] for mention in decode(list(zip(*columns, strict=True)), scheme).mentions}


def _document(document: Sequence[tuple[Line, list[list[str]]]], width: int) -> Iterator[str]:
    yield "\t".join([DOCSTART, *[OUTSIDE] * width])
    yield ""
    for line, columns in document:
        filled = [*columns, *([[OUTSIDE] * len(line.tokens)] * (width - len(columns)))]
        for number, token in enumerate(line.tokens):
            word = _word(line, token)
            if word.startswith(DOCSTART):
                raise InputError(
                    f"format: found a token that begins with {DOCSTART}, wanted none, as it parts documents"
                )
            yield "\t".join([word, *(column[number] for column in filled)])
        yield ""


def _word(line: Line, token: Span) -> str:
    return line.text[token.start - line.start : token.end - line.start]
