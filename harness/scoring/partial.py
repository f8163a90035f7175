"""Entities by the four measures of SemEval-2013 Task 9, after MUC.

Segura-Bedmar, Martinez and Herrero-Zazo 2013; the categories are those of Chinchor and Sundheim 1993.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.entities import MACRO, MACRO10, MICRO, Labelled, macro, tally_spans
from harness.scoring.outcomes import alignment
from harness.scoring.table import Counts, Table, Totals, ratio

MEASURES: Final = ("strict", "exact", "partial", "type")


@dataclass(frozen=True)
class EntitiesPartial:
    """Gold and predicted mentions that overlap are aligned one to one, the best alignment of all.

    Best means: most pairs with equal boundaries and type, then with equal boundaries, then with equal type, then most
    pairs, then most overlap. Of a pair, `strict` wants boundaries and type equal, `exact` boundaries, `type` the type,
    and `partial` gives 1 for equal boundaries and 1/2 for any overlap. Everything else in a pair is incorrect; a gold
    mention without a pair is missed, a predicted one spurious. Precision is over predicted mentions, recall over gold
    ones; of a pair with two types, each type gets its own side. An answer without a place is a spurious mention.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = (f"{MICRO}/partial_f1",)
    shown: ClassVar[tuple[str, ...]] = tuple(
        f"{label}/{measure}_f1" for measure in MEASURES for label in (MICRO, MACRO, MACRO10)
    )

    boundary: Boundary = "word"

    def counts(self, corpus: Corpus) -> Table:
        """For every type: mentions of both sides, missed, spurious, and what is right in pairs."""
        counted = _counted(*alignment(corpus, self.boundary))
        for count in ("predicted", "spurious"):
            counted[count] = counted[count].beside(corpus.unplaced_entities)
        return tally_spans(corpus, counted, corpus.types)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """`strict_`, `exact_`, `partial_` and `type_` precision, recall and F1 of the labels of exact matching."""
        labels = _labels(totals)
        scores: dict[str, Counts] = {}
        for measure in MEASURES:
            here, of_whole = (
                Labelled({label: _prf(one, [label], measure) for label in labels}, self.support(one))
                for one in (totals, whole)
            )
            means = {MACRO: macro(here, of_whole), MACRO10: macro(here, of_whole, least=10)}
            named = {MICRO: _prf(totals, labels, measure), **means, **here.measures}
            for label, values in named.items():
                scores |= {f"{label}/{measure}_{name}": value for name, value in values.items()}
        return scores

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions of every type, and of all."""
        labels = _labels(totals)
        return {MICRO: _sum(totals, labels, "gold")} | {label: totals[f"{label}/gold"] for label in labels}


def categories(totals: Totals, label: str, measure: str) -> dict[str, Counts]:
    """The MUC categories of one type under one measure, seen from gold: they sum to gold plus spurious mentions."""
    right = "exact" if measure == "partial" else measure
    correct = totals[f"{label}/{right}" if f"{label}/{right}" in totals else f"{label}/{right}_gold"]
    partial = totals[f"{label}/partial_gold"] if measure == "partial" else np.zeros_like(correct)
    missed = totals[f"{label}/missed"]
    return {
        "correct": correct,
        "incorrect": totals[f"{label}/gold"] - missed - correct - partial,
        "partial": partial,
        "missed": missed,
        "spurious": totals[f"{label}/spurious"],
    }


def all_categories(totals: Totals) -> dict[str, dict[str, dict[str, int]]]:
    """By measure and type, `micro` for all types together, how many mentions fall into each MUC category."""
    labels = _labels(totals)
    found: dict[str, dict[str, dict[str, int]]] = {}
    for measure in MEASURES:
        by_label = {label: categories(totals, label, measure) for label in labels}
        counts = {label: {name: int(count) for name, count in named.items()} for label, named in by_label.items()}
        names = next(iter(counts.values()), {})
        found[measure] = {MICRO: {name: sum(one[name] for one in counts.values()) for name in names}, **counts}
    return found


def _counted(gold: Spans, predicted: Spans, pairs: NDArray[np.int64]) -> dict[str, Spans]:
    """The spans of each count."""
    rows, columns = pairs[:, 0], pairs[:, 1]
    exact = (gold.starts[rows] == predicted.starts[columns]) & (gold.ends[rows] == predicted.ends[columns])
    same = gold.labels[rows] == predicted.labels[columns]
    return {
        "gold": gold,
        "predicted": predicted,
        "missed": gold.take(np.setdiff1d(np.arange(len(gold)), rows)),
        "spurious": predicted.take(np.setdiff1d(np.arange(len(predicted)), columns)),
        "strict": gold.take(rows[exact & same]),
        "type": gold.take(rows[same]),
        "exact_gold": gold.take(rows[exact]),
        "exact_predicted": predicted.take(columns[exact]),
        "partial_gold": gold.take(rows[~exact]),
        "partial_predicted": predicted.take(columns[~exact]),
    }


def _labels(totals: Totals) -> list[str]:
    return [column.removesuffix("/gold") for column in totals if column.endswith("/gold")]


def _sum(totals: Totals, labels: list[str], count: str) -> Counts:
    return sum((totals[f"{label}/{count}"] for label in labels), np.zeros(()))


def _prf(totals: Totals, labels: list[str], measure: str) -> dict[str, Counts]:
    """Precision over predicted mentions, recall over gold ones, and their harmonic mean."""
    gold, predicted = _sum(totals, labels, "gold"), _sum(totals, labels, "predicted")
    right_gold, right_predicted = (_right(totals, labels, measure, side) for side in ("gold", "predicted"))
    precision, recall = ratio(right_predicted, predicted), ratio(right_gold, gold)
    return {"precision": precision, "recall": recall, "f1": harmonic(precision, recall, gold + predicted)}


def _right(totals: Totals, labels: list[str], measure: str, side: str) -> Counts:
    if measure in ("strict", "type"):
        return _sum(totals, labels, measure)
    exact = _sum(totals, labels, f"exact_{side}")
    return exact + 0.5 * _sum(totals, labels, f"partial_{side}") if measure == "partial" else exact


def harmonic(precision: Counts, recall: Counts, found: Counts) -> Counts:
    """F1; 0 where one side is empty or nothing is right, NaN where neither side has anything (`found` is 0)."""
    mean = np.nan_to_num(ratio(2 * precision * recall, precision + recall))
    return np.where(found > 0, mean, np.nan)
