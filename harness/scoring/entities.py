"""Entities by exact match: set-based precision, recall and F1, right for nested mentions too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from harness.scoring.corpus import Boundary, Corpus, Spans
from harness.scoring.match import match_exact
from harness.scoring.outcomes import Outcomes, aligned, unplaced_outcomes
from harness.scoring.table import Counts, Table, Totals, ratio, tally_labels

MICRO: Final = "micro"
MACRO: Final = "macro"
MACRO10: Final = "macro10"
"""The macro average over labels with at least 10 gold mentions: what one or two are worth moves it by whole points."""

SUMMED_UP: Final = tuple(
    f"{label}/{name}" for label in (MICRO, MACRO, MACRO10) for name in ("precision", "recall", "f1")
)
"""The measures over all labels."""


@dataclass(frozen=True)
class EntitiesStrict:
    """A prediction is right if start, end and type equal those of a gold mention, under one boundary view.

    Each unit counts true positives, false positives and false negatives a type; a mention counts in the unit where it
    starts. Precision is tp / (tp + fp), recall tp / (tp + fn), F1 2 tp / (2 tp + fp + fn). An answer without a place is
    a false positive of its type.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = (f"{MICRO}/f1",)
    shown: ClassVar[tuple[str, ...]] = SUMMED_UP

    boundary: Boundary = "word"

    def counts(self, corpus: Corpus) -> Table:
        """The columns `TYPE/tp`, `TYPE/fp`, `TYPE/fn` for every type."""
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        gold_view = corpus.view(gold, predicted, self.boundary)
        predicted_view = corpus.view(predicted, gold, self.boundary)
        return strict_table(corpus, gold_view, predicted_view, corpus.types, corpus.unplaced_entities)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """Precision, recall and F1 of `micro`, `macro`, `macro10` and every type."""
        by_label = prf_by_label(totals)
        labels = list(by_label)
        measures = {
            MICRO: prf(*(sum_of(totals, labels, count) for count in ("tp", "fp", "fn"))),
            MACRO: macro(labelled(totals), labelled(whole)),
            MACRO10: macro(labelled(totals), labelled(whole), least=10),
            **by_label,
        }
        return {f"{label}/{name}": value for label, named in measures.items() for name, value in named.items()}

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions of every type, and of all."""
        return support_of(totals)

    def outcomes(self, corpus: Corpus) -> Outcomes:
        """Every mention with the one that it is aligned with, in the boundary view."""
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        sides = corpus.view(gold, predicted, self.boundary), corpus.view(predicted, gold, self.boundary)
        return aligned(corpus, self.layer, *sides).beside(unplaced_outcomes(corpus, self.layer))


def strict_table(corpus: Corpus, gold: Spans, predicted: Spans, labels: tuple[str, ...], unplaced: Spans) -> Table:
    """`LABEL/tp`, `LABEL/fp`, `LABEL/fn` of exact matching, by unit; of answers without a place none matches."""
    found = match_exact(gold, predicted)
    counted = {"tp": found.both, "fp": found.predicted_only.beside(unplaced), "fn": found.gold_only}
    return tally_spans(corpus, counted, labels)


def tally_spans(corpus: Corpus, counted: Mapping[str, Spans], labels: Sequence[str]) -> Table:
    """`LABEL/COUNT` for each count's spans, by the unit where they start."""
    located = {count: (corpus.units.of(spans.starts), spans.labels) for count, spans in counted.items()}
    return tally_labels(labels, len(corpus.units), located)


def labels_of(totals: Totals) -> list[str]:
    """The labels of columns `LABEL/tp`, in order."""
    return [column.removesuffix("/tp") for column in totals if column.endswith("/tp")]


def support_of(totals: Totals) -> dict[str, Counts]:
    """Gold spans of every label, and of all under `micro`."""
    labels = labels_of(totals)
    by_label = {label: totals[f"{label}/tp"] + totals[f"{label}/fn"] for label in labels}
    return {MICRO: sum(by_label.values(), np.zeros(()))} | by_label


def sum_of(totals: Totals, labels: list[str], count: str) -> Counts:
    """A count summed over labels."""
    return sum((totals[f"{label}/{count}"] for label in labels), np.zeros(()))


def prf(tp: Counts, fp: Counts, fn: Counts) -> dict[str, Counts]:
    """Precision, recall and F1 from counts; NaN where the denominator is zero."""
    return {
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


def prf_by_label(totals: Totals) -> dict[str, dict[str, Counts]]:
    """Precision, recall and F1 of every label."""
    return {
        label: prf(totals[f"{label}/tp"], totals[f"{label}/fp"], totals[f"{label}/fn"]) for label in labels_of(totals)
    }


def labelled(totals: Totals) -> "Labelled":
    """Precision, recall and F1 of every label, with support."""
    return Labelled(prf_by_label(totals), support_of(totals))


@dataclass(frozen=True)
class Labelled:
    """Measures by label and name, and the gold support of each label, of the same shape."""

    measures: Mapping[str, Mapping[str, Counts]]
    support: Mapping[str, Counts]


def macro(here: Labelled, whole: Labelled, least: int = 1) -> dict[str, Counts]:
    """The unweighted mean over the labels with gold support of `least` in the whole data set: one set for every run.

    Precision is undefined for a label that is never predicted and counts as 0. A replicate that holds no gold of a
    label takes the label's value in the whole data set: the average stays over the same labels, and the replicate says
    nothing about that one.
    """
    labels = [label for label in whole.measures if np.any(whole.support[label] >= least)]
    if not labels:
        shape = np.shape(next(iter(here.support.values()), 0.0))
        return {name: np.full(shape, np.nan) for name in ("precision", "recall", "f1")}
    averages = {}
    for name in ("precision", "recall", "f1"):
        filled = [
            np.nan_to_num(np.where(here.support[label] > 0, here.measures[label][name], whole.measures[label][name]))
            for label in labels
        ]
        averages[name] = np.mean(filled, axis=0)
    return averages
