"""Entities by overlap: how F1 grows as less of a mention must be covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.data.types import InputError
from harness.scoring.align import Weights, align, overlap, unique
from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.entities import MICRO, tally_spans
from harness.scoring.table import Counts, Table, Totals, ratio
from harness.scoring.text import Positions


@dataclass(frozen=True)
class EntitiesOverlap:
    """Mentions of one type are aligned one to one where intersection over union is at least a threshold.

    At each threshold of its own the alignment with the most pairs is taken, and of those the one with the most
    overlap. At 1 this is exact matching. `f1_auc` is the area under the curve over the thresholds, scaled to [0, 1]. An
    answer without a place is a predicted mention that is aligned at no threshold.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = (f"{MICRO}/f1_auc",)
    shown: ClassVar[tuple[str, ...]] = (f"{MICRO}/f1_at_0.5", f"{MICRO}/f1_auc")

    boundary: Boundary = "word"
    thresholds: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

    def __post_init__(self) -> None:
        check_thresholds(self.thresholds)

    def counts(self, corpus: Corpus) -> Table:
        """For every type mentions of both sides, and those aligned at each threshold."""
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        left = unique(corpus.view(gold, predicted, self.boundary))
        right = unique(corpus.view(predicted, gold, self.boundary))
        sides = {"gold": left, "predicted": right.beside(corpus.unplaced_entities)}
        for threshold in self.thresholds:
            rows = align(left, right, _Weigh(threshold), within_types=True)[:, 0]
            sides[at_threshold(threshold)] = left.take(rows)
        return tally_spans(corpus, sides, corpus.types)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:  # noqa: ARG002 -- no macro average here
        """`f1_at_T` of `micro` and every type for each threshold T, and `f1_auc`."""
        labels = [column.removesuffix("/gold") for column in totals if column.endswith("/gold")]
        scores: dict[str, Counts] = {}
        for label, members in {MICRO: labels, **{label: [label] for label in labels}}.items():
            found = {count: sum(totals[f"{one}/{count}"] for one in members) for count in ("gold", "predicted")}
            curve = {
                threshold: ratio(
                    2 * np.asarray(sum(totals[f"{one}/{at_threshold(threshold)}"] for one in members)),
                    np.asarray(found["gold"] + found["predicted"]),
                )
                for threshold in self.thresholds
            }
            scores |= {f"{label}/f1_{at_threshold(threshold)}": value for threshold, value in curve.items()}
            scores[f"{label}/f1_auc"] = area(curve)
        return scores

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions of every type, and of all."""
        by_label = {column.removesuffix("/gold"): totals[column] for column in totals if column.endswith("/gold")}
        return {MICRO: np.asarray(sum(by_label.values()))} | by_label


@dataclass(frozen=True)
class _Weigh:
    """Weights of pairs of one type that overlap enough: one more pair outweighs any overlap."""

    threshold: float

    def __call__(self, gold: Spans, rows: Positions, predicted: Spans, columns: Positions) -> Weights:
        shared, either = overlap(gold, rows, predicted, columns)
        enough = (shared > 0) & (shared >= self.threshold * either - 1e-9)
        same = gold.labels[rows] == predicted.labels[columns]
        return np.where(enough & same, 1e6 + shared / either, 0.0)


def check_thresholds(thresholds: Sequence[float]) -> None:
    """Refuse thresholds that make no curve.

    Raises:
        InputError: there are none, two are equal, or one is not above 0 and up to 1.
    """
    fitting = all(0 < threshold <= 1 for threshold in thresholds)
    if not thresholds or not fitting or len({*thresholds}) < len(thresholds):
        raise InputError(f"thresholds: found {thresholds}, wanted different numbers above 0 and up to 1")


def at_threshold(threshold: float) -> str:
    """The end of a measure's name at `threshold`: `at_0.5`, `at_1.0`, `at_0.75`."""
    return f"at_{threshold:g}" if threshold % 1 else f"at_{threshold:.1f}"


def area(curve: dict[float, Counts]) -> Counts:
    """The area under F1 over the thresholds by the trapezoid rule, over their range; one threshold's F1 is its own."""
    thresholds = sorted(curve)
    if len(thresholds) == 1:
        return curve[thresholds[0]]
    values = np.stack([curve[threshold] for threshold in thresholds], axis=-1)
    return np.asarray(np.trapezoid(values, thresholds, axis=-1) / (thresholds[-1] - thresholds[0]))
