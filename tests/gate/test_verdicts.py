import json
from itertools import product

import pytest

from harness.gate.verdicts import Judgement, OnInconclusive, Outcome, Verdict


def judgement(*outcomes: Outcome, on_inconclusive: OnInconclusive = "report") -> Judgement:
    verdicts = tuple(Verdict(f"rule{at}", "x", outcome, "found") for at, outcome in enumerate(outcomes))
    return Judgement("ci", "run", "baseline", verdicts, on_inconclusive)


@pytest.mark.parametrize(
    ("outcomes", "report", "fail", "lenient"),
    [
        (["pass"], 0, 0, 0),
        (["pass", "skipped"], 0, 0, 0),
        (["pass", "inconclusive"], 3, 1, 0),
        (["inconclusive", "fail", "pass"], 1, 1, 1),
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


def test_a_failure_is_red_whatever_stands_beside_it() -> None:
    kinds: list[Outcome] = ["pass", "fail", "inconclusive", "skipped"]
    for outcomes in product(kinds, repeat=3):
        found = judgement(*outcomes)
        assert (found.outcome == "fail") == ("fail" in outcomes or set(outcomes) == {"skipped"})
        assert (found.exit_code == 0) == (found.outcome == "pass")


def test_the_record_holds_everything_and_is_json() -> None:
    found = judgement("pass", "fail")
    record = json.loads(json.dumps(found.record(), allow_nan=False))
    assert (record["outcome"], record["exit_code"], record["policy"]) == ("fail", 1, "ci")
    assert [one["outcome"] for one in record["verdicts"]] == ["pass", "fail"]
    assert found.headline == "gate ci: failed (1 failed, 1 passed)"
