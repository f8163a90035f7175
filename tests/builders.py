"""What many tests make: a corpus of one document, scores of predictions in one call, runs without a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.data.bridge import NO_BRIDGE, Bridge
from harness.data.types import Annotation, Claim, Document, Entity, Prediction
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.corpus import Corpus
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring


def entity_corpus(gold: Sequence[Entity], predicted: Sequence[Entity], text: str, **meta: object) -> Corpus:
    """One document with the mentions of both sides."""
    sides = Annotation(entities=tuple(gold)), Annotation(entities=tuple(predicted))
    return Corpus([Document("d", text, meta)], [sides[0]], [sides[1]])


def claim_corpus(gold: Sequence[Claim], predicted: Sequence[Claim], text: str, **speakers: list[str]) -> Corpus:
    """One document with the claims of both sides."""
    sides = Annotation(claims=tuple(gold)), Annotation(claims=tuple(predicted))
    return Corpus([Document("d", text)], [sides[0]], [sides[1]], speakers=speakers)


def score_of(
    gold: Gold, predictions: Mapping[str, Prediction], scoring: Scoring, bridge: Bridge = NO_BRIDGE
) -> dict[str, Score]:
    """What `predictions` score on `gold`."""
    return score(gold, corpora_of(gold, predictions, scoring.units, bridge), scoring)


def run_of(gold: Gold, predictions: Mapping[str, Prediction], runner: str = "rules") -> Run:
    """A run of `predictions` that was never written down."""
    run = Run(Path("run"), RunScores({"runner": runner}), {}, beside=gold)
    vars(run)["predictions"] = predictions
    return run
