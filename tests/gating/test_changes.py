import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from harness.data.types import Annotation, Document, Example, InputError
from harness.gating.baseline import bless, changes, set_anchor
from tests.gating.runs import GOLD, Documents, finished, opened
from tests.samples import EXAMPLES

FIRST = EXAMPLES[0].document.id
WORSE = GOLD | {FIRST: Annotation((), (), ())}
NEW_GOLD = [replace(EXAMPLES[0], gold=replace(EXAMPLES[0].gold, claims=())), *EXAMPLES[1:]]


def baseline(folder: Path, answers: Mapping[str, Annotation] = GOLD, examples: "list[Example] | None" = None) -> Path:
    bless(opened(folder / "run", answers, Documents(examples or EXAMPLES)), folder / "baseline")
    return folder / "baseline"


def test_the_same_baseline_says_nothing(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b")
    # The extractor may change: that is what the gate judges.
    assert changes(before, after, finished(tmp_path / "run", WORSE)) == []


def test_a_baseline_blessed_anew_is_said(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b")
    bless(opened(tmp_path / "worse", WORSE), after, "names were split", replacing=True)
    (note,) = changes(before, after, finished(tmp_path / "run", WORSE))
    assert "blessed anew in this change (names were split)" in note


def test_an_anchor_that_was_moved_or_taken_away_is_said(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b")
    run = finished(tmp_path / "run", WORSE)
    set_anchor(opened(tmp_path / "worse", WORSE), after, "a new start")
    assert changes(before, after, run) == ["the anchor was moved in this change (a new start)"]
    shutil.rmtree(after / "anchor")
    assert changes(before, after, run) == ["the anchor was taken away in this change: nothing is judged against it"]
    # One that was not there before is no change of it.
    assert changes(after, before, run) == []


def test_gold_may_change_alone(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b", examples=NEW_GOLD)
    run = finished(tmp_path / "run", dataset=Documents(NEW_GOLD))
    assert changes(before, after, run) == ["the gold changed; the extractor's predictions are the same as before"]


def test_gold_and_extractor_may_not_change_together(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b", examples=NEW_GOLD)
    run = finished(tmp_path / "run", WORSE, Documents(NEW_GOLD))
    with pytest.raises(InputError, match=rf"run: found other predictions for 1 documents \({FIRST}\) while the gold"):
        changes(before, after, run)


def test_nor_gold_and_a_baseline_blessed_anew(tmp_path: Path) -> None:
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b", WORSE, NEW_GOLD)
    run = finished(tmp_path / "run", WORSE, Documents(NEW_GOLD))
    with pytest.raises(InputError, match="baseline: found other predictions for 1 documents"):
        changes(before, after, run)


def test_new_documents_have_no_predictions_to_compare(tmp_path: Path) -> None:
    new = Example(Document("new", "زارت كندا طوكيو."), Annotation((), (), ()))
    answers = GOLD | {"new": Annotation((), (), ())}
    before, after = baseline(tmp_path / "a"), baseline(tmp_path / "b", answers, [*EXAMPLES, new])
    run = finished(tmp_path / "run", answers, Documents([*EXAMPLES, new]))
    assert "the gold changed" in changes(before, after, run)[0]
