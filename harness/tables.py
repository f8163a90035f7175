"""Comparisons as tables, for a terminal and in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table

from harness.compare import Comparison, Row
from harness.scoring.power import Detectable

_HEADINGS: Final = ("scorer", "measure", "a", "b", "b − a", "interval", "p", "adjusted", "verdict")


def comparison_table(comparison: Comparison) -> Table:
    """The headline measures."""
    family = comparison.headlines[0].p.family if comparison.headlines else 0
    skipped = f"; not in both runs: {', '.join(comparison.skipped)}" if comparison.skipped else ""
    caption = f"p adjusted by Holm for {family} tests; further measures, adjusted by BH, in compare.json{skipped}"
    table = Table(title=f"a: {comparison.a}\nb: {comparison.b}", caption=caption, box=SIMPLE_HEAD, show_edge=False)
    table.title_justify = table.caption_justify = "left"
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("scorer", "measure", "verdict") else "right")
    for row in comparison.headlines:
        table.add_row(*_cells(row))
    return table


def comparison_markdown(comparison: Comparison) -> str:
    """All measures, headlines first."""
    lines = ["# Comparison", "", f"- a: {comparison.a}", f"- b: {comparison.b}", ""]
    for title, rows, correction in (
        ("Headlines", comparison.headlines, "Holm"),
        ("Details", comparison.details, "Benjamini–Hochberg"),
    ):
        family = rows[0].p.family if rows else 0
        lines += [f"## {title}: p adjusted by {correction} for {family} tests", ""]
        lines += [*_markdown(_HEADINGS, [_cells(row) for row in rows]), ""]
    lines += ["## Signatures", "", *(f"- `{signature}`" for signature in comparison.signatures.values()), ""]
    return "\n".join(lines)


def power_table(found: Mapping[str, Mapping[str, Detectable | None]], difference: float, level: float) -> Table:
    """The smallest difference of each measure that can be found, and units needed for `difference`."""
    test = f"two-sided {1 - level:.2g}, before adjusting for several tests"
    title = f"Smallest true difference found with 80 % power at {test}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False)
    for heading in ("scorer", "measure", "units", "smallest difference", f"more units for {difference:g}"):
        table.add_column(heading, justify="left" if heading in ("scorer", "measure") else "right")
    for scorer, measures in found.items():
        for measure, one in measures.items():
            cells = ("", "unknown", "") if one is None else _power_cells(one, difference)
            table.add_row(scorer, measure, *cells)
    return table


def _power_cells(one: Detectable, difference: float) -> tuple[str, str, str]:
    return str(one.units), f"{one.smallest:.3f}", str(one.further_units(difference))


def _cells(row: Row) -> list[str]:
    found = row.difference
    interval = "–" if found.low is None or found.high is None else f"{found.low:+.3f}…{found.high:+.3f}"
    numbers = (_number(found.a), _number(found.b), _number(found.difference, "+"), interval)
    return [row.scorer, row.measure, *numbers, _p(row.p.raw), _p(row.p.adjusted), row.verdict]


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"


def _p(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return lines + [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
