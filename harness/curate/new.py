"""A gold standard of one's own: the files that a version is made of, to be filled, and texts that enter it."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.curate.ingest import Cleaned, clean, read_furniture
from harness.curate.release import DECISIONS, FACTS, MANIFEST, SHA256, SPEAKERS
from harness.curate.validate import RULES, UNCHECKED
from harness.data.encodings import read_text
from harness.data.files import read_json, write_json, write_yaml
from harness.data.jsonl import dump, shown, write_lines
from harness.data.schema import Schema
from harness.data.types import InputError
from harness.datasets.gold import SCHEMA

GUIDELINES: Final = "guidelines.md"
DATASHEET: Final = "DATASHEET.md"
CUTS: Final = "ingested.jsonl"
"""What was cut off the pages that a version's texts were taken from, a line a document."""
TO_WRITE: Final = "TO WRITE"
"""What stands where a person has to say something."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_TEXT: Final = ".txt"
# Rules of word boundaries, nesting and speakers: the gold standard chose so, and others may choose otherwise.
_CHOICES: Final = ("B1", "B3", "B4", "B6", "C1", "F6", "F7")


def make_new(root: Path, version: str, schema: Schema) -> Path:
    """Write the files of a version without texts, and beside it guidelines and a data sheet to be written; its folder.

    Raises:
        InputError: the version exists, or a name cannot be one of a folder.
    """
    for key, name in (("name", root.name), ("version", version)):
        if not _NAME.fullmatch(name):
            raise InputError(f"{key}: found {shown(name)}, wanted a name of A-Z, a-z, 0-9, full stop, _ and -")
    folder = root / version
    if folder.exists():
        raise InputError(f"{folder}: found it there, wanted a new name")
    for name in ("texts", "annotators"):
        (folder / name).mkdir(parents=True)
    facts = {
        "version": version,
        "guidelines": "1",
        "canary": str(uuid.uuid4()),
        "licence": {"annotations": TO_WRITE, "texts": TO_WRITE},
        "provenance": f"{TO_WRITE} in {FACTS}: who annotated this, people or programs, and how.",
        UNCHECKED: [],
        "passes": [],
        "documents": {},
    }
    write_json(folder / FACTS, facts)
    write_json(folder / SPEAKERS, {})
    write_yaml(folder / SCHEMA, schema.record())
    (folder / DECISIONS).write_text("", encoding="utf-8")
    for name, content in ((GUIDELINES, guidelines(schema)), (DATASHEET, datasheet(root.name, facts))):
        if not (root / name).exists():
            (root / name).write_text(content, encoding="utf-8")
    return folder


def add_texts(folder: Path, texts: Path, encoding: str | None = None) -> list[str]:
    """Put every .txt file of the folder `texts` into the version as a document, as it is; their ids.

    Raises:
        InputError: the version is built, there is no text, or one is empty, not in NFC, or there already.
    """
    found = {path.stem: _checked(path, read_text(path, encoding, "")) for path in _pages(texts)}
    _enter(folder, found)
    return list(found)


def ingest(
    folder: Path, pages: Path, outlet: str = "", furniture: Path | None = None, encoding: str | None = None
) -> dict[str, Cleaned]:
    """Put the article on every page of raw text in the folder `pages` into the version; what was kept and cut, by id.

    What was cut is kept in `ingested.jsonl`, a line a page.

    Raises:
        InputError: the version is built, there is no page, one has no paragraph, or its document is there already.
    """
    known = read_furniture() if furniture is None else read_furniture(furniture)
    cleaned = {}
    for path in _pages(pages):
        try:
            cleaned[path.stem] = clean(read_text(path, encoding, ""), outlet, known)
        except InputError as error:
            raise InputError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from error
    _enter(folder, {name: article.text for name, article in cleaned.items()})
    path = folder / CUTS
    kept = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    new = [
        dump({"document": name, "cuts": [cut._asdict() for cut in article.cuts]}) for name, article in cleaned.items()
    ]
    write_lines(path, [*kept, *new])
    return cleaned


def _pages(folder: Path) -> Sequence[Path]:
    if not folder.is_dir():
        raise InputError(f"texts: found no folder {folder}, wanted one with a file ID.txt for each document")
    paths = sorted(path for path in folder.iterdir() if path.suffix == _TEXT and path.is_file())
    odd = next((path for path in paths if not path.stem.strip(".") or len(path.stem) > 200), None)
    if not paths or odd is not None:
        found = "none" if odd is None else odd.name
        raise InputError(f"texts: found {found} in {folder}, wanted files ID.txt, a document each")
    return paths


def _checked(path: Path, text: str) -> str:
    if not text.strip():
        raise InputError(f"{path}: found no text, wanted some")
    if unicodedata.normalize("NFC", text) != text:
        raise InputError(f"{path}: found text that is not NFC, wanted NFC: task=ingest composes it, and cuts furniture")
    return text


def _enter(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts and enter them in `release.json`; all of them, or none."""
    if (folder / MANIFEST).is_file():
        raise InputError(
            f"{folder}: found {MANIFEST}, wanted a version that is being made: a built one is never edited"
        )
    facts = read_json(folder / FACTS)
    documents: dict[str, Any] = facts["documents"]
    twice = next((name for name in texts if name in documents), None)
    if twice is not None:
        raise InputError(f"{folder / FACTS}: documents: found {shown(twice)} already, wanted new names")
    for name, text in texts.items():
        # Bytes: line ends stay as they are.
        (folder / "texts" / f"{name}{_TEXT}").write_bytes(text.encode())
        documents[name] = {SHA256: hashlib.sha256(text.encode()).hexdigest()}
    write_json(folder / FACTS, facts)


def guidelines(schema: Schema) -> str:
    """A page of guidelines to be written: the rules that the program checks, and one for each name of the schema."""
    lines = [
        "# Annotation guidelines, version 1",
        "",
        "What is marked, and where each span begins and ends. Rules marked ✓ are checked by `harness curate validate`;",
        f"one that is not yours is listed under `{UNCHECKED}` in `release.json` and taken out here. Every decision of",
        "the adjudicator cites a rule by its id: no id is given to another rule. Two people who keep to this page",
        "should mark the same spans: give each rule examples, and what is not meant.",
        "",
        "## Form and boundaries",
        "",
        *_table([(f"{rule} ✓", f"{said}{' (a choice)' if rule in _CHOICES else ''}") for rule, said in _rules(schema)]),
    ]
    if schema.types:
        rows = [(f"E{number}", f"**{name}**: {_described(schema, 'types', name)}")
                for number, name in enumerate(schema.types, 1)]  # fmt: skip
        lines += ["", "## Entities", "", *_table(rows)]
    if "claims" in schema.layers:
        said = {"content": "what is stated", "cue": "the words that attribute it", "source": "who is responsible"}
        rows = [
            (f"C{number}", f"**{role}**: {text}. {TO_WRITE}") for number, (role, text) in enumerate(said.items(), 2)
        ]
        rows += [(f"C{number}", f"**{name}** ({', '.join(values)}): {_described(schema, 'attributes', name)}")
                 for number, (name, values) in enumerate(schema.attributes.items(), 5)]  # fmt: skip
        lines += ["", "## Claims", "", *_table(rows)]
    if schema.sentence_labels:
        rows = [(f"S{number}", f"**{name}**: {_described(schema, 'sentence_labels', name)}")
                for number, name in enumerate(schema.sentence_labels, 2)]  # fmt: skip
        lines += ["", "## Sentences", "", *_table(rows)]
    return "\n".join([*lines, ""])


def _rules(schema: Schema) -> list[tuple[str, str]]:
    """The rules that are checked in the layers of a schema."""
    layers = {"C": "claims", "S": "sentences"}
    absent = {"F6": "entities", "F7": "claims"}
    return [
        (rule, said)
        for rule, said in RULES.items()
        if layers.get(rule[0], absent.get(rule, schema.layers[0])) in schema.layers
    ]


def _described(schema: Schema, *path: str) -> str:
    described = schema.describe(*path).en
    return f"{described}. {TO_WRITE}: examples" if described else TO_WRITE


def _table(rows: Sequence[tuple[str, str]]) -> list[str]:
    escaped = [f"| {rule} | {said.replace('|', chr(92) + '|')} |" for rule, said in rows]
    return ["| id | rule |", "|---|---|", *escaped]


def datasheet(name: str, facts: Mapping[str, Any]) -> str:
    """A data sheet to be written, after Gebru et al. 2021."""
    questions = {
        "Motivation": "Why was it made, by whom, and who paid for it?",
        "Composition": "What is a document? How many, of what kinds and times, chosen how? What is not in it that one "
        "would expect? Counts: `harness curate build`, then `manifest.json`.",
        "Collection": "Where do the texts come from, and how were they made clean? What was cut: `ingested.jsonl`. "
        "Whom do they name, and in what role?",
        "Annotation": "Who annotated (people or programs, how many, with what training), by which guidelines, in which "
        "tool, and who decided where they differed? Has a person seen every item? Agreement: `harness curate "
        "agreement`. Runs of one model agree more than two people would.",
        "Uses": "What is it good for, and what not? Was a system developed with sight of it?",
        "Distribution": "Under which licences are the texts, and the annotation?",
        "Maintenance": "Who takes reports of errors? Corrections make a new version; a released one is never edited.",
    }
    lines = [f"# Data sheet: {name}", "", f"Canary, for finding this data in training sets: `{facts['canary']}`.", ""]
    for heading, question in questions.items():
        lines += [f"## {heading}", "", f"{TO_WRITE}: {question}", ""]
    return "\n".join(lines)
