"""What a version holds: counts, and the hash of everything that went in and came out."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.curate.release import CORRECTIONS, DECISIONS, FACTS, GOLD, SPEAKERS, Release
from harness.curate.seen import review_files, seen
from harness.data import codec
from harness.data.files import sha256_of_file
from harness.data.jsonl import dump
from harness.data.schema import Schema
from harness.data.types import Example

SCHEMA = 1


def manifest(release: Release, examples: Sequence[Example], gold: Path) -> dict[str, object]:
    """Counts of every layer and type, and the SHA-256 of texts, passes, decisions, each layer, and the gold file.

    Versions that keep reviews by persons have `review` as well: what `seen` counts.

    A layer's hash is that of its items alone, a line a document, so that it tells which layer of two versions differs.
    """
    facts = {key: release.facts[key] for key in ("version", "guidelines", "canary", "licence")}
    review = seen(release.folder, examples, release.schema)
    return {
        "schema": SCHEMA,
        **facts,
        **({} if review is None else {"review": review}),
        "documents": [_document(example, release.schema) for example in examples],
        "layers": {
            layer: {"sha256": _sha256_of_layer(examples, layer), **counts}
            for layer, counts in _counts(examples, release.schema).items()
        },
        "sha256": {GOLD: sha256_of_file(gold)} | _inputs(release),
    }


def _document(example: Example, schema: Schema) -> dict[str, object]:
    text, layers = example.document.text, example.gold
    return {
        "id": example.document.id,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "code_points": len(text),
        "words": len(text.split()),
        **{layer: len(getattr(layers, layer)) for layer in schema.layers},
    }


def _counts(examples: Sequence[Example], schema: Schema) -> dict[str, dict[str, object]]:
    entities = [entity for example in examples for entity in example.gold.entities or ()]
    claims = [claim for example in examples for claim in example.gold.claims or ()]
    sentences = [sentence for example in examples for sentence in example.gold.sentences or ()]
    counts: dict[str, dict[str, object]] = {
        "entities": {"count": len(entities), "types": _by((one.type for one in entities), schema.types)},
        "claims": {
            "count": len(claims),
            "with_source": sum(claim.source is not None for claim in claims),
            **{
                name: _by((claim.attributes.get(name) for claim in claims), values)
                for name, values in schema.attributes.items()
            },
        },
        "sentences": {"count": len(sentences), "labels": _by((one.label for one in sentences), schema.sentence_labels)},
    }
    return {layer: counts[layer] for layer in schema.layers}


def _by(values: Iterable[str | None], names: Sequence[str]) -> dict[str, int]:
    counts = Counter(values)
    return {name: counts[name] for name in names}


def _sha256_of_layer(examples: Sequence[Example], layer: str) -> str:
    digest = hashlib.sha256()
    for example in examples:
        record = json.loads(codec.dump_example(example))
        digest.update(f"{dump({'id': record['id'], layer: record[layer]})}\n".encode())
    return digest.hexdigest()


def _inputs(release: Release) -> dict[str, str]:
    names = [FACTS, SPEAKERS, DECISIONS]
    paths = [
        *(release.folder / name for name in names),
        *release.schema_files,
        *(path for path in [release.folder / CORRECTIONS] if path.is_file()),
        *review_files(release.folder),
        *release.pass_files.values(),
        *release.text_files.values(),
    ]
    return {path.relative_to(release.folder).as_posix(): sha256_of_file(path) for path in paths}
