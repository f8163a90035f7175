"""Article texts put into a version that came without them.

The wheel can be built without the five articles (`hatch_build.py`): offsets, types and labels are all there, `text`
fields and the folder `texts/` are not. Whoever holds the articles gets the version back as it was, byte for byte: every
text and every file is held against the SHA-256 that the manifest has of it.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.curate.release import DECISIONS, GOLD, MANIFEST
from harness.data.files import read_json
from harness.data.jsonl import dump
from harness.data.types import InputError
from harness.datasets.gold import STANDOFF

_TEXTS: Final = "texts"


def put_in(folder: Path, texts: Path, out: Path) -> None:
    """Write the version in `folder` to the folder `out`, with its texts; `texts` holds them, each as `ID.txt`.

    Nothing is written unless all of it is as the manifest says.

    Raises:
        InputError: a text is missing or is another one, or a file of the version is not as it was released.
    """
    if not (folder / STANDOFF).is_file():
        raise InputError(f"{folder}: found no {STANDOFF}, wanted a version that came without its texts")
    manifest = read_json(folder / MANIFEST)
    wanted: Mapping[str, str] = manifest["sha256"]
    articles = {Path(name).stem: _article(texts, name, wanted[name]) for name in wanted if name.startswith(_TEXTS)}
    files = {f"{_TEXTS}/{name}.txt": text for name, text in articles.items()}
    for name in wanted:
        if name not in files:
            files[name] = _restored(folder, name, articles)
    for name, content in files.items():
        found = hashlib.sha256(content.encode()).hexdigest()
        if found != wanted[name]:
            raise InputError(f"{folder / name}: found a file that gives sha256 {found}, wanted {wanted[name]}")
    files[MANIFEST] = (folder / MANIFEST).read_bytes().decode()
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


def _article(texts: Path, name: str, wanted: str) -> str:
    path = texts / Path(name).name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror}, wanted an article, sha256 {wanted}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise InputError(f"{path}: found sha256 {found}, wanted {wanted}: the article, UTF-8, last line feed included")
    return content.decode("utf-8")


def _restored(folder: Path, name: str, articles: Mapping[str, str]) -> str:
    """The content of a file of the version; in JSON Lines every span and document gets its text back."""
    path = folder / (STANDOFF if name == GOLD else name)
    try:
        content = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror}, wanted a file of the release") from error
    if path.suffix != ".jsonl":
        return content
    lines = []
    for record in map(json.loads, content.splitlines()):
        text = articles[record["document" if name == DECISIONS else "id"]]
        filled = _with_text(record, text)
        if name == GOLD:
            filled = {"id": filled.pop("id"), "text": text, **filled}
        lines.append(dump(filled))
    return "".join(f"{line}\n" for line in lines)


def _with_text(value: Any, text: str) -> Any:
    """`value` with the text of each span behind its end; sentences, which have a label, are written without."""
    if isinstance(value, list):
        return [_with_text(part, text) for part in value]
    if not isinstance(value, dict):
        return value
    filled = {}
    for key, part in value.items():
        filled[key] = _with_text(part, text)
        if key == "end" and "label" not in value:
            filled["text"] = text[value["start"] : part]
    return filled
