"""Scores of a model in training on texts that it has not learned from, by the scorers that judge any extractor."""

from collections.abc import Mapping, Sequence
from math import isnan, nan
from statistics import fmean
from typing import Final

from harness.data.types import Example, InputError, Prediction
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


FLOOR: Final = 0.1
"""A mean below which a model has learned next to nothing."""


def dev_scores(examples: Sequence[Example], reader: JointReader) -> dict[str, float]:
    """`layer_scores` of what a reader says about the documents of the examples."""
    documents = [example.document for example in examples]
    annotations = zip(documents, reader.read(documents), strict=True)
    return layer_scores(examples, {document.id: Prediction(document.id, said) for document, said in annotations})


def layer_scores(examples: Sequence[Example], answers: Mapping[str, Prediction]) -> dict[str, float]:
    """The measure of each layer that the examples have, by layer; and `mean`, of the entities' and the claims'.

    A measure that is undefined, as where there is nothing to find and nothing was found, is left out. The mean is the
    sentences' where there is no other, and 0 where there is none.
    """
    values = {layer: _score(layer, examples, answers) for layer in SCORERS}
    defined = {layer: value for layer, value in values.items() if not isnan(value)}
    decisive = [value for layer, value in defined.items() if layer != "sentences"] or [*defined.values(), 0.0][:1]
    return defined | {"mean": fmean(decisive)}


def show_scores(scores: Mapping[str, float]) -> str:
    """Scores for a line: each layer's and their mean."""
    return ", ".join(f"{name} {value:.3f}" for name, value in scores.items())


def check_learned(scores: Mapping[str, float], examples: Sequence[Example], where: str) -> None:
    """Refuse the scores of a model that has learned next to nothing of what the examples have.

    Raises:
        InputError: their mean is below the floor, and there is something to find in the examples.
    """
    annotated = any(example.gold.entities or example.gold.claims or example.gold.sentences for example in examples)
    if annotated and scores["mean"] < FLOOR:
        advice = "more texts, or more steps (recipe.epochs, recipe.min_steps_per_epoch), may help"
        raise InputError(
            f"{where}: found a mean of {scores['mean']:.3f}, which is that of an untrained model, "
            f"wanted {FLOOR} or more; {advice}"
        )


def _score(layer: str, examples: Sequence[Example], answers: Mapping[str, Prediction]) -> float:
    """The measure of one layer, NaN where it is undefined or not annotated."""
    scorer, measure = SCORERS[layer]
    rows = pair(examples, answers, layer)
    if not rows:
        return nan
    documents, gold, predicted = zip(*rows, strict=True)
    totals = scorer.counts(Corpus(documents, gold, predicted)).totals
    return float(scorer.scores(totals, totals)[measure])
