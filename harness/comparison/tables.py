"""Comparisons, leaderboards and power as tables for a terminal."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table

from harness.comparison.across import BASELINE
from harness.comparison.leaderboard import Leaderboard
from harness.comparison.pair import ALPHA, Comparison
from harness.comparison.sheets import DIFFER, NAMES, WORDS, Page, board_sheet, headlines
from harness.scoring.power import Detectable, further_words
from harness.scoring.signature import view_of
from harness.show.terminal import head, isolate

_LEFT_OUT: Final = frozenset({"p", "interval of it", "differ"})
"""Columns of a board that a terminal has no room for."""

_SHORT: Final = {"adjusted": "adj. p", "to the best": "to best"}
"""Headings as 80 columns have room for them."""

_FIRST: Final = "run"
"""The column of a board that stands first: above its names stands what they are ranked by."""


def comparison_table(comparison: Comparison) -> Table:
    """The headline measures; what was found stands below the numbers, where there is room for words."""
    family = comparison.headlines[0].p.family if comparison.headlines else 0
    skipped = f"; not in both runs: {', '.join(comparison.skipped)}" if comparison.skipped else ""
    caption = f"p adjusted by Holm for {family} tests; further measures, adjusted by BH, in compare.json{skipped}"
    sheet = headlines(comparison)
    title = f"a: {isolate(comparison.a)}\nb: {isolate(comparison.b)}"
    verdicts = [f"{row[0].partition(', ')[0]} {row[1]}: {row[-1]}" for row in sheet.rows]
    table = _table(title, "\n".join((*verdicts, "", caption, DIFFER)), sheet.headings[1:-1])
    for scorer, rows in groupby(sheet.rows, key=itemgetter(0)):
        head(table, *scorer.split(", "))
        for row in rows:
            table.add_row(*row[1:-1])
        table.add_section()
    return table


def leaderboard_table(leaderboard: Leaderboard) -> Table:
    """Every board, one below the other."""
    families = sorted({board.family for board in leaderboard.boards})
    pairs = " or ".join(map(str, families))
    caption = f"runs that share a letter are not told apart; p adjusted by Holm, pairs in each measure: {pairs}"
    skipped = f"; in fewer than two runs: {', '.join(leaderboard.skipped)}" if leaderboard.skipped else ""
    sheets = [board_sheet(board, leaderboard.signatures) for board in leaderboard.boards]
    shown = [heading for heading in sheets[0].headings if heading not in _LEFT_OUT]
    shown = sorted(shown, key=lambda heading: heading != _FIRST)
    table = _table(None, caption + skipped, shown)
    for board, sheet in zip(leaderboard.boards, sheets, strict=True):
        view = view_of(leaderboard.signatures.get(board.scorer, ""))
        head(table, board.scorer, ", ".join(filter(None, (view, board.measure))))
        for row in sheet.rows:
            cells = dict(zip(sheet.headings, row, strict=True))
            table.add_row(*(isolate(cells[name]) if name in NAMES else cells[name] for name in shown))
        table.add_section()
    return table


def across_table(page: Page) -> Table:
    """Runs on several data sets side by side, baselines in grey."""
    (sheet,) = page.sheets
    table = _table(page.title, " ".join(page.notes), [isolate(heading) for heading in sheet.headings[2:]])
    for (scorer, measure), group in groupby(sheet.rows, key=itemgetter(0, 1)):
        name, *view = scorer.split(", ")
        head(table, name, ", ".join((*view, measure)))
        for _, _, name, *cells in group:
            table.add_row(isolate(name), *cells, style="bright_black" if name.startswith(BASELINE) else None)
        table.add_section()
    return table


def power_table(
    found: Mapping[str, Mapping[str, Detectable | None]],
    difference: float,
    level: float,
    agreement: float | None = None,
) -> Table:
    """The smallest difference of each measure that can be found, and units needed for `difference`.

    `agreement` is what was assumed of a rival, None for two runs.
    """
    assumed = "assumed: the spread of the difference of these two runs"
    if agreement is not None:
        assumed = (
            f"assumed: a rival that counts the same in {100 * agreement:g} % of units, and in the others what some "
            "unit drawn at random does; a real one meets the same hard and easy units, so it is told apart sooner"
        )
    tests = sum(one is not None for measures in found.values() for one in measures.values())
    caption = (
        f"by interval: a {100 * level:.4g} % interval excludes 0. by verdict: p below {ALPHA:g} as the smallest of "
        f"{tests}, adjusted by Holm; so are further units\n{assumed}"
    )
    headings = ("scorer", "measure", "units", "by interval", "by verdict", f"more units for {difference:g}")
    table = _table("Smallest true difference found with 80 % power", caption, headings)
    for scorer, measures in found.items():
        for measure, one in measures.items():
            cells = ("", "unknown", "", "") if one is None else _power_cells(one, difference)
            table.add_row(scorer, measure, *cells)
    return table


def _table(title: str | None, caption: str | None, headings: Sequence[str]) -> Table:
    table = Table(title=title, caption=caption, box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    table.title_justify = table.caption_justify = "left"
    for heading in headings:
        justify: Literal["left", "right"] = "left" if heading in WORDS else "right"
        table.add_column(_SHORT.get(heading, heading), justify=justify, overflow="fold")
    return table


def _power_cells(one: Detectable, difference: float) -> tuple[str, str, str, str]:
    units, smallest = str(one.units), f"{one.smallest:.3f}"
    if one.by_verdict is None:
        return units, smallest, "too few units differ", "unknown"
    return units, smallest, f"{one.by_verdict:.3f}", further_words(one.by_verdict, difference, one.units)
