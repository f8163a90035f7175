from dataclasses import replace

import numpy as np
import pytest

from harness.data.types import InputError
from harness.gating.limits import Failures, LostDocuments
from harness.gating.policy import Policy, judge
from harness.gating.rules import Floor, NonInferiority, Rule
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import difference
from tests.gating.counted import evidence, side, table, units

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
    policy = Policy("mine", {"failures": Failures(), "emptied": LostDocuments()})
    with pytest.raises(
        InputError, match=r"found none, wanted baseline=DIR, .* policy mine compare with \(emptied\); .*task=bless"
    ):
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
    for field, value in (("on_worse", "report"), ("without_baseline", "maybe"), ("level", 0.5), ("level", 1.0)):
        with pytest.raises(InputError, match=f"{field}: found"):
            Policy("mine", {"failures": Failures()}, **{field: value})  # type: ignore[arg-type]


def test_without_a_baseline_a_policy_can_skip_what_compares() -> None:
    rules: dict[str, Rule] = {"floor": Floor("strict", "micro/f1", 0.5), "emptied": LostDocuments()}
    found = judge(Policy("mine", rules, without_baseline="skip"), evidence(COUNTS, None, facts=FACTS))
    assert [(one.rule, one.outcome) for one in found.verdicts] == [("floor", "pass"), ("emptied", "skipped")]
    assert found.exit_code == 0
    only: dict[str, Rule] = {"emptied": LostDocuments()}
    assert judge(Policy("mine", only, without_baseline="skip"), evidence(COUNTS, None, facts=FACTS)).exit_code == 1


def test_the_anchor_is_judged_where_there_is_one() -> None:
    rules: dict[str, Rule] = {
        "words": NonInferiority("strict", "micro/f1", 0.01),
        "since": NonInferiority("strict", "micro/f1", 0.01, against="anchor", on_inconclusive="pass"),
    }
    now, before, first = (table(GPE=units(right)) for right in (8, 8, 9))
    found = judge(Policy("mine", rules), evidence(now, before))
    assert [(one.rule, one.outcome) for one in found.verdicts] == [("words", "pass"), ("since", "skipped")]
    anchored = replace(evidence(now, before), anchor=replace(side(first, documents=10), name="first"))
    found = judge(Policy("mine", rules), anchored)
    assert [(one.rule, one.outcome) for one in found.verdicts] == [("words", "pass"), ("since", "fail")]
    assert (found.anchor, found.verdicts[1].on_inconclusive) == ("first", "pass")


def test_rules_say_what_their_outcomes_are_worth() -> None:
    words = NonInferiority("strict", "micro/f1", 0.5, on_worse="pass")
    worse = evidence(table(GPE=units(8)), COUNTS)
    allowed = judge(Policy("mine", {"words": words}), worse)
    assert (allowed.exit_code, allowed.outcome, allowed.verdicts[0].outcome) == (0, "pass", "worse")
    assert judge(Policy("mine", {"words": replace(words, on_worse=None)}), worse).exit_code == 1
    assert judge(Policy("mine", {"words": replace(words, on_worse=None)}, on_worse="pass"), worse).exit_code == 0


def test_the_level_is_one_sided() -> None:
    random = np.random.default_rng(3)
    size = random.integers(2, 20, 60)
    sides = [random.binomial(size, share) for share in (0.9, 0.7)]
    before, after = (table(GPE=(found, [0] * 60, size - found)) for found in sides)
    rules: dict[str, Rule] = {"words": NonInferiority("strict", "micro/f1", 0.5)}
    bounds = {
        level: judge(Policy("mine", rules, level=level), evidence(after, before)).verdicts[0] for level in (0.9, 0.975)
    }
    wanted = difference(EntitiesStrict(), before, after, Bootstrap(400))["micro/f1"]
    assert (bounds[0.975].low, bounds[0.975].high) == (wanted.low, wanted.high)
    narrower = difference(EntitiesStrict(), before, after, Bootstrap(400, level=0.8))["micro/f1"]
    assert (bounds[0.9].low, bounds[0.9].high) == (narrower.low, narrower.high)
    assert Policy("mine", rules).at_level(Bootstrap(7, 3)) == Bootstrap(7, 3, 0.95)


@pytest.mark.parametrize("number", [0, 1])
def test_one_document_never_passes(number: int) -> None:
    policy = Policy("mine", {"floor": Floor("strict", "micro/f1", 0.5)})
    found = judge(policy, evidence(COUNTS, None, facts={"documents": number}))
    assert (found.outcome, found.exit_code) == ("inconclusive", 3)
    assert (
        judge(replace(policy, least_documents=number), evidence(COUNTS, None, facts={"documents": number})).exit_code
        == 0
    )
