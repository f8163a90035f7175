"""Pages and sheets as Markdown, as GitHub and MLflow read it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.show.sheet import Cell, Code, Excerpt, Link, Page, Sheet, one_line, printable
from harness.show.terminal import isolate, isolate_right_to_left

ROWS: Final = 50
"""Rows that are shown of a sheet that may be cut, where nothing else is said."""

BRIEF: Final = 5000
"""Characters that a description may have; MLflow keeps 8,000 of a tag, older servers 5,000."""


def markdown(page: Page, level: int = 1, rows: int = ROWS) -> str:
    """`page` as Markdown, at most `rows` of a sheet that may be cut.

    Its title is a heading of `level`, and captions are headings one level lower.
    """
    lines = [f"{'#' * level} {_line(page.title)}", ""]
    lines += [f"- {_fact(name)}: {_fact(value)}" for name, value in page.facts]
    lines += [""] * bool(page.facts)
    for sheet in page.sheets:
        lines += _sheet(sheet.cut(rows), level + 1)
    # Last: MLflow folds a description after some lines, and what is read first is the table.
    for note in page.notes:
        lines += [_line(note), ""]
    if page.signatures:
        lines += [f"{'#' * (level + 1)} Signatures", "", *(f"- {_code(one)}" for one in page.signatures), ""]
    return "\n".join(lines)


def brief(page: Page, elsewhere: str) -> str:
    """The sheets of `page` as Markdown in at most `BRIEF` characters; what has no room is `elsewhere`, perhaps a link.

    A page whose first sheet has no room keeps its title and facts.
    """
    lead = f"[{_escape(elsewhere)}]({elsewhere.address})" if isinstance(elsewhere, Link) else _line(elsewhere)
    for kept in range(len(page.sheets), -1, -1):
        left_out = f"{len(page.sheets) - kept} more in {lead}" if kept < len(page.sheets) else lead
        above = markdown(replace(page, sheets=page.sheets[:kept], signatures=()))
        text = f"{above.rstrip()}\n\n{left_out}\n"
        if len(text) <= BRIEF:
            return text
    return lead


def _sheet(sheet: Sheet, level: int) -> Iterator[str]:
    if sheet.caption:
        yield from (f"{'#' * level} {_line(sheet.caption)}", "")
    if sheet.rows:
        yield _row(sheet.headings)
        yield f"|{'---|' * len(sheet.columns)}"
        yield from (_row(row.cells) for row in sheet.rows)
        yield ""
    for note in sheet.notes:
        yield from (_line(note), "")


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Excerpt):
        return isolate(f"{_escape(cell.before)}**{_escape(cell.text)}**{_escape(cell.after)}")
    return isolate_right_to_left(_escape(cell.strip()))


def _fact(text: str) -> str:
    return _code(text) if isinstance(text, Code) else isolate(_escape(text.strip()))


def _line(text: str) -> str:
    """A text as a line of its own: what stands at its beginning makes no heading, list or rule of it."""
    return re.sub(r"^(\d*(?=[.)](?:\s|$))|(?=[#+=-]))", r"\1\\", _escape(text.strip()))


def _escape(text: str) -> str:
    """A text without line breaks, and with nothing in it that Markdown or HTML would take for a mark."""
    return re.sub(r"([\\`*\[\]<>|&~$]|(?<!\w)_|_(?!\w))", r"\\\1", printable(re.sub(r"\s+", " ", text)))


def _code(text: str) -> str:
    """A text as code, between more backticks than stand side by side in it."""
    line = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"
