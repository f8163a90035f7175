"""How far a measure varies by chance in the runner itself: over runs that differ in what chance decides, as a seed."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import NamedTuple

import numpy as np

from harness.data.bridge import Bridge
from harness.data.types import Prediction
from harness.scoring.corpus import Corpus, answer
from harness.scoring.scoring import Scoring


class Repeats(NamedTuple):
    """The values of one measure over several runs of one runner, the first among them.

    `sd` is the sample standard deviation of the values, with runs - 1 in its denominator: how far single runs lie from
    their mean, on these very documents. It is no interval, and says nothing of other documents: the intervals of the
    run's own value do, which in turn know nothing of other runs. Its relative standard error is about
    1 / sqrt(2 (runs - 1)); of two runs it is their difference over sqrt(2), anything from nothing to twice the truth.
    """

    runs: int
    """How many runs have a value."""
    mean: float
    sd: float | None
    """None where a single run has a value."""
    min: float
    max: float


def spread(values: Sequence[float | None]) -> Repeats | None:
    """The mean and spread of a measure's values over runs, those left out in which it is undefined (None, NaN).

    None where it is undefined in all of them.
    """
    known = np.array([value for value in values if value is not None and not isnan(value)], dtype=np.float64)
    if not len(known):
        return None
    deviation = float(known.std(ddof=1)) if len(known) > 1 else None
    return Repeats(len(known), float(known.mean()), deviation, float(known.min()), float(known.max()))


def values_of(
    measures: Mapping[str, Sequence[str]],
    corpora: Mapping[str, Corpus],
    predictions: Sequence[Prediction],
    scoring: Scoring,
    bridge: Bridge,
) -> dict[str, dict[str, float]]:
    """By scorer the named `measures` of other predictions of the runner whose `corpora` these are, NaN where undefined.

    They are over the same documents, in the same labels, and without intervals.
    """
    by_document = {prediction.doc_id: prediction for prediction in predictions}
    answered: dict[str, Corpus] = {}
    for layer, corpus in corpora.items():
        given = [answer(document, by_document) for document in corpus.documents]
        answered[layer] = corpus.answered_by(bridge.project_predicted(given) if corpus.label_map else given)
    values = {}
    for name, wanted in measures.items():
        scorer = scoring.scorers[name]
        totals = scorer.counts(answered[scorer.layer]).totals
        found = scorer.scores(totals, totals)
        values[name] = {measure: float(found[measure]) if measure in found else float("nan") for measure in wanted}
    return values
