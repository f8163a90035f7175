"""Pages as one HTML file that needs nothing else: nothing from elsewhere, every text escaped.

A page has a script only where rows can be chosen; its policy allows this script alone.
"""

import base64
import hashlib
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from harness.show.sheet import Code, Excerpt, Link, Page, Sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent

_STACKED: Final = ((".sheet", "40rem"), (".sheet.many", "75rem"))
"""Which tables are a block for each row, with each number under its heading, and in how wide a window at most."""

_MANY: Final = 8
"""Columns that no window narrower than a desk's has room for."""

_LONG: Final = 24
"""Characters of a word that may be broken: shorter ones break at their ends alone."""

ROWS: Final = 1000
"""Rows that are shown of a sheet that may be cut."""


def html(page: Page) -> str:
    """`page` as a whole file."""
    script = (_HERE / "filters.js").read_text(encoding="utf-8") if any(sheet.filters for sheet in page.sheets) else ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Our own file.
    values = {"page": page, "script": Markup(script), "script_hash": digest, "stacked": Markup(stacked())}  # noqa: S704
    return _writable(_environment().get_template("page.html").render(values))


def html_table(sheet: Sheet) -> Markup:
    """`sheet` as a table in a box that scrolls, for a page of someone else's."""
    # Safe for the page: escaped where it was made.
    return Markup(_writable(_environment().get_template("sheet.html").render(sheet=replace(sheet, filters=()))))  # noqa: S704


@cache
def stacked() -> str:
    """The style of tables that stand as blocks where the window is too narrow for their columns."""
    rules = (_HERE / "stacked.css").read_text(encoding="utf-8")
    return "".join(
        f"@media (max-width: {width}) {{\n{rules.replace('.sheet', selector)}}}\n" for selector, width in _STACKED
    )


def is_long(text: str) -> bool:
    """Whether there is a word in `text` that may be broken, as it would make a column too wide.

    After a slash or a hyphen a line may end anyway.
    """
    return any(len(word) > _LONG for word in re.split(r"[\s/-]", text))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = lambda sheet: sheet.cut(ROWS)
    environment.tests["many"] = lambda columns: len(columns) >= _MANY
    environment.tests["long"] = is_long
    environment.tests["excerpt"] = lambda cell: isinstance(cell, Excerpt)
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    environment.tests["code"] = lambda text: isinstance(text, Code)
    return environment


def _writable(text: str) -> str:
    """`text` with lone surrogates, which paths may have, written out: UTF-8 cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
