"""Nested entities by level, and by which mention stands in which."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
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
_ALONE: Final = ("all", "outermost", "innermost", "depth_1")
"""The levels of a mention that stands in no other and holds none."""


@dataclass(frozen=True)
class EntitiesNested:
    """Exact matches over all mentions, told apart by where a mention stands in the nesting of its own side.

    A match is a match whatever levels its two sides stand on, so that a missed outer mention costs the inner one
    nothing. Recall at a level is over the gold mentions on it, precision over the predicted ones on it. `depth_1` holds
    the mentions that nothing contains, and so does `outermost`; `innermost` those that contain nothing; `same_type`
    those inside a mention of their own type.

    Levels alone would not show that a mention is right but stands in the wrong place. `edges` are pairs of a mention
    and its parent, the shortest mention that holds it and more; several as short, and two types on one extent, are each
    a parent. An edge is right if both its mentions are the same on the other side. `wrong_level/rate` is the share of
    matched mentions whose depth differs between the sides.

    An answer without a place stands in no other and holds none, as a spurious mention that stands alone: it is
    predicted on the levels `all`, `outermost`, `innermost` and `depth_1`, and has no edge.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = ("all/f1",)
    shown: ClassVar[tuple[str, ...]] = (
        *(f"{level}/{name}" for level in ("all", "edges") for name in ("precision", "recall", "f1")),
        "wrong_level/rate",
    )

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
        unplaced = corpus.units.of(corpus.unplaced_entities.starts)
        for level in _ALONE:
            events[f"{level}/predicted"] = (np.append(events[f"{level}/predicted"][0], unplaced), None)
        events |= _edge_events(corpus, left, right)
        # Both are sorted, so the k-th matched mention of one side is the k-th of the other.
        depths = [nesting(spans)[0][is_in(spans, other)] for spans, other in ((left, right), (right, left))]
        units = corpus.units.of(left.starts[is_in(left, right)])
        events["wrong_level/matched"] = (units, None)
        events["wrong_level/differing"] = (units[depths[0] != depths[1]], None)
        return tally(list(events), len(corpus.units), events)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:  # noqa: ARG002 -- no macro average here
        """Precision, recall and F1 of every level and of `edges`, and `wrong_level/rate`."""
        scores: dict[str, Counts] = {}
        for level in self.support(totals):
            gold, predicted = totals[f"{level}/gold"], totals[f"{level}/predicted"]
            precision = ratio(totals[f"{level}/predicted_matched"], predicted)
            recall = ratio(totals[f"{level}/gold_matched"], gold)
            f1 = harmonic(precision, recall, gold + predicted)
            scores |= {f"{level}/precision": precision, f"{level}/recall": recall, f"{level}/f1": f1}
        # Slices of a corpus are scored as levels too, and have no depths.
        if "wrong_level/matched" in totals:
            scores["wrong_level/rate"] = ratio(totals["wrong_level/differing"], totals["wrong_level/matched"])
        return scores

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions on every level, and edges of the gold."""
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


def _edge_events(corpus: Corpus, gold: Spans, predicted: Spans) -> dict[str, tuple[NDArray[np.int64], None]]:
    """The edges of both sides, and those that the other side has too, by the unit of the mention inside."""
    named = [
        [(*_row(spans, parent), *_row(spans, child)) for parent, child in edges(spans).tolist()]
        for spans in (gold, predicted)
    ]
    events: dict[str, tuple[NDArray[np.int64], None]] = {}
    for side, own, other in (("gold", named[0], {*named[1]}), ("predicted", named[1], {*named[0]})):
        units = corpus.units.of(np.array([edge[3] for edge in own], dtype=np.int64))
        right = np.array([edge in other for edge in own], dtype=np.bool_)
        events |= {f"edges/{side}": (units, None), f"edges/{side}_matched": (units[right], None)}
    return events


def _row(spans: Spans, number: int) -> tuple[int, int, int]:
    return int(spans.starts[number]), int(spans.ends[number]), int(spans.labels[number])


def edges(spans: Spans) -> NDArray[np.int64]:
    """Each of `spans` that others hold with the shortest of these, shape (edges, 2): parent and child."""
    found = []
    for members, inside in _clustered(spans):
        lengths = np.where(inside, (spans.ends - spans.starts)[members], np.iinfo(np.int64).max)
        parents = inside & (lengths == lengths.min(axis=1, keepdims=True))
        child, parent = np.nonzero(parents)
        found.append(np.stack((members[parent], members[child]), axis=1))
    return np.concatenate((np.zeros((0, 2), dtype=np.int64), *found))


def _clustered(spans: Spans) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """The numbers of spans that overlap directly or through others, and which of them stand inside which."""
    cluster = clusters(spans.starts, spans.ends)
    order = np.argsort(cluster, kind="stable")
    bounds = np.flatnonzero(np.diff(cluster[order], prepend=-1, append=-1))
    for first, last in pairwise(bounds.tolist()):
        if last - first > 1:
            members = order[first:last]
            yield members, _inside(spans.starts[members], spans.ends[members])


def nesting(spans: Spans) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Depth of each span, whether it contains another, and whether one of its own type contains it.

    Depth is 1 plus the number of different extents that hold the span and more; two types on one extent are equally
    deep.
    """
    depth = np.ones(len(spans), dtype=np.int64)
    holds, same = np.zeros(len(spans), dtype=np.bool_), np.zeros(len(spans), dtype=np.bool_)
    for members, inside in _clustered(spans):
        starts, ends, labels = spans.starts[members], spans.ends[members], spans.labels[members]
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
