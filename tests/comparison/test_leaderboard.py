"""Leaderboards of real run folders."""

import json
import shutil
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from harness.comparison.leaderboard import Board, Gap, Leaderboard, names, rank
from harness.data.types import InputError
from harness.runs.run import Run, open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.multiplicity import Adjusted, holm
from harness.scoring.paired import Difference, difference
from tests.comparison.test_pair import BOOTSTRAP, SCORING, run

TRIALS = 2000


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Runs that fail on the first 0, 1, 1 and 6 of the six sample documents."""
    return [open_run(run(tmp_path / name, failing)) for name, failing in (("a", 0), ("b", 1), ("c", 1), ("d", 6))]


@pytest.fixture
def leaderboard(runs: list[Run]) -> Leaderboard:
    return rank(runs, replace(SCORING, trials=TRIALS))


def board_of(leaderboard: Leaderboard) -> Board:
    (board,) = leaderboard.boards
    assert (board.scorer, board.measure) == ("entities_strict", "micro/f1")
    return board


def test_values_and_ranks_by_hand(leaderboard: Leaderboard) -> None:
    standings = board_of(leaderboard).standings
    # 4 of the 15 mentions stand in document 0: precision 1, recall 11/15, F1 22/26. All failed: nothing found, F1 0.
    assert [one.value.value for one in standings] == pytest.approx([1, 22 / 26, 22 / 26, 0])
    assert [one.entrant.name for one in standings] == ["oracle (a)", "oracle (b)", "oracle (c)", "oracle (d)"]
    assert [one.rank for one in standings] == [1, 2, 2, 4]
    assert standings[0].to_best is None
    assert [one.to_best.difference.difference for one in standings[1:] if one.to_best] == pytest.approx(
        [-4 / 26] * 2 + [-1]
    )
    assert [one.entrant.failures for one in standings] == [0, 1, 1, 6]
    # 42 words at half a second a document.
    words = sum(
        len(example.document.text.split()) for example in open_run(Path(standings[0].entrant.folder)).gold.examples
    )
    assert standings[0].entrant.words_per_second == pytest.approx(words / 3, abs=0.06)


def test_groups_are_what_holm_over_all_pairs_tells_apart(runs: list[Run], leaderboard: Leaderboard) -> None:
    board = board_of(leaderboard)
    # b and c are alike: of six pairs three are tests, a-b, a-d and b-d.
    assert (board.family, len(board.pairs)) == (3, 6)
    found = {(one.name[-2], other.name[-2]): tested for one, other, tested in board.pairs}
    tests = [found[pair] for pair in (("a", "b"), ("a", "d"), ("b", "d"))]
    raw = np.array([tested.p.raw for tested in tests], dtype=np.float64)
    assert [tested.p.adjusted for tested in tests] == pytest.approx(holm(raw).tolist())
    assert (found["a", "c"], found["c", "d"]) == (tests[0], tests[2])
    assert (found["b", "c"].p, found["b", "c"].difference.differing) == (Adjusted(1.0, 1.0, 3), 0)
    # Seven units differ between a and the run that found nothing: 2 of the 2**7 ways to swap are as far apart, and 3/64
    # is below 0.05; between b and that run six, and 2/32 is not.
    assert [tested.difference.differing for tested in tests] == [1, 7, 6]
    assert [one.letters for one in board.standings] == ["a", "ab", "ab", "b"]


def test_copies_of_a_run_change_no_other_difference(tmp_path: Path, runs: list[Run]) -> None:
    plain = board_of(rank([runs[0], runs[3]], replace(SCORING, trials=TRIALS)))
    copies = [open_run(run(tmp_path / f"{name}{number}", 0)) for name in "xy" for number in (1, 2)]
    cloned = board_of(rank([runs[0], runs[3], *copies], replace(SCORING, trials=TRIALS)))
    ((_, _, alone),) = plain.pairs
    assert cloned.family == 1
    between = [tested for one, other, tested in cloned.pairs if "(d)" in (one.name + other.name)]
    assert len(between) == 5
    assert {abs(tested.p.adjusted or 9) for tested in between} == {alone.p.adjusted}
    assert [one.letters for one in cloned.standings] == ["a"] * 5 + ["b"]


def test_runs_that_the_data_tells_apart_have_other_letters(tmp_path: Path, runs: list[Run]) -> None:
    found = rank([runs[0], runs[3]], replace(SCORING, trials=TRIALS))
    # One pair: p about 2/2**7 = 0.016, adjusted for one test.
    board = board_of(found)
    assert board.family == 1
    assert [one.letters for one in board.standings] == ["a", "b"]
    assert board.standings[1].to_best is not None
    assert board.standings[1].to_best.p.raw == pytest.approx(1 / 64, abs=0.01)


def test_the_order_of_runs_changes_nothing(runs: list[Run], leaderboard: Leaderboard) -> None:
    for order in [*permutations(runs)][::5]:
        assert rank(order, replace(SCORING, trials=TRIALS)).record() == leaderboard.record()


def test_differences_to_the_best_are_those_of_the_paired_test(runs: list[Run]) -> None:
    best, other = runs[0], runs[1]
    tables = [EntitiesStrict().counts(one.corpora("paragraph")["entities"]) for one in (best, other)]
    expected = difference(EntitiesStrict(), tables[0], tables[1], BOOTSTRAP, TRIALS)["micro/f1"]
    found = board_of(rank([other, best], replace(SCORING, trials=TRIALS))).standings[1].to_best
    assert found is not None
    assert found.difference == expected
    # The other way about it is the same up to what is drawn.
    reverse = difference(EntitiesStrict(), tables[1], tables[0], BOOTSTRAP, TRIALS)["micro/f1"]
    assert found.reversed().difference == pytest.approx(reverse, abs=0.05)


def test_a_run_is_named_by_what_sets_it_apart(runs: list[Run]) -> None:
    def named(*overrides: list[str]) -> list[str]:
        return names([replace(one, provenance={"overrides": own}) for one, own in zip(runs, overrides, strict=False)])

    swept = ["runner=rules", "runner.threshold=0.4", "bootstrap.seed=1", "hydra.run.dir=x", "tracker=none"]
    assert named(swept, [*swept[:1], "runner.threshold=0.6", swept[2]]) == [
        "oracle runner.threshold=0.4",
        "oracle runner.threshold=0.6",
    ]
    assert named([], ["units=sentence"]) == ["oracle", "oracle units=sentence"]
    assert named(["units=sentence"], ["units=sentence"]) == ["oracle (a)", "oracle (b)"]


def test_runs_alike_in_all_but_their_path_are_named_by_it(tmp_path: Path) -> None:
    pair = [open_run(run(tmp_path / name / "same", failing)) for name, failing in (("x", 0), ("y", 1))]
    assert names(pair) == [f"oracle ({tmp_path / name / 'same'})" for name in "xy"]


def test_the_same_run_is_not_ranked_twice(tmp_path: Path, runs: list[Run]) -> None:
    copy = open_run(Path(shutil.copytree(tmp_path / "a", tmp_path / "copy of a")))
    for again in (runs[0], copy):
        with pytest.raises(InputError, match=r"runs: found oracle \(.*a\) twice, wanted each run once"):
            rank([runs[0], runs[1], again], replace(SCORING, trials=TRIALS))


def test_one_run_is_no_leaderboard(runs: list[Run]) -> None:
    with pytest.raises(InputError, match="runs: found 1, wanted two or more"):
        rank(runs[:1], SCORING)


def test_too_few_trials_to_find_anything_are_refused(runs: list[Run]) -> None:
    # Six pairs: the smallest p is 1 / (trials + 1), adjusted six times as large: at 119 trials 0.05, at 120 less.
    with pytest.raises(InputError, match="trials: found 119, wanted 120 or more to test 6 pairs"):
        rank(runs, replace(SCORING, trials=119))
    assert rank(runs, replace(SCORING, trials=120)).boards


def test_a_run_without_a_value_has_neither_rank_nor_letter(tmp_path: Path) -> None:
    # No entity in the gold of documents without mentions, and none predicted: F1 is 0/0 for a, 0 for whom predicts one.
    from tests.samples import EXAMPLES

    bare = tuple(replace(one, gold=replace(one.gold, entities=())) for one in EXAMPLES)
    found = [open_run(run(tmp_path / name, failing, bare)) for name, failing in (("all", 6), ("none", 0))]
    board = board_of(rank(found, replace(SCORING, bootstrap=Bootstrap(resamples=50), trials=TRIALS)))
    assert [(one.rank, one.letters, one.value.value) for one in board.standings] == [(1, "a", 0.0), (None, "", None)]
    assert board.family == 0
    assert board.standings[1].to_best is None


def test_the_record_is_json_with_family_and_signatures(leaderboard: Leaderboard) -> None:
    record = leaderboard.record()
    json.dumps(record, allow_nan=False)
    assert record["correction"] == "holm"
    (board,) = record["leaderboard"]
    assert board["family"] == 3
    assert board["pairs"][0]["differing"] == 1
    unshown = {"to_best": None} | dict.fromkeys(("low", "high", "document_low", "document_high"), 0)
    assert board["runs"][1] | unshown == {
        "run": "oracle (b)",
        "rank": 2,
        "group": "ab",
        "value": pytest.approx(22 / 26),
        **unshown,
    }
    assert record["signatures"]["entities_strict"].startswith("entities_strict(boundary=word)")


def test_a_difference_reverse_is_the_same_test_seen_from_the_other_run() -> None:
    gap = Gap(Difference(0.5, 0.75, 0.25, 0.125, 0.5, 0.01), Adjusted(0.01, 0.03, 3))
    reverse = gap.reversed()
    # b - a in [0.125, 0.5] is a - b in [-0.5, -0.125].
    assert reverse.difference == Difference(0.75, 0.5, -0.25, -0.5, -0.125, 0.01)
    assert reverse.p == gap.p
    assert reverse.reversed() == gap
    same = Gap(gap.difference._replace(difference=0.0), gap.p).reversed().difference.difference
    assert f"{same:+.3f}" == "+0.000"


@pytest.mark.parametrize(("adjusted", "found"), [(0.049, True), (0.05, False), (1.0, False), (None, False)])
def test_runs_are_told_apart_below_alpha(adjusted: float | None, found: bool) -> None:
    undefined = Difference(0.5, None, None, None, None, None)
    assert Gap(undefined, Adjusted(adjusted, adjusted, 1)).is_found == found
    assert Gap(undefined, Adjusted(None, None, 0)).reversed().difference == Difference(
        None, 0.5, None, None, None, None
    )
