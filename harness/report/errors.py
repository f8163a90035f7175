"""What is wrong in a prediction, item by item, as the scorers pair it with the gold.

Mentions and sentences are aligned as for confusion, under the boundary view of the scorer; claims are paired by theirs.
What no error names is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.analysis.edges import classify, direction
from harness.data.types import LAYERS, SENTENCE_LABELS, Annotation, Span
from harness.report.claim_errors import claim_errors
from harness.report.kinds import Error, Kind
from harness.scoring.align import align, unique
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.partial import weigh
from harness.scoring.table import Scorer


def find_errors(corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer]) -> dict[str, list[Error]]:
    """The errors of each document that has any, by layer and position; what several scorers count stands once.

    Scorers of entities without a boundary view have none of their own.
    """
    counted: dict[Error, list[str]] = {}
    for name, scorer in scorers.items():
        if scorer.layer in corpora:
            for error in _errors(corpora[scorer.layer], scorer):
                counted.setdefault(error, []).append(name)
    found: dict[str, list[Error]] = {}
    for error, names in counted.items():
        found.setdefault(error.document, []).append(replace(error, scorers=tuple(names)))
    for errors in found.values():
        errors.sort(key=lambda one: (LAYERS.index(one.layer), one.start, one.gold, one.predicted))
    return found


def _errors(corpus: Corpus, scorer: Scorer) -> Iterator[Error]:
    if isinstance(scorer, Claims):
        return claim_errors(corpus, scorer)
    if isinstance(scorer, CheckWorthy):
        sides = (corpus.sentences(side, SENTENCE_LABELS) for side in (corpus.gold, corpus.predicted))
        return _Aligned(corpus, "sentences", SENTENCE_LABELS, "word", *sides).errors()
    boundary: Boundary | None = getattr(scorer, "boundary", None)
    if boundary is None:
        return iter(())
    return _Aligned(
        corpus, "entities", corpus.types, boundary, corpus.gold_entities, corpus.predicted_entities
    ).errors()


@dataclass(frozen=True, eq=False)
class _Aligned:
    """Labelled spans of both sides, as they are written."""

    corpus: Corpus
    layer: str
    names: Sequence[str]
    boundary: Boundary
    gold: Spans
    predicted: Spans

    def errors(self) -> Iterator[Error]:
        """What is not equal in the view."""
        left, gold = _grouped(self.corpus.view(self.gold, self.predicted, self.boundary))
        right, predicted = _grouped(self.corpus.view(self.predicted, self.gold, self.boundary))
        pairs = align(left, right, weigh).tolist()
        for row, column in pairs:
            equal = left.starts[row] == right.starts[column] and left.ends[row] == right.ends[column]
            same = left.labels[row] == right.labels[column]
            if not (equal and same):
                kind: Kind = "type" if equal else "boundary" if same else "both"
                yield self._error(kind, gold[row], predicted[column])
        for row in sorted({*range(len(left))} - {row for row, _ in pairs}):
            yield self._error("missed", gold[row], [])
        for column in sorted({*range(len(right))} - {column for _, column in pairs}):
            yield self._error("spurious", [], predicted[column])

    def _error(self, kind: Kind, gold: Sequence[int], predicted: Sequence[int]) -> Error:
        """`gold` and `predicted` number the spans of the corpus."""
        chosen = [(side, numbers[0]) for side, numbers in ((self.gold, gold), (self.predicted, predicted)) if numbers]
        labels = dict.fromkeys(self.names[side.labels[number]] for side, number in chosen)
        gold_places, predicted_places = self._gold_places, self._predicted_places
        place = gold_places[gold[0]][0] if gold else predicted_places[predicted[0]][0]
        side, number = chosen[0]
        return Error(
            self.corpus.documents[place].id,
            self.layer,
            kind,
            int(side.starts[number] - self.corpus.text.offsets[place]),
            tuple(gold_places[one][1] for one in gold),
            tuple(predicted_places[one][1] for one in predicted),
            tuple(labels),
            self._detail(chosen) if kind in ("boundary", "both") else "",
        )

    @cached_property
    def _gold_places(self) -> list[tuple[int, int]]:
        return _places(self.corpus.gold, self.layer)

    @cached_property
    def _predicted_places(self) -> list[tuple[int, int]]:
        return _places(self.corpus.predicted, self.layer)

    def _detail(self, chosen: Sequence[tuple[Spans, int]]) -> str:
        """How the boundaries differ: the class of the ledger, and which span is longer."""
        gold, predicted = (Span(int(side.starts[number]), int(side.ends[number])) for side, number in chosen)
        if gold == predicted:
            return ""
        edge = classify(self.corpus.text.joined, gold, predicted)
        return " ".join(filter(None, (direction(gold, predicted), edge.kind, edge.detail)))


def _grouped(view: Spans) -> tuple[Spans, list[list[int]]]:
    """Each span of a view once, and the numbers of those that are equal to it."""
    rows = unique(view)
    numbers = {row: number for number, row in enumerate(_rows(rows))}
    members: list[list[int]] = [[] for _ in numbers]
    for number, row in enumerate(_rows(view)):
        members[numbers[row]].append(number)
    return rows, members


def _rows(spans: Spans) -> Iterator[tuple[int, int, int]]:
    return zip(spans.starts.tolist(), spans.ends.tolist(), spans.labels.tolist(), strict=True)


def _places(side: Sequence[Annotation], layer: str) -> list[tuple[int, int]]:
    """The document of each item of a layer, and its number there."""
    return [(place, number) for place, one in enumerate(side) for number in range(len(getattr(one, layer) or ()))]
