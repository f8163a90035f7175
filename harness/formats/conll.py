"""CoNLL columns: a token a line, behind it a tag for each level on which mentions nest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.data.bio import OUTSIDE
from harness.data.columns import DOCSTART
from harness.data.types import InputError
from harness.formats.export import Export, Format, Written, lost
from harness.formats.tokens import Line, lines_of


@dataclass(frozen=True)
class ConllColumns(Format):
    """A file NAME.conll: IOB2 tags, parted by tabs; a line of the text is a sentence, -DOCSTART- begins a document.

    There are as many columns of tags as mentions overlap anywhere, the longest first: `dataset=conll` with
    `sentences=null` reads them all. White space does not come back as it was, nor do ids.
    """

    def write(self, export: Export, out: Path) -> Written:
        """Write the file.

        Raises:
            InputError: a type cannot stand in a cell.
        """
        odd = next((kind for kind in export.schema.types if kind != kind.strip()), None)
        if odd is not None:
            raise InputError(f"format: found the type {odd!r}, wanted types without white space at their edges")
        counts = lost(export.examples, ("entities",))
        counts["ids of documents"] = len(export.examples)
        documents = []
        for example in export.examples:
            found = lines_of(example)
            counts["mentions that no tokens of one line stand for"] += len(found.lost)
            counts["texts whose white space is not one space or line feed"] += example.document.text != "\n".join(
                " ".join(line.text[token.start - line.start : token.end - line.start] for token in line.tokens)
                for line in found.lines
            )
            documents.append([(line, levels(line)) for line in found.lines])
        width = max((len(columns) for document in documents for _, columns in document), default=1)
        path = out / f"{export.name}.conll"
        lines = (line for document in documents for line in _document(document, max(width, 1)))
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        return Written([path], +counts)


def levels(line: Line) -> list[list[str]]:
    """The tags of a line's tokens for each level: mentions on one level lie apart, the longest are on the first."""
    columns: list[list[str]] = []
    for first, last, entity in sorted(line.mentions, key=lambda found: (found[0] - found[1], found[0], found[2].type)):
        free = (column for column in columns if all(tag == OUTSIDE for tag in column[first:last]))
        column = next(free, None)
        if column is None:
            column = [OUTSIDE] * len(line.tokens)
            columns.append(column)
        column[first:last] = [f"B-{entity.type}", *[f"I-{entity.type}"] * (last - first - 1)]
    return columns


def _document(document: Sequence[tuple[Line, list[list[str]]]], width: int) -> Iterator[str]:
    yield "\t".join([DOCSTART, *[OUTSIDE] * width])
    yield ""
    for line, columns in document:
        filled = [*columns, *([[OUTSIDE] * len(line.tokens)] * (width - len(columns)))]
        for number, token in enumerate(line.tokens):
            word = line.text[token.start - line.start : token.end - line.start]
            yield "\t".join([word, *(column[number] for column in filled)])
        yield ""
