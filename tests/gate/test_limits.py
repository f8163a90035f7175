from dataclasses import replace

import pytest

from harness.gate.evidence import Evidence, Side
from harness.gate.limits import Emptied, Failures, Speed
from harness.scoring.bootstrap import Bootstrap
from harness.types import InputError


def judged(run: Side, baseline: Side | None = None, gold: dict[str, frozenset[str]] | None = None) -> Evidence:
    return Evidence(run, baseline, {}, Bootstrap(50), gold or {})


@pytest.mark.parametrize(
    ("failures", "documents", "most", "outcome"),
    [(0, 5, 0, "pass"), (1, 5, 0, "fail"), (1, 5, 1, "pass"), (5, 5, 9, "fail"), (0, 0, 0, "fail")],
)
def test_failures_are_limited_and_nothing_at_all_never_passes(
    failures: int, documents: int, most: int, outcome: str
) -> None:
    run = Side("run", {}, documents=documents, failures=failures)
    (verdict,) = Failures(most).judge("failures", judged(run))
    assert (verdict.outcome, verdict.value) == (outcome, failures)


def test_no_failure_is_allowed_that_a_policy_does_not_name() -> None:
    (verdict,) = Failures().judge("failures", judged(Side("run", {}, documents=5, failures=1)))
    assert verdict.outcome == "fail"


def test_a_document_that_lost_all_its_predictions_fails() -> None:
    baseline = Side("baseline", {}, {"entities": frozenset("abc"), "claims": frozenset("a")})
    run = replace(baseline, filled={"entities": frozenset("bd"), "claims": frozenset("a")})
    # c has no gold, d had no predictions: only a is lost.
    gold = {"entities": frozenset("abd"), "claims": frozenset("ab")}
    entities, claims, sentences = Emptied().judge("emptied", judged(run, baseline, gold))
    assert (entities.outcome, entities.found) == ("fail", "1 of 2 documents lost all entities: a")
    assert (claims.outcome, claims.value) == ("pass", 0)
    assert sentences.outcome == "skipped"
    with pytest.raises(InputError, match="baseline: found none"):
        Emptied().judge("emptied", judged(run))
    with pytest.raises(InputError, match=r"layers: found \['entites'\]"):
        Emptied(["entites"])


@pytest.mark.parametrize(
    ("before", "after", "machine", "outcome"),
    [
        (100.0, 90.0, "here", "pass"),
        (100.0, 50.0, "here", "pass"),
        (100.0, 49.0, "here", "fail"),
        (None, 90.0, "here", "skipped"),
        (100.0, None, "here", "skipped"),
        (100.0, 10.0, "there", "skipped"),
        (100.0, 10.0, None, "skipped"),
    ],
)
def test_speed_is_judged_on_one_machine_only(
    before: float | None, after: float | None, machine: str | None, outcome: str
) -> None:
    baseline = Side("baseline", {}, words_per_second=before, machine="here" if machine else None)
    run = Side("run", {}, words_per_second=after, machine=machine)
    (verdict,) = Speed(0.5).judge("speed", judged(run, baseline))
    assert verdict.outcome == outcome


def test_no_speed_is_no_speed() -> None:
    with pytest.raises(InputError, match="least_ratio: found 0"):
        Speed(0)
