"""Rules on measures: floors, and differences from a baseline, each with what it found.

A measure that the run lacks, or that is undefined, is a failure: what was not measured has not passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal, Protocol, get_args, runtime_checkable

from harness.comparison.pair import ALPHA
from harness.data.types import InputError
from harness.gating.bounds import Joint, further_units, simultaneous
from harness.gating.evidence import Against, Estimate, Evidence, known_against
from harness.gating.verdicts import OnInconclusive, OnWorse, Outcome, Verdict
from harness.scoring.bootstrap import FEWEST_UNITS
from harness.scoring.selection import headlines
from harness.show import formats

Bound = Literal["point", "lower"]

_WORST: Final[tuple[Outcome, ...]] = ("fail", "worse")

_NOWHERE: Final = (float("nan"), float("nan"))
"""Bounds of what has none at a level: they exclude nothing."""


@runtime_checkable
class Rule(Protocol):
    """One rule; `compares` tells whether it needs a baseline."""

    @property
    def compares(self) -> bool:
        """Whether it needs a baseline."""

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Its verdicts, one or more, under `name`; raises InputError where the evidence is not what it asks for."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a rule makes of an outcome that is neither passed nor failed; None: what the policy makes of it."""

    on_inconclusive: OnInconclusive | None = None
    on_worse: OnWorse | None = None

    def __post_init__(self) -> None:
        chosen("on_inconclusive", self.on_inconclusive, (None, *get_args(OnInconclusive)))
        chosen("on_worse", self.on_worse, (None, *get_args(OnWorse)))


@dataclass(frozen=True, kw_only=True)
class Comparison(Worth):
    """A rule that compares with the baseline or the anchor."""

    against: Against = "baseline"

    def __post_init__(self) -> None:
        super().__post_init__()
        known_against(self.against)


@dataclass(frozen=True)
class Floor(Worth):
    """A measure must not be below `least`: its value (`bound` point), or the lower end of its interval (lower).

    Inconclusive, whatever was measured, where the gold has fewer than `least_gold` items of the measure's label, or
    fewer than `least_units` units that carry it.
    """

    compares: ClassVar[bool] = False

    scorer: str
    measure: str
    least: float
    bound: Bound = "point"
    least_gold: int = 10
    least_units: int = FEWEST_UNITS

    def __post_init__(self) -> None:
        super().__post_init__()
        chosen("bound", self.bound, get_args(Bound))

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail for a point; for a lower bound inconclusive too, where the interval holds `least`."""
        subject, estimate = f"{self.scorer} {self.measure}", evidence.point(self.scorer, self.measure)
        little = _too_little(name, subject, estimate, self.least, self.least_gold, self.least_units)
        if little:
            return [little]
        if self.bound == "lower" or estimate is None or estimate.value is None:
            return [_judged(name, subject, estimate, self.least, evidence, signed=False)]
        outcome: Outcome = "pass" if estimate.value >= self.least else "fail"
        text = f"{estimate.value:.3f}, wanted at least {self.least:g}"
        return [Verdict(name, subject, outcome, text, estimate.value, limit=self.least)]


@dataclass(frozen=True)
class AboveConstant(Worth):
    """A measure must be more than `by` above what the best constant answer gets, see `harness.gating.constants`.

    By its value (`bound` point), or by the interval of the paired difference (lower), which may be inconclusive. A
    negative `by` lets a run be that much below. Too little gold is inconclusive, as for a floor.
    """

    compares: ClassVar[bool] = False

    scorer: str
    measure: str
    by: float = 0.0
    bound: Bound = "lower"
    least_gold: int = 10
    least_units: int = FEWEST_UNITS

    def __post_init__(self) -> None:
        super().__post_init__()
        chosen("bound", self.bound, get_args(Bound))

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass if the run is above, fail if it is not; for a lower bound inconclusive where the interval holds `by`."""
        subject = f"{self.scorer} {self.measure}"
        best = evidence.against_constant(self.scorer, self.measure)
        if best is None:
            return [_judged(name, subject, None, self.by, evidence)]
        answer, constant, estimate = best
        little = _too_little(name, subject, estimate, self.by, self.least_gold, self.least_units)
        if little:
            return [little]
        verdict = _judged(
            name,
            subject,
            estimate,
            self.by,
            evidence,
            beside=f" above {constant:.3f} of the constant answer {answer!r}",
        )
        if estimate.value is None or (self.bound == "lower" and (estimate.high is None or estimate.high > self.by)):
            return [verdict]
        outcome: Outcome = "pass" if self.bound == "point" and estimate.value > self.by else "fail"
        text = verdict.found.partition(";")[0]
        return [replace(verdict, outcome=outcome, found=text, further_units=None)]


@dataclass(frozen=True)
class NonInferiority(Comparison):
    """A measure must not be worse than the baseline's: neither at all, nor by `margin` or more.

    Worse at all: by the verdict of `harness compare`, or by the paired interval, which then lies below 0. Worse by the
    margin: the interval lies below -margin. Without a margin nothing is failed or inconclusive.
    """

    compares: ClassVar[bool] = True

    scorer: str
    measure: str
    margin: float | None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.margin is not None:
            positive("margin", self.margin)

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Fail if the interval of the difference lies below -margin, worse if below 0, pass if above -margin.

        Inconclusive if it holds -margin and 0. Where the true difference is -margin it fails with a chance of nominally
        1 less the policy's level, and where it is 0 it is worse with that chance.
        """
        subject = f"{self.scorer} {self.measure}"
        limit = None if self.margin is None else -self.margin
        limits = (0.0,) if limit is None else (0.0, limit)
        estimate = evidence.difference(self.scorer, self.measure, self.against, limits=limits)
        return [_judged(name, subject, estimate, limit, evidence, compared=True)]


@dataclass(frozen=True)
class Headlines(Comparison):
    """No headline measure of any scorer may be worse than the baseline's at all: those that `harness compare` tests.

    Scorers whose layer neither the run nor the baseline has are passed over.
    """

    compares: ClassVar[bool] = True

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """One verdict, which names the measures that are worse, or not measured now: then it is a failure."""
        side = evidence.side(self.against)
        verdicts = []
        for scorer in evidence.scorers:
            if scorer not in side.tables:
                continue
            if scorer not in evidence.run.tables:
                verdicts.append(_judged(name, scorer, None, None, evidence))
                continue
            totals = side.tables[scorer].totals
            measures = evidence.scorer(scorer).scores(totals, totals)
            for measure in headlines(evidence.scorer(scorer), measures):
                estimate = evidence.difference(scorer, measure, self.against, limits=(0.0,))
                if estimate is not None and (
                    estimate.value is not None or _defined(evidence, scorer, measure, self.against)
                ):
                    verdicts.append(_judged(name, f"{scorer} {measure}", estimate, None, evidence, compared=True))
        if not verdicts:
            return [Verdict(name, "headlines", "skipped", "no measure that both have")]
        # Without an interval, and not worse by the test: nothing is known against it.
        wrong = [verdict for verdict in verdicts if verdict.outcome in ("fail", "worse")]
        outcome: Outcome = next((kind for kind in _WORST if kind in {verdict.outcome for verdict in wrong}), "pass")
        said = [
            f"{len(wrong)} of {len(verdicts)} measures worse",
            *(f"{estimate.subject} {estimate.found}" for estimate in wrong),
        ]
        return [Verdict(name, "headlines", outcome, "; ".join(said), len(wrong), limit=0)]


@dataclass(frozen=True)
class TypeGuard(Comparison):
    """No type may be worse than in the baseline, neither at all nor by `margin` or more, by joint bounds.

    A type is guarded if the gold has `least_support` spans of it, in `least_units` units.
    """

    compares: ClassVar[bool] = True

    scorer: str
    margin: float
    measure: str = "f1"
    least_support: int = 30
    least_units: int = FEWEST_UNITS

    def __post_init__(self) -> None:
        super().__post_init__()
        positive("margin", self.margin)
        if self.least_units < FEWEST_UNITS:
            raise InputError(f"least_units: found {self.least_units}, wanted {FEWEST_UNITS} or more")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """A verdict for each guarded type; a wrong fail among all has a chance of nominally 1 less the policy's level.

        So has a wrong "worse" among all.
        """
        # Asked first: it says what is wrong where there is no such layer or measure.
        if evidence.difference(self.scorer, f"micro/{self.measure}", self.against) is None:
            return [_judged(name, f"{self.scorer} types", None, -self.margin, evidence)]
        labels = evidence.supported(self.scorer, self.measure, self.least_support, self.least_units)
        if not labels:
            said = f"no type has {self.least_support} gold spans in {self.least_units} units"
            return [Verdict(name, f"{self.scorer} types", "skipped", said)]
        estimates = {label: self._difference(evidence, label) for label in labels}
        known = [
            label
            for label, estimate in estimates.items()
            if estimate is not None and estimate.value is not None and estimate.bounds
        ]

        def leveled(level: float) -> dict[str, tuple[float, float]]:
            bounds = {label: self._difference(evidence, label, level) for label in known}
            return {label: (estimate and estimate.bounds) or _NOWHERE for label, estimate in bounds.items()}

        margins, zeros = (simultaneous(known, leveled, limit, evidence.bootstrap) for limit in (-self.margin, 0.0))
        verdicts = []
        for label, estimate in estimates.items():
            subject = f"{self.scorer} {label}/{self.measure}"
            if estimate is not None and label in margins:
                verdicts.append(_jointly(name, subject, estimate, margins[label], zeros[label], evidence))
            else:
                verdicts.append(_judged(name, subject, estimate, -self.margin, evidence))
        return verdicts

    def _difference(self, evidence: Evidence, label: str, level: float | None = None) -> Estimate | None:
        return evidence.difference(self.scorer, f"{label}/{self.measure}", self.against, level)


def positive(field: str, value: float) -> None:
    """Refuse what is not above 0."""
    # With a margin of 0 equal runs would be inconclusive for ever.
    if not value > 0:
        raise InputError(f"{field}: found {value!r}, wanted a number above 0")


def chosen(field: str, value: object, choices: Sequence[object]) -> None:
    """Refuse what is none of `choices`."""
    if value not in choices:
        wanted = ", ".join(str(choice) for choice in choices if choice is not None)
        raise InputError(f"{field}: found {value!r}, wanted one of {wanted}")


def is_worse(estimate: Estimate) -> bool:
    """Whether a difference lies below 0: by its interval, or by the test that `harness compare` goes by.

    That one's p is adjusted for the number of tests, so never smaller: what it calls worse is worse here too.
    """
    if estimate.value is None or not estimate.value < 0:
        return False
    return (estimate.high is not None and estimate.high < 0) or (estimate.p is not None and estimate.p < ALPHA)


def _defined(evidence: Evidence, scorer: str, measure: str, against: Against) -> bool:
    """Whether the baseline has a value of `measure`."""
    totals = evidence.side(against).tables[scorer].totals
    value = evidence.scorer(scorer).scores(totals, totals)[measure]
    return bool(value == value)


def _too_little(
    rule: str, subject: str, estimate: Estimate | None, limit: float, gold: int, units: int
) -> Verdict | None:
    """Inconclusive, where there is too little gold for a verdict."""
    if estimate is None or (estimate.support.gold >= gold and estimate.support.units >= units):
        return None
    has = f"{estimate.support.gold} in {estimate.support.units} units"
    text = f"the gold has {has}, wanted at least {gold} in {units}: too little for a verdict"
    return Verdict(rule, subject, "inconclusive", text, estimate.value, limit=limit)


def _judged(
    rule: str,
    subject: str,
    estimate: Estimate | None,
    limit: float | None,
    evidence: Evidence,
    *,
    compared: bool = False,
    signed: bool = True,
    beside: str = "",
) -> Verdict:
    """Fail if the bounds lie below `limit`, worse (`compared`) if below 0, pass if above `limit`, else inconclusive.

    A bound that is the limit itself decides nothing.
    """
    if estimate is None or estimate.value is None:
        text = "undefined" if estimate else "the run has no such layer"
        return Verdict(rule, subject, "fail", f"{text}: what is not measured has not passed", limit=limit)
    text, further = formats.value(estimate.value, signed=signed), None
    worse, p = compared and is_worse(estimate), estimate.p if compared else None
    if estimate.bounds is None:
        outcome: Outcome = "worse" if worse else "inconclusive"
        text += f"{beside}; fewer than {FEWEST_UNITS} units carry it: no bounds"
    else:
        low, high = estimate.bounds
        text = f"{formats.estimate(estimate.value, low, high, signed=signed)}{beside}"
        text += "" if p is None else f", p {formats.p(p)}"
        text += "" if limit is None else f", limit {formats.value(limit, signed=signed)}"
        outcome = _decided(low, high, limit, worse=worse)
        if outcome == "inconclusive" and limit is not None:
            further = further_units(estimate.value, limit, estimate.units, estimate.bounds, evidence.bootstrap.level)
            text += further_words(further, estimate.units)
    return Verdict(rule, subject, outcome, text, estimate.value, estimate.low, estimate.high, limit, further, p)


def _decided(low: float, high: float, limit: float | None, *, worse: bool) -> Outcome:
    if limit is not None and high < limit:
        return "fail"
    if worse:
        return "worse"
    return "pass" if limit is None or low > limit else "inconclusive"


_TENFOLD: Final = 10


def _jointly(rule: str, subject: str, estimate: Estimate, margin: Joint, zero: Joint, evidence: Evidence) -> Verdict:
    """The same by bounds that hold for several types together: about the margin, which are shown, and about 0."""
    value, limit = estimate.value or 0.0, margin.limit
    outcome: Outcome = "fail" if margin.below else "worse" if zero.below and value < 0 else "inconclusive"
    if outcome == "inconclusive" and margin.above:
        outcome = "pass"
    said = {"fail": f"below {limit:+.3f}", "worse": "below 0", "pass": f"above {limit:+.3f}"}
    text = f"{value:+.3f} (jointly {said.get(outcome, formats.interval(margin.low, margin.high, signed=True))})"
    text += "" if outcome in ("pass", "fail") else f", limit {limit:+.3f}"
    further = None
    if outcome == "inconclusive" and estimate.bounds:
        further = further_units(value, limit, estimate.units, estimate.bounds, evidence.bootstrap.level)
        text += further_words(further, estimate.units)
    return Verdict(rule, subject, outcome, text, value, margin.low, margin.high, limit, further)


def further_words(further: int | None, units: int) -> str:
    """How many units more than `units` would decide, in words where a number says too little or too much."""
    if further is None:
        return "; no number of units would decide"
    if further > _TENFOLD * units:
        return "; to decide takes more than this gold can show: over ten times its units"
    if further == 0:
        return "; as many units decide it four times in five, if they show the same"
    return f"; about {further} more units would decide, if they showed the same"
