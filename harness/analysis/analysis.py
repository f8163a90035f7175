"""What explains a score: everything that is found out about a run beside its scores.

`analysis.json` holds, each null where gold or prediction lacks what it needs:

    {"schema": 1,
     "ledger": {"f1", "lost", "classes": [{"class", "detail", "count", "points": {"char", "word"}, "longer", "shorter",
                "crossing", "examples"}], "clitics": {"count", "points"}, "all": {"count", "points"}},
     "categories": {"strict", "exact", "partial" or "type": {"micro" or TYPE: {"correct", "incorrect", "partial",
                    "missed", "spurious"}}},
     "confusion": {"view", "types", "pairs", "exact", "missed", "spurious"},
     "slices": [{"group", "slice", "gold", "predicted", "units", "too_little", "precision", "recall", "f1"}],
     "calibration": {"bins", "without_score", "all": {"mentions", "accuracy", "ece", "ece_by_chance": [mean, high],
                     "rms_error", "brier", "reliability", "aurc", "aurc_best", "precision_at_80", "curve"},
                     "types": {TYPE: as all}},
     "cascade": {"all" or kind of quotation: {"gold", "lost": {"content", "cue", "source"}, "survived", "exact"}},
     "ranking": {"ranked", "relevant", "without_score", "average_precision", "by_document"},
     "leak": what `Leak.report` says, where training text is given}

What each field means stands with the function that makes it. Points are of 100, all else is a share or a count, and
what is undefined is null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.analysis.calibration import calibration
from harness.analysis.cascade import cascade
from harness.analysis.confusion import confusion
from harness.analysis.leak import Leak
from harness.analysis.ledger import ledger
from harness.analysis.ranking import ranking
from harness.analysis.seen import Seen
from harness.analysis.slices import slices
from harness.data.types import InputError
from harness.scoring.claims import claim_outcomes
from harness.scoring.corpus import Corpus
from harness.scoring.partial import EntitiesPartial, all_categories
from harness.scoring.scoring import Scoring

SCHEMA: Final = 1
PARTS: Final = ("ledger", "categories", "confusion", "slices", "calibration", "cascade", "ranking")


@dataclass(frozen=True)
class Analysis:
    """What is looked into.

    `bins` is how many bins calibration has, `documents` up to how many documents each gets a slice of its own, `seen`
    the names of some training data, `leak` its text.
    """

    enabled: bool = True
    bins: int = 10
    documents: int = 50
    seen: Seen = field(default_factory=Seen)
    leak: Leak = field(default_factory=Leak)

    def __post_init__(self) -> None:
        if self.bins < 1:
            raise InputError(f"bins: found {self.bins}, wanted 1 or more")
        if self.documents < 0:
            raise InputError(f"documents: found {self.documents}, wanted 0 or more")

    def run(self, corpora: Mapping[str, Corpus], scoring: Scoring) -> dict[str, Any] | None:
        """The content of `analysis.json` for the corpus of each layer; None where it is switched off.

        Claims are paired as the first scorer that tells the roles of claims apart pairs them.
        """
        if not self.enabled:
            return None
        findings: dict[str, Any] = {"schema": SCHEMA} | dict.fromkeys(PARTS)
        if "entities" in corpora:
            corpus = corpora["entities"]
            findings["ledger"] = ledger(corpus).summary()
            findings["categories"] = all_categories(EntitiesPartial().counts(corpus).totals)
            findings["confusion"] = confusion(corpus)
            findings["slices"] = slices(corpus, scoring.bootstrap, self.documents, self.seen.names)
            findings["calibration"] = calibration(corpus, self.bins)
        leak = self.leak.report(corpora, scoring)
        if leak is not None:
            findings["leak"] = leak
        if "claims" in corpora:
            findings["cascade"] = cascade(corpora["claims"], claim_outcomes(corpora["claims"], scoring.scorers))
        if "sentences" in corpora:
            findings["ranking"] = ranking(corpora["sentences"])
        return findings
