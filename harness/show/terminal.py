"""What a person sees in a terminal: lines, warnings, progress, tables.

Rich takes strings for its markup, in which `[/b]` is an error and `:name:` a picture: all texts go to it as `Text`.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final, Literal, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.containers import Lines
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from harness.show.sheet import Cell, Excerpt, Row, Sheet, Tone, one_line, printable

T = TypeVar("T")

ROWS: Final = 40
"""Rows that are shown of a sheet that may be cut."""

_WIDE: Final = 140
"""Columns where no terminal says how many there are: Rich would take 80, and a log has room."""

_UNBOUNDED: Final = 10_000

_STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "muted": "bright_black",
    "good": "green",
    "bad": "red",
    "unsure": "yellow",
}
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolate(text: str) -> str:
    """`text` between isolates (U+2068, U+2069): Arabic in it leaves the rest of a line in order (UAX 9)."""
    return f"\u2068{text}\u2069" if not text.isascii() else text


def isolate_right_to_left(text: str) -> str:
    """`text`, between isolates if there is anything in it that would turn what stands beside it."""
    return isolate(text) if _RIGHT_TO_LEFT.search(text) else text


def warn(message: str) -> None:
    """One line on standard error."""
    Console(stderr=True, soft_wrap=True).print(Text(printable(f"warning: {message}"), "yellow"))


def say(message: str) -> None:
    """One line on standard output."""
    Console(soft_wrap=True).print(Text(printable(message)))


def track_progress(values: Iterable[T], total: int, label: str) -> Iterator[T]:
    """`values` as they are; on a terminal with a progress bar on standard error."""
    console = Console(stderr=True)
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(values, total=total, description=one_line(label))


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """On a terminal `label` stands on standard error with a moving sign until the work is done; then it is gone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(Text(one_line(label))):
        yield


def show(sheet: Sheet) -> None:
    """`sheet` on standard output."""
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _WIDE
    _print(sheet, Console(highlight=False, width=width))


def drawn(sheet: Sheet, width: int = _WIDE) -> str:
    """`sheet` as text of at most `width` columns, without colours."""
    console = Console(highlight=False, width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        _print(sheet, console)
    return captured.get()


def _print(sheet: Sheet, console: Console) -> None:
    sheet = sheet.cut(ROWS)
    table = _table(sheet)
    if Measurement.get(console, console.options.update(max_width=_UNBOUNDED), table).maximum > console.width:
        # A space between two cells in the place of two.
        table.padding = 0
    parts = [Text(printable(sheet.caption), "italic")] if sheet.caption else []
    console.print(Group(*parts, table, *(Text(printable(note), "dim") for note in sheet.notes)))


def _table(sheet: Sheet) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for column in sheet.columns[sheet.heads :]:
        justify: Literal["left", "right"] = "right" if column.kind == "number" else "left"
        table.add_column(_text(column.short or column.heading), justify=justify, overflow="fold")
    for head, rows in groupby(sheet.rows, key=lambda row: tuple(row.cells[: sheet.heads])):
        # In 80 columns none is to spare for what is the same in many rows.
        name, _, more = ", ".join(map(_plain, head)).partition(", ")
        for line, style in ((name, "bold"), (more, _STYLES["muted"])):
            if line:
                table.add_row(_text(line), style=style)
        for row in rows:
            _add(table, row, sheet.heads)
        if sheet.heads:
            table.add_section()
    return table


def _add(table: Table, row: Row, heads: int) -> None:
    """Add a row without its `heads`, set in below them; muted as a whole, or the first cell alone in its tone."""
    first, *others = map(_plain, row.cells[heads:])
    style, whole = _STYLES[row.tone], row.tone == "muted"
    indent = " " * (3 if whole else 1) if heads else ""
    label = _Lines(indent).append_text(_text(first, "" if whole else style))
    table.add_row(label, *map(_text, others), style=style if whole else "")


def _plain(cell: Cell) -> str:
    return f"{cell.before}[{cell.text}]{cell.after}" if isinstance(cell, Excerpt) else cell


class _Lines(Text):
    """A text that is isolated line by line: an isolate that ends in another line takes the rest of its own along."""

    def wrap(self, *arguments: Any, **options: Any) -> Lines:
        return Lines(_isolated(line) for line in super().wrap(*arguments, **options))


def _isolated(line: Text) -> Text:
    if not _RIGHT_TO_LEFT.search(line.plain):
        return line
    # What fills the column stays outside, or it would stand on the other side of the text.
    first, last = len(line.plain) - len(line.plain.lstrip()), len(line.plain.rstrip())
    return Text.assemble(line[:first], "\u2068", line[first:last], "\u2069", line[last:])


def _text(text: str, style: str = "") -> Text:
    return _Lines(one_line(text), style)
