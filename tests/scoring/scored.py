"""The program's scorers over cases of the oracle, and what each document has by itself."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from harness.data.types import Example, Prediction
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import EntitiesNested
from harness.scoring.overlap import EntitiesOverlap
from harness.scoring.partial import EntitiesPartial
from harness.scoring.score import Gold, Score
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from tests.builders import score_of
from tests.oracles.brute import Case

SCORERS: Mapping[str, Scorer] = {
    "entities_strict": EntitiesStrict(),
    "entities_strict_char": EntitiesStrict(boundary="char"),
    "entities_strict_clitic": EntitiesStrict(boundary="clitic"),
    "entities_partial": EntitiesPartial(),
    "entities_overlap": EntitiesOverlap(),
    "entities_nested": EntitiesNested(),
    "claims": Claims(),
    "checkworthy": CheckWorthy(),
}
Value = TypeVar("Value")
Measures = Mapping[str, float | None]


def program(cases: Sequence[Case]) -> dict[str, Score]:
    """All scorers over the cases as one dataset; every second document without prediction is one that failed."""
    predictions = {}
    for i, case in enumerate(cases):
        name = case.document.id
        if case.predicted is not None:
            predictions[name] = Prediction(name, case.predicted)
        elif i % 2:
            predictions[name] = Prediction(name, case.gold, error="out of memory")
    gold = Gold("random", "0" * 64, [Example(case.document, case.gold) for case in cases])
    return score_of(gold, predictions, Scoring(SCORERS, "paragraph", Bootstrap(resamples=1)))


def without_means(measures: Mapping[str, Value]) -> dict[str, Value]:
    """All but the means over types."""
    return {k: v for k, v in measures.items() if not k.startswith("macro")}


def by_document(name: str, scored: Score) -> dict[str, Measures]:
    """The measures of each document but the means over types, which belong to the dataset."""
    ids = list(dict.fromkeys(scored.unit_documents))
    sums = np.zeros((len(ids), len(scored.table.columns)))
    np.add.at(sums, [ids.index(one) for one in scored.unit_documents], scored.table.values)
    named = scored.table.named(sums)
    values = without_means(SCORERS[name].scores(named, named))
    return {one: {k: None if np.isnan(v[i]) else float(v[i]) for k, v in values.items()} for i, one in enumerate(ids)}
