import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.comparison.disputes import Dispute
from harness.comparison.leaderboard import Board, Gap, Leaderboard, RankedRun, Standing
from harness.comparison.pair import Comparison
from harness.comparison.sheets import (
    best_of,
    board_sheet,
    comparison_page,
    comparison_sheet,
    disputes_sheet,
    leaderboard_page,
    leaderboard_sheet,
    power_sheet,
)
from harness.scoring.multiplicity import Adjusted
from harness.scoring.paired import Difference
from harness.scoring.power import Detectable
from harness.scoring.score import Measure
from harness.show.html import html
from harness.show.markdown import markdown
from harness.show.sheet import Sheet, one_line
from harness.show.terminal import drawn
from tests.comparison.test_pair import comparison
from tests.show.hostile import TEXTS

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
    assert [dict(zip(sheet.headings, row.cells, strict=True)) for row in sheet.rows] == [
        {
            "rank": "1",
            "run": "fast",
            "value": "0.750",
            "interval": "0.500–1.000",
            "group": "a",
            "to the best": "–",
            "interval of it": "–",
            "differ": "–",
            "p": "–",
            "adjusted": "–",
        },
        {
            "rank": "2",
            "run": "slow | بطيء",
            "value": "0.500",
            "interval": "–",
            "group": "b",
            "to the best": "-0.250",
            "interval of it": "-0.500 to +0.000",
            "differ": "9",
            "p": "0.0100",
            "adjusted": "0.0100",
        },
    ]


def test_a_run_without_a_value_is_shown_as_such() -> None:
    board = Board("claims", "relation/f1", 0, [Standing(FAST, Measure(None, None, None), None, "", None)], [])
    assert list(board_sheet(board, {}).rows[0].cells) == ["–", "fast", "–", "–", "–", "–", "–", "–", "–", "–"]


def test_a_leaderboard_begins_with_the_best_run_and_all_measures_at_a_glance() -> None:
    page = leaderboard_page(LEADERBOARD)
    best = "fast by claims relation/f1: 0.750 (0.500–1.000), told apart from every other run"
    assert page.facts[0] == ("best", best)
    assert page.sheets[0].headings == ["scorer", "measure", "fast", "slow | بطيء"]
    assert [list(row.cells) for row in page.sheets[0].rows] == [["claims", "relation/f1", "0.750 a", "0.500 b"]]
    # What explains it stands below.
    text = markdown(page)
    assert text.index("| claims |") < text.index("Piepho")


def test_the_best_run_is_not_sure_of_those_that_share_its_letter() -> None:
    tied = replace(BOARD, standings=[replace(standing, letters="a") for standing in BOARD.standings])
    assert best_of(tied).endswith("0.750 (0.500–1.000), not told apart from slow | بطيء (p 0.0100)")
    none = Board("claims", "relation/f1", 0, [Standing(FAST, Measure(None, None, None), None, "", None)], [])
    assert best_of(none) == "no run has a value of claims relation/f1"


def test_a_leaderboard_ends_with_its_runs_by_name() -> None:
    page = leaderboard_page(LEADERBOARD)
    assert [list(row.cells) for row in page.sheets[-1].rows] == [
        ["fast", "1200", "0", "/runs/fast"],
        ["slow | بطيء", "–", "2", "/runs/slow"],
    ]
    assert ("in one run only", "checkworthy") in page.facts
    assert "Piepho 2004" in page.notes[0]


def test_a_comparison_shows_headlines_details_and_disputes(comparison: Comparison, tmp_path: Path) -> None:
    page = comparison_page(comparison)
    assert [sheet.folded for sheet in page.sheets] == [False, True, False]
    assert page.sheets[0].caption == "Headlines: p adjusted by Holm for 1 test"
    assert [row.cells[:-1] for row in page.sheets[0].rows] == [row.cells for row in comparison_sheet(comparison).rows]
    assert page.facts == [("a", "oracle (a)"), ("b", "oracle (b)")]
    # b fails on documents 0 to 2, which hold 4, 4 and 1 of the mentions.
    assert page.sheets[2].caption == "entities_strict: right in one run only: 9, of them 9 in a, 0 in b"


@pytest.mark.parametrize(
    ("sides", "caption"), [("", "0, of them 0 in a, 0 in b"), ("abb", "3, of them 1 in a, 2 in b")]
)
def test_a_list_of_disputes_says_who_wins_how_many(sides: str, caption: str) -> None:
    disputes = [Dispute("d", "GPE", 0, 1, "", "x", "", side, {}) for side in sides]  # type: ignore[arg-type]
    assert disputes_sheet("it", disputes).caption == f"it: right in one run only: {caption}"


def lines(sheet: Sheet, width: int = 200) -> list[list[str]]:
    return [line.split() for line in drawn(sheet, width).splitlines()]


def test_a_terminal_shows_the_headlines_of_a_comparison(comparison: Comparison) -> None:
    shown = lines(comparison_sheet(comparison))
    first = shown.index(["entities_strict"])
    assert shown[first + 1] == ["word", "view"]
    assert shown[first + 2][:4] == ["micro/f1", "1.000", "0.571", "-0.429"]
    verdict = comparison.headlines[0].verdict
    said = " ".join(word for line in shown for word in line)
    assert f"entities_strict micro/f1: {verdict}" in said


def test_a_terminal_names_each_measure_once_and_isolates_names() -> None:
    shown = lines(leaderboard_sheet(LEADERBOARD))
    first = shown.index(["claims"])
    assert shown[first + 1] == ["word", "view,", "relation/f1"]
    assert shown[first + 2] == ["fast", "1", "0.750", "0.500–1.000", "a", "–", "–"]
    assert shown[first + 3] == ["\u2068slow", "|", "بطيء\u2069", "2", "0.500", "–", "b", "-0.250", "0.0100"]
    said = " ".join(word for line in shown for word in line)
    assert "runs that share a letter are not told apart; in one run only: checkworthy" in said
    assert said.endswith("best: fast by claims relation/f1: 0.750 (0.500–1.000), told apart from every other run")
    # A single p is not adjusted.
    three = drawn(leaderboard_sheet(replace(LEADERBOARD, boards=[replace(BOARD, family=3)])), 200)
    assert "are not told apart; p adjusted by Holm over 3 pairs of runs; in one run only" in three


def test_runs_without_a_measure_in_common_are_shown_all_the_same() -> None:
    alone = replace(LEADERBOARD, boards=[])
    shown = lines(leaderboard_sheet(alone))
    assert ["fast", "1200", "0", "/runs/fast"] in shown
    assert " ".join(shown[-1]) == "the runs have no measure in common; in one run only: checkworthy"
    assert len(leaderboard_page(alone).sheets) == 1


def test_power_says_what_is_unknown() -> None:
    found = {"claims": {"relation/f1": Detectable(0.1, 0.28, 50), "content_soft/f1": None}}
    shown = lines(power_sheet(found, 0.28, 0.95))
    assert ["claims"] in shown
    assert ["relation/f1", "50", "0.280", "too", "few", "units", "differ", "unknown"] in shown
    assert ["content_soft/f1", "unknown"] in shown


def test_power_says_what_it_assumes_and_puts_extremes_in_words() -> None:
    found = {"claims": {"relation/f1": Detectable(0.1, 0.28, 50, 0.34)}}
    for difference, words in (
        (0.4, ["none"]),
        (0.3, ["about", "15"]),
        (0.1, ["more", "than", "ten", "times", "what", "is", "there"]),
    ):
        shown = lines(power_sheet(found, difference, 0.9, 0.5))
        assert ["relation/f1", "50", "0.280", "0.340", *words] in shown
    said = " ".join(word for line in shown for word in line)
    assert "a rival that counts the same in 50 % of units" in said
    assert "a 90 % interval excludes 0" in said
    assert "these two runs" in " ".join(word for line in lines(power_sheet(found, 0.1, 0.9)) for word in line)


def test_eighty_columns_hold_names_and_numbers(comparison: Comparison) -> None:
    for sheet, name in ((comparison_sheet(comparison), "micro/f1"), (leaderboard_sheet(LEADERBOARD), "fast")):
        shown = drawn(sheet, 80).splitlines()
        assert max(map(len, shown)) <= 80
        # Nothing is cut off: what does not fit goes on in the next line, and that is never a number.
        assert not any(line.rstrip().endswith("…") or "… " in line for line in shown)
        wide, narrow = (next(line for line in lines(sheet, width) if name in line) for width in (200, 80))
        assert wide == narrow


@pytest.mark.parametrize("text", TEXTS)
def test_what_people_named_is_shown_as_it_is(text: str, comparison: Comparison) -> None:
    entrants = [replace(entrant, name=f"{entrant.name} {text}", folder=text) for entrant in (FAST, SLOW)]
    standings = [
        replace(standing, entrant=entrant) for standing, entrant in zip(BOARD.standings, entrants, strict=True)
    ]
    board = replace(BOARD, scorer=text, standings=standings)
    leaderboard = Leaderboard(entrants, {text: text}, (text,), [board])
    dispute = Dispute(text, text, 0, 1, text, text, text, "a", {})
    pair = replace(comparison, a=text, b=text, skipped=(text,), disputes={text: [dispute]})
    named = (
        comparison_sheet(pair),
        leaderboard_sheet(leaderboard),
        leaderboard_sheet(replace(leaderboard, boards=[])),
        power_sheet({text: {text: None}}, 0.1, 0.95),
        disputes_sheet(text, [dispute]),
        *leaderboard_page(leaderboard).sheets,
    )
    for sheet in named:
        shown = drawn(sheet, 400)
        assert one_line(text) in shown
        assert "\x1b" not in shown
    for page in (leaderboard_page(leaderboard), comparison_page(pair)):
        assert html(page).count("<script>") == any(sheet.filters for sheet in page.sheets)
        assert not re.search(r"^(?!- `).*<script>", markdown(page), re.MULTILINE)
        assert (html(page) + markdown(page)).encode()


def test_views_that_say_the_same_are_one_board_and_a_line() -> None:
    twin = replace(BOARD, scorer="claims_overlap")
    other = replace(BOARD, scorer="claims_other", standings=[*reversed(BOARD.standings)])
    told = lines(leaderboard_sheet(replace(LEADERBOARD, boards=[BOARD, twin, other])))
    said = " ".join(word for line in told for word in line)
    assert "claims_overlap has the same numbers as claims relation/f1" in said
    assert ["claims_overlap"] not in told
    assert ["claims_other"] in told


def test_more_of_a_comparison_is_shown_when_asked_for(comparison: Comparison) -> None:
    short, long = comparison_sheet(comparison), comparison_sheet(comparison, verbose=True)
    assert len(long.rows) == len(comparison.headlines) + len(comparison.details) > len(short.rows)
    assert max(map(len, drawn(long, 80).splitlines())) <= 80


def test_power_breaks_no_name_in_eighty_columns() -> None:
    found = {"entities_strict_char": {"micro/f1": Detectable(0.1, 0.28, 50, 0.34)}}
    assert ["entities_strict_char"] in lines(power_sheet(found, 0.01, 0.95), 80)
