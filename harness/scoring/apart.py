"""Claims told apart by the values of an attribute, as by kind of quotation: direct ones are the easy third.

Recall is over the claims that gold gives the value, precision over those that the prediction gives it. These are not
the same claims, so there is no F1 of the two; a system that names no value has no precision by value, and a recall.
Predicted claims without a place have no attributes: they count in no precision by value, and in that over all claims.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.data.types import Claim
from harness.scoring.table import Counts, Totals, parted, ratio
from harness.scoring.text import Positions

Mask = NDArray[np.bool_]
Events = Mapping[str, tuple[Positions, Counts | None]]

# What is right of a pair, seen from the prediction and from gold, and the claims it is a share of.
_MEASURES: Final = {
    "content": ("content/tp", "content/tp", "content"),
    "cue": ("cue/tp", "cue/tp", "cue"),
    "source": ("source/tp", "source/tp", "source"),
    "content_soft": ("soft/precision", "soft/recall", "content"),
    "relation": ("relation/tp", "relation/tp", "content"),
}
_TOLD_BY: Final = "relation_"
"""What the labels of one measure begin with, by which columns tell the values."""


@dataclass(frozen=True, eq=False)
class Apart:
    """The claims of one side: their units, the claim in each pair, and which claims have each role."""

    claims: list[Claim]
    units: Positions
    paired: Positions
    present: Mapping[str, Mask]

    def of(self, attribute: str, value: str) -> Mask:
        """The claims with one value."""
        return np.array([claim.attributes.get(attribute) == value for claim in self.claims], dtype=np.bool_)


def events_by_value(
    attribute: str, values: Sequence[str], gold: Apart, predicted: Apart, right: Mapping[str, Counts]
) -> Events:
    """For each role and value V the claims of both sides, `ROLE_V/gold` and `ROLE_V/predicted`.

    And for each measure what is right in pairs, `MEASURE_V/gold_right` by the value in gold and
    `MEASURE_V/predicted_right` by the predicted value; `right` says it pair by pair.
    """
    events: dict[str, tuple[Positions, Counts | None]] = {}
    where = gold.units[gold.paired]
    for side, place in (("predicted", 0), ("gold", 1)):
        own = gold if side == "gold" else predicted
        for value in values:
            having = own.of(attribute, value)
            for role, present in own.present.items():
                events[f"{role}_{value}/{side}"] = (own.units[having & present], None)
            chosen = having[own.paired]
            for measure, names in _MEASURES.items():
                events[f"{measure}_{value}/{side}_right"] = (where[chosen], right[names[place]][chosen])
    return events


def scores_by_value(totals: Totals) -> dict[str, Counts]:
    """Precision and recall of `content_V`, `cue_V`, `source_V`, `content_soft_V` and `relation_V` for each value V."""
    return {
        f"{label}/{name}": ratio(totals[f"{label}/{side}_right"], totals[f"{of}/{side}"])
        for label, of in _labels(totals)
        for name, side in (("precision", "predicted"), ("recall", "gold"))
    }


def support_by_value(totals: Totals) -> dict[str, Counts]:
    """Gold claims with each value that have the role."""
    return {label: totals[f"{of}/gold"] for label, of in _labels(totals)}


def _labels(totals: Totals) -> Iterator[tuple[str, str]]:
    """Every label, and the one whose claims it is a share of."""
    told = (label for label, count in map(parted, totals) if count == "gold_right" and label.startswith(_TOLD_BY))
    values = [label.removeprefix(_TOLD_BY) for label in told]
    for measure, (_, _, role) in _MEASURES.items():
        for value in values:
            yield f"{measure}_{value}", f"{role}_{value}"
