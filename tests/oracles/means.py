"""The simplest scorer: the mean of a number over units, for which other libraries have the same tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.scoring.corpus import Corpus
from harness.scoring.table import Counts, Table, Totals


@dataclass(frozen=True)
class Mean:
    """`x/mean` of the column `x/sum` over units, which `x/units` counts."""

    layer: ClassVar[str] = "entities"

    def counts(self, corpus: Corpus) -> Table:
        raise NotImplementedError

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        return {"x/mean": totals["x/sum"] / totals["x/units"]}

    def support(self, totals: Totals) -> dict[str, Counts]:
        return {"x": totals["x/units"]}


def numbers(values: Sequence[float] | Counts) -> Table:
    """A table of one number a unit."""
    return Table(("x/sum", "x/units"), np.stack([np.asarray(values, dtype=np.float64), np.ones(len(values))], axis=1))
