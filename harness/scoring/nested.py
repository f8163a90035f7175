"""Nested entities by level: outermost, innermost, by depth, and inside a mention of the same type."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from harness.scoring.align import clusters, unique
from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.match import match_exact
from harness.scoring.partial import harmonic
from harness.scoring.table import Counts, Table, Totals, ratio, tally

DEEPEST: Final = 5
"""Mentions deeper than this count at this depth."""


@dataclass(frozen=True)
class EntitiesNested:
    """Exact matches over all mentions, told apart by where a mention stands in the nesting of its own side.

    A match is a match whatever levels its two sides stand on, so that a missed outer mention costs the inner one
    nothing. Recall at a level is over the gold mentions on it, precision over the predicted ones on it. `depth_1` holds
    the mentions that nothing contains, and so does `outermost`; `innermost` those that contain nothing; `same_type`
    those inside a mention of their own type.
    """

    layer: ClassVar[str] = "entities"

    boundary: Boundary = "word"

    def counts(self, corpus: Corpus) -> Table:
        """For each level the mentions of both sides on it, and how many of them are matched."""
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        left = unique(corpus.view(gold, predicted, self.boundary))
        right = unique(corpus.view(predicted, gold, self.boundary))
        events = {}
        for side, spans, other in (("gold", left, right), ("predicted", right, left)):
            matched = is_in(spans, other)
            units = corpus.units.of(spans.starts)
            for level, members in levels(spans).items():
                events[f"{level}/{side}"] = (units[members], None)
                events[f"{level}/{side}_matched"] = (units[members & matched], None)
        return tally(list(events), len(corpus.units), events)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:  # noqa: ARG002 -- no macro average here
        """Precision, recall and F1 of every level."""
        scores: dict[str, Counts] = {}
        for level in self.support(totals):
            gold, predicted = totals[f"{level}/gold"], totals[f"{level}/predicted"]
            precision = ratio(totals[f"{level}/predicted_matched"], predicted)
            recall = ratio(totals[f"{level}/gold_matched"], gold)
            f1 = harmonic(precision, recall, gold + predicted)
            scores |= {f"{level}/precision": precision, f"{level}/recall": recall, f"{level}/f1": f1}
        return scores

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions on every level."""
        return {column.removesuffix("/gold"): totals[column] for column in totals if column.endswith("/gold")}


def is_in(spans: Spans, other: Spans) -> NDArray[np.bool_]:
    """Which of `spans`, sorted and unique, stand in `other` too."""
    both = match_exact(spans, other).both
    rows = {*zip(both.starts.tolist(), both.ends.tolist(), both.labels.tolist(), strict=True)}
    found = zip(spans.starts.tolist(), spans.ends.tolist(), spans.labels.tolist(), strict=True)
    return np.fromiter((row in rows for row in found), dtype=np.bool_, count=len(spans))


def levels(spans: Spans) -> dict[str, NDArray[np.bool_]]:
    """For each level which of `spans` stand on it."""
    depth, holds, same = nesting(spans)
    by_depth = {f"depth_{level}": np.minimum(depth, DEEPEST) == level for level in range(1, DEEPEST + 1)}
    return {
        "all": np.ones(len(spans), dtype=np.bool_),
        "outermost": depth == 1,
        "innermost": ~holds,
        "same_type": same,
        **by_depth,
    }


def nesting(spans: Spans) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Depth of each span, whether it contains another, and whether one of its own type contains it.

    Depth is 1 plus the number of different extents that hold the span and more; two types on one extent are equally
    deep.
    """
    depth = np.ones(len(spans), dtype=np.int64)
    holds, same = np.zeros(len(spans), dtype=np.bool_), np.zeros(len(spans), dtype=np.bool_)
    cluster = clusters(spans.starts, spans.ends)
    order = np.argsort(cluster, kind="stable")
    edges = np.flatnonzero(np.diff(cluster[order], prepend=-1, append=-1))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if last - first > 1:
            members = order[first:last]
            starts, ends, labels = spans.starts[members], spans.ends[members], spans.labels[members]
            inside = _inside(starts, ends)
            depth[members] = [1 + len({*zip(starts[row], ends[row], strict=True)}) for row in inside]
            holds[members] = inside.any(axis=0)
            same[members] = (inside & (labels[:, None] == labels[None, :])).any(axis=1)
    return depth, holds, same


def _inside(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the span of a row lies inside the one of a column and is shorter."""
    within = (starts[:, None] >= starts[None, :]) & (ends[:, None] <= ends[None, :])
    equal = (starts[:, None] == starts[None, :]) & (ends[:, None] == ends[None, :])
    inside: NDArray[np.bool_] = within & ~equal
    return inside
