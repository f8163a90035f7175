"""Comparisons, leaderboards and power as tables and pages for people."""

from collections.abc import Mapping, Sequence
from math import ceil, log2
from typing import Final

from harness.comparison.disputes import Dispute
from harness.comparison.leaderboard import Board, Leaderboard, Standing
from harness.comparison.pair import ALPHA, Comparison
from harness.comparison.pair import Row as Compared
from harness.runs.sheet import is_view, same_numbers, unplaced_words
from harness.scoring.power import Detectable, further_words
from harness.scoring.signature import headed
from harness.show import formats
from harness.show.sheet import Column, Excerpt, Link, Page, Row, Sheet, one_line
from harness.show.terminal import isolate

FEWEST: Final = ceil(1 - log2(ALPHA))
"""Units that must differ before any p can be below `ALPHA`: the smallest is 2^(1 - k)."""

DIFFER: Final = (
    f"“differ” is the number of units in which two runs differ by the measure: of {FEWEST - 1} or fewer no test "
    f"has a p below {ALPHA:g}. Runs that differ in none are no test, and count for none where p is adjusted."
)
_GROUPS: Final = (
    f"Runs that share a letter are not told apart: the test of their difference is not significant at {ALPHA:g}, p "
    "adjusted by Holm over all pairs of runs of the measure. That does not say that they are equal. Letters: compact "
    "letter display (Piepho 2004), insert and absorb. Intervals are over units; the one beside a difference is paired. "
    f"{DIFFER}"
)
_BOARD: Final = (
    Column("rank"),
    Column("run", "name"),
    Column("value"),
    Column("interval"),
    Column("group", "words"),
    Column("to the best", short="to best"),
    Column("interval of it"),
    Column("differ"),
    Column("p"),
    Column("adjusted", short="adj. p"),
)
_NARROW: Final = ("run", "rank", "value", "interval", "group", "to the best", "adjusted")
"""Columns of a board that a terminal has room for."""


def comparison_page(comparison: Comparison, report: str = "", places: Mapping[str, int] | None = None) -> Page:
    """All measures of two runs, headlines first, and what only one of them got right.

    `report` is the name of a report on the same gold that lies beside the page, `places` the number of each document in
    the gold: what is disputed leads to its document there.
    """
    sheets = [
        measures_sheet(comparison, rows, f"{title}: p adjusted by {correction} for {_tests(rows)}", folded=folded)
        for title, rows, correction, folded in (
            ("Headlines", comparison.headlines, "Holm", False),
            ("Details", comparison.details, "Benjamini–Hochberg", True),
        )
    ]
    addresses = {name: f"{report}#{document_id(place)}" for name, place in (places or {}).items()} if report else {}
    sheets += [disputes_sheet(scorer, disputes, addresses) for scorer, disputes in comparison.disputes.items()]
    facts = [("a", comparison.a), ("b", comparison.b), *_skipped(comparison.skipped, "in one run only")]
    remarks = [DIFFER, *_unplaced(comparison.unplaced)]
    if report:
        facts.append(("errors and documents side by side", Link(report, report)))
    return Page("Comparison", facts, remarks, sheets, [*comparison.signatures.values()])


def comparison_sheet(comparison: Comparison, *, verbose: bool = False) -> Sheet:
    """The headline measures; what was found stands below the numbers, where there is room for words.

    `verbose`, all other measures follow, the p of each adjusted by Benjamini and Hochberg.
    """
    skipped = f"; in one run only: {', '.join(comparison.skipped)}" if comparison.skipped else ""
    sides = (f"{letter}: {isolate(one_line(run))}" for letter, run in (("a", comparison.a), ("b", comparison.b)))
    sheet = measures_sheet(comparison, comparison.headlines, "\n".join(sides))
    tests = f"p adjusted by Holm for {_tests(comparison.headlines)}"
    rows = [Row(row.cells[:-1]) for row in sheet.rows]
    more = "in compare.json, or verbose=true"
    if verbose and comparison.details:
        rows += [Row(row.cells[:-1], "muted") for row in measures_sheet(comparison, comparison.details, "").rows]
        more = f"in grey, for {_tests(comparison.details)}"
    return Sheet(
        sheet.caption,
        sheet.columns[:-1],
        rows,
        [
            *(f"{row.scorer} {row.measure}: {row.verdict}" for row in comparison.headlines),
            "",
            *_unplaced(comparison.unplaced),
            f"{tests}; further measures, adjusted by BH, {more}{skipped}",
            DIFFER,
        ],
        heads=1,
    )


def measures_sheet(
    comparison: Comparison,
    rows: Sequence[Compared],
    caption: str,
    *,
    sides: tuple[str, str] = ("a", "b"),
    folded: bool = False,
) -> Sheet:
    """A row for each of `rows`, which are some of the comparison's; its runs are called as `sides` says."""
    a, b = sides
    columns = [
        Column("scorer", "words"),
        Column("measure", "words"),
        *map(Column, (a, b, f"{b} − {a}", "interval", "differ", "p")),
        Column("adjusted", short="adj. p"),
        Column("verdict", "words"),
    ]
    shown = []
    for row in rows:
        gap = row.difference
        numbers = (
            formats.value(gap.a),
            formats.value(gap.b),
            formats.value(gap.difference, signed=True),
            formats.interval(gap.low, gap.high, signed=True),
            formats.count(gap.differing),
            formats.p(row.p.raw),
            formats.p(row.p.adjusted),
        )
        head = headed(row.scorer, comparison.signatures.get(row.scorer))
        shown.append(Row([head, row.measure, *numbers, row.verdict.replace("b is", f"{b} is")]))
    return Sheet(caption, columns, shown, folded=folded)


def document_id(place: int) -> str:
    """The id of a document in a report by its number in the gold."""
    return f"d{place}"


def disputes_sheet(scorer: str, disputes: Sequence[Dispute], addresses: Mapping[str, str] | None = None) -> Sheet:
    """The mentions or claims that one run alone got right, in their context, under how many each run won.

    `addresses` are those of documents, where they can be read whole.
    """
    to = addresses or {}
    number, a = len(disputes), sum(dispute.right == "a" for dispute in disputes)
    return Sheet(
        f"{scorer}: right in one run only: {number}, of them {a} in a, {number - a} in b",
        [
            Column("right", "words"),
            Column("type", "words"),
            Column("document", "name"),
            Column("offsets"),
            Column("in context", "words"),
        ],
        [
            Row(
                [
                    dispute.right,
                    dispute.type,
                    Link(dispute.document, to[dispute.document]) if dispute.document in to else dispute.document,
                    f"{dispute.start}–{dispute.end}",
                    Excerpt(dispute.before, dispute.text, dispute.after),
                ]
            )
            for dispute in disputes
        ],
        elsewhere="compare.json",
        filters=("right", "type", "document") if disputes else (),
    )


def leaderboard_page(leaderboard: Leaderboard) -> Page:
    """The runs, and a sheet for each board."""
    facts = [
        *(("best", best_of(board)) for board in leaderboard.boards[:1]),
        *_skipped(leaderboard.skipped, "in one run only"),
    ]
    sheets = [
        *([overview_sheet(leaderboard)] if leaderboard.boards else []),
        *(board_sheet(board, leaderboard.signatures) for board in leaderboard.boards),
        entrants_sheet(leaderboard),
    ]
    remarks = [_GROUPS, *_unplaced(leaderboard.unplaced)]
    return Page("Leaderboard", facts, remarks, sheets, [*leaderboard.signatures.values()])


def best_of(board: Board) -> str:
    """Which run is best by a measure, and from which others it is told apart; in words."""
    first = board.standings[0]
    if first.rank is None:
        return f"no run has a value of {board.scorer} {board.measure}"
    value = formats.estimate(*first.value[:3])
    return f"{first.entrant.name} by {board.scorer} {board.measure}: {value}, {verdict(board)}"


def verdict(board: Board) -> str:
    """From which other runs the best one is not told apart, each with the adjusted p of their difference."""
    first, *others = board.standings
    alike = [
        f"{rival.entrant.name} (p {formats.p(rival.to_best.p.adjusted)})" if rival.to_best else rival.entrant.name
        for rival in others
        if set(rival.letters) & set(first.letters)
    ]
    return f"not told apart from {', '.join(alike)}" if alike else "told apart from every other run"


def overview_sheet(leaderboard: Leaderboard) -> Sheet:
    """All boards at a glance: a row for each measure, a column for each run with its value and letters.

    The runs stand in the order of the first board.
    """
    names = [standing.entrant.name for standing in leaderboard.boards[0].standings]
    rows = []
    for board in leaderboard.boards:
        standings = {standing.entrant.name: standing for standing in board.standings}
        cells = (
            f"{formats.value(standings[name].value.value)} {standings[name].letters}".strip()
            if name in standings
            else formats.UNDEFINED
            for name in names
        )
        rows.append(Row([board.scorer, board.measure, *cells]))
    columns = [Column("scorer", "words"), Column("measure", "words"), *(Column(name, "name") for name in names)]
    return Sheet("", columns, rows, ["Runs that share a letter are not told apart by the measure."], key=1)


def board_sheet(board: Board, signatures: Mapping[str, str]) -> Sheet:
    """The runs by one measure."""
    pairs = "pair" if board.family == 1 else "pairs"
    head = headed(board.scorer, signatures.get(board.scorer))
    caption = f"{head}: {board.measure}, p adjusted by Holm over {board.family} {pairs} of runs"
    return Sheet(caption, _BOARD, [Row(_standing(standing)) for standing in board.standings], key=1)


def leaderboard_sheet(leaderboard: Leaderboard) -> Sheet:
    """Every board in the columns that a terminal has room for, and the best run by the first; the runs without any."""
    skipped = f"; in one run only: {', '.join(leaderboard.skipped)}" if leaderboard.skipped else ""
    if not leaderboard.boards:
        runs = entrants_sheet(leaderboard)
        return Sheet(runs.caption, runs.columns, runs.rows, [f"the runs have no measure in common{skipped}"])
    boards: list[tuple[Board, Sheet]] = []
    alike: dict[str, list[str]] = {}
    for board in leaderboard.boards:
        sheet = board_sheet(board, leaderboard.signatures).select(*_NARROW)
        twin = next((first for first, above in boards if _is_view(board, first) and above.rows == sheet.rows), None)
        if twin is None:
            boards.append((board, sheet))
        else:
            alike.setdefault(f"{twin.scorer} {twin.measure}", []).append(board.scorer)
    same = [same_numbers(views, name) for name, views in alike.items()]
    families = sorted({board.family for board in leaderboard.boards})
    # A single p is not adjusted.
    adjusted = f"; p adjusted by Holm over {' or '.join(map(str, families))} pairs of runs" * (families[-1] > 1)
    return Sheet(
        "",
        [Column("scorer", "words"), Column("measure", "words"), *boards[0][1].columns],
        [
            Row([headed(board.scorer, leaderboard.signatures.get(board.scorer)), board.measure, *row.cells])
            for board, sheet in boards
            for row in sheet.rows
        ],
        [
            *same,
            *_unplaced(leaderboard.unplaced),
            f"runs that share a letter are not told apart{adjusted}{skipped}",
            f"best: {best_of(leaderboard.boards[0])}",
        ],
        heads=2,
    )


def _is_view(board: Board, first: Board) -> bool:
    """Whether a board is another view of what an earlier one counts, as entities_strict_char is."""
    return board.measure == first.measure and is_view(board.scorer, first.scorer)


def power_sheet(
    found: Mapping[str, Mapping[str, Detectable | None]],
    difference: float,
    level: float,
    agreement: float | None = None,
) -> Sheet:
    """The smallest difference of each measure that can be found, and units needed for `difference`.

    `agreement` is what was assumed of a rival, None for two runs.
    """
    assumed = "assumed: the spread of the difference of these two runs"
    if agreement is not None:
        assumed = (
            f"assumed: a rival that counts the same in {100 * agreement:g} % of units, and in the others what some "
            "unit drawn at random does; a real one meets the same hard and easy units, so it is told apart sooner"
        )
    tests = sum(known is not None for measures in found.values() for known in measures.values())
    return Sheet(
        "Smallest true difference found with 80 % power",
        [
            Column("scorer", "words"),
            Column("measure", "words"),
            Column("units"),
            Column("by interval"),
            Column("by verdict"),
            Column(f"more units for {difference:g}"),
        ],
        [
            Row([scorer, measure, *_power(known, difference)])
            for scorer, measures in found.items()
            for measure, known in measures.items()
        ],
        [
            f"by interval: a {formats.percents([level])} interval excludes 0. by verdict: p below {ALPHA:g} as the "
            f"smallest of {tests}, adjusted by Holm; so are further units",
            assumed,
        ],
        heads=1,
        key=1,
    )


def _tests(rows: Sequence[Compared]) -> str:
    return formats.counted(rows[0].p.family if rows else 0, "test")


def entrants_sheet(leaderboard: Leaderboard) -> Sheet:
    """The runs with their folders, speeds and failed documents."""
    columns = [Column("run", "name"), Column("words/s"), Column("failed documents"), Column("folder", "name")]
    rows = [
        Row([entrant.name, formats.speed(entrant.words_per_second), str(entrant.failures), entrant.folder])
        for entrant in sorted(leaderboard.entrants, key=lambda entrant: entrant.name)
    ]
    return Sheet("Runs", columns, rows)


def _standing(standing: Standing) -> list[str]:
    value, best = standing.value, standing.to_best
    gap = [formats.UNDEFINED] * 5
    if best is not None:
        gap = [
            formats.value(best.difference.difference, signed=True),
            formats.interval(best.difference.low, best.difference.high, signed=True),
            formats.count(best.difference.differing),
            formats.p(best.p.raw),
            formats.p(best.p.adjusted),
        ]
    return [
        formats.count(standing.rank),
        standing.entrant.name,
        formats.value(value.value),
        formats.interval(value.low, value.high),
        standing.letters or formats.UNDEFINED,
        *gap,
    ]


def _power(known: Detectable | None, difference: float) -> tuple[str, str, str, str]:
    if known is None:
        return "", "unknown", "", ""
    units, smallest = str(known.units), formats.value(known.smallest)
    if known.by_verdict is None:
        return units, smallest, "too few units differ", "unknown"
    return units, smallest, formats.value(known.by_verdict), further_words(known.by_verdict, difference, known.units)


def _unplaced(shares: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    return [unplaced_words(found, isolate(one_line(run))) for run, found in shares.items()]


def _skipped(scorers: Sequence[str], why: str) -> list[tuple[str, str]]:
    return [(why, ", ".join(scorers))] if scorers else []
