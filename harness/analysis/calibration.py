"""Whether a system's confidence means what it says."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.numbers import plain
from harness.analysis.selective import Numbers, selective
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.nested import is_in

FEWEST: Final = 30
"""Predicted mentions of a type before it is looked at on its own."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Predicted mentions with a score: each one's score, whether it is right, and its type number."""

    scores: Numbers
    right: NDArray[np.bool_]
    labels: NDArray[np.int64]

    def of(self, label: int) -> "Scored":
        """Those of one type."""
        chosen = self.labels == label
        return Scored(self.scores[chosen], self.right[chosen], self.labels[chosen])


def calibration(corpus: Corpus, bins: int) -> dict[str, Any] | None:
    """Confidence against correctness, over all predicted mentions with a score and for every type with `FEWEST`.

    A mention is right if the strict word view says so; mentions that are equal there count once, with the highest
    score. Each part has `mentions`, `accuracy`, `ece`, `brier`, `reliability` (a row a bin) and the fields of
    `selective`. `without_score` counts the mentions left out. None where no mention has a score.
    """
    found, unscored = scored(corpus)
    if not len(found.scores):
        return None
    parts = {label: found.of(number) for number, label in enumerate(corpus.types)}
    return {
        "bins": bins,
        "without_score": unscored,
        "all": _describe(found, bins),
        "types": {label: _describe(part, bins) for label, part in parts.items() if len(part.scores) >= FEWEST},
    }


def scored(corpus: Corpus) -> tuple[Scored, int]:
    """The predicted mentions with a score, and how many have none."""
    everything = [entity for annotation in corpus.predicted for entity in annotation.entities or ()]
    scores = np.array([np.nan if entity.score is None else entity.score for entity in everything], dtype=np.float64)
    gold, predicted = corpus.gold_entities, corpus.predicted_entities
    spans = corpus.view(predicted, gold, "word")
    best = best_of_equal(spans, scores)
    kept = best[~np.isnan(scores[best])]
    right = is_in(spans.take(kept), corpus.view(gold, predicted, "word"))
    return Scored(scores[kept], right, spans.labels[kept]), len(best) - len(kept)


def best_of_equal(spans: Spans, scores: Numbers) -> NDArray[np.int64]:
    """The number of the highest scored of all `spans` with equal start, end and label, in their order.

    No score is NaN, and less than any.
    """
    order = np.lexsort((-scores, spans.labels, spans.ends, spans.starts))
    rows = np.stack((spans.starts, spans.ends, spans.labels), axis=1)[order]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return order[first]


def brier(found: Scored) -> float:
    """The mean squared difference of score and correctness (Brier 1950)."""
    return float(np.mean((found.scores - found.right) ** 2))


def reliability(found: Scored, bins: int) -> list[dict[str, Any]]:
    """Bins of nearly equal size by score, equal scores kept together: bounds, mentions, mean score, share right."""
    _, tie, sizes = np.unique(found.scores, return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - sizes / 2
    numbers = np.minimum((middles * bins / len(found.scores)).astype(np.int64), bins - 1)[tie]
    rows = []
    for number in np.unique(numbers).tolist():
        chosen = numbers == number
        scores, right = found.scores[chosen], found.right[chosen]
        rows.append(
            {
                "mentions": len(scores),
                "low": float(scores.min()),
                "high": float(scores.max()),
                "score": float(scores.mean()),
                "accuracy": float(right.mean()),
            }
        )
    return rows


def expected_error(rows: list[dict[str, Any]]) -> float:
    """Expected calibration error: the mean gap of score and accuracy over bins, by mentions (Naeini et al. 2015).

    With bins of equal size (Nguyen and O'Connor 2015) no bin is empty, whatever the scores.
    """
    total = sum(row["mentions"] for row in rows)
    return float(sum(row["mentions"] * abs(row["score"] - row["accuracy"]) for row in rows) / total)


def _describe(found: Scored, bins: int) -> dict[str, Any]:
    rows = reliability(found, bins)
    return {
        "mentions": len(found.scores),
        "accuracy": plain(found.right.mean()),
        "ece": plain(expected_error(rows)),
        "brier": plain(brier(found)),
        "reliability": [{"mentions": row.pop("mentions")} | {key: plain(row[key]) for key in row} for row in rows],
        **selective(found.scores, found.right),
    }
