"""A plain sentence that tells whether a model was trained, and loaded whole.

A model that has learned nothing, or of which a part was lost on the way, raises nothing: it answers every token with
almost equal probabilities.
"""

from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np

from harness.runners.transformer.network import Network, softmax
from harness.runners.transformer.page import Layout, open_page

SENTENCE: Final = "أعلن الوزير سامي النجار في الرباط أمس أن شركة الأمل ستفتح مصنعا جديدا في كندا يوم الأحد."
MOST: Final = 0.95
"""Above this share of the entropy of equal probabilities a model is taken for broken."""


def uniformity(network: Network, layout: Layout, decisions: Sequence[slice] | None = None) -> float:
    """How equal the probabilities of a model's outputs are for the tokens of `SENTENCE`, in [0, 1].

    It is their mean entropy over that of equal probabilities, the logarithm of the number of outputs; where the outputs
    make several decisions, the mean over these. The temperature is left out: it says how the model is used, and not
    whether it is whole.

    Raises:
        ValueError: the model answered with something else than finite numbers.
    """
    logits = np.concatenate(network.logits(open_page(SENTENCE, network, layout).sequences, 1))
    parts = [logits[:, decision] for decision in decisions or [slice(len(network.outputs))]]
    shares = [_entropy(part) / log(part.shape[1]) for part in parts if part.shape[1] > 1]
    return min(1.0, sum(shares) / len(shares)) if shares else 0.0


def _entropy(logits: np.typing.NDArray[np.float32]) -> float:
    """The mean entropy over tokens, in nats."""
    probabilities = softmax(logits).astype(np.float64)
    surprises = -np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))
    return float((probabilities * surprises).sum(-1).mean())
