"""A version of the gold standard as it lies in its folder: texts, passes, decisions, and the facts about them.

The annotation is stand-off: passes and decisions hold offsets, the texts lie beside them. So the gold can be rebuilt
from them, and the texts can be withdrawn without losing the annotation.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.data import codec
from harness.data.files import read_json
from harness.data.schema import Schema
from harness.data.types import Document, InputError, Prediction
from harness.datasets.gold import FACTS as _FACTS_FILE
from harness.datasets.gold import SCHEMA, schema_of_version

GOLD: Final = "gold.jsonl"
MANIFEST: Final = "manifest.json"
FACTS: Final = _FACTS_FILE
DECISIONS: Final = "adjudication.jsonl"
SPEAKERS: Final = "speakers.json"
CORRECTIONS: Final = "corrections.jsonl"
"""What was corrected in the version before; versions that correct none have no such file."""
REVIEWS: Final = "reviews"
"""The folder of what persons said of this version and of those before, each as NAME.jsonl; where nobody did, none."""

SHA256: Final = "sha256"
"""The key of a document in `release.json` for the hash of its text; no part of its `meta`. It may be left out."""

_FACTS: Final[Mapping[str, type]] = {
    "version": str,
    "guidelines": str,
    "canary": str,
    "licence": dict,
    "passes": list,
    "documents": dict,
}


@dataclass(frozen=True)
class Release:
    """What a version is built from; `facts` is the content of `release.json`, `schema` what it annotates."""

    folder: Path
    facts: Mapping[str, Any]
    documents: tuple[Document, ...]
    passes: Mapping[str, Mapping[str, Prediction]]
    speakers: Mapping[str, Sequence[str]]
    schema: Schema

    @property
    def pass_files(self) -> dict[str, Path]:
        """The file of each annotation pass."""
        return {name: self.folder / "annotators" / f"{name}.jsonl" for name in self.passes}

    @property
    def schema_files(self) -> list[Path]:
        """The file of its own schema, if it has one."""
        path = self.folder / SCHEMA
        return [path] if path.is_file() else []

    @property
    def text_files(self) -> dict[str, Path]:
        """The file of each text, by document id."""
        return {document.id: _text_file(self.folder, document.id) for document in self.documents}


def read_release(folder: Path) -> Release:
    """The version in `folder`.

    Raises:
        InputError: a file is missing or malformed, or a pass leaves out a document or a layer.
    """
    facts = read_json(folder / FACTS)
    for key, kind in _FACTS.items():
        if not isinstance(facts.get(key), kind):
            raise InputError(f"{folder / FACTS}: {key}: found {facts.get(key)!r}, wanted a {kind.__name__}")
    documents = documents_of(folder, facts)
    schema = schema_of_version(folder)
    passes = {name: _read_pass(folder / "annotators" / f"{name}.jsonl", documents, schema) for name in facts["passes"]}
    if not documents or not passes:
        found = f"{len(documents)} documents and {len(passes)} passes"
        raise InputError(f"{folder / FACTS}: found {found}, wanted at least one of each")
    return Release(folder, facts, documents, passes, read_json(folder / SPEAKERS), schema)


def documents_of(folder: Path, facts: Mapping[str, Any]) -> tuple[Document, ...]:
    """The documents that `facts`, the content of `release.json`, names, with their texts.

    Raises:
        InputError: a text is missing, is not UTF-8, or is not the one whose hash stands with its facts.
    """
    documents = []
    for name, meta in facts["documents"].items():
        text, wanted = _read_text(folder, name), meta.get(SHA256)
        found = hashlib.sha256(text.encode()).hexdigest()
        if wanted not in (None, found):
            path = _text_file(folder, name)
            raise InputError(f"{path}: found sha256 {found}, wanted {wanted}, the text that {FACTS} has the offsets of")
        documents.append(Document(name, text, {key: value for key, value in meta.items() if key != SHA256}))
    return tuple(documents)


def read_text(folder: Path, name: str) -> str | None:
    """The text of document `name`, None where it was withdrawn; line ends as they are."""
    path = _text_file(folder, name)
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: found byte {error.start} that is no UTF-8, wanted text") from error


def _read_text(folder: Path, name: str) -> str:
    text = read_text(folder, name)
    if text is None:
        raise InputError(f"{_text_file(folder, name)}: found no file, wanted the text of {name}")
    return text


def _text_file(folder: Path, name: str) -> Path:
    return folder / "texts" / f"{name}.txt"


def _read_pass(path: Path, documents: tuple[Document, ...], schema: Schema) -> dict[str, Prediction]:
    annotated = codec.read_predictions(path, documents, schema)
    for document in documents:
        if document.id not in annotated:
            raise InputError(f"{path}: found no {document.id}, wanted every document")
        annotation = annotated[document.id].annotation
        missing = [layer for layer in schema.layers if getattr(annotation, layer) is None]
        if missing:
            raise InputError(f"{path}: {document.id}: found no {', '.join(missing)}, wanted {', '.join(schema.layers)}")
    return annotated
