"""Claims by overlap: how F1 falls as contents must share more of their words to be paired."""

from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import quote, unquote

import numpy as np

from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from harness.scoring.overlap import area, at_threshold, check_thresholds
from harness.scoring.table import Counts, Table, Totals

_MEASURES: Final = ("content_soft", "relation")


@dataclass(frozen=True)
class ClaimsOverlap:
    """`Claims` at several thresholds of the Dice coefficient that contents need to be paired.

    One threshold hides what it decides: at a low one a claim is found by a few of its words, at 1 only by all of them.
    `f1_auc` is the area under the curve over the thresholds, scaled to [0, 1]. Roles without a place count at each
    threshold as in `Claims`.
    """

    layer: ClassVar[str] = "claims"
    headlines: ClassVar[tuple[str, ...]] = tuple(f"{label}/f1_auc" for label in _MEASURES)
    shown: ClassVar[tuple[str, ...]] = tuple(f"{label}/f1_{of}" for label in _MEASURES for of in ("at_0.5", "auc"))

    thresholds: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

    def __post_init__(self) -> None:
        check_thresholds(self.thresholds)

    def counts(self, corpus: Corpus) -> Table:
        """The counts of `Claims` for each threshold T, as `at_T/COLUMN`; slashes of COLUMN are escaped as in URLs."""
        tables = {at_threshold(one): Claims(one).counts(corpus) for one in self.thresholds}
        columns = (f"{name}/{quote(column, safe='')}" for name, table in tables.items() for column in table.columns)
        return Table(tuple(columns), np.hstack([table.values for table in tables.values()]))

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """`f1_at_T` for each threshold T, and `f1_auc`, of `content_soft` and `relation`."""
        by_threshold = {one: Claims(one).scores(self._at(totals, one), self._at(whole, one)) for one in self.thresholds}
        scores: dict[str, Counts] = {}
        for label in _MEASURES:
            curve = {one: named[f"{label}/f1"] for one, named in by_threshold.items()}
            scores |= {f"{label}/f1_{at_threshold(one)}": value for one, value in curve.items()}
            scores[f"{label}/f1_auc"] = area(curve)
        return scores

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold claims."""
        return dict.fromkeys(_MEASURES, self._at(totals, self.thresholds[0])["content/gold"])

    def _at(self, totals: Totals, threshold: float) -> dict[str, Counts]:
        """The columns of one threshold, named as `Claims` names them."""
        prefix = f"{at_threshold(threshold)}/"
        return {unquote(name.removeprefix(prefix)): count for name, count in totals.items() if name.startswith(prefix)}
