"""What results have in common: a table, which print() shows without colours and a notebook as HTML."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape

from harness.data.extras import require
from harness.show.html import html_table
from harness.show.sheet import Sheet
from harness.show.terminal import drawn

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

_WIDE: Final = 140
"""Columns where no terminal says how many there are."""

_STYLE: Final = """\
.harness-result { overflow-x: auto; }
.harness-result table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.harness-result caption { text-align: start; font-weight: 600; white-space: pre-line; }
.harness-result th, .harness-result td { text-align: end; vertical-align: top; padding: .2em .6em; }
.harness-result th, .harness-result td { white-space: nowrap; }
.harness-result summary { cursor: pointer; font-weight: 600; }
.harness-result .word { text-align: start; white-space: normal; }
.harness-result td[dir="rtl"] { text-align: start; white-space: normal; min-width: 16rem; line-height: 1.8; }
.harness-result .muted { opacity: .65; }
.harness-result .note { font-size: .9em; }"""


class Shown(ABC):
    """A result that people look at."""

    @property
    @abstractmethod
    def sheets(self) -> Sequence[Sheet]:
        """Its tables, in the order in which they are shown."""

    def __str__(self) -> str:
        """The tables as a terminal shows them, without colours."""
        width = shutil.get_terminal_size((_WIDE, 24)).columns
        return "\n".join(drawn(sheet, width).rstrip() for sheet in self.sheets)

    def _repr_html_(self) -> str:
        """The tables as a notebook shows them; every text is escaped and keeps its own direction."""
        return notebook(self.sheets)


def notebook(sheets: Sequence[Sheet]) -> str:
    """Tables as a piece of HTML that brings its style along."""
    tables = "\n".join(map(_folded, sheets))
    return f'<style>{_STYLE}</style>\n<div class="harness-result">\n{tables}</div>'


def _folded(sheet: Sheet) -> str:
    """A table; one that waits to be opened under its caption."""
    if not sheet.folded:
        return html_table(sheet)
    return f"<details><summary>{escape(sheet.caption)}</summary>{html_table(replace(sheet, caption=''))}</details>"


def frame(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> "DataFrame":
    """`rows` as a data frame that has `columns` even where there are no rows.

    Raises:
        InputError: pandas is not installed.
    """
    pandas: Any = require("pandas", "notebook", "to_pandas")
    return pandas.DataFrame(list(rows), columns=list(columns))
