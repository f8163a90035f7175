"""Strict JSON Lines: the written form's grammar, and faults that name file, line and field."""

import gc
import json
import math
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Never

from harness.data.types import InputError

Record = dict[str, object]

_BLANKS: Final = b" \t\r\n"

LONG: Final = 500
"""Characters for a whole message in a line: one of ours, whose values are short already, is not cut."""


class FieldError(Exception):
    """A field that is not as wanted; `read_lines` adds the file and the line."""

    def __init__(self, field: str, found: object, wanted: str) -> None:
        super().__init__(f"{field}: found {shown(found)}, wanted {wanted}")


def parse_json(raw: bytes) -> object:
    """The JSON value in `raw`, strictly: UTF-8, no repeated key, no NaN or infinity, no lone surrogate.

    Raises:
        ValueError: it is not such JSON; the message says what was found.
    """
    try:
        text = raw.decode("utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("a byte order mark (BOM)")
        value: object = _DECODER.decode(text)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at position {error.pos}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"byte 0x{raw[error.start]:02x} at position {error.start}") from error
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair") from error
    except RecursionError as error:
        raise ValueError("too deep a nesting") from error
    return value


def read_lines(path: Path, read: Callable[[Record], None]) -> None:
    """Call `read` with the record of every line; name file and line in whatever fault it finds.

    Blank lines are passed over, and a byte order mark at the head of the file is no part of it.
    """
    with uncollected():
        _read_lines(path, read)


def _read_lines(path: Path, read: Callable[[Record], None]) -> None:
    for where, record in read_records(_raw_lines(path), str(path)):
        try:
            read(record)
        except FieldError as error:
            raise InputError(f"{where}: {error}") from None


def read_records(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, Record]]:
    """The records of `lines` as they come, each behind its place, `NAME:LINE`; blank lines are passed over.

    Raises:
        InputError: a line holds no JSON object.
    """
    for number, line in enumerate(lines, 1):
        raw = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not raw.strip(_BLANKS):
            continue
        where = f"{name}:{number}"
        try:
            record = parse_json(raw)
        except ValueError as error:
            # One value over several lines, as other programs export it.
            wanted = "one JSON object a line" if raw.strip(_BLANKS) in (b"{", b"[") else "one JSON object in UTF-8"
            raise InputError(f"{where}: found {one_line(str(error))}, wanted {wanted}") from error
        if not isinstance(record, dict):
            raise InputError(f"{where}: found {shown(record)}, wanted a JSON object")
        yield where, record


@contextmanager
def uncollected() -> Iterator[None]:
    """Without cyclic garbage collection.

    A large file makes millions of objects and no cycle; the collector would look at all of them again and again, for
    as long as reading takes.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _raw_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, without the empty piece behind the last line's end."""
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error


def _pairs(pairs: list[tuple[str, object]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return record


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _finite(digits: str) -> float:
    """The number; 1e999 is infinite to float(), and would be written back as a word that is no JSON."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits}")
    return number


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_refuse_constant, parse_float=_finite)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))


def dump(record: Record) -> str:
    """`record` as one line of JSON, Arabic letters as they are."""
    return _ENCODER.encode(record)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write `lines` as UTF-8, each with a line feed."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def shown(value: object) -> str:
    """`value` as JSON on one line, shortened."""
    try:
        shown = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "too deep a nesting"
    except (TypeError, ValueError):
        shown = repr(value)
    return one_line(shown)


def one_line(text: str, most: int = 80) -> str:
    """`text` in one line of at most `most` characters, whatever it holds."""
    printable = "".join(char if char.isprintable() else " " for char in text[: most + 1])
    return printable if len(text) <= most else f"{printable[: most - 1]}…"
