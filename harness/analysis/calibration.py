"""Whether a system's confidence means what it says."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.selective import Numbers, selective
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.nested import is_in
from harness.scoring.table import plain

FEWEST: Final = 50
"""Predicted mentions before a calibration error is given, for all types or for one."""

BIN: Final = 20
"""Mentions that a bin has at least, as far as there are enough: of fewer the share right says little."""

_DRAWS: Final = 1000
_SEED: Final = 13
_LEVEL: Final = 0.95
_MANY: Final = 1000
"""Mentions in a bin from which the number of right ones is drawn as normal."""


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
    score. Each part has `mentions`, `accuracy`, `ece`, `ece_by_chance`, `rms_error`, `brier`, `reliability` (a row a
    bin) and the fields of `selective`. Errors of calibration are None below `FEWEST` mentions. `without_score` counts
    the mentions left out. None where no mention has a score.
    """
    mentions, unscored = scored(corpus)
    if not len(mentions.scores):
        return None
    parts = {label: mentions.of(number) for number, label in enumerate(corpus.types)}
    return {
        "bins": bins,
        "without_score": unscored,
        "all": _describe(mentions, bins),
        "types": {label: _describe(part, bins) for label, part in parts.items() if len(part.scores) >= FEWEST},
    }


def scored(corpus: Corpus) -> tuple[Scored, int]:
    """The predicted mentions with a score, and how many have none; what has no place has none."""
    everything = [entity for annotation in corpus.predicted for entity in annotation.entities or ()]
    scores = np.array([np.nan if entity.score is None else entity.score for entity in everything], dtype=np.float64)
    gold, predicted = corpus.gold_entities, corpus.predicted_entities
    spans = corpus.view(predicted, gold, "word")
    best = best_of_equal(spans, scores)
    kept = best[~np.isnan(scores[best])]
    right = is_in(spans.take(kept), corpus.view(gold, predicted, "word"))
    unscored = len(best) - len(kept) + len(corpus.unplaced_entities)
    return Scored(scores[kept], right, spans.labels[kept]), unscored


def best_of_equal(spans: Spans, scores: Numbers) -> NDArray[np.int64]:
    """The number of the highest scored of all `spans` with equal start, end and label, in their order.

    No score is NaN, and less than any.
    """
    order = np.lexsort((-scores, spans.labels, spans.ends, spans.starts))
    rows = np.stack((spans.starts, spans.ends, spans.labels), axis=1)[order]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return order[first]


def brier(mentions: Scored) -> float:
    """The mean squared difference of score and correctness (Brier 1950)."""
    return float(np.mean((mentions.scores - mentions.right) ** 2))


def reliability(mentions: Scored, bins: int) -> list[dict[str, Any]]:
    """Bins of nearly equal size by score, equal scores kept together: bounds, mentions, mean score, share right."""
    rows = []
    for chosen in _bins(mentions, bins):
        scores, right = mentions.scores[chosen], mentions.right[chosen]
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


def _bins(mentions: Scored, bins: int) -> list[NDArray[np.bool_]]:
    """Which mentions each bin holds, from low scores to high."""
    _, tie, sizes = np.unique(mentions.scores, return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - sizes / 2
    numbers = np.minimum((middles * bins / len(mentions.scores)).astype(np.int64), bins - 1)[tie]
    return [numbers == number for number in np.unique(numbers)]


def bins_for(mentions: int, bins: int) -> int:
    """How many bins so many mentions have: up to `bins` of at least `BIN` each."""
    return max(1, min(bins, mentions // BIN))


def by_chance(mentions: Scored, bins: int) -> Numbers:
    """The share right in each bin of systems that mean what they say, with these very scores, shape (draws, bins).

    Consistency resampling (Broecker and Smith 2007): each mention is right with the probability that is its score.
    """
    random = np.random.default_rng(_SEED)
    shares = []
    for chosen in _bins(mentions, bins):
        # Sorted, so that the order of mentions changes nothing.
        scores = np.sort(mentions.scores[chosen])
        if len(scores) <= _MANY:
            right = (random.random((_DRAWS, len(scores))) < scores).sum(axis=1)
        else:
            spread = np.sqrt((scores * (1 - scores)).sum())
            right = np.clip(np.rint(random.normal(scores.sum(), spread, _DRAWS)), 0, len(scores))
        shares.append(right / len(scores))
    return np.stack(shares, axis=1)


def squared_error(rows: list[dict[str, Any]]) -> float:
    """The mean squared gap of score and accuracy over bins, by mentions, without what chance adds to it.

    Debiased (Kumar, Liang and Ma 2019): a share right of n mentions has the variance a (1 - a) / (n - 1) by chance.
    Below 0 where there is less of a gap than chance makes.
    """
    total = sum(row["mentions"] for row in rows)
    gaps = [(row["score"] - row["accuracy"]) ** 2 - _variance(row) for row in rows]
    return float(sum(row["mentions"] * gap for row, gap in zip(rows, gaps, strict=True)) / total)


def _variance(row: dict[str, Any]) -> float:
    share, number = row["accuracy"], row["mentions"]
    # One mention has no variance of its own: it has that of its score.
    return float(share * (1 - share) / (number - 1) if number > 1 else row["score"] * (1 - row["score"]))


def expected_error(rows: list[dict[str, Any]]) -> float:
    """Expected calibration error: the mean gap of score and accuracy over bins, by mentions (Naeini et al. 2015).

    With bins of equal size (Nguyen and O'Connor 2015) no bin is empty, whatever the scores. Never 0 of a finite sample:
    `by_chance` says what it is of a system that means what it says.
    """
    total = sum(row["mentions"] for row in rows)
    return float(sum(row["mentions"] * abs(row["score"] - row["accuracy"]) for row in rows) / total)


def _describe(mentions: Scored, bins: int) -> dict[str, Any]:
    bins = bins_for(len(mentions.scores), bins)
    rows, chance = reliability(mentions, bins), by_chance(mentions, bins)
    tails = (1 - _LEVEL) / 2, (1 + _LEVEL) / 2
    lows, highs = np.quantile(chance, tails, axis=0)
    sizes, scores = (np.array([row[key] for row in rows]) for key in ("mentions", "score"))
    errors = (np.abs(chance - scores) * sizes).sum(axis=1) / sizes.sum()
    enough = len(mentions.scores) >= FEWEST
    shown = [row | {"chance_low": low, "chance_high": high} for row, low, high in zip(rows, lows, highs, strict=True)]
    return {
        "mentions": len(mentions.scores),
        "accuracy": plain(mentions.right.mean()),
        "ece": plain(expected_error(rows)) if enough else None,
        # Of a system that means what it says: the mean, and what 95 of 100 stay below.
        "ece_by_chance": [plain(errors.mean()), plain(np.quantile(errors, _LEVEL))] if enough else None,
        "rms_error": plain(np.sqrt(max(0.0, squared_error(rows)))) if enough else None,
        "brier": plain(brier(mentions)),
        "reliability": [{"mentions": row.pop("mentions")} | {key: plain(row[key]) for key in row} for row in shown],
        **selective(mentions.scores, mentions.right),
    }
