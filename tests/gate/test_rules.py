from typing import Literal

import numpy as np
import pytest

from harness.gate.rules import Floor, NonInferiority, Rule, TypeGuard
from harness.gate.verdicts import Verdict
from harness.scoring.table import Table
from harness.types import InputError
from tests.gate.counted import evidence, table, units


def noisy(loss: float, number: int = 60, seed: int = 2) -> tuple[Table, Table]:
    """A baseline that finds about 9 of 10, and a run that loses about `loss` of what it found."""
    random = np.random.default_rng(seed)
    size = random.integers(2, 20, number)
    before = random.binomial(size, 0.9)
    after = random.binomial(before, 1 - loss)
    nothing = np.zeros(number)
    return table(GPE=(before, nothing, size - before)), table(GPE=(after, nothing, size - after))


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
    [(0, 0.01, "pass"), (0.01, 0.05, "pass"), (0.1, 0.01, "fail"), (0.05, 0.027, "inconclusive")],
)
def test_a_difference_has_three_verdicts(loss: float, margin: float, outcome: str) -> None:
    baseline, run = noisy(loss)
    verdict = judged(NonInferiority("strict", "micro/f1", margin), run, baseline)
    assert verdict.low is not None
    assert verdict.high is not None
    assert verdict.outcome == outcome
    # As the rule has it: fail if the upper bound is below -margin, pass if the lower one is above it.
    assert (verdict.outcome == "fail") == (verdict.high < -margin)
    assert (verdict.outcome == "pass") == (verdict.low > -margin)
    assert (verdict.further_units is not None) == (outcome == "inconclusive")
    assert ("more units would decide" in verdict.found) == (outcome == "inconclusive")


def test_the_units_it_asks_for_decide() -> None:
    """A loss inside the margin that 60 units leave open; with as many more as it says, four of five data sets pass."""
    rule, margin = NonInferiority("strict", "micro/f1", 0.027), 0.027
    baseline, run = noisy(0.04)
    verdict = judged(rule, run, baseline)
    assert (verdict.outcome, verdict.limit) == ("inconclusive", -margin)
    assert verdict.further_units is not None
    enough = 60 + verdict.further_units
    shift = verdict.value or 0.0
    decided = 0
    rows = np.hstack((baseline.values, run.values))
    random = np.random.default_rng(4)
    for _ in range(40):
        drawn = rows[random.integers(60, size=enough)]
        columns = baseline.columns
        outcome = judged(rule, Table(columns, drawn[:, 3:]), Table(columns, drawn[:, :3])).outcome
        decided += outcome == ("pass" if shift > -margin else "fail")
    # 32 are expected, with a standard deviation of 2.5.
    assert 25 <= decided <= 39


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
    assert [one.outcome for one in guarded] == ["inconclusive", *["pass"] * 7]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NonInferiority, "margin", 0), "margin: found 0, wanted a number above 0"),
        ((TypeGuard, "margin", -0.1), "margin: found -0.1"),
        ((TypeGuard, "least_units", 4), "least_units: found 4, wanted 5 or more"),
        ((Floor, "bound", "upper"), "bound: found 'upper', wanted one of point, lower"),
    ],
)
def test_a_rule_that_cannot_judge_is_refused(
    arguments: tuple[type, Literal["margin", "least_units", "bound"], object], message: str
) -> None:
    kind, field, value = arguments
    usual: dict[str, object] = {"scorer": "strict", "margin": 0.1, "measure": "micro/f1", "least": 0.5}
    wanted = usual | {field: value}
    known = {name: one for name, one in wanted.items() if name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=message):
        kind(**known)
