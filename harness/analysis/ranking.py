"""Sentences ranked by how check-worthy a system finds them: the measures of the CLEF CheckThat! labs.

Why not a scorer: whether a sentence raises average precision depends on all sentences ranked above it, so no sum of
counts of units gives it, and no resampling of such counts an interval.

The schema says which label is check-worthy; without one there is no ranking. A sentence's score for it is its own
where it has that label, else 1 minus its own; without a score it is sure. Gold sentences are found by equal boundaries
in word view, as for labels. What was ranked and is no gold sentence is not relevant; a check-worthy gold sentence that
was never ranked is never retrieved. Labels without a place are of sentences that are not there, and not ranked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.calibration import best_of_equal
from harness.data.types import Sentence
from harness.scoring.align import unique
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.nested import is_in
from harness.scoring.table import plain

Numbers = NDArray[np.float64]

CUTOFFS: Final = (1, 3, 5, 10, 20, 30, 50)


@dataclass(frozen=True, eq=False)
class Ranking:
    """Groups of equally scored sentences from the highest score down: their sizes and how many are relevant.

    `total` counts the relevant sentences, ranked or not.
    """

    sizes: NDArray[np.int64]
    relevant: NDArray[np.int64]
    total: int

    def average_precision(self) -> float:
        """The mean over relevant sentences of precision at their score; a tie is one threshold, as in scikit-learn."""
        relevant_so_far, ranked = np.cumsum(self.relevant), np.cumsum(self.sizes)
        return float((self.relevant * (relevant_so_far / ranked)).sum() / self.total) if self.total else float("nan")

    def precision_at(self, cutoff: int) -> float:
        """Relevant among the first `cutoff`, in expectation over orders of ties; places left empty are wrong."""
        return self.precisions_at((cutoff,))[0]

    def precisions_at(self, cutoffs: Sequence[int]) -> list[float]:
        """The same at each of `cutoffs`."""
        before, reached = np.cumsum(self.sizes) - self.sizes, np.array(cutoffs)
        taken = np.clip(reached[:, None] - before, 0, self.sizes)
        precisions: list[float] = ((self.relevant * (taken / self.sizes)).sum(axis=1) / reached).tolist()
        return precisions

    def reciprocal_rank(self) -> float:
        """1 / rank of the first relevant sentence, in expectation over orders of ties; 0 where none is ranked."""
        first = np.flatnonzero(self.relevant)
        if not len(first):
            return 0.0 if self.total else float("nan")
        before, size = int(self.sizes[: first[0]].sum()), int(self.sizes[first[0]])
        relevant = int(self.relevant[first[0]])
        # The first of the tie that is relevant stands at `at` if the at - 1 before it are not: chances by recursion.
        expected, chance = 0.0, relevant / size
        for place in range(1, size - relevant + 2):
            expected += chance / (before + place)
            chance *= (size - relevant - place + 1) / (size - place) if place < size else 0.0
        return expected


def rank(scores: Numbers, relevant: NDArray[np.bool_], total: int) -> Ranking:
    """The ranking of sentences by score."""
    _, tie, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    relevant_in_tie = np.bincount(tie, weights=relevant, minlength=len(sizes)).astype(np.int64)
    return Ranking(sizes.astype(np.int64), relevant_in_tie, total)


def ranking(corpus: Corpus) -> dict[str, Any] | None:
    """`average_precision` over all sentences, and `by_document` the means over documents that have a relevant sentence.

    These are `average_precision`, `reciprocal_rank`, `r_precision` and `precision_at` by cutoff. `relevant` counts the
    check-worthy sentences of the gold, `ranked` the sentences that the system gave, `without_score` those of them
    without a score. None where none has a score, or no label is check-worthy.
    """
    worthy = corpus.annotated.checkworthy
    if worthy is None:
        return None
    everything = [sentence for annotation in corpus.predicted for sentence in annotation.sentences or ()]
    unscored = sum(sentence.score is None for sentence in everything)
    if unscored == len(everything):
        return None
    spans, scores = _ranked(corpus, everything, worthy)
    gold = unique(_worthy(corpus, worthy))
    relevant, place, gold_place = is_in(spans, gold), _documents(corpus, spans), _documents(corpus, gold)
    order = np.argsort(place, kind="stable")
    numbers, totals = np.unique(gold_place, return_counts=True)
    bounds = (np.searchsorted(place[order], numbers, side).tolist() for side in ("left", "right"))
    rankings = [
        rank(scores[order[first:last]], relevant[order[first:last]], total)
        for first, last, total in zip(*bounds, totals.tolist(), strict=True)
    ]
    return {
        "ranked": len(spans),
        "relevant": len(gold),
        "without_score": unscored,
        "average_precision": plain(rank(scores, relevant, len(gold)).average_precision()),
        "by_document": {"documents": len(rankings), **_means(rankings)} if rankings else None,
    }


def _means(rankings: list[Ranking]) -> dict[str, Any]:
    precisions = zip(*(ranking.precisions_at(CUTOFFS) for ranking in rankings), strict=True)
    return {
        "average_precision": _mean(ranking.average_precision() for ranking in rankings),
        "reciprocal_rank": _mean(ranking.reciprocal_rank() for ranking in rankings),
        "r_precision": _mean(ranking.precision_at(ranking.total) for ranking in rankings),
        "precision_at": {str(cutoff): _mean(column) for cutoff, column in zip(CUTOFFS, precisions, strict=True)},
    }


def _mean(values: Iterable[float]) -> float | None:
    defined = list(values)
    # Whatever order the documents come in.
    return plain(fsum(defined) / len(defined))


def _ranked(corpus: Corpus, everything: Sequence[Sentence], worthy: str) -> tuple[Spans, Numbers]:
    """The predicted sentences in word view and their scores for a label; of equal ones the highest."""
    predicted = corpus.sentences(corpus.predicted)
    spans = corpus.view(Spans(predicted.starts, predicted.ends, np.zeros_like(predicted.labels)), predicted, "word")
    scores = np.array([worth(sentence, worthy) for sentence in everything], dtype=np.float64)
    kept = best_of_equal(spans, scores)
    return spans.take(kept), scores[kept]


def worth(sentence: Sentence, worthy: str) -> float:
    """How check-worthy a labelled sentence is held to be, `worthy` being the label that says so."""
    score = 1.0 if sentence.score is None else sentence.score
    return score if sentence.label == worthy else 1 - score


def _worthy(corpus: Corpus, worthy: str) -> Spans:
    """The sentences of the gold with a label, in word view."""
    gold = corpus.sentences(corpus.gold)
    chosen = gold.take(gold.labels == corpus.sentence_labels.index(worthy))
    return corpus.view(Spans(chosen.starts, chosen.ends, np.zeros_like(chosen.labels)), gold, "word")


def _documents(corpus: Corpus, spans: Spans) -> NDArray[np.int64]:
    return np.searchsorted(corpus.text.offsets, spans.starts, "right") - 1
