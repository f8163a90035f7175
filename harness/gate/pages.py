"""Judgements, what changed and changes of rank as tables, for a terminal and in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from harness.comparison.disputes import Dispute
from harness.gate.changed import ALL, Changed, Count
from harness.gate.rescoring import Move
from harness.gate.verdicts import NAMES, WORST_FIRST, Judgement, Outcome, Verdict
from harness.show.terminal import isolate

TERMINAL_ITEMS: Final = 40
MARKDOWN_ITEMS: Final = 200
"""Changed items that are shown; all of them stand in gate.json."""

_VERDICTS: Final = ("verdict", "rule", "found")
_STYLES: Final[dict[Outcome, str]] = {
    "fail": "red",
    "worse": "red",
    "inconclusive": "yellow",
    "skipped": "dim",
    "pass": "",
}
_COUNTS: Final = ("scorer", "what", "lost", "found", "net", "new wrong", "gone")
_ITEMS: Final = ("change", "what", "where", "text")
_KINDS: Final = {"lost": "lost", "found": "found", "wrong": "newly wrong", "mended": "no longer wrong"}
_MOVES: Final = ("measure", "baseline", "before", "after", "rank before", "rank after")


def changes_table(changed: Mapping[str, Changed], against: str) -> Table:
    """By scorer and label, how many items were lost and found, and how many wrong answers are new or gone."""
    table = _table(_changes_title(changed, against))
    for index, heading in enumerate(_COUNTS):
        table.add_column(heading, justify="left" if index < 2 else "right", no_wrap=index > 1)
    for row in _count_rows(changed):
        table.add_row(*map(Text, row))
    return table


def items_table(changed: Mapping[str, Changed]) -> Table | None:
    """The items that changed, in their context; None where none did."""
    items = list(_items(changed))
    if not items:
        return None
    left = len(items) - TERMINAL_ITEMS
    table = _table("", f"{left} more in gate.json" if left > 0 else "")
    for heading in _ITEMS:
        table.add_column(heading, overflow="fold")
    for kind, one in items[:TERMINAL_ITEMS]:
        style = {"lost": "red", "wrong": "red", "found": "green", "mended": "green"}.get(kind.split()[-1], "")
        where = f"{isolate(one.document)}:{one.start}"
        table.add_row(Text(_kind(kind), style), Text(one.type), Text(where), Text(isolate(_context(one))))
    return table


def judgement_table(judgement: Judgement) -> Table:
    """All verdicts, in the policy's order, under the outcome."""
    # As Text: a string could hold what the terminal would take for markup.
    table = _table("\n".join([judgement.headline, *_sides(judgement)]), "\n".join(judgement.notes))
    table.add_column(_VERDICTS[0], no_wrap=True)
    for heading in _VERDICTS[1:]:
        table.add_column(heading)
    for verdict in judgement.verdicts:
        table.add_row(*map(Text, _cells(verdict)), style=_STYLES[verdict.outcome])
    return table


def closing(judgement: Judgement) -> list[str]:
    """A line for each verdict that keeps the gate from passing, the worst first; one line where none does."""
    kept = [one for outcome in WORST_FIRST for one in judgement.of(outcome) if judgement.code(one)]
    lines = [f"{NAMES[one.outcome]}: {one.rule}: {one.subject}: {one.found}" for one in kept]
    return [*lines, judgement.headline]


def judgement_markdown(judgement: Judgement, changed: Mapping[str, Changed] | None = None, against: str = "") -> str:
    """What changed, then all verdicts, the worst first: what is cut off at the end has passed."""
    lines = [f"## {judgement.headline}", "", *(f"- {_cell(one)}" for one in (*_sides(judgement), *judgement.notes))]
    kept = closing(judgement)[:-1]
    lines += ["", *(f"- **{_cell(one)}**" for one in kept)] if kept else []
    if changed is not None:
        lines += ["", *_changes_markdown(changed, against)]
    rows = [_cells(verdict) for outcome in WORST_FIRST for verdict in judgement.of(outcome)]
    return "\n".join([*lines, "", *_markdown(_VERDICTS, rows), ""])


def moves_table(moves: Sequence[Move], gold: str) -> Table:
    """Every headline measure of every baseline, before and after a change of gold."""
    table = _table(_heading(moves, gold))
    for heading in _MOVES:
        table.add_column(heading, justify="left" if heading in _MOVES[:2] else "right")
    for move in moves:
        table.add_row(*map(Text, _move_cells(move)), style="yellow" if move.moved else "")
    return table


def moves_markdown(moves: Sequence[Move], gold: str) -> str:
    """The same in Markdown."""
    return "\n".join([f"## {_heading(moves, gold)}", "", *_markdown(_MOVES, [_move_cells(move) for move in moves]), ""])


def _table(title: str, caption: str = "") -> Table:
    table = Table(title=Text(title) if title else None, caption=Text(caption) if caption else None)
    table.box, table.show_edge, table.title_justify, table.caption_justify = SIMPLE_HEAD, False, "left", "left"
    return table


def _sides(judgement: Judgement) -> list[str]:
    sides = [f"run: {judgement.run}", f"baseline: {judgement.baseline or 'none'}"]
    return [*sides, f"anchor: {judgement.anchor}"] if judgement.anchor else sides


def _changes_markdown(changed: Mapping[str, Changed], against: str) -> Iterator[str]:
    yield f"### {_changes_title(changed, against)}"
    rows, items = list(_count_rows(changed)), list(_items(changed))
    if rows:
        yield from ("", *_markdown(_COUNTS, rows))
    if items:
        left = len(items) - MARKDOWN_ITEMS
        cells = [
            (_kind(kind), one.type, f"{one.document}:{one.start}", f"{one.before}[{one.text}]{one.after}")
            for kind, one in items[:MARKDOWN_ITEMS]
        ]
        yield from ("", *_markdown(_ITEMS, cells))
        if left > 0:
            yield from ("", f"{left} more in gate.json")


def _changes_title(changed: Mapping[str, Changed], against: str) -> str:
    said = "what changed" if list(_count_rows(changed)) else "nothing changed"
    return f"{said} against {against}"


def _count_rows(changed: Mapping[str, Changed]) -> Iterator[tuple[str, ...]]:
    told: list[dict[str, Count]] = []
    for scorer, found in changed.items():
        counts = {label: found.count(label) for label in (ALL, *found.labels)}
        # A view that tells the same numbers as another one tells them in one row.
        shown = {ALL: counts[ALL]} if counts in told else counts
        told.append(counts)
        for label, count in shown.items():
            if count != Count(0, 0):
                wrong = ["–"] * 2 if found.roles is not None else [str(count.wrong), str(count.mended)]
                yield (scorer, label, str(count.lost), str(count.found), f"{count.net:+d}", *wrong)


def _items(changed: Mapping[str, Changed]) -> Iterator[tuple[str, Dispute]]:
    """Every changed item once, though several scorers list it; the views after the first add what only they see."""
    told = set()
    for found in changed.values():
        for kind, one in found.items:
            key = (kind, one.document, one.start, one.end, one.type)
            if key not in told:
                told.add(key)
                yield kind, one


def _kind(kind: str) -> str:
    return _KINDS.get(kind, kind)


def _context(one: Dispute) -> str:
    return " ".join(f"{one.before}[{one.text}]{one.after}".split())


def _heading(moves: Sequence[Move], gold: str) -> str:
    return f"stored predictions on {gold}: {sum(move.moved for move in moves)} of {len(moves)} ranks changed"


def _cells(verdict: Verdict) -> list[str]:
    return [NAMES[verdict.outcome], verdict.rule, f"{verdict.subject}: {verdict.found}"]


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
