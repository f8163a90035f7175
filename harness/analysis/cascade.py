"""Where the claims of gold are lost: a source can be right only in a claim whose content was found."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.data.types import QUOTES
from harness.scoring.claims import ROLES, Claims, side_of
from harness.scoring.corpus import Corpus

Mask = NDArray[np.bool_]

STAGES: Final = ("content", "cue", "source")


def cascade(corpus: Corpus, claims: Claims) -> dict[str, dict[str, Any]]:
    """Gold claims by what became of them, of all and of each kind of quotation in gold.

    `lost` counts at `content` those with no pair, at `cue` those paired with a wrong cue, at `source` those with a
    right cue and a wrong source; `survived` are the rest, so that the four sum to `gold`. An absent source is right if
    it is absent on both sides. Of the survivors, `exact` have the content's exact boundaries in word view too: these
    are the true positives of `relation`; the others are paired by enough common words.
    """
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    left, right = claims.pairs(gold, predicted).T
    equal = {}
    for role in ROLES:
        equal[role] = np.zeros(len(gold.claims), dtype=np.bool_)
        starts, ends = (gold.roles[role][edge][left] == predicted.roles[role][edge][right] for edge in (0, 1))
        equal[role][left] = starts & ends
    paired = np.zeros(len(gold.claims), dtype=np.bool_)
    paired[left] = True
    cued = paired & equal["cue"]
    stages = {"content": paired, "cue": cued, "source": cued & equal["source"], "exact": cued & equal["source"]}
    stages["exact"] = stages["exact"] & equal["content"]
    kinds = np.array([claim.quote for claim in gold.claims], dtype=object)
    parts = {"all": np.ones(len(kinds), dtype=np.bool_)} | {quote: kinds == quote for quote in QUOTES}
    return {name: _count(part, stages) for name, part in parts.items()}


def _count(part: Mask, stages: dict[str, Mask]) -> dict[str, Any]:
    reached = [int(part.sum()), *(int((part & stages[stage]).sum()) for stage in STAGES)]
    lost = {stage: before - after for stage, before, after in zip(STAGES, reached[:-1], reached[1:], strict=True)}
    return {"gold": reached[0], "lost": lost, "survived": reached[-1], "exact": int((part & stages["exact"]).sum())}
