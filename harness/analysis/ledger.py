"""The clitic ledger: what each kind of boundary error costs.

A boundary error is a gold and a predicted mention of one type that overlap and are not equal, char by char.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from harness.analysis.edges import CLITICS, Edge, classify, direction
from harness.data.types import Span
from harness.scoring.align import Pairs, Weights, align, overlap, unique
from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.entities import prf
from harness.scoring.match import match_exact
from harness.scoring.table import plain
from harness.scoring.text import Positions

VIEWS: Final[tuple[Boundary, ...]] = ("char", "word")
EXAMPLES: Final = 5
"""Examples that each class shows."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every boundary error of a corpus with its class."""

    corpus: Corpus
    gold: Spans
    predicted: Spans
    pairs: Pairs
    edges: Sequence[Edge]

    def summary(self) -> dict[str, Any]:
        """The ledger as data.

        `f1` and `lost` are micro-F1 and what it lacks to 1, in points of 100. Each of `classes` has its
        `detail` as in `Edge`, its `count`, split by whether the prediction is `longer`, `shorter` or `crossing`, and
        its `points`: F1 were every mention of the class bounded as in gold, minus F1. In the char view points add up;
        in the word view what becomes equal counts once, and they may not. `clitics` are the classes of `CLITICS`
        together, `all` all classes. Answers without a place are in `f1` as spurious mentions, and no boundary errors.
        """
        classes = sorted(Counter(self.edges).items(), key=lambda row: (-row[1], row[0]))
        return {
            "f1": {view: plain(self.f1s[view]) for view in VIEWS},
            "lost": {view: plain(100 - self.f1s[view]) for view in VIEWS},
            "classes": [self._class(edge) for edge, _ in classes],
            "clitics": self._sum([edge.kind in CLITICS for edge in self.edges]),
            "all": self._sum([True] * len(self.edges)),
        }

    @cached_property
    def f1s(self) -> dict[str, float]:
        """Micro-F1 as it is, in points, by view."""
        return {view: self._f1(*sides) for view, sides in self._views.items()}

    @cached_property
    def _views(self) -> dict[str, tuple[Spans, Spans]]:
        """Both sides in each view, in the order of the mentions: neither view of one looks at another."""
        gold, predicted = self.gold, self.predicted
        return {
            view: (self.corpus.view(gold, predicted, view), self.corpus.view(predicted, gold, view)) for view in VIEWS
        }

    def _class(self, edge: Edge) -> dict[str, Any]:
        chosen = [one == edge for one in self.edges]
        members = [pair for pair, wanted in zip(self.pairs.tolist(), chosen, strict=True) if wanted]
        directions = Counter(direction(_span(self.gold, row), _span(self.predicted, column)) for row, column in members)
        return {
            "class": edge.kind,
            "detail": edge.detail or None,
            **self._sum(chosen),
            **{name: directions[name] for name in ("longer", "shorter", "crossing")},
            "examples": self._examples(members),
        }

    def _sum(self, chosen: Sequence[bool]) -> dict[str, Any]:
        forgiven = self.pairs[np.array(chosen, dtype=np.bool_)]
        points = {
            view: plain(self._f1(gold, _bounded(predicted, gold, forgiven)) - self.f1s[view])
            for view, (gold, predicted) in self._views.items()
        }
        return {"count": sum(chosen), "points": points}

    def _f1(self, gold: Spans, predicted: Spans) -> float:
        found = match_exact(gold, predicted)
        spurious = len(found.predicted_only) + len(self.corpus.unplaced_entities)
        sizes = (np.array(float(number)) for number in (len(found.both), spurious, len(found.gold_only)))
        return 100 * float(prf(*sizes)["f1"])

    def _examples(self, members: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
        """The first errors by document and position, offsets in their document."""
        rows = []
        for row, column in members:
            number = int(np.searchsorted(self.corpus.text.offsets, self.gold.starts[row], "right")) - 1
            document, offset = self.corpus.documents[number], int(self.corpus.text.offsets[number])
            example: dict[str, Any] = {"document": document.id, "type": self.corpus.types[self.gold.labels[row]]}
            for side, span in (("gold", _span(self.gold, row)), ("predicted", _span(self.predicted, column))):
                start, end = span.start - offset, span.end - offset
                example[side] = {"start": start, "end": end, "text": document.text[start:end]}
            rows.append(example)
        rows.sort(key=lambda one: (one["document"], one["gold"]["start"], one["gold"]["end"], one["type"]))
        return rows[:EXAMPLES]


def ledger(corpus: Corpus) -> Ledger:
    """The boundary errors of `corpus`: aligned one to one within a type, most pairs first, then most overlap."""
    gold, predicted = unique(corpus.gold_entities), unique(corpus.predicted_entities)
    pairs = align(gold, predicted, _weigh, within_types=True)
    rows, columns = pairs[:, 0], pairs[:, 1]
    pairs = pairs[(gold.starts[rows] != predicted.starts[columns]) | (gold.ends[rows] != predicted.ends[columns])]
    joined = corpus.text.joined
    edges = [classify(joined, _span(gold, row), _span(predicted, column)) for row, column in pairs.tolist()]
    return Ledger(corpus, gold, predicted, pairs, edges)


def _bounded(predicted: Spans, gold: Spans, pairs: Pairs) -> Spans:
    """The predicted mentions, those of `pairs` bounded as in gold."""
    starts, ends = predicted.starts.copy(), predicted.ends.copy()
    rows, columns = pairs.T
    starts[columns], ends[columns] = gold.starts[rows], gold.ends[rows]
    return Spans(starts, ends, predicted.labels)


def _weigh(gold: Spans, rows: Positions, predicted: Spans, columns: Positions) -> Weights:
    """Pairs of one type: an equal one outweighs any number of others, one more pair any overlap."""
    shared, either = overlap(gold, rows, predicted, columns)
    same = (shared > 0) & (gold.labels[rows] == predicted.labels[columns])
    return np.where(same, 1e9 * (shared == either) + 1e3 + shared / np.maximum(either, 1), 0.0)


def _span(spans: Spans, index: int) -> Span:
    return Span(int(spans.starts[index]), int(spans.ends[index]))
