"""Which documents a page shows, where it cannot show all."""

import hashlib
from collections.abc import Mapping, Sequence

from harness.data.types import Annotation
from harness.scoring.corpus import Corpus


def chosen(identifiers: Sequence[str], wrong: frozenset[str], most: int) -> list[str]:
    """At most `most` documents in the order in which they are to be kept: all as they come, or a sample.

    A sample takes documents with errors first, then the others, each in the order of their ids' SHA-256: the same
    whatever order the documents come in, and whatever else is among them.
    """
    if len(identifiers) <= most:
        return list(identifiers)
    return sorted(identifiers, key=lambda one: (one not in wrong, hashlib.sha256(one.encode()).digest()))[:most]


def with_errors(corpora: Mapping[str, Corpus]) -> frozenset[str]:
    """The documents whose prediction is not the gold, offset by offset; scores aside."""
    return frozenset(
        document.id
        for layer, corpus in corpora.items()
        for document, gold, predicted in zip(corpus.documents, corpus.gold, corpus.predicted, strict=True)
        if _items(gold, layer) != _items(predicted, layer)
    )


def _items(annotation: Annotation, layer: str) -> set[tuple[object, ...]]:
    found = getattr(annotation, layer) or ()
    unplaced: set[tuple[object, ...]] = {tuple(item) for item in annotation.unplaced_in(layer)}
    if layer == "claims":
        return unplaced | {
            (claim.content, claim.cue, claim.source, claim.speaker, *sorted(claim.attributes.items()))
            for claim in found
        }
    return unplaced | {tuple(item[:3]) for item in found}
