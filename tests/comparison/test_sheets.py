from pathlib import Path

import pytest

from harness.comparison.disputes import Dispute
from harness.comparison.leaderboard import Board, Gap, Leaderboard, RankedRun, Standing
from harness.comparison.pair import Comparison
from harness.comparison.sheets import Disputed, board_sheet, comparison_page, headlines, leaderboard_page
from harness.scoring.multiplicity import Adjusted
from harness.scoring.paired import Difference
from harness.scoring.score import Measure
from tests.comparison.test_pair import comparison

__all__ = ["comparison"]

FAST = RankedRun("fast", "/runs/fast", 1234.4, 0)
SLOW = RankedRun("slow | بطيء", "/runs/slow", None, 2)
GAP = Gap(Difference(0.75, 0.5, -0.25, -0.5, 0.0, 0.01, 9), Adjusted(0.01, 0.01, 1))
BOARD = Board(
    "claims",
    "relation/f1",
    1,
    [Standing(FAST, Measure(0.75, 0.5, 1.0), 1, "a", None), Standing(SLOW, Measure(0.5, None, None), 2, "b", GAP)],
    [(FAST, SLOW, GAP)],
)
LEADERBOARD = Leaderboard([SLOW, FAST], {"claims": "claims(threshold=0.5)|…"}, ("checkworthy",), [BOARD])


def test_a_board_shows_value_interval_letters_and_the_way_to_the_best() -> None:
    sheet = board_sheet(BOARD, LEADERBOARD.signatures)
    assert sheet.caption == "claims, word view: relation/f1, p adjusted by Holm over 1 pair of runs"
    assert [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows] == [
        {
            "rank": "1",
            "run": "fast",
            "value": "0.750",
            "interval": "0.500…1.000",
            "group": "a",
            "to the best": "–",
            "interval of it": "–",
            "differ": "–",
            "p": "–",
            "adjusted": "–",
            "words/s": "1234",
        },
        {
            "rank": "2",
            "run": "slow | بطيء",
            "value": "0.500",
            "interval": "–",
            "group": "b",
            "to the best": "-0.250",
            "interval of it": "-0.500…+0.000",
            "differ": "9",
            "p": "0.0100",
            "adjusted": "0.0100",
            "words/s": "–",
        },
    ]


def test_a_run_without_a_value_is_shown_as_such() -> None:
    board = Board("claims", "relation/f1", 0, [Standing(FAST, Measure(None, None, None), None, "", None)], [])
    assert list(board_sheet(board, {}).rows[0]) == ["–", "fast", "–", "–", "–", "–", "–", "–", "–", "–", "1234"]


def test_a_leaderboard_begins_with_its_runs_by_name() -> None:
    page = leaderboard_page(LEADERBOARD)
    assert page.sheets[0].rows == [("fast", "1234", "0", "/runs/fast"), ("slow | بطيء", "–", "2", "/runs/slow")]
    assert ("in fewer than two runs", "checkworthy") in page.facts
    assert "Piepho 2004" in page.notes[0]


def test_a_comparison_shows_headlines_details_and_disputes(comparison: Comparison, tmp_path: Path) -> None:
    page = comparison_page(comparison)
    assert [sheet.folded for sheet in page.sheets] == [False, True]
    assert page.sheets[0].caption == "Headlines: p adjusted by Holm for 1 tests"
    assert page.sheets[0].rows == headlines(comparison).rows
    assert page.facts == [("a", "oracle (a)"), ("b", "oracle (b)")]
    # b fails on documents 0 to 2, which hold 4, 4 and 1 of the mentions.
    (disputed,) = page.disputed
    assert disputed.caption == "entities_strict: right in one run only: 9, of them 9 in a, 0 in b"


@pytest.mark.parametrize(
    ("sides", "caption"), [("", "0, of them 0 in a, 0 in b"), ("abb", "3, of them 1 in a, 2 in b")]
)
def test_a_list_of_disputes_says_who_wins_how_many(sides: str, caption: str) -> None:
    disputes = [Dispute("d", "GPE", 0, 1, "", "x", "", side, {}) for side in sides]  # type: ignore[arg-type]
    assert Disputed("it", disputes).caption == f"it: right in one run only: {caption}"
