"""A small version of a gold standard of our own writing, as files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from harness.data import codec
from harness.data.types import Annotation, Document, Entity, Prediction, Sentence
from tests.samples import EXAMPLES

DOCUMENTS: Final = tuple(example.document for example in EXAMPLES[:2])
AGREED: Final = tuple(example.gold for example in EXAMPLES[:2])
EXTRA: Final = Entity(4, 10, "PERS")
"""A mention that some passes add; the words are الوزير, an OCC for all of them."""


def write_release(folder: Path, passes: Mapping[str, Sequence[Annotation]], decisions: Sequence[object] = ()) -> Path:
    """A version in `folder` with one annotation a document and pass; the folder."""
    (folder / "texts").mkdir(parents=True)
    (folder / "annotators").mkdir()
    for document in DOCUMENTS:
        (folder / "texts" / f"{document.id}.txt").write_bytes(document.text.encode())
    for name, annotations in passes.items():
        predictions = [Prediction(one.id, layers) for one, layers in zip(DOCUMENTS, annotations, strict=True)]
        codec.write_predictions(folder / "annotators" / f"{name}.jsonl", predictions, DOCUMENTS)
    facts: dict[str, Any] = {"version": "small", "guidelines": "2", "canary": "0", "licence": {}, "passes": [*passes]}
    facts["documents"] = {document.id: dict(document.meta) for document in DOCUMENTS}
    (folder / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "speakers.json").write_text(json.dumps({"النجار": [], "اليابان": []}), encoding="utf-8")
    lines = "".join(f"{json.dumps(decision)}\n" for decision in decisions)
    (folder / "adjudication.jsonl").write_text(lines, encoding="utf-8")
    return folder


def with_entity(entity: Entity) -> tuple[Annotation, ...]:
    """The agreed annotation, with one more mention in the first document."""
    first, second = AGREED
    return Annotation((*(first.entities or ()), entity), first.claims, first.sentences), second


def with_label(label: str) -> tuple[Annotation, ...]:
    """The agreed annotation, with another label on the first sentence of the first document."""
    first, second = AGREED
    head, *rest = first.sentences or ()
    return Annotation(first.entities, first.claims, (Sentence(head.start, head.end, label), *rest)), second


def decision(document: Document, entity: Entity, action: str) -> dict[str, object]:
    """A decision on a mention."""
    start, end, kind, _ = entity
    item = {"start": start, "end": end, "text": document.text[start:end], "type": kind}
    return {
        "document": document.id,
        "layer": "entities",
        "item": item,
        "action": action,
        "rules": ["E1"],
        "note": "because",
    }
