"""A page of results as Markdown, and as one HTML file that needs nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.comparison.disputes import Dispute
from harness.comparison.sheets import NAMES, WORDS, Disputed, Page
from harness.show.terminal import isolate

MARKDOWN_MOST: Final = 50
HTML_MOST: Final = 1000
"""Disputes of one scorer that a page shows; JSON has all."""

BRIEF: Final = 5000
"""Characters that a description may have; MLflow keeps 8,000 of a tag, older servers 5,000."""

_DISPUTES: Final = ("right", "type", "document", "offsets", "in context")


def markdown(page: Page) -> str:
    """`page` as Markdown."""
    lines = [f"# {page.title}", "", *(f"- {name}: {isolate(_plain(value))}" for name, value in page.facts), ""]
    for note in page.notes:
        lines += [note, ""]
    for sheet in page.sheets:
        lines += [f"## {sheet.caption}", "", *_table(sheet.headings, sheet.rows), ""]
    for disputed in page.disputed:
        lines += [f"## {disputed.caption}", "", *_disputes(disputed)]
    if page.signatures:
        lines += ["## Signatures", "", *(f"- `{signature}`" for signature in page.signatures), ""]
    return "\n".join(lines)


def brief(page: Page, elsewhere: str) -> str:
    """The sheets of `page` as Markdown in at most `BRIEF` characters; what has no room is `elsewhere`."""
    kept = list(page.sheets)
    while kept:
        left_out = f"{len(page.sheets) - len(kept)} more in {elsewhere}" if len(kept) < len(page.sheets) else elsewhere
        text = markdown(replace(page, sheets=kept, signatures=(), disputed=(), notes=(*page.notes, left_out)))
        if len(text) <= BRIEF:
            return text
        kept.pop()
    return elsewhere


def html(page: Page) -> str:
    """`page` as one HTML file: no scripts, nothing from elsewhere, every text escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found = environment.get_template("page.html").render(page=page, words=WORDS, names=NAMES, most=HTML_MOST)
    return f"{found}\n"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        cells = [isolate(_plain(cell)) if name in NAMES else cell for name, cell in zip(headings, row, strict=True)]
        yield f"| {' | '.join(cells)} |"


def _disputes(disputed: Disputed) -> Iterator[str]:
    shown = disputed.disputes[:MARKDOWN_MOST]
    if not shown:
        return
    if len(shown) < len(disputed.disputes):
        yield f"The first {len(shown)} of {len(disputed.disputes)}; compare.json has all."
        yield ""
    yield f"| {' | '.join(_DISPUTES)} |"
    yield f"|{'---|' * len(_DISPUTES)}"
    for one in shown:
        cells = one.right, one.type, isolate(_plain(one.document)), f"{one.start}–{one.end}", _in_context(one)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _in_context(one: Dispute) -> str:
    return isolate(f"{_plain(one.before)}**{_plain(one.text)}**{_plain(one.after)}")


def _plain(text: str) -> str:
    """A text on one line, with nothing in it that Markdown or HTML would take for a mark."""
    return re.sub(r"([\\`*\[\]<>|&~]|(?<!\w)_|_(?!\w))", r"\\\1", re.sub(r"\s+", " ", text))
