"""Documents without annotation, read one after another: from JSON Lines, from a text, or from a text a line."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Literal

from harness.data.codec import document_of
from harness.data.jsonl import FieldError, read_records
from harness.data.types import Document, InputError

Format = Literal["jsonl", "text", "lines"]


def read_documents(lines: Iterable[bytes], name: str, form: Format) -> Iterator[Document]:
    """The documents in the raw `lines` of a file, as they are asked for.

    Args:
        lines: The lines with their ends.
        name: What the file is called in messages, and in the ids of documents that have none.
        form: `jsonl`: an object with `id` and `text` a line, whose annotation and other keys are left out of account,
            but for `meta`. `text`: all lines are one document, called `name`. `lines`: each line that is not blank is
            one, called `NAME:LINE`.

    Raises:
        InputError: a line is malformed, or an id comes twice; the message names the line.
    """
    match form:
        case "jsonl":
            yield from _of_records(lines, name)
        case "text":
            yield Document(name, "".join(text for _, text in _decoded(lines, name)))
        case "lines":
            for number, line in _decoded(lines, name):
                text = line.removesuffix("\n").removesuffix("\r")
                if text.strip():
                    yield Document(f"{name}:{number}", text)


def _of_records(lines: Iterable[bytes], name: str) -> Iterator[Document]:
    seen: set[str] = set()
    for where, record in read_records(lines, name):
        try:
            document = document_of(record)
            if document.id in seen:
                raise FieldError("id", document.id, "each document once")
        except FieldError as error:
            raise InputError(f"{where}: {error}") from None
        seen.add(document.id)
        yield document


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        try:
            yield number, (line.removeprefix(BOM_UTF8) if number == 1 else line).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{name}:{number}: found byte 0x{line[error.start]:02x}, wanted UTF-8") from error
