"""Scores of a model in training on the development set, by the scorers that judge any extractor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean
from typing import Final

from harness.data.types import Example, Prediction
from harness.runners.transformer.joint.reader import JointReader
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus, pair
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Scorer

SCORERS: Final[Mapping[str, tuple[Scorer, str]]] = {
    "entities": (EntitiesStrict(), "micro/f1"),
    "claims": (Claims(), "content_soft/f1"),
    "sentences": (CheckWorthy(), "micro/accuracy"),
}
"""Each layer's scorer and the measure that stands for it."""


@dataclass(frozen=True)
class DevEvaluation:
    """The development set, answered with the gold's head."""

    examples: Sequence[Example]

    def scores(self, reader: JointReader) -> dict[str, float]:
        """The measure of each layer that the examples have, by layer; and `mean`, of the entities' and the claims'.

        A measure that is undefined, as where there is nothing to find and nothing was found, is left out. The mean is
        the sentences' where there is no other, and 0 where there is none.
        """
        documents = [example.document for example in self.examples]
        annotations = zip(documents, reader.read(documents), strict=True)
        answers = {document.id: Prediction(document.id, annotation) for document, annotation in annotations}
        values = {layer: self._score(layer, answers) for layer in SCORERS}
        defined = {layer: value for layer, value in values.items() if not isnan(value)}
        decisive = [value for layer, value in defined.items() if layer != "sentences"] or [*defined.values(), 0.0][:1]
        return defined | {"mean": fmean(decisive)}

    def _score(self, layer: str, answers: Mapping[str, Prediction]) -> float:
        """The measure of one layer, NaN where it is undefined or not annotated."""
        scorer, measure = SCORERS[layer]
        rows = pair(self.examples, answers, layer)
        if not rows:
            return nan
        documents, gold, predicted = zip(*rows, strict=True)
        totals = scorer.counts(Corpus(documents, gold, predicted)).totals
        return float(scorer.scores(totals, totals)[measure])
