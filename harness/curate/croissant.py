"""A version as Croissant describes data sets (MLCommons, format 1.0): its files with their hashes, its fields.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.curate.release import FACTS, GOLD
from harness.data.files import read_json, resource, sha256_of_file, write_json
from harness.data.schema import Schema

CROISSANT: Final = "croissant.json"

_KINDS: Final = {
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".txt": "text/plain",
    ".yaml": "text/yaml",
}
_SPAN: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("sc:Integer", "First code point."),
    "end": ("sc:Integer", "Code point behind the last."),
    "text": ("sc:Text", "The slice."),
}
_ROLES: Final = {"content": "What is stated.", "cue": "The words that attribute it.", "source": "Who is responsible."}


def write_croissant(folder: Path, name: str, schema: Schema) -> Path:
    """Describe the version in `folder` in a file `croissant.json` there; the file.

    The same files give the same bytes.
    """
    facts = read_json(folder / FACTS)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CROISSANT)
    content = {
        "@context": json.loads((resource("gold") / CROISSANT).read_text(encoding="utf-8"))["@context"],
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "description": f"{name}, {facts['version']}: {', '.join(schema.layers)} by the schema {schema.label}.",
        "license": [str(value) for value in facts["licence"].values() if value],
        "version": str(facts["version"]),
        "inLanguage": "ar",
        "isLiveDataset": False,
        "url": "./",
        "distribution": [_file(path, folder) for path in files],
        "recordSet": [_records(schema)] if (folder / GOLD).is_file() else [],
    }
    write_json(folder / CROISSANT, content)
    return folder / CROISSANT


def _file(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": _KINDS.get(path.suffix, "application/octet-stream"),
        "sha256": sha256_of_file(path),
        "contentSize": f"{path.stat().st_size} B",
    }


def _records(schema: Schema) -> dict[str, Any]:
    fields = [_field("id", "sc:Text", "The name of the document."), _field("text", "sc:Text", "The text.")]
    span = [(name, kind, said) for name, (kind, said) in _SPAN.items()]
    parts: dict[str, list[Any]] = {
        "entities": [*span, ("type", "sc:Text", f"One of {len(schema.types)} types.")],
        "sentences": [*span[:2], ("label", "sc:Text", f"One of {', '.join(schema.sentence_labels)}.")],
    }
    for layer in schema.layers:
        if layer == "claims":
            several = [_roles(role, said, span) for role, said in _ROLES.items()]
            named = {"speaker": "The canonical name of the source."} | {
                name: f"One of {', '.join(values)}." for name, values in schema.attributes.items()
            }
            several += [_field(f"claims/{name}", "sc:Text", said) for name, said in named.items()]
        else:
            several = [_field(f"{layer}/{name}", kind, said) for name, kind, said in parts[layer]]
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"documents/{layer}",
                "name": layer,
                "repeated": True,
                "subField": several,
            }
        )
    return {
        "@type": "cr:RecordSet",
        "@id": "documents",
        "name": "documents",
        "description": "One record a document.",
        "key": {"@id": "documents/id"},
        "field": fields,
    }


def _roles(role: str, said: str, span: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"documents/claims/{role}",
        "name": role,
        "description": said,
        "subField": [_field(f"claims/{role}/{name}", kind, text) for name, kind, text in span],
    }


def _field(path: str, kind: str, said: str) -> dict[str, Any]:
    column, *inner = path.split("/")
    source: dict[str, Any] = {"fileObject": {"@id": GOLD}, "extract": {"column": column}}
    if inner:
        source["transform"] = {"jsonPath": ".".join(inner)}
    return {
        "@type": "cr:Field",
        "@id": f"documents/{path}",
        "name": path.rpartition("/")[2],
        "description": said,
        "dataType": kind,
        "source": source,
    }
