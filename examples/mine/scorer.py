from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.scoring.corpus import Corpus
from harness.scoring.table import Counts, Table, Totals, ratio, tally


@dataclass(frozen=True)
class Touched:
    """The share of gold mentions that share at least `least` characters with a predicted one."""

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = ("micro/recall",)

    least: int = 1

    def counts(self, corpus: Corpus) -> Table:
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        shared = [
            (np.minimum(end, predicted.ends) - np.maximum(start, predicted.starts)).max(initial=0) >= self.least
            for start, end in zip(gold.starts, gold.ends, strict=True)
        ]
        units = corpus.units.of(gold.starts)
        counted = {"gold": (units, None), "hit": (units[np.array(shared, dtype=bool)], None)}
        return tally(list(counted), len(corpus.units), counted)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        return {"micro/recall": ratio(totals["hit"], totals["gold"])}

    def support(self, totals: Totals) -> dict[str, Counts]:
        return {"micro": totals["gold"]}
