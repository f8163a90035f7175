"""Where the claims of gold are lost: a source can be right only in a claim whose content was found."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.scoring.corpus import Corpus
from harness.scoring.outcomes import Outcomes

Mask = NDArray[np.bool_]

STAGES: Final = ("content", "cue", "source")


def cascade(corpus: Corpus, outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    """Gold claims by what became of them, of all and by the attribute that the schema tells claims apart by.

    `lost` counts at `content` those with no pair, at `cue` those paired with a wrong cue, at `source` those with a
    right cue and a wrong source; `survived` are the rest, so that the four sum to `gold`. An absent source is right if
    it is absent on both sides. Of the survivors, `exact` have the content's exact boundaries in word view too: these
    are the true positives of `relation`; the others are paired by enough common words.
    """
    golden = [outcome for outcome in outcomes.items if outcome.gold]
    paired = np.array([bool(outcome.predicted) for outcome in golden], dtype=np.bool_)
    equal = {
        role: np.array([role not in outcome.wrong for outcome in golden], dtype=np.bool_) for role in outcomes.roles
    }
    cued = paired & equal["cue"]
    survived = cued & equal["source"]
    stages = {"content": paired, "cue": cued, "source": survived, "exact": survived & equal["content"]}
    claims = ((corpus.gold[outcome.document].claims or ())[outcome.gold[0]] for outcome in golden)
    apart_by = corpus.annotated.apart_by
    values = corpus.attributes[apart_by] if apart_by is not None else ()
    own = np.array([claim.attributes.get(apart_by or "") for claim in claims], dtype=object)
    parts = {"all": np.ones(len(own), dtype=np.bool_)} | {value: own == value for value in values}
    return {name: _count(part, stages) for name, part in parts.items()}


def _count(part: Mask, stages: dict[str, Mask]) -> dict[str, Any]:
    reached = [int(part.sum()), *(int((part & stages[stage]).sum()) for stage in STAGES)]
    lost = {stage: before - after for stage, before, after in zip(STAGES, reached[:-1], reached[1:], strict=True)}
    return {"gold": reached[0], "lost": lost, "survived": reached[-1], "exact": int((part & stages["exact"]).sum())}
