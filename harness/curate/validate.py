"""Every fault of a gold version, each with the rule of the guidelines that it breaks.

Reads the files as they are written, not through the codec, which stops at its first fault.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.curate.layers import check_claims, check_entities, check_sentences
from harness.curate.page import Page
from harness.curate.problems import Problem
from harness.curate.release import GOLD, SPEAKERS, read_text
from harness.data.files import read_json
from harness.data.jsonl import Record, one_line, parse_json, shown
from harness.data.types import InputError

_KEYS: Final = {"id", "text", "meta", "entities", "claims", "sentences"}


def validate(folder: Path) -> list[Problem]:
    """The problems of the gold in `folder`, in the order of the file; empty where there are none.

    Raises:
        InputError: the gold or `speakers.json` cannot be read at all, or the gold holds no line.
    """
    speakers = frozenset(read_json(folder / SPEAKERS))
    problems: list[Problem] = []
    ids: dict[str, str] = {}
    for where, raw in _lines(folder / GOLD):
        try:
            record = parse_json(raw)
        except ValueError as error:
            problems.append(Problem(where, "F3", f"found {one_line(str(error))}, wanted JSON"))
            continue
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            problems.append(Problem(where, "F3", "found no object with a text, wanted a document"))
            continue
        problems += _document_problems(folder, where, record, ids)
        page = Page(where, record["text"], record, speakers)
        for check in (check_entities, check_claims, check_sentences):
            check(page)
        problems += page.problems
    return problems


def _lines(path: Path) -> list[tuple[str, bytes]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    if not lines:
        raise InputError(f"{path}: found no document, wanted at least one")
    return [(f"{path.name}:{number}", line) for number, line in enumerate(lines, 1)]


def _document_problems(folder: Path, where: str, record: Record, ids: dict[str, str]) -> Iterator[Problem]:
    name, text = record.get("id"), str(record["text"])
    if set(record) != _KEYS:
        yield Problem(where, "F3", f"found the keys {', '.join(record)}, wanted {', '.join(sorted(_KEYS))}")
    if not isinstance(name, str) or not name:
        yield Problem(f"{where}: id", "F3", f"found {shown(name)}, wanted a name")
        return
    if ids.setdefault(name, where) != where:
        yield Problem(f"{where}: id", "F4", f"found {shown(name)} of {ids[name]} again, wanted each document once")
    normal = unicodedata.normalize("NFC", text)
    if normal != text:
        place = next((at for at, (one, other) in enumerate(zip(text, normal, strict=False)) if one != other), 0)
        yield Problem(f"{where}: text", "F1", f"found text that is not NFC at {place}, wanted NFC")
    article = read_text(folder, name)
    if article is not None and article != text:
        yield Problem(f"{where}: text", "F1", f"found another text than texts/{one_line(name)}.txt, wanted the same")
