"""Claims by kind of quotation: direct ones stand in quotation marks and are the easy third.

Recall is over the claims that gold quotes so, precision over those that the prediction quotes so. These are not the
same claims, so there is no F1 of the two; a system that names no kind has no precision by kind, and a recall.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.data.types import QUOTES, Claim
from harness.scoring.table import Counts, Totals, ratio
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


@dataclass(frozen=True, eq=False)
class Quoted:
    """The claims of one side: their units, the claim in each pair, and which claims have each role."""

    claims: list[Claim]
    units: Positions
    paired: Positions
    present: Mapping[str, Mask]

    def of(self, quote: str) -> Mask:
        """The claims of one kind."""
        return np.array([claim.quote == quote for claim in self.claims], dtype=np.bool_)


def events_by_quote(gold: Quoted, predicted: Quoted, right: Mapping[str, Counts]) -> Events:
    """For each role and kind K the claims of both sides, `ROLE_K/gold` and `ROLE_K/predicted`.

    And for each measure what is right in pairs, `MEASURE_K/gold_right` by the kind in gold, `MEASURE_K/predicted_right`
    by the predicted kind; `right` says it pair by pair.
    """
    events: dict[str, tuple[Positions, Counts | None]] = {}
    where = gold.units[gold.paired]
    for side, place in (("predicted", 0), ("gold", 1)):
        own = gold if side == "gold" else predicted
        for quote in QUOTES:
            kind = own.of(quote)
            for role, present in own.present.items():
                events[f"{role}_{quote}/{side}"] = (own.units[kind & present], None)
            chosen = kind[own.paired]
            for measure, names in _MEASURES.items():
                events[f"{measure}_{quote}/{side}_right"] = (where[chosen], right[names[place]][chosen])
    return events


def scores_by_quote(totals: Totals) -> dict[str, Counts]:
    """Precision and recall of `content_K`, `cue_K`, `source_K`, `content_soft_K` and `relation_K` for each kind K."""
    return {
        f"{label}/{name}": ratio(totals[f"{label}/{side}_right"], totals[f"{of}/{side}"])
        for label, of in _labels()
        for name, side in (("precision", "predicted"), ("recall", "gold"))
    }


def support_by_quote(totals: Totals) -> dict[str, Counts]:
    """Gold claims of each kind that have the role."""
    return {label: totals[f"{of}/gold"] for label, of in _labels()}


def _labels() -> Iterator[tuple[str, str]]:
    """Every label, and the one whose claims it is a share of."""
    for measure, (_, _, role) in _MEASURES.items():
        for quote in QUOTES:
            yield f"{measure}_{quote}", f"{role}_{quote}"
