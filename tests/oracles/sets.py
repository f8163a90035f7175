"""Strict scores by Python sets."""

import math
from collections.abc import Iterable

from harness.data.types import Annotation, Document, Entity, Span
from harness.scoring.corpus import Boundary, Corpus
from tests.oracles.views import clitic_view, divided, word_view_of_sides

Mention = tuple[int, int, int, str]


def viewed(text: str, entities: Iterable[Entity], other: Iterable[Entity], boundary: Boundary) -> set[Span]:
    """(start, end, type) under a view, each once."""
    entities, other = list(entities), list(other)
    starts = [entity.start for entity in (*entities, *other)]
    kept = divided(text, (entities, other))
    found = set()
    for start, end, kind, _ in entities:
        span = Span(start, end)
        if boundary == "word":
            span = word_view_of_sides(text, span, kept)
        if boundary == "clitic":
            span = clitic_view(text, span, starts)
        found.add((*span, kind))
    return found  # type: ignore[return-value]


def mentions(corpus: Corpus, boundary: Boundary) -> tuple[set[Mention], set[Mention]]:
    """(document, start, end, type) of gold and of prediction."""
    sides: tuple[set[Mention], set[Mention]] = set(), set()
    for number, document in enumerate(corpus.documents):
        both = corpus.gold[number].entities or (), corpus.predicted[number].entities or ()
        for side, own, other in zip(sides, both, reversed(both), strict=True):
            side.update((number, *mention) for mention in viewed(document.text, own, other, boundary))  # type: ignore[misc]
    return sides


def divide(numerator: float, denominator: float) -> float:
    """Numerator / denominator, NaN for nothing to divide by."""
    return numerator / denominator if denominator else math.nan


def prf(gold: set[Mention], predicted: set[Mention]) -> dict[str, float]:
    """Precision, recall and F1 of two sets."""
    right = len(gold & predicted)
    return {
        "precision": divide(right, len(predicted)),
        "recall": divide(right, len(gold)),
        "f1": divide(2 * right, len(gold) + len(predicted)),
    }


def entity_scores(corpus: Corpus, boundary: Boundary, types: Iterable[str]) -> dict[str, float]:
    """Every measure of strict scoring; macro over the types that gold has, an undefined precision as 0."""
    gold, predicted = mentions(corpus, boundary)
    by_type = {
        kind: prf({one for one in gold if one[3] == kind}, {one for one in predicted if one[3] == kind})
        for kind in types
    }
    held = {one[3] for one in gold}
    common = {kind for kind in held if sum(one[3] == kind for one in gold) >= 10}

    def mean(kinds: set[str]) -> dict[str, float]:
        return {
            name: divide(
                sum(0 if math.isnan(by_type[kind][name]) else by_type[kind][name] for kind in kinds), len(kinds)
            )
            for name in ("precision", "recall", "f1")
        }

    labels = {"micro": prf(gold, predicted), "macro": mean(held), "macro10": mean(common), **by_type}
    return {f"{label}/{name}": value for label, named in labels.items() for name, value in named.items()}


def turned(corpus: Corpus) -> Corpus:
    """Gold and prediction exchanged."""
    return Corpus(corpus.documents, corpus.predicted, corpus.gold, corpus.unit_kind, corpus.speakers)


def reordered(corpus: Corpus) -> Corpus:
    """Documents, and the annotations of each, back to front."""

    def back(annotation: Annotation) -> Annotation:
        entities, claims, sentences = annotation.entities, annotation.claims, annotation.sentences
        return Annotation(
            None if entities is None else entities[::-1],
            None if claims is None else claims[::-1],
            None if sentences is None else sentences[::-1],
        )

    return Corpus(
        corpus.documents[::-1],
        [back(annotation) for annotation in corpus.gold[::-1]],
        [back(annotation) for annotation in corpus.predicted[::-1]],
        corpus.unit_kind,
        corpus.speakers,
    )


def doubled(corpus: Corpus) -> Corpus:
    """Every document twice."""
    names = [Document(f"{document.id}{copy}", document.text) for copy in "ab" for document in corpus.documents]
    return Corpus(names, [*corpus.gold] * 2, [*corpus.predicted] * 2, corpus.unit_kind, corpus.speakers)
