"""Our numbers beside other tools: on small corpora nothing stays unexplained, and the check can fail."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from harness.scoring import align, entities, match

pytest.importorskip("nervaluate")

from benchmarks.differential import greedy, known, peers
from benchmarks.differential.__main__ import main
from benchmarks.differential.best import beaten
from benchmarks.differential.explain import compare, failures
from benchmarks.differential.pages import Sample, spanned, tagged
from benchmarks.differential.run import Outcome, run
from benchmarks.differential.samples import samples
from harness.scoring.corpus import Spans

SMALL = 12
ORDERED = 200


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run(SMALL, ORDERED)


def test_every_difference_is_explained(outcome: Outcome) -> None:
    assert not outcome.failures
    assert not outcome.broken
    assert {cause.name for found in outcome.comparisons for one in found.differences for cause in one.causes} == {
        "0/0 is 0",
        "B begins",
        "first overlap",
        "flat tags",
        "inclusive ends",
        "macro over both",
        "names alike",
        "one layer a type",
        "types alone",
    }


def test_flat_well_formed_data_scores_alike_per_type(outcome: Outcome) -> None:
    found = {one.peer.name: one for one in outcome.comparisons if one.sample.plain}
    assert len(found["seqeval"].measures) == 24  # micro, macro and six types
    assert not found["seqeval"].differences
    assert not found["seqeval strict IOB2"].differences
    strict = [measure for measure in found["nervaluate"].measures if "/strict_" in measure]
    assert len(strict) == 21
    assert not {one.measure for one in found["nervaluate"].differences}.intersection(strict)


def test_every_cause_has_an_example_small_enough_to_read(outcome: Outcome) -> None:
    for one in outcome.examples:
        assert len(one.page.gold) + len(one.page.predicted) <= 6
        assert len(one.page.tags[0]) <= 4


def test_documents_that_depend_on_order_are_counted(outcome: Outcome) -> None:
    for one in outcome.orders:
        assert one.documents == ORDERED
        assert 0 < one.wrong < one.changed < ORDERED
        assert one.found < one.true


def test_the_model_of_nervaluate_answers_what_it_answers() -> None:
    # The long prediction, first in order, uses up the gold mention that the short one is.
    page = spanned(7, [(0, 5, "ORG")], [(0, 7, "ORG"), (0, 5, "ORG")])
    sample = Sample("one page", (page,), ("ORG",))
    assert peers.nervaluate(sample)["micro/strict_f1"] == 0.0
    assert greedy.in_order(sample)["micro/strict_f1"] == 0.0
    turned = Sample("one page", (spanned(7, page.gold, page.predicted[::-1]),), ("ORG",))
    assert greedy.in_order(turned)["micro/strict_f1"] == peers.nervaluate(turned)["micro/strict_f1"] == 2 / 3


def test_the_command_writes_what_it_found(
    outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.differential.__main__.run", lambda *_: outcome)
    assert main([f"size={SMALL}", f"out={tmp_path}"]) == 0
    assert "are explained" in capsys.readouterr().out
    rows = json.loads((tmp_path / "differences.json").read_text(encoding="utf-8"))["differences"]
    assert all(one["explained"] for one in rows)
    assert (tmp_path / "differences.md").read_text(encoding="utf-8").count("| flat, ill-formed |") > 10


def test_an_option_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sise=30"]) == 2
    assert capsys.readouterr().err == "error: command line: found sise, wanted size=NUMBER or out=DIR\n"


def test_a_scorer_that_loses_a_match_is_found_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = match.match_exact

    def wrong(gold: Spans, predicted: Spans) -> match.Exact:
        found = right(gold, predicted)
        return match.Exact(found.both.take(np.arange(len(found.both)) > 0), found.gold_only, found.predicted_only)

    monkeypatch.setattr(entities, "match_exact", wrong)
    assert main(["size=8"]) == 1
    out = capsys.readouterr().out
    assert "FAILED gold v1, seeded errors, plain sets, micro/f1: no cause gives the peer's number" in out
    # One mention on either side, on one word.
    assert re.search(r"\n  gold: ([A-Z]+) 0–1   \[B-\1\]\n  predicted: \1 0–1   \[B-\1\]\n", out)
    assert "FAILED known case: B begins" in out


def test_an_alignment_that_is_not_the_best_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(weights: np.ndarray[tuple[int, int], np.dtype[np.float64]], maximize: bool) -> object:
        least = min(weights.shape)
        return np.arange(least), np.arange(least)[::-1]

    sample = next(one for one in samples(SMALL) if one.name == "nested, types differ")
    assert not list(beaten(sample))
    monkeypatch.setattr(align, "linear_sum_assignment", backwards)
    assert list(beaten(sample))


def test_a_difference_where_no_cause_can_act_is_found_out() -> None:
    sample = next(one for one in samples(SMALL) if one.name == "flat, ill-formed")
    tool = next(one for one in peers.peers() if one.name == "nervaluate")
    generous = peers.Peer(
        tool.name,
        lambda _: {"micro/strict_f1": 1.0},
        tool.ours,
        # A step that copies whatever the tool answers explains nothing.
        (peers.Step(tool.steps[1].cause, lambda _: {"micro/strict_f1": 1.0}),),
    )
    found = list(failures(compare(sample, generous), set()))
    assert [one.what for one in found] == ["differs where no cause can act"]


def test_a_peer_that_changed_breaks_the_known_case() -> None:
    case = next(one for one in known.cases() if one.cause.name == "first overlap")
    right = peers.Peer("nervaluate", lambda sample: {"micro/strict_f1": 2 / 3}, peers.peers()[3].ours)
    assert list(known.broken(case, [right])) == ["first overlap: nervaluate micro/strict_f1: found 0.666667, wanted 0"]


def test_a_failure_shows_the_smallest_document() -> None:
    pages = (tagged(["O", "B-PERS", "I-PERS", "O"], ["O", "B-PERS", "I-PERS", "B-LOC"]), tagged(["O"], ["O"]))
    sample = Sample("two pages", pages, ("LOC", "PERS"), flat=True, plain=True)
    deaf = peers.Peer("deaf", lambda sample: {"micro/recall": 0.0}, peers.peers()[1].ours)
    (found,) = failures(compare(sample, deaf), set())
    assert found.page == tagged(["B-PERS"], ["B-PERS"])
