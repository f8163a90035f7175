"""Rules on measures: floors, and differences from a baseline, each with what it found.

A measure that the run lacks, or that is undefined, is a failure: what was not measured has not passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, get_args, runtime_checkable

from harness.gate.bounds import further_units, simultaneous
from harness.gate.evidence import Estimate, Evidence
from harness.gate.verdicts import Outcome, Verdict
from harness.scoring.bootstrap import FEWEST_UNITS
from harness.types import InputError

Bound = Literal["point", "lower"]


@runtime_checkable
class Rule(Protocol):
    """One rule; `compares` tells whether it needs a baseline."""

    @property
    def compares(self) -> bool:
        """Whether it needs a baseline."""

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Its verdicts, one or more, under `name`; raises InputError where the evidence is not what it asks for."""


@dataclass(frozen=True)
class Floor:
    """A measure must not be below `least`: its value (`bound` point), or the lower end of its interval (lower)."""

    compares: ClassVar[bool] = False

    scorer: str
    measure: str
    least: float
    bound: Bound = "point"

    def __post_init__(self) -> None:
        if self.bound not in get_args(Bound):
            raise InputError(f"bound: found {self.bound!r}, wanted one of {', '.join(get_args(Bound))}")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail for a point; for a lower bound inconclusive too, where the interval holds `least`."""
        subject, one = f"{self.scorer} {self.measure}", evidence.point(self.scorer, self.measure)
        if self.bound == "lower" or one is None or not one.defined:
            return [_judged(name, subject, one, self.least, _alone(one, self.least, evidence), "")]
        outcome: Outcome = "pass" if one.value >= self.least else "fail"
        found = f"{one.value:.3f}, wanted at least {self.least:g}"
        return [Verdict(name, subject, outcome, found, one.value, limit=self.least)]


@dataclass(frozen=True)
class NonInferiority:
    """A measure must not be worse than the baseline's by `margin` or more, as far as a paired interval can tell."""

    compares: ClassVar[bool] = True

    scorer: str
    measure: str
    margin: float

    def __post_init__(self) -> None:
        positive("margin", self.margin)

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass if the interval of the difference lies above -margin, fail if below, else inconclusive.

        Where the true difference is -margin it fails with a chance of nominally (1 - level) / 2; less, where it is
        smaller.
        """
        subject, one = f"{self.scorer} {self.measure}", evidence.difference(self.scorer, self.measure)
        return [_judged(name, subject, one, -self.margin, _alone(one, -self.margin, evidence))]


@dataclass(frozen=True)
class TypeGuard:
    """No type may be worse than in the baseline by `margin` or more; types with enough gold, with joint bounds.

    A type is guarded if the gold has `least_support` spans of it, in `least_units` units.
    """

    compares: ClassVar[bool] = True

    scorer: str
    margin: float
    measure: str = "f1"
    least_support: int = 30
    least_units: int = FEWEST_UNITS

    def __post_init__(self) -> None:
        positive("margin", self.margin)
        if self.least_units < FEWEST_UNITS:
            raise InputError(f"least_units: found {self.least_units}, wanted {FEWEST_UNITS} or more")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """A verdict for each guarded type; any of them is a wrong fail with a chance of nominally (1 - level) / 2."""
        # Asked first: it says what is wrong where there is no such layer or measure.
        if evidence.difference(self.scorer, f"micro/{self.measure}") is None:
            return [_judged(name, f"{self.scorer} types", None, -self.margin, None)]
        labels = evidence.supported(self.scorer, self.measure, self.least_support, self.least_units)
        if not labels:
            said = f"no type has {self.least_support} gold spans in {self.least_units} units"
            return [Verdict(name, f"{self.scorer} types", "skipped", said)]
        found = {label: evidence.difference(self.scorer, f"{label}/{self.measure}") for label in labels}
        known = {label: one for label, one in found.items() if one is not None and one.defined and one.carried}
        replicates = {label: one.replicates for label, one in known.items()}
        bounds = simultaneous(replicates, -self.margin, evidence.bootstrap) if known else {}
        return [
            _judged(name, f"{self.scorer} {label}/{self.measure}", one, -self.margin, bounds.get(label))
            for label, one in found.items()
        ]


def positive(field: str, value: float) -> None:
    """Refuse what is not above 0."""
    # With a margin of 0 equal runs would be inconclusive for ever.
    if not value > 0:
        raise InputError(f"{field}: found {value!r}, wanted a number above 0")


def _alone(one: Estimate | None, limit: float, evidence: Evidence) -> tuple[float, float] | None:
    if one is None or not (one.defined and one.carried):
        return None
    return simultaneous({"": one.replicates}, limit, evidence.bootstrap)[""]


def _judged(
    rule: str, subject: str, one: Estimate | None, limit: float, bounds: tuple[float, float] | None, sign: str = "+"
) -> Verdict:
    """Pass if the bounds lie above `limit`, fail if below, else inconclusive, with what would decide."""
    if one is None or not one.defined:
        found = "undefined" if one else "the run has no such layer"
        return Verdict(rule, subject, "fail", f"{found}: what is not measured has not passed", limit=limit)
    if bounds is None:
        found = f"fewer than {FEWEST_UNITS} units carry it: no bounds"
        return Verdict(rule, subject, "inconclusive", found, one.value, limit=limit)
    low, high = bounds
    found = f"{one.value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f}), limit {limit:{sign}.3f}"
    if low > limit or high < limit:
        return Verdict(rule, subject, "pass" if low > limit else "fail", found, one.value, low, high, limit)
    further = further_units(one.replicates, one.value, limit, one.units, bounds)
    found += "; no number of units would decide" if further is None else f"; about {further} more units would decide"
    return Verdict(rule, subject, "inconclusive", found, one.value, low, high, limit, further)
