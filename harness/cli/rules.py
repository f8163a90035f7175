"""`harness rules`: what the rules make of a text, and why."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from omegaconf import DictConfig
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from harness.data.types import InputError
from harness.runners.rules.explain import Explanation, Finding, explain
from harness.show.terminal import isolate, say, show

# Headings and the width of their columns, 80 in all.
_ENTITIES: Final = {"entity": 19, "type": 8, "rule": 18, "where": 16, "outcome": 15}
_CLAIMS: Final = {"cue": 10, "source": 22, "content": 39, "score": 5}
_SENTENCES: Final = {"label": 5, "sentence": 73}


def rules(config: DictConfig) -> int:
    """Show every find of the rules in a text and what became of it, then claims and the labels of sentences."""
    if config.task != "explain":
        raise InputError(f"task: found {config.task}, wanted explain")
    text, threshold = config.text, config.threshold
    if not isinstance(text, str | int | float) or not str(text).strip():
        raise InputError(f"text: found {text!r}, wanted a text")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise InputError(f"threshold: found {threshold}, wanted a number from 0 to 1")
    explained = explain(str(text), float(threshold))
    if not explained.findings:
        say("entities: none")
    else:
        show(_table(_ENTITIES, _finds(explained, float(threshold))))
    if explained.claims:
        claims = ((claim.cue, claim.source or "-", claim.content, f"{claim.score:.2f}") for claim in explained.claims)
        show(_table(_CLAIMS, claims))
    if explained.sentences:
        sentences = ((label, explained.text[start:end]) for start, end, label, _ in explained.sentences)
        show(_table(_SENTENCES, sentences))
    return 0


def _finds(explained: Explanation, threshold: float) -> Iterable[tuple[str, ...]]:
    for find in explained.findings:
        where = find.place.rpartition("/")[2] or find.stage
        yield explained.surface(find), find.type, find.rule, where, _fate(find, threshold)


def _fate(find: Finding, threshold: float) -> str:
    if find.fate == "overruled":
        return f"overruled by {find.by.partition(':')[0]}" if find.by else "overruled"
    if find.fate == "unsure":
        return f"{find.score:.2f} is below {threshold:g}"
    return f"kept, {find.score:.2f}" if find.fate == "kept" else "left out: no name beside it"


def _table(columns: Mapping[str, int], rows: Iterable[Sequence[str]]) -> Table:
    """A table with these headings and widths."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for heading in columns:
        table.add_column(heading, overflow="fold")
    for row in rows:
        cells = (textwrap.wrap(cell, width) for cell, width in zip(row, columns.values(), strict=True))
        # Each line by itself: an isolate that ends in another line would take the rest of its own along. And as Text: a
        # cell could hold what the terminal would take for markup.
        table.add_row(*(Text("\n".join(map(isolate, lines))) for lines in cells))
    return table
