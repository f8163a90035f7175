"""What many tests make: scores of predictions in one call, runs without a folder."""

from collections.abc import Mapping
from pathlib import Path

from harness.data.bridge import NO_BRIDGE, Bridge
from harness.data.types import Prediction
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring


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
