"""What many tests make: scores of predictions in one call."""

from collections.abc import Mapping

from harness.data.bridge import NO_BRIDGE, Bridge
from harness.data.types import Prediction
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring


def score_of(
    gold: Gold, predictions: Mapping[str, Prediction], scoring: Scoring, bridge: Bridge = NO_BRIDGE
) -> dict[str, Score]:
    """What `predictions` score on `gold`."""
    return score(gold, corpora_of(gold, predictions, scoring.units, bridge), scoring)
