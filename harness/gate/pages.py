"""Judgements and changes of rank as tables, for a terminal and in Markdown."""

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from harness.gate.regold import Move
from harness.gate.verdicts import Judgement, Outcome, Verdict

_HEADINGS: Final = ("rule", "what", "verdict", "found")
_ORDER: Final[tuple[Outcome, ...]] = ("fail", "inconclusive", "skipped", "pass")
_STYLES: Final[dict[Outcome, str]] = {"fail": "red", "inconclusive": "yellow", "skipped": "dim", "pass": ""}
_MOVES: Final = ("measure", "baseline", "before", "after", "rank before", "rank after")


def judgement_table(judgement: Judgement) -> Table:
    """All verdicts, in the policy's order, under the outcome."""
    title = [judgement.headline, f"run: {judgement.run}", f"baseline: {judgement.baseline or 'none'}"]
    # As Text: a string could hold what the terminal would take for markup.
    notes = Text("\n".join(judgement.notes)) if judgement.notes else None
    table = Table(title=Text("\n".join(title)), caption=notes, box=SIMPLE_HEAD, show_edge=False)
    table.title_justify = table.caption_justify = "left"
    for heading in _HEADINGS:
        table.add_column(heading)
    for verdict in judgement.verdicts:
        table.add_row(*map(Text, _cells(verdict)), style=_STYLES[verdict.outcome])
    return table


def judgement_markdown(judgement: Judgement) -> str:
    """All verdicts, failures first: what is cut off at the end has passed."""
    sides = f"run: {judgement.run}", f"baseline: {judgement.baseline or 'none'}"
    lines = [f"## {judgement.headline}", "", *(f"- {_cell(one)}" for one in (*sides, *judgement.notes))]
    rows = [_cells(verdict) for outcome in _ORDER for verdict in judgement.of(outcome)]
    return "\n".join([*lines, "", *_markdown(_HEADINGS, rows), ""])


def moves_table(moves: Sequence[Move], gold: str) -> Table:
    """Every headline measure of every baseline, before and after a change of gold."""
    table = Table(title=Text(_heading(moves, gold)), title_justify="left", box=SIMPLE_HEAD, show_edge=False)
    for heading in _MOVES:
        table.add_column(heading, justify="left" if heading in _MOVES[:2] else "right")
    for move in moves:
        table.add_row(*map(Text, _move_cells(move)), style="yellow" if move.moved else "")
    return table


def moves_markdown(moves: Sequence[Move], gold: str) -> str:
    """The same in Markdown."""
    return "\n".join([f"## {_heading(moves, gold)}", "", *_markdown(_MOVES, [_move_cells(move) for move in moves]), ""])


def _heading(moves: Sequence[Move], gold: str) -> str:
    return f"stored predictions on {gold}: {sum(move.moved for move in moves)} of {len(moves)} ranks changed"


def _cells(verdict: Verdict) -> list[str]:
    return [verdict.rule, verdict.subject, verdict.outcome, verdict.found]


def _move_cells(move: Move) -> list[str]:
    values = ["–" if value is None else f"{value:.3f}" for value in (move.before, move.after)]
    ranks = ["–" if rank is None else str(rank) for rank in (move.rank_before, move.rank_after)]
    return [f"{move.scorer} {move.measure}", move.baseline, *values, *ranks]


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(headings)} |",
        f"|{'---|' * len(headings)}",
        *(f"| {' | '.join(map(_cell, row))} |" for row in rows),
    ]


def _cell(text: str) -> str:
    """`text` as it may stand in a cell: on one line, and no markup."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
