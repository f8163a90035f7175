"""From what a page shows to its HTML."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.reporting.cards import claim_rows
from harness.reporting.documents import View
from harness.reporting.kinds import Shown
from harness.show import formats
from harness.show.html import html_table, is_long, stacked

HERE: Final = Path(__file__).parent

_HUES: Final = ("people", "places", "groups", "times", "numbers", "others")


@dataclass(frozen=True, eq=False)
class Piece:
    """A document as HTML, with its part of the list of errors."""

    view: View
    errors: Markup
    document: Markup

    @property
    def size(self) -> int:
        """Bytes that it adds to the page."""
        return len(self.errors.encode()) + len(self.document.encode())


def piece(view: View) -> Piece:
    """What the page holds of a document."""
    layers = [view.texts(layer) for layer in view.layers] or [view.texts("entities")]
    document = template("document.html", view=view, layers=layers, claims=claim_rows(view))
    return Piece(view, template("errors.html", view=view), document)


def choices(errors: Sequence[Shown]) -> dict[str, list[tuple[str, int]]]:
    """What each filter offers, with the number of errors it leaves, most first."""
    counts = {
        "run": Counter(one.run for one in errors if one.run),
        "layer": Counter(one.error.layer for one in errors),
        "kind": Counter(str(one.error.kind) for one in errors),
        "type": Counter(label for one in errors for label in one.error.labels),
        "document": Counter(one.error.document for one in errors),
        "scorer": Counter(scorer for one in errors for scorer in one.error.scorers),
    }
    return {name: count.most_common() for name, count in counts.items()}


def style(labels: Iterable[str]) -> Markup:
    """The style of a page, in which each of `labels` has a colour: that of the gold's types, or the next of those."""
    css = (HERE / "style.css").read_text(encoding="utf-8")
    own = [label for label in dict.fromkeys(labels) if f'[data-label="{label}"]' not in css]
    rules = [
        f'[data-label="{_quoted(label)}"], [data-label="{_quoted(label)}"] > .tag {{ --colour: var(--{hue}); }}\n'
        for label, hue in zip(own, cycle(_HUES), strict=False)
    ]
    return Markup(css + stacked() + "".join(rules))  # noqa: S704 -- our own file, and labels without a character of syntax


def _quoted(text: str) -> str:
    """`text` within a string of CSS, and within HTML: all but letters and digits of ASCII as escapes."""
    return re.sub(r"[^A-Za-z0-9]", lambda match: f"\\{ord(match[0]):x} ", text)


def _grouped(rows: Sequence[Any], name: str) -> list[list[Any]]:
    """Neighbours that are equal in the field `name`, in the order of the rows: Jinja's own filter would sort."""
    return [
        list(group)
        for _, group in groupby(rows, lambda row: row[name] if isinstance(row, Mapping) else getattr(row, name))
    ]


def template(name: str, **values: object) -> Markup:
    """A template of this folder, filled in."""
    # Safe for the page: escaped where it was made.
    return Markup(_environment().get_template(name).render(**values))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"formats": formats, "table": html_table}
    environment.tests["long"] = is_long
    environment.filters["score"] = formats.value
    environment.filters["grouped"] = _grouped
    environment.filters["spaced"] = lambda name: str(name).replace("_", " ")
    return environment
