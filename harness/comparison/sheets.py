"""What a comparison or a leaderboard shows: sheets of cells, the same for a terminal, for Markdown and for HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2
from typing import Final

from harness.comparison.disputes import Dispute
from harness.comparison.leaderboard import Board, Leaderboard, Standing
from harness.comparison.pair import ALPHA, Comparison, Row
from harness.scoring.signature import headed

FEWEST: Final = ceil(1 - log2(ALPHA))
"""Units that must differ before any p can be below `ALPHA`: the smallest is 2^(1 - k)."""

WORDS: Final = frozenset({"scorer", "measure", "verdict", "run", "folder", "group"})
"""Headings of columns that hold words; the others hold numbers."""

NAMES: Final = frozenset({"run", "folder"})
"""Headings of columns that hold what people named, in any script."""

DIFFER: Final = (
    f"“differ” is the number of units in which two runs differ by the measure: of {FEWEST - 1} or fewer no test "
    f"has a p below {ALPHA:g}. Runs that differ in none are no test, and count for none where p is adjusted."
)
_COMPARISON: Final = ("scorer", "measure", "a", "b", "b − a", "interval", "differ", "p", "adjusted", "verdict")
_BOARD: Final = (
    "rank",
    "run",
    "value",
    "interval",
    "group",
    "to the best",
    "interval of it",
    "differ",
    "p",
    "adjusted",
    "words/s",
)
_GROUPS: Final = (
    f"Runs that share a letter are not told apart: the test of their difference is not significant at {ALPHA:g}, p "
    "adjusted by Holm over all pairs of runs of the measure. That does not say that they are equal. Letters: compact "
    "letter display (Piepho 2004), insert and absorb. Intervals are over units; the one beside a difference is paired. "
    f"{DIFFER}"
)


@dataclass(frozen=True)
class Sheet:
    """A table: what it is, its headings, and rows of cells; one that is `folded` waits to be opened."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    folded: bool = False


@dataclass(frozen=True)
class Disputed:
    """The disputes of one scorer, and how many of them each run won."""

    scorer: str
    disputes: Sequence[Dispute]

    @property
    def caption(self) -> str:
        """The scorer and the numbers."""
        number, a = len(self.disputes), sum(one.right == "a" for one in self.disputes)
        return f"{self.scorer}: right in one run only: {number}, of them {a} in a, {number - a} in b"


@dataclass(frozen=True)
class Page:
    """Everything that is shown, in its order; `facts` are names and values."""

    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    sheets: Sequence[Sheet]
    signatures: Sequence[str]
    disputed: Sequence[Disputed] = field(default=())


def comparison_page(comparison: Comparison) -> Page:
    """All measures of two runs, headlines first, and what only one of them got right."""
    sheets = []
    for title, rows, correction, folded in (
        ("Headlines", comparison.headlines, "Holm", False),
        ("Details", comparison.details, "Benjamini–Hochberg", True),
    ):
        caption = f"{title}: p adjusted by {correction} for {rows[0].p.family if rows else 0} tests"
        sheets.append(Sheet(caption, _COMPARISON, [_cells(row, comparison.signatures) for row in rows], folded))
    disputed = [Disputed(scorer, items) for scorer, items in comparison.disputes.items()]
    facts = [("a", comparison.a), ("b", comparison.b), *_skipped(comparison.skipped, "not in both runs")]
    return Page("Comparison", facts, [DIFFER], sheets, [*comparison.signatures.values()], disputed)


def headlines(comparison: Comparison) -> Sheet:
    """The headline measures of two runs."""
    return Sheet("", _COMPARISON, [_cells(row, comparison.signatures) for row in comparison.headlines])


def leaderboard_page(leaderboard: Leaderboard) -> Page:
    """The runs, and a sheet for each board."""
    rows = [
        (one.name, _speed(one.words_per_second), str(one.failures), one.folder)
        for one in sorted(leaderboard.entrants, key=lambda one: one.name)
    ]
    runs = Sheet("Runs", ("run", "words/s", "failed documents", "folder"), rows)
    facts = [
        ("runs", str(len(rows))),
        *_skipped(leaderboard.skipped, "in fewer than two runs"),
    ]
    sheets = [runs, *(board_sheet(board, leaderboard.signatures) for board in leaderboard.boards)]
    return Page("Leaderboard", facts, [_GROUPS], sheets, [*leaderboard.signatures.values()])


def board_sheet(board: Board, signatures: Mapping[str, str]) -> Sheet:
    """The runs by one measure."""
    pairs = "pair" if board.family == 1 else "pairs"
    head = headed(board.scorer, signatures.get(board.scorer))
    caption = f"{head}: {board.measure}, p adjusted by Holm over {board.family} {pairs} of runs"
    return Sheet(caption, _BOARD, [_standing(standing) for standing in board.standings])


def _skipped(scorers: Sequence[str], why: str) -> list[tuple[str, str]]:
    return [(why, ", ".join(scorers))] if scorers else []


def _standing(standing: Standing) -> list[str]:
    value, best = standing.value, standing.to_best
    gap = ["–"] * 5
    if best is not None:
        found = best.difference
        gap = [
            _number(found.difference, "+"),
            _interval(found.low, found.high, "+"),
            _count(found.differing),
            _p(best.p.raw),
            _p(best.p.adjusted),
        ]
    rank = "–" if standing.rank is None else str(standing.rank)
    own = [rank, standing.entrant.name, _number(value.value), _interval(value.low, value.high), standing.letters or "–"]
    return [*own, *gap, _speed(standing.entrant.words_per_second)]


def _cells(row: Row, signatures: Mapping[str, str]) -> list[str]:
    found = row.difference
    numbers = (
        _number(found.a),
        _number(found.b),
        _number(found.difference, "+"),
        _interval(found.low, found.high, "+"),
        _count(found.differing),
    )
    head = headed(row.scorer, signatures.get(row.scorer))
    return [head, row.measure, *numbers, _p(row.p.raw), _p(row.p.adjusted), row.verdict]


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"


def _interval(low: float | None, high: float | None, sign: str = "") -> str:
    return "–" if low is None or high is None else f"{low:{sign}.3f}…{high:{sign}.3f}"


def _count(value: int | None) -> str:
    return "–" if value is None else str(value)


def _p(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _speed(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
