import json
from itertools import product

import pytest

from harness.gating.verdicts import Judgement, OnInconclusive, OnWorse, Outcome, Verdict


def judgement(*outcomes: Outcome, on_inconclusive: OnInconclusive = "report", on_worse: OnWorse = "fail") -> Judgement:
    verdicts = tuple(Verdict(f"rule{at}", "x", outcome, "found") for at, outcome in enumerate(outcomes))
    return Judgement("ci", "run", "baseline", verdicts, on_inconclusive, on_worse=on_worse)


@pytest.mark.parametrize(
    ("outcomes", "report", "fail", "lenient"),
    [
        (["pass"], 0, 0, 0),
        (["pass", "skipped"], 0, 0, 0),
        (["pass", "inconclusive"], 3, 1, 0),
        (["inconclusive", "fail", "pass"], 1, 1, 1),
        (["inconclusive", "worse", "pass"], 1, 1, 1),
        (["worse"], 1, 1, 1),
        (["fail"], 1, 1, 1),
        # What judged nothing has not passed.
        (["skipped"], 1, 1, 1),
        ([], 1, 1, 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_verdict(
    outcomes: list[Outcome], report: int, fail: int, lenient: int
) -> None:
    assert judgement(*outcomes).exit_code == report
    assert judgement(*outcomes, on_inconclusive="fail").exit_code == fail
    assert judgement(*outcomes, on_inconclusive="pass").exit_code == lenient


def test_a_loss_that_is_allowed_costs_nothing_and_is_told() -> None:
    found = judgement("pass", "worse", on_worse="pass")
    assert (found.outcome, found.exit_code) == ("worse", 0)
    assert found.headline == "gate ci: worse, which the policy allows (1 worse, 1 passed)"
    assert judgement("worse", "inconclusive", on_worse="pass").exit_code == 3


def test_a_rule_may_say_otherwise_than_its_policy() -> None:
    strict = Verdict("a", "x", "inconclusive", "found", on_inconclusive="fail")
    lenient = Verdict("b", "x", "worse", "found", on_worse="pass")
    assert Judgement("ci", "run", None, (lenient,)).exit_code == 0
    assert Judgement("ci", "run", None, (lenient,)).headline == "gate ci: passed (1 worse)"
    assert Judgement("ci", "run", None, (lenient, judgement("inconclusive").verdicts[0])).outcome == "inconclusive"
    assert Judgement("ci", "run", None, (strict, lenient), on_inconclusive="pass").exit_code == 1
    reported = Verdict("c", "x", "inconclusive", "found", on_inconclusive="report")
    assert Judgement("ci", "run", None, (reported,), on_inconclusive="pass").exit_code == 3


def test_a_failure_is_red_whatever_stands_beside_it() -> None:
    kinds: list[Outcome] = ["pass", "fail", "worse", "inconclusive", "skipped"]
    for outcomes in product(kinds, repeat=3):
        found = judgement(*outcomes)
        assert (found.outcome == "fail") == ("fail" in outcomes or set(outcomes) == {"skipped"})
        assert (found.exit_code == 0) == (found.outcome == "pass")
        assert (found.exit_code == 3) == (found.outcome == "inconclusive")


def test_the_record_holds_everything_and_is_json() -> None:
    found = judgement("pass", "fail")
    record = json.loads(json.dumps(found.record(), allow_nan=False))
    assert (record["outcome"], record["exit_code"], record["policy"]) == ("fail", 1, "ci")
    assert [(one["outcome"], one["exit_code"]) for one in record["verdicts"]] == [("pass", 0), ("fail", 1)]
    assert found.headline == "gate ci: failed (1 failed, 1 passed)"
