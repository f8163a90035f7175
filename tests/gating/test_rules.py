import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.comparison.pair import ALPHA
from harness.data.types import InputError
from harness.gating.evidence import Estimate, Evidence, Support
from harness.gating.rules import Floor, Headlines, NonInferiority, Rule, TypeGuard
from harness.gating.verdicts import Verdict
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import difference
from harness.scoring.table import Table
from tests.gating.counted import evidence, side, table, units


def noisy(loss: float, number: int = 60, seed: int = 2) -> tuple[Table, Table]:
    """A baseline that finds about 9 of 10, and a run that loses about `loss` of what it found."""
    random = np.random.default_rng(seed)
    size = random.integers(2, 20, number)
    before = random.binomial(size, 0.9)
    after = random.binomial(before, 1 - loss)
    nothing = np.zeros(number)
    return table(GPE=(before, nothing, size - before)), table(GPE=(after, nothing, size - after))


def exchanged(number: int = 60) -> tuple[Table, Table]:
    """A baseline that finds 8 of 10 everywhere and a run that finds one more or one less, in half of the units each."""
    nothing, before, after = [0] * number, [8] * number, [9, 7] * (number // 2)
    sides = (table(GPE=(found, nothing, [10 - one for one in found])) for found in (before, after))
    baseline, run = sides
    return baseline, run


def judged(rule: Rule, run: Table | None, baseline: Table | None) -> Verdict:
    (verdict,) = rule.judge("rule", evidence(run, baseline))
    return verdict


@pytest.mark.parametrize(("least", "outcome"), [(0.9, "pass"), (18 / 19, "pass"), (0.95, "fail")])
def test_a_point_floor_has_two_verdicts(least: float, outcome: str) -> None:
    # 9 of 10 found: F1 18/19 = .947.
    verdict = judged(Floor("strict", "micro/f1", least), table(GPE=units(9)), None)
    assert (verdict.outcome, verdict.limit, verdict.low) == (outcome, least, None)
    assert verdict.value == pytest.approx(18 / 19)
    assert verdict.found == f"0.947, wanted at least {least:g}"


@pytest.mark.parametrize(("least", "outcome"), [(0.8, "pass"), (0.94, "inconclusive"), (0.99, "fail")])
def test_a_lower_bound_has_three(least: float, outcome: str) -> None:
    baseline, _ = noisy(0)
    verdict = judged(Floor("strict", "micro/f1", least, "lower"), baseline, None)
    assert verdict.low is not None
    assert verdict.high is not None
    assert verdict.outcome == outcome
    assert {"pass": verdict.low > least, "fail": verdict.high < least}.get(outcome, True)


@pytest.mark.parametrize(
    ("loss", "margin", "outcome"),
    [
        (0, 0.01, "pass"),
        # The interval lies below 0: worse, whether it lies above the margin or holds it.
        (0.01, 0.05, "worse"),
        (0.05, 0.027, "worse"),
        (0.1, 0.01, "fail"),
    ],
)
def test_a_difference_below_zero_is_worse_or_failed(loss: float, margin: float, outcome: str) -> None:
    baseline, run = noisy(loss)
    verdict = judged(NonInferiority("strict", "micro/f1", margin), run, baseline)
    assert verdict.low is not None
    assert verdict.high is not None
    assert verdict.outcome == outcome
    # As the rule has it: fail if the upper bound is below -margin, worse if below 0.
    assert (verdict.outcome == "fail") == (verdict.high < -margin)
    assert (verdict.outcome == "worse") == (-margin <= verdict.high < 0)


@pytest.mark.parametrize(("margin", "outcome"), [(0.05, "pass"), (0.01, "inconclusive"), (None, "pass")])
def test_a_difference_that_may_be_nothing_is_judged_by_its_margin(margin: float | None, outcome: str) -> None:
    baseline, run = exchanged()
    verdict = judged(NonInferiority("strict", "micro/f1", margin), run, baseline)
    assert verdict.low is not None
    assert verdict.high is not None
    assert verdict.high > 0
    assert verdict.outcome == outcome
    assert margin is None or (verdict.outcome == "pass") == (verdict.low > -margin)
    assert (verdict.further_units is not None) == (outcome == "inconclusive")
    assert ("more units would decide" in verdict.found) == (outcome == "inconclusive")


def known(value: float, low: float, high: float, p: float | None = 1.0) -> Estimate:
    return Estimate(value, low, high, Support(100, 20), 20, p)


@dataclass(frozen=True, eq=False)
class Found(Evidence):
    """Evidence whose difference is what it was made with, whatever is asked for."""

    estimate: Estimate | None = None

    def difference(self, *_: object, **__: object) -> Estimate | None:
        return self.estimate


@pytest.mark.parametrize(
    ("value", "low", "high", "p", "outcome"),
    [
        # A bound that is the limit itself decides nothing: neither passed, nor failed, nor worse.
        (0.0, -0.1, 0.1, 1.0, "inconclusive"),
        (0.0, math.nextafter(-0.1, 0), 0.1, 1.0, "pass"),
        (-0.1, -0.2, -0.1, 1.0, "worse"),
        (-0.1, -0.2, math.nextafter(-0.1, -1), 1.0, "fail"),
        (-0.05, -0.09, 0.0, 1.0, "pass"),
        (-0.05, -0.09, -5e-324, 1.0, "worse"),
        (-0.05, -0.2, 0.0, 1.0, "inconclusive"),
        # By the test alone, and not at its limit; never where the value is no loss.
        (-0.05, -0.09, 0.01, 0.049, "worse"),
        (-0.05, -0.09, 0.01, 0.05, "pass"),
        (0.05, -0.09, 0.06, 0.01, "pass"),
        (0.01, -0.09, -0.02, 0.01, "pass"),
    ],
)
def test_verdicts_at_their_limits(value: float, low: float, high: float, p: float, outcome: str) -> None:
    found = Found(side(None), side(None), {}, Bootstrap(100), estimate=known(value, low, high, p))
    (verdict,) = NonInferiority("strict", "micro/f1", 0.1).judge("rule", found)
    assert verdict.outcome == outcome


@given(
    st.lists(
        st.tuples(*(st.integers(0, 6) for _ in range(3)), *(st.integers(0, 6) for _ in range(3))),
        min_size=5,
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_the_gate_and_a_comparison_never_contradict_each_other(units_of_both: list[tuple[int, ...]]) -> None:
    """What `harness compare` calls worse is worse or failed here, and what is so here it never calls better."""
    counts = np.array(units_of_both, dtype=np.float64).T
    before, after = table(GPE=(counts[0], counts[1], counts[2])), table(GPE=(counts[3], counts[4], counts[5]))
    found = evidence(after, before, resamples=200)
    compared = difference(EntitiesStrict(), before, after, Bootstrap(200))["micro/f1"]
    if compared.difference is None or compared.p is None:
        return
    (verdict,) = NonInferiority("strict", "micro/f1", 0.01).judge("rule", found)
    # Adjusted for one test, p is itself: the most that a comparison can claim.
    if compared.p < ALPHA:
        assert (verdict.outcome in ("worse", "fail")) == (compared.difference < 0)
    if verdict.outcome == "worse":
        assert compared.difference < 0
    (headlines,) = Headlines().judge("headlines", found)
    assert (headlines.outcome == "worse") == is_worse_alone(found)


def is_worse_alone(found: Evidence) -> bool:
    (verdict,) = NonInferiority("strict", "micro/f1", None).judge("rule", found)
    return verdict.outcome == "worse"


def test_the_units_it_asks_for_decide() -> None:
    """A change of nothing that 60 units leave open; with as many more as it says, four of five data sets pass."""
    rule, margin = NonInferiority("strict", "micro/f1", 0.01), 0.01
    baseline, run = exchanged()
    verdict = judged(rule, run, baseline)
    assert (verdict.outcome, verdict.limit) == ("inconclusive", -margin)
    assert verdict.further_units is not None
    enough = 60 + verdict.further_units
    decided = 0
    rows = np.hstack((baseline.values, run.values))
    random = np.random.default_rng(4)
    for _ in range(40):
        drawn = rows[random.integers(60, size=enough)]
        columns = baseline.columns
        decided += judged(rule, Table(columns, drawn[:, 3:]), Table(columns, drawn[:, :3])).outcome == "pass"
    # 32 are expected, with a standard deviation of 2.5; now and then one is worse by chance.
    assert 24 <= decided <= 39


def test_a_floor_is_undecided_on_too_little_gold() -> None:
    # One unit with one mention, found: F1 1.
    one = table(GPE=([1], [0], [0]))
    for floor in (Floor("strict", "micro/f1", 0.5), Floor("strict", "micro/f1", 0.5, "lower")):
        verdict = judged(floor, one, None)
        assert (verdict.outcome, verdict.value) == ("inconclusive", 1.0)
        assert verdict.found == "the gold has 1 in 1 units, wanted at least 10 in 5: too little for a verdict"
    # As much as is asked for is enough, a mention or a unit less is not.
    enough = table(GPE=([2] * 5, [0] * 5, [0] * 5))
    assert judged(Floor("strict", "micro/f1", 0.5, least_gold=10, least_units=5), enough, None).outcome == "pass"
    assert judged(Floor("strict", "micro/f1", 0.5, least_gold=11), enough, None).outcome == "inconclusive"
    assert judged(Floor("strict", "micro/f1", 0.5, least_units=6), enough, None).outcome == "inconclusive"


def test_what_is_not_measured_has_not_passed() -> None:
    rules: list[Rule] = [
        Floor("strict", "micro/f1", 0.0),
        Floor("strict", "micro/f1", 0.0, "lower"),
        NonInferiority("strict", "micro/f1", 0.9),
        TypeGuard("strict", 0.9),
    ]
    for rule in rules:
        verdict = judged(rule, None, table(GPE=units(9)))
        assert (verdict.outcome, verdict.value) == ("fail", None)
        assert "no such layer" in verdict.found
    nothing = table(GPE=([0] * 20, [0] * 20, [10] * 20))
    for rule in (Floor("strict", "micro/precision", 0.0), NonInferiority("strict", "micro/precision", 0.9)):
        assert judged(rule, nothing, table(GPE=units(9, 20))).outcome == "fail"


def test_too_few_units_for_a_bound_never_pass() -> None:
    few = table(GPE=([9] * 4 + [0] * 6, [0] * 10, [1] * 4 + [0] * 6))
    for rule in (NonInferiority("strict", "GPE/f1", 0.5), Floor("strict", "GPE/f1", 0.1, "lower")):
        verdict = judged(rule, few, few)
        assert (verdict.outcome, verdict.low) == ("inconclusive", None)


def test_a_guard_judges_each_type_with_enough_gold() -> None:
    before = table(GPE=units(9), ORG=units(9), FAC=([1] * 29 + [0] * 11, [0] * 40, [0] * 40))
    after = table(GPE=units(9), ORG=units(5), FAC=([0] * 40, [0] * 40, [1] * 29 + [0] * 11))
    verdicts = TypeGuard("strict", 0.05).judge("types", evidence(after, before))
    # FAC has 29 spans: it is not guarded, though all of them are lost.
    assert [(one.subject, one.outcome) for one in verdicts] == [("strict GPE/f1", "pass"), ("strict ORG/f1", "fail")]
    assert TypeGuard("strict", 0.05, least_support=1000).judge("types", evidence(after, before))[0].outcome == "skipped"


def test_a_guard_is_more_careful_than_its_types_alone() -> None:
    """A loss whose own interval just excludes the margin, among seven others of which nothing is known."""
    baseline, run = noisy(0.05)
    alone = judged(NonInferiority("strict", "GPE/f1", 0.008), run, baseline)
    assert alone.outcome == "fail"
    assert alone.high is not None
    random = np.random.default_rng(9)
    others = {f"T{at}": random.binomial(5, 0.9, 60) for at in range(7)}
    same = {label: (found, np.zeros(60), 5 - found) for label, found in others.items()}
    sides = [table(GPE=(one.rows["GPE/tp"], one.rows["GPE/fp"], one.rows["GPE/fn"]), **same) for one in (run, baseline)]
    margin = -alone.high - 1e-6
    assert judged(NonInferiority("strict", "GPE/f1", margin), sides[0], sides[1]).outcome == "fail"
    guarded = TypeGuard("strict", margin).judge("types", evidence(sides[0], sides[1]))
    # Below 0 it lies jointly too.
    assert [one.outcome for one in guarded] == ["worse", *["pass"] * 7]
    assert [one.low for one in guarded[1:]] == [-margin] * 7, "of decided types no more is said than that"


def test_joint_bounds_of_one_type_are_those_of_the_type_alone() -> None:
    before, after = exchanged()
    (guarded,) = TypeGuard("strict", 0.001).judge("types", evidence(after, before))
    alone = judged(NonInferiority("strict", "GPE/f1", 0.001), after, before)
    assert (guarded.outcome, guarded.low, guarded.high) == ("inconclusive", alone.low, alone.high)
    assert guarded.further_units == alone.further_units


def test_headlines_name_what_is_worse_or_missing() -> None:
    before, after = noisy(0.05)
    (verdict,) = Headlines().judge("rule", evidence(after, before))
    assert (verdict.outcome, verdict.value) == ("worse", 1)
    assert verdict.found.startswith("1 of 1 measures worse; strict micro/f1 -0.0")
    (verdict,) = Headlines().judge("rule", evidence(None, before))
    assert (verdict.outcome, "not measured has not passed" in verdict.found) == ("fail", True)
    (verdict,) = Headlines().judge("rule", evidence(before, before))
    assert (verdict.outcome, verdict.found) == ("pass", "0 of 1 measures worse")
    (verdict,) = Headlines().judge("rule", Evidence(side(None), side(None), {}, Bootstrap(9)))
    assert verdict.outcome == "skipped"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NonInferiority, "margin", 0), "margin: found 0, wanted a number above 0"),
        ((TypeGuard, "margin", -0.1), "margin: found -0.1"),
        ((TypeGuard, "least_units", 4), "least_units: found 4, wanted 5 or more"),
        ((Floor, "bound", "upper"), "bound: found 'upper', wanted one of point, lower"),
        ((Floor, "on_worse", "report"), "on_worse: found 'report', wanted one of fail, pass"),
        (
            (NonInferiority, "on_inconclusive", "skip"),
            "on_inconclusive: found 'skip', wanted one of report, fail, pass",
        ),
        ((NonInferiority, "against", "best"), "against: found 'best', wanted one of baseline, anchor"),
    ],
)
def test_a_rule_that_cannot_judge_is_refused(arguments: tuple[type, str, object], message: str) -> None:
    kind, field, value = arguments
    usual: dict[str, object] = {"scorer": "strict", "margin": 0.1, "measure": "micro/f1", "least": 0.5}
    wanted = usual | {field: value}
    fields = {name: one for name, one in wanted.items() if name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=message):
        kind(**fields)
