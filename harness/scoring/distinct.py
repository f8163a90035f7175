"""Entities counted once for each distinct string: what a system knows, however often a text repeats it."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import MACRO, MACRO10, MICRO, EntitiesStrict, Labelled, macro
from harness.scoring.nested import is_in
from harness.scoring.partial import harmonic
from harness.scoring.strings import named_sides, unplaced_side, weights
from harness.scoring.table import Counts, Table, Totals, ratio, tally

_SIDES: Final = ("gold", "predicted")
_DIGITS: Final = 9
"""Sums of thirds fall short of a whole number by a last digit."""


@dataclass(frozen=True)
class EntitiesDistinct:
    """Exact matching in which every distinct pair of string and type weighs the same.

    Strings are those of `harness.scoring.strings`. A gold mention weighs 1 / the number of gold mentions with its
    string and type, a predicted one 1 / the number of predicted mentions with its string and type. Recall is the weight
    of the gold mentions that are found over that of all: the mean over the gold's distinct pairs of the share that is
    found. Precision is the same over the predicted pairs, F1 their harmonic mean, 0 where either is 0 or has nothing to
    be over. Support is the number of distinct pairs. An answer without a place is a predicted mention with the string
    of its quote, and never found: of three answers of one name of which one has a place, that one weighs a third.

    A mention's weight stays what it is in the whole data set when units are resampled or change sides. Counting the
    distinct strings of each replicate instead would be wrong: a replicate repeats units, so that it holds fewer strings
    and the rare ones too seldom. Intervals and tests therefore take the frequency of each string as given. Unlike those
    of other scorers, a unit's counts do depend on the other units: on how often its strings occur there.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = EntitiesStrict.headlines
    shown: ClassVar[tuple[str, ...]] = EntitiesStrict.shown

    boundary: Boundary = "word"

    def counts(self, corpus: Corpus) -> Table:
        """For every type the summed weights `TYPE/gold`, `TYPE/gold_matched`, `TYPE/predicted`, `…_matched`."""
        gold, predicted = named_sides(corpus, self.boundary)
        unplaced = unplaced_side(corpus)
        events = {}
        for name, side, other in (("gold", gold, predicted), ("predicted", predicted, gold)):
            spans, pairs, found = side.spans, side.pairs, is_in(side.spans, other.spans)
            if name == "predicted":
                spans, pairs = spans.beside(unplaced.spans), pairs + unplaced.pairs
                found = np.append(found, np.zeros(len(unplaced.spans), dtype=np.bool_))
            worth, units = weights(pairs), corpus.units.of(spans.starts)
            for number, label in enumerate(corpus.types):
                members = spans.labels == number
                events[f"{label}/{name}"] = (units[members], worth[members])
                events[f"{label}/{name}_matched"] = (units[members & found], worth[members & found])
        return tally(list(events), len(corpus.units), events)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """Precision, recall and F1 of `micro`, `macro`, `macro10` (types with ten distinct strings) and every type."""
        here = _labelled(totals)
        measures = {
            MICRO: _measures(_summed(totals)),
            MACRO: macro(here, _labelled(whole)),
            MACRO10: macro(here, _labelled(whole), least=10),
            **here.measures,
        }
        return {f"{label}/{name}": value for label, named in measures.items() for name, value in named.items()}

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Distinct pairs of string and type in the gold: of every type, and of all."""
        by_label = {label: np.round(totals[f"{label}/gold"], _DIGITS) for label in _labels(totals)}
        return {MICRO: np.round(_summed(totals)["gold"], _DIGITS)} | by_label


def _labels(totals: Totals) -> list[str]:
    return [column.removesuffix("/gold") for column in totals if column.endswith("/gold")]


def _summed(totals: Totals) -> dict[str, Counts]:
    """The four weights summed over labels."""
    names = [f"{side}{matched}" for side in _SIDES for matched in ("", "_matched")]
    return {name: sum((totals[f"{label}/{name}"] for label in _labels(totals)), np.zeros(())) for name in names}


def _measures(weighed: Totals) -> dict[str, Counts]:
    gold, predicted = weighed["gold"], weighed["predicted"]
    precision, recall = ratio(weighed["predicted_matched"], predicted), ratio(weighed["gold_matched"], gold)
    return {"precision": precision, "recall": recall, "f1": harmonic(precision, recall, gold + predicted)}


def _labelled(totals: Totals) -> Labelled:
    names = [f"{side}{matched}" for side in _SIDES for matched in ("", "_matched")]
    measures = {label: _measures({name: totals[f"{label}/{name}"] for name in names}) for label in _labels(totals)}
    return Labelled(measures, {label: np.round(totals[f"{label}/gold"], _DIGITS) for label in _labels(totals)})
