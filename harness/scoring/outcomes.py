"""Right and wrong item by item: what lists of errors, disputes between runs and losses of claims are made of.

A scorer that counts single items tells their outcomes by a method `outcomes(corpus)`. What is right adds up to what it
counts as right, except that items which a boundary view makes equal are one outcome.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol, runtime_checkable

import numpy as np

from harness.data.types import Annotation, Span
from harness.scoring.align import Pairs, Weights, align, overlap, unique
from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.text import Positions

BOUNDARY: Final = "boundary"
TYPE: Final = "type"


class Outcome(NamedTuple):
    """An item of the gold with the answer that stands beside it, or either alone."""

    document: int
    """The number of the document in the corpus."""
    gold: tuple[int, ...]
    """The numbers of the gold items in the document, several where a view makes them equal; none for an answer."""
    predicted: tuple[int, ...]
    """The numbers of the answers; none for what was missed."""
    right: bool
    """Whether the scorer counts the answer as right."""
    edges: Span
    """The edges in the document by which the answer was compared; those of the gold item where there is none."""
    wrong: tuple[str, ...] = ()
    """In what the two differ: `boundary`, `type`, or the roles and attributes of a claim."""
    unplaced: int | None = None
    """The number of an answer without a place among all of these in the document, whatever their layers; it has neither
    gold nor predicted items, and its edges are empty."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcomes of a corpus; gold items of claims in the order of their spans.

    `roles` are parts of an item that are right or wrong by themselves: `wrong` names those that are not.
    """

    items: Sequence[Outcome]
    roles: tuple[str, ...] = ()

    def beside(self, items: Iterable[Outcome]) -> "Outcomes":
        """These outcomes, then those of `items`."""
        return replace(self, items=[*self.items, *items])


@runtime_checkable
class Itemised(Protocol):
    """A scorer that tells right from wrong item by item."""

    @property
    def layer(self) -> str:
        """The layer of an annotation that is scored."""

    def outcomes(self, corpus: Corpus) -> Outcomes:
        """What became of every item of the gold, and of every answer."""


class Item(NamedTuple):
    """An item of an annotation: its span, a claim's being its content, and its type or label."""

    span: Span
    type: str


def item(annotation: Annotation, layer: str, number: int) -> Item:
    """An item of a layer by its number."""
    if layer == "entities":
        entity = (annotation.entities or ())[number]
        return Item(Span(entity.start, entity.end), entity.type)
    if layer == "sentences":
        sentence = (annotation.sentences or ())[number]
        return Item(Span(sentence.start, sentence.end), sentence.label)
    return Item((annotation.claims or ())[number].content, "claim")


def weigh(gold: Spans, rows: Positions, predicted: Spans, columns: Positions) -> Weights:
    """Lexicographic: each criterion outweighs any sum of the ones after it in a cluster of fewer than 1,000 spans.

    Most pairs with equal boundaries and type, then with equal boundaries, then with equal type, then most pairs, then
    most overlap.
    """
    shared, either = overlap(gold, rows, predicted, columns)
    exact = (gold.starts[rows] == predicted.starts[columns]) & (gold.ends[rows] == predicted.ends[columns])
    same = gold.labels[rows] == predicted.labels[columns]
    weights = 1e12 * (exact & same) + 1e9 * exact + 1e6 * same + 1e3 + shared / either
    return np.where(shared > 0, weights, 0.0)


def alignment(corpus: Corpus, boundary: Boundary) -> tuple[Spans, Spans, Pairs]:
    """The entities of both sides in a boundary view, each once, and which are aligned by `weigh`; computed once."""
    if boundary not in corpus.alignments:
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        left = unique(corpus.view(gold, predicted, boundary))
        right = unique(corpus.view(predicted, gold, boundary))
        corpus.alignments[boundary] = left, right, align(left, right, weigh)
    return corpus.alignments[boundary]


def aligned(corpus: Corpus, layer: str, gold: Spans, predicted: Spans) -> Outcomes:
    """The outcomes of labelled spans, in the view in which the items of `layer` are compared, one span an item.

    Right is what is equal; what is not is aligned one to one by `weigh`.
    """
    left, right = _Sided.of(corpus, gold, corpus.gold, layer), _Sided.of(corpus, predicted, corpus.predicted, layer)
    pairs = align(left.spans, right.spans, weigh)
    rows, columns = pairs.T
    exact = (left.spans.starts[rows] == right.spans.starts[columns]) & (
        left.spans.ends[rows] == right.spans.ends[columns]
    )
    same = left.spans.labels[rows] == right.spans.labels[columns]
    wrong = {(True, True): (), (False, True): (BOUNDARY,), (True, False): (TYPE,), (False, False): (BOUNDARY, TYPE)}
    items = []
    for row, column, *equal in zip(rows.tolist(), columns.tolist(), exact.tolist(), same.tolist(), strict=True):
        differing = wrong[equal[0], equal[1]]
        document, numbers = left.items[row]
        items.append(Outcome(document, numbers, right.items[column][1], not differing, right.edges[column], differing))
    for row in np.setdiff1d(np.arange(len(left.spans)), rows).tolist():
        document, numbers = left.items[row]
        items.append(Outcome(document, numbers, (), right=False, edges=left.edges[row]))
    for column in np.setdiff1d(np.arange(len(right.spans)), columns).tolist():
        document, numbers = right.items[column]
        items.append(Outcome(document, (), numbers, right=False, edges=right.edges[column]))
    return Outcomes(items)


@dataclass(frozen=True, eq=False)
class _Sided:
    """The spans of one side in view, each once."""

    spans: Spans
    items: Sequence[tuple[int, tuple[int, ...]]]
    """The document of each span, and the numbers there of the items that are equal to it in view."""
    edges: Sequence[Span]
    """The edges of each span in its document."""

    @classmethod
    def of(cls, corpus: Corpus, view: Spans, side: Sequence[Annotation], layer: str) -> "_Sided":
        """The side of a corpus whose items, in the order of the documents, have the spans of `view`."""
        spans = unique(view)
        places = [(at, number) for at, one in enumerate(side) for number in range(len(getattr(one, layer) or ()))]
        members: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        for row, place in zip(_rows(view), places, strict=True):
            members.setdefault(row, []).append(place)
        items = [(members[row][0][0], tuple(number for _, number in members[row])) for row in _rows(spans)]
        offsets = corpus.text.offsets.tolist()
        edges = [
            Span(start - offsets[document], end - offsets[document])
            for start, end, (document, _) in zip(spans.starts.tolist(), spans.ends.tolist(), items, strict=True)
        ]
        return cls(spans, items, edges)


def unplaced_outcomes(corpus: Corpus, layer: str) -> Iterator[Outcome]:
    """The outcomes of a layer's answers without a place: each is wrong."""
    for document, annotation in enumerate(corpus.predicted):
        for number, answer in enumerate(annotation.unplaced):
            if answer.layer == layer:
                yield Outcome(document, (), (), right=False, edges=Span(answer.at, answer.at), unplaced=number)


def _rows(spans: Spans) -> Iterator[tuple[int, int, int]]:
    return zip(spans.starts.tolist(), spans.ends.tolist(), spans.labels.tolist(), strict=True)


def itemised(scorers: Mapping[str, object]) -> dict[str, Itemised]:
    """Those of `scorers` that tell right from wrong item by item."""
    return {name: scorer for name, scorer in scorers.items() if isinstance(scorer, Itemised)}
