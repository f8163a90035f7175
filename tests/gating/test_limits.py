from dataclasses import replace

import pytest

from harness.comparison.disputes import Dispute
from harness.data.types import InputError
from harness.gating import limits
from harness.gating.changed import Changed
from harness.gating.evidence import CountedRun, Evidence
from harness.gating.limits import Changes, Failures, Figure, LostDocuments, Speed
from harness.gating.verdicts import Verdict
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from tests.gating.counted import side, table, units


def judged(
    run: CountedRun, baseline: CountedRun | None = None, gold: dict[str, frozenset[str]] | None = None
) -> Evidence:
    return Evidence(run, baseline, {}, Bootstrap(50), gold or {})


@pytest.mark.parametrize(
    ("failures", "documents", "most", "outcome"),
    [(0, 5, 0, "pass"), (1, 5, 0, "fail"), (1, 5, 1, "pass"), (5, 5, 9, "fail"), (0, 0, 0, "fail")],
)
def test_failures_are_limited_and_nothing_at_all_never_passes(
    failures: int, documents: int, most: int, outcome: str
) -> None:
    run = CountedRun("run", {}, documents=documents, failures=failures)
    (verdict,) = Failures(most).judge("failures", judged(run))
    assert (verdict.outcome, verdict.value) == (outcome, failures)


def test_no_failure_is_allowed_that_a_policy_does_not_name() -> None:
    (verdict,) = Failures().judge("failures", judged(CountedRun("run", {}, documents=5, failures=1)))
    assert verdict.outcome == "fail"


def test_a_document_that_lost_all_its_predictions_fails() -> None:
    baseline = CountedRun("baseline", {}, {"entities": frozenset("abc"), "claims": frozenset("a")})
    run = replace(baseline, filled={"entities": frozenset("bd"), "claims": frozenset("a")})
    # c has no gold, d had no predictions: only a is lost.
    gold = {"entities": frozenset("abd"), "claims": frozenset("ab")}
    entities, claims, sentences = LostDocuments().judge("emptied", judged(run, baseline, gold))
    assert (entities.outcome, entities.found) == ("fail", "1 of 2 documents lost all entities: a")
    assert (claims.outcome, claims.value) == ("pass", 0)
    assert sentences.outcome == "skipped"
    with pytest.raises(InputError, match="baseline: found none"):
        LostDocuments().judge("emptied", judged(run))
    with pytest.raises(InputError, match=r"layers: found \['entites'\]"):
        LostDocuments(["entites"])


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
    baseline = CountedRun("baseline", {}, words_per_second=before, machine="here" if machine else None)
    run = CountedRun("run", {}, words_per_second=after, machine=machine)
    (verdict,) = Speed(0.5).judge("speed", judged(run, baseline))
    assert verdict.outcome == outcome


def test_no_speed_is_no_speed() -> None:
    with pytest.raises(InputError, match="least_ratio: found 0"):
        Speed(0)


def items(right: str, **numbers: int) -> list[Dispute]:
    """So many items of each type that only one side, a before and b after, has right."""
    return [
        Dispute("d", label, at, at + 1, "", "x", "", right, {})  # type: ignore[arg-type]
        for label, number in numbers.items()
        for at in range(number)
    ]


def changes(rule: Changes, changed: Changed) -> list[Verdict]:
    counts = side(table(GPE=units(9), ORG=units(9)))
    scorers = {"strict": EntitiesStrict()}
    found = Evidence(counts, counts, scorers, Bootstrap(50), changed={"baseline": {"strict": changed}})
    return list(rule.judge("changes", found))


CHANGED = Changed(
    [*items("a", GPE=5, ORG=2), *items("b", GPE=1, ORG=3)], [*items("a", GPE=4, PERS=1), *items("b", GPE=2)]
)
"""Lost 5 and 2, found 1 and 3: net -4 and +1, together -3. Newly wrong 5, no longer 2: 3 more."""


@pytest.mark.parametrize(
    ("rule", "outcome", "value"),
    [
        (Changes("strict", lost=7), "pass", 7),
        (Changes("strict", lost=6), "fail", 7),
        (Changes("strict", net=-3), "pass", -3),
        (Changes("strict", net=-2), "fail", -3),
        (Changes("strict", wrong=3), "pass", 3),
        (Changes("strict", wrong=2), "fail", 3),
        (Changes("strict", label="GPE", lost=5, net=-4, wrong=2), "pass", 5),
        (Changes("strict", label="GPE", net=-3), "fail", -4),
        (Changes("strict", label="ORG", net=0), "pass", 1),
        # Of several limits the number is that of the one that broke.
        (Changes("strict", lost=9, net=-3, wrong=0), "fail", 3),
        (Changes("strict", label="each", net=-4), "pass", -4),
    ],
)
def test_items_are_counted_up_to_their_limit(rule: Changes, outcome: str, value: int) -> None:
    (verdict,) = changes(rule, CHANGED)
    assert (verdict.outcome, verdict.value) == (outcome, value)


@pytest.mark.parametrize(
    ("units_of_ten", "share", "limit", "outcome"),
    [
        # Of 20 items 2 % are none: one may go. Of 600 they are 12, of 1,800 the number is smaller.
        (1, 0.02, -1, "fail"),
        (6, 0.02, -2, "fail"),
        (30, 0.02, -12, "pass"),
        (90, 0.02, -12, "pass"),
        (1, None, -12, "pass"),
    ],
)
def test_a_share_of_the_gold_caps_the_limits(units_of_ten: int, share: float | None, limit: int, outcome: str) -> None:
    counts = side(table(GPE=units(9, units_of_ten), ORG=units(9, units_of_ten)))
    changed = Changed(items("a", GPE=10))
    found = Evidence(
        counts, counts, {"strict": EntitiesStrict()}, Bootstrap(50), changed={"baseline": {"strict": changed}}
    )
    (verdict,) = Changes("strict", net=-12, most_share=share).judge("changes", found)
    assert (verdict.outcome, verdict.limit, f"net at least {limit}" in verdict.found) == (outcome, limit, True)
    (of_each,) = Changes("strict", label="each", lost=12, wrong=12, most_share=1).judge("changes", found)
    assert (of_each.outcome, of_each.limit) == ("pass", min(12, 10 * units_of_ten))


def test_a_share_is_one_of_the_gold() -> None:
    for wrong in (0, 1.5, -0.1):
        with pytest.raises(InputError, match=r"most_share: found .*, wanted a share above 0 and up to 1"):
            Changes("strict", net=-1, most_share=wrong)


def test_of_each_label_those_are_named_that_lost_too_much() -> None:
    verdicts = changes(Changes("strict", label="each", lost=1), CHANGED)
    assert [(one.subject, one.outcome) for one in verdicts] == [("strict GPE", "fail"), ("strict ORG", "fail")]
    (verdict,) = changes(Changes("strict", label="each", lost=5), CHANGED)
    assert verdict.found.startswith("GPE most: 5 lost, 1 found, 4 newly wrong, 2 no longer; wanted at most 5 lost")
    (verdict,) = changes(Changes("strict", label="each", net=0), Changed([]))
    assert (verdict.outcome, verdict.value) == ("pass", 0)


def test_limits_that_say_nothing_are_refused() -> None:
    for wrong, message in (
        ({}, "lost, net, wrong: found none"),
        ({"lost": -1}, "lost: found -1, wanted 0 or more"),
        ({"net": 1}, "net: found 1, wanted 0 or less"),
    ):
        with pytest.raises(InputError, match=message):
            Changes("strict", **wrong)  # type: ignore[arg-type]
    # A label that does not exist would lose nothing for ever.
    with pytest.raises(InputError, match="label: found 'PERSON', wanted all, each or one of GPE, ORG"):
        changes(Changes("strict", label="PERSON", lost=0), CHANGED)
    with pytest.raises(InputError, match="wrong: found a limit for strict, wanted none"):
        changes(Changes("strict", wrong=0), replace(CHANGED, roles={"content": ()}))


def test_a_layer_that_the_run_lost_has_not_passed() -> None:
    found = Evidence(side(None), side(table(GPE=units(9))), {"strict": EntitiesStrict()}, Bootstrap(50))
    (verdict,) = Changes("strict", lost=1000).judge("changes", found)
    assert verdict.outcome == "fail"
    with pytest.raises(InputError, match="found strict, which lists no items"):
        Changes("strict", lost=0).judge("changes", replace(found, run=found.side("baseline")))


def test_policies_that_were_written_before_name_lost_documents_otherwise() -> None:
    assert limits.Emptied is LostDocuments


@pytest.mark.parametrize(
    ("rule", "figures", "outcome", "limit"),
    [
        (Figure("cost", at_most=2.0), {"cost": 2.0}, "pass", 2.0),
        (Figure("cost", at_most=2.0), {"cost": 2.01}, "fail", 2.0),
        (Figure("cost", at_least=1.0, at_most=2.0), {"cost": 0.5}, "fail", 1.0),
        (Figure("cost", at_least=1.0, at_most=2.0), {"cost": 2.5}, "fail", 2.0),
        (Figure("cost", at_least=1.0, at_most=2.0), {"cost": 1.5}, "pass", 2.0),
        (Figure("cost", at_most=2.0), {"cost": float("nan")}, "fail", 2.0),
        (Figure("unplaced/entities", at_most=0.1), {"unplaced/entities": 0.2}, "fail", 0.1),
        (Figure("cost", at_most=2.0), {"tokens_in": 1.0}, "fail", None),
    ],
)
def test_a_figure_is_limited_and_one_that_is_not_counted_has_not_passed(
    rule: Figure, figures: dict[str, float], outcome: str, limit: float | None
) -> None:
    (verdict,) = rule.judge("own", judged(CountedRun("run", {}, documents=5, figures=figures)))
    assert (verdict.outcome, verdict.limit) == (outcome, limit)


def test_a_limit_on_a_figure_needs_a_number_that_can_be_kept() -> None:
    with pytest.raises(InputError, match="at_most, at_least: found neither"):
        Figure("cost")
    with pytest.raises(InputError, match="at_most: found 1, wanted 2 or more"):
        Figure("cost", at_most=1, at_least=2)
