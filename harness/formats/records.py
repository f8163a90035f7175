"""JSON objects in a file, however they are put there: a list of them, one alone, or one a line."""

from collections.abc import Iterator
from pathlib import Path

from harness.data.encodings import read_text
from harness.data.jsonl import Record, parse_json, read_records, shown
from harness.data.types import InputError


def read_objects(path: Path, encoding: str | None, wanted: str, item: str = "item") -> Iterator[tuple[str, Record]]:
    """The objects of a file, each behind its place: FILE:LINE, or `FILE: item N` in a list.

    `wanted` is what they are, and `item` what messages call one.

    Raises:
        InputError: the file cannot be read, or holds anything else.
    """
    text = read_text(path, encoding)
    head = text.lstrip()
    if not head:
        raise InputError(f"{path}: found nothing, wanted {wanted}")
    if head[0] == "{" and _is_object(head.partition("\n")[0]):
        # Not splitlines(): a text may hold what parts lines elsewhere.
        yield from read_records((line.encode() for line in text.split("\n")), str(path))
        return
    try:
        value = parse_json(text.encode())
    except ValueError as error:
        raise InputError(f"{path}: found {error}, wanted {wanted}, as JSON or an object a line") from error
    records = value if isinstance(value, list) else [value]
    if not records:
        raise InputError(f"{path}: found an empty list, wanted {wanted}")
    for number, record in enumerate(records, 1):
        where = f"{path}: {item} {number}"
        # spaCy's training data: a text and its annotations in a list.
        if isinstance(record, list) and len(record) == 2 and isinstance(record[1], dict):
            record = {"text": record[0], **record[1]}
        if not isinstance(record, dict):
            raise InputError(f"{where}: found {shown(record)}, wanted an object")
        yield where, record


def _is_object(line: str) -> bool:
    try:
        return isinstance(parse_json(line.encode()), dict)
    except ValueError:
        return False


def text_of(record: Record, where: str, key: str = "text") -> str:
    """The text of a record.

    Raises:
        InputError: there is none.
    """
    text = record.get(key)
    if not isinstance(text, str):
        found = "none" if key not in record else shown(text)
        raise InputError(f"{where}: {key}: found {found}, wanted the text")
    return text


def objects_in(record: Record, key: str, where: str) -> list[Record]:
    """The objects in the list under a key; empty where there is no such key, or null.

    Raises:
        InputError: it is no list of objects.
    """
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{where}: {key}: found {shown(value)}, wanted a list")
    for number, item in enumerate(value):
        if not isinstance(item, dict):
            raise InputError(f"{where}: {key}[{number}]: found {shown(item)}, wanted an object")
    return value


def whole_number(value: object, where: str) -> int:
    """`value`, if it is a whole number.

    Raises:
        InputError: it is none.
    """
    if type(value) is not int:
        raise InputError(f"{where}: found {shown(value)}, wanted a whole number")
    return value


def words_in(value: object, where: str) -> str:
    """`value`, if it is a text that is not empty.

    Raises:
        InputError: it is none.
    """
    if not isinstance(value, str) or not value:
        raise InputError(f"{where}: found {shown(value)}, wanted a name")
    return value


def id_of(
    record: Record, where: str, id_key: str | None, keys: tuple[str, ...], otherwise: str
) -> tuple[str, str | None]:
    """The id of a document, and the key it stands under: `id_key`, or the first of `keys` that the record has.

    Raises:
        InputError: what stands there is no name, or `id_key` is not there.
    """
    key = id_key if id_key is not None else next((key for key in keys if key in record), None)
    if key is None:
        return otherwise, None
    value = record.get(key)
    if type(value) is int:
        return str(value), key
    return words_in(value, f"{where}: {key}"), key
