"""Rules on a run as a whole: failures, documents that lost all predictions, speed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.gate.evidence import Evidence
from harness.gate.rules import positive
from harness.gate.verdicts import Outcome, Verdict
from harness.types import LAYERS, InputError


@dataclass(frozen=True)
class Failures:
    """At most `most` documents may have failed; a run in which all failed never passes."""

    compares: ClassVar[bool] = False

    most: int = 0

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail."""
        run = evidence.run
        good = run.failures <= self.most and run.failures < run.documents
        found = f"{run.failures} of {run.documents} documents failed, wanted at most {self.most}"
        return [Verdict(name, "documents", "pass" if good else "fail", found, run.failures, limit=self.most)]


@dataclass(frozen=True)
class Emptied:
    """No document that has gold, and had predictions in the baseline, may have none now; judged by layer."""

    compares: ClassVar[bool] = True

    layers: Sequence[str] = LAYERS

    def __post_init__(self) -> None:
        unknown = [layer for layer in self.layers if layer not in LAYERS]
        if unknown or not self.layers:
            raise InputError(f"layers: found {unknown or 'none'}, wanted some of {', '.join(LAYERS)}")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail; skipped for a layer in which the baseline has nothing to lose."""
        return [self._layer(name, layer, evidence) for layer in self.layers]

    def _layer(self, name: str, layer: str, evidence: Evidence) -> Verdict:
        if evidence.baseline is None:
            raise InputError("baseline: found none, wanted the one that rules of the policy compare with")
        nothing: frozenset[str] = frozenset()
        had = evidence.gold.get(layer, nothing) & evidence.baseline.filled.get(layer, nothing)
        emptied = sorted(had - evidence.run.filled.get(layer, nothing))
        if not had:
            return Verdict(name, layer, "skipped", f"the baseline has no {layer} where the gold has some")
        named = ", ".join(emptied[:3]) + (f" and {len(emptied) - 3} more" if len(emptied) > 3 else "")
        found = f"{len(emptied)} of {len(had)} documents lost all {layer}" + (f": {named}" if emptied else "")
        return Verdict(name, layer, "fail" if emptied else "pass", found, len(emptied), limit=0)


@dataclass(frozen=True)
class Speed:
    """Words per second must be at least `least_ratio` of the baseline's; skipped unless one machine measured both."""

    compares: ClassVar[bool] = True

    least_ratio: float

    def __post_init__(self) -> None:
        positive("least_ratio", self.least_ratio)

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass, fail, or skipped."""
        before, after = evidence.baseline and evidence.baseline.words_per_second, evidence.run.words_per_second
        if evidence.baseline is None or not before or not after:
            return [Verdict(name, "words per second", "skipped", "not measured on both sides")]
        if evidence.run.machine is None or evidence.run.machine != evidence.baseline.machine:
            return [Verdict(name, "words per second", "skipped", "measured on unlike machines")]
        ratio = after / before
        outcome: Outcome = "pass" if ratio >= self.least_ratio else "fail"
        found = f"{after:.0f} after {before:.0f}, {ratio:.2f} of it, wanted at least {self.least_ratio:g}"
        return [Verdict(name, "words per second", outcome, found, ratio, limit=self.least_ratio)]
