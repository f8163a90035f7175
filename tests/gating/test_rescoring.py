import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.data.types import Annotation, InputError
from harness.gating.baseline import bless
from harness.gating.rescoring import Scores, moves, record, rescore_baselines
from harness.scoring.scoring import Scoring
from tests.gating.runs import GOLD, SCORERS, Documents, opened
from tests.samples import EXAMPLES

FIRST, SECOND = (example.document.id for example in EXAMPLES[:2])
KEY = ("strict", "micro/f1")


def test_ranks_begin_at_one_and_equals_share_the_better() -> None:
    before: dict[str, Scores] = {"a": {KEY: 0.9}, "b": {KEY: 0.8}, "c": {KEY: 0.8}, "d": {KEY: None}}
    after: dict[str, Scores] = {"a": {KEY: 0.7}, "b": {KEY: 0.8}, "c": {KEY: None}, "d": {KEY: 0.1}}
    found = moves(before, after)
    assert [(one.baseline, one.rank_before, one.rank_after, one.moved) for one in found] == [
        ("b", 2, 1, True),
        ("a", 1, 2, True),
        ("d", None, 3, True),
        ("c", 2, None, True),
    ]


def test_a_measure_that_was_not_there_before_is_new() -> None:
    (one,) = moves({"a": {}}, {"a": {KEY: 0.5}})
    assert (one.before, one.after, one.rank_before, one.rank_after) == (None, 0.5, None, 1)


def test_all_baselines_are_scored_on_the_new_gold(tmp_path: Path) -> None:
    """By hand: `first` loses the 4 mentions of document 0, `second` the 4 of document 1: both F1 22/26 of 15 mentions.

    The new gold has none in document 0: 11 mentions. `first` has all of them and nothing else: 1. `second` has 7 of
    them and the 4 that are gold no more: 2 * 7 / (11 + 11).
    """
    nothing = Annotation((), (), ())
    for name, document in (("first", FIRST), ("second", SECOND)):
        bless(opened(tmp_path / name, GOLD | {document: nothing}), tmp_path / "baselines" / name)
    changed = [replace(EXAMPLES[0], gold=replace(EXAMPLES[0].gold, entities=())), *EXAMPLES[1:]]
    run = opened(tmp_path / "run", dataset=Documents(changed))
    before = {path: path.read_bytes() for path in (tmp_path / "baselines").rglob("*") if path.is_file()}
    found = rescore_baselines(run, tmp_path / "baselines", Scoring(SCORERS))
    words = [one for one in found if (one.scorer, one.measure) == ("entities_strict", "micro/f1")]
    assert [(one.baseline, one.rank_before, one.rank_after) for one in words] == [("first", 1, 1), ("second", 1, 2)]
    assert [one.before for one in words] == pytest.approx([22 / 26, 22 / 26])
    assert [one.after for one in words] == pytest.approx([1, 14 / 22], abs=1e-6)
    # It shows, and changes nothing.
    assert before == {path: path.read_bytes() for path in (tmp_path / "baselines").rglob("*") if path.is_file()}
    json.dumps(record("run", run.gold.label, found), allow_nan=False)


def test_baselines_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    run = opened(tmp_path / "run")
    with pytest.raises(InputError, match=r"found no folder with a baseline.json"):
        rescore_baselines(run, tmp_path / "none", Scoring(SCORERS))
    bless(opened(tmp_path / "fewer", dataset=Documents(EXAMPLES[1:])), tmp_path / "baselines" / "fewer")
    with pytest.raises(InputError, match=f"found no answer for {FIRST}, wanted one for each document"):
        rescore_baselines(run, tmp_path / "baselines", Scoring(SCORERS))
