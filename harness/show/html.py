"""Pages as one HTML file that needs nothing else: nothing from elsewhere, every text escaped.

A page has a script only where rows can be chosen; its policy allows this script alone.
"""

import base64
import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from harness.show.sheet import Code, Excerpt, Link, Page, Sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent

ROWS: Final = 1000
"""Rows that are shown of a sheet that may be cut."""


def html(page: Page) -> str:
    """`page` as a whole file."""
    script = (_HERE / "filters.js").read_text(encoding="utf-8") if any(sheet.filters for sheet in page.sheets) else ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Our own file.
    values = {"page": page, "script": Markup(script), "script_hash": digest}  # noqa: S704
    return _writable(_environment().get_template("page.html").render(values))


def html_table(sheet: Sheet) -> Markup:
    """`sheet` as a table in a box that scrolls, for a page of someone else's."""
    # Safe for the page: escaped where it was made.
    return Markup(_writable(_environment().get_template("sheet.html").render(sheet=replace(sheet, filters=()))))  # noqa: S704


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
    environment.tests["excerpt"] = lambda cell: isinstance(cell, Excerpt)
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    environment.tests["code"] = lambda text: isinstance(text, Code)
    return environment


def _writable(text: str) -> str:
    """`text` with lone surrogates, which paths may have, written out: UTF-8 cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
