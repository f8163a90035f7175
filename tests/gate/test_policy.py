import pytest

from harness.gate.limits import Emptied, Failures
from harness.gate.policy import Policy, judge
from harness.gate.rules import Floor, NonInferiority, Rule
from harness.types import InputError
from tests.gate.counted import evidence, table, units

COUNTS = table(GPE=units(9))
FACTS: dict[str, object] = {"documents": 3, "filled": {"entities": frozenset("ab")}}


def test_all_rules_are_judged_in_the_order_of_the_policy() -> None:
    words, floor = NonInferiority("strict", "micro/f1", 0.01), Floor("strict", "micro/f1", 0.99)
    rules: dict[str, Rule] = {"z": Failures(), "words": words, "a": floor}
    found = judge(Policy("mine", rules), evidence(COUNTS, COUNTS, facts=FACTS), ["a note"])
    assert [(one.rule, one.outcome) for one in found.verdicts] == [("z", "pass"), ("words", "pass"), ("a", "fail")]
    assert (found.policy, found.run, found.baseline, found.notes) == ("mine", "side", "side", ("a note",))
    assert found.exit_code == 1


def test_rules_that_compare_want_a_baseline() -> None:
    policy = Policy("mine", {"failures": Failures(), "emptied": Emptied()})
    with pytest.raises(InputError, match="found none, wanted the one that emptied of policy mine compare with"):
        judge(policy, evidence(COUNTS, None, facts=FACTS))
    assert judge(Policy("mine", {"failures": Failures()}), evidence(COUNTS, None, facts=FACTS)).exit_code == 0


def test_a_rule_that_asks_for_what_does_not_exist_is_named() -> None:
    policy = Policy("mine", {"typo": Floor("strict", "micro/F1", 0.5)})
    with pytest.raises(InputError, match="policy mine: typo: measure: found 'micro/F1'"):
        judge(policy, evidence(COUNTS, None))


def test_a_policy_without_rules_or_with_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="rules: found none"):
        Policy("mine", {})
    with pytest.raises(InputError, match=r"rules\.x: found 3, wanted a rule"):
        Policy("mine", {"x": 3})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="on_inconclusive: found 'maybe', wanted one of report, fail, pass"):
        Policy("mine", {"failures": Failures()}, "maybe")  # type: ignore[arg-type]
