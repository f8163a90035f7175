"""What a person sees in a terminal: warnings, progress, the table of results."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from harness.scoring.baselines import LEGEND, lines, marked
from harness.scoring.selection import stored_shown
from harness.scoring.signature import parse, view_of

T = TypeVar("T")


def isolate(text: str) -> str:
    """`text` between isolates (U+2068, U+2069): Arabic in it leaves the rest of a line in order (UAX 9)."""
    return f"\u2068{text}\u2069" if not text.isascii() else text


def warn(message: str) -> None:
    """One line on standard error."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(f"warning: {message}", style="yellow", markup=False)


def say(message: str) -> None:
    """One line on standard output."""
    Console(soft_wrap=True, highlight=False).print(message, markup=False)


def track_progress(values: Iterable[T], total: int, label: str) -> Iterator[T]:
    """`values` as they are; on a terminal with a progress bar on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(values, total=total, description=label)


_COLUMNS: Final = "%: interval over units; documents: the same over whole documents; gold: items that it is over"


def show(table: Table) -> None:
    """`table` on standard output."""
    # Rich takes 80 columns where there is no terminal; a log has room, unless COLUMNS says how much.
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else 140
    Console(highlight=False, width=width).print(table)


def show_scores(scores: Mapping[str, Any], note: str = "") -> None:
    """The main measures of a run with intervals, and how far annotation passes agree; `note` stands in the title.

    Under a measure stand its baselines, in grey, and how far the run is above them.
    """
    run, dataset = isolate(str(scores["runner"])), isolate(str(scores["dataset"]))
    notes = {found["agreement"]["note"] for found in scores["scorers"].values() if "agreement" in found}
    legend = any("baselines" in found for found in scores["scorers"].values())
    failures = f", {scores['failures']} failed" if scores.get("failures") else ""
    clustered = any(_over_documents(numbers) for found in scores["scorers"].values() for _, numbers in _shown(found))
    table = Table(
        title=f"{run} on {dataset}, documents: {scores['documents']}{failures}{f' · {isolate(note)}' if note else ''}",
        caption="\n".join(
            [*[_COLUMNS] * clustered, *[LEGEND] * legend, *(f"agreement: {note}" for note in sorted(notes))]
        )
        or None,
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )
    table.title_justify = table.caption_justify = "left"
    table.add_column("measure", overflow="fold")
    levels = {parse(found["signature"]).level for found in scores["scorers"].values() if "signature" in found} or {0.95}
    interval = " / ".join(f"{level:.4g} %" for level in sorted(100 * level for level in levels))
    for heading in ("value", interval, *["documents"] * clustered, "gold", *["agree"] * bool(notes)):
        table.add_column(heading, justify="right", no_wrap=True)
    for scorer, found in scores["scorers"].items():
        head(table, scorer, view_of(found["signature"]) if "signature" in found else "")
        for measure, cells in _rows(found, clustered):
            shown = list(lines(found, measure))
            table.add_row(f" {marked(measure, shown)}", *cells[: len(table.columns) - 1])
            for line in shown:
                difference, spread, p = line.cells
                cells = f"   {line.name} {line.value:.3f}", difference, spread, *[""] * clustered, p
                table.add_row(*cells, style="bright_black")
        table.add_section()
    show(table)


def head(table: Table, *lines: str) -> None:
    """Rows above a group of others: what they are about, then more about it; in 80 columns there is none to spare."""
    for line, style in zip_longest(filter(None, lines), ("bold",), fillvalue="bright_black"):
        table.add_row(line, style=style)


def _shown(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, float | None]]]:
    """The measures of a scorer that are shown."""
    return ((name, found["measures"][name]) for name in stored_shown(found))


def _rows(found: Mapping[str, Any], clustered: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The measures of a scorer that are shown, each with its cells; with intervals over documents if `clustered`."""
    agreement = found.get("agreement", {}).get("measures", {})
    for measure, numbers in _shown(found):
        agreed = f"{agreement[measure]:.3f}" if measure in agreement else "–"
        clusters = [_over_documents(numbers)] * clustered
        yield measure, (*_cells(numbers), *clusters, _support(found, measure.partition("/")[0]), agreed)


def _over_documents(numbers: Mapping[str, float | None]) -> str:
    """The interval over documents; nothing where there is none, or where it is the one over units."""
    low, high = numbers.get("document_low"), numbers.get("document_high")
    if low is None or high is None or (low, high) == (numbers["low"], numbers["high"]):
        return ""
    return f"{low:.3f}–{high:.3f}"


def _cells(numbers: Mapping[str, float | None]) -> tuple[str, str]:
    value, low, high = (numbers[key] for key in ("value", "low", "high"))
    interval = "too few units" if low is None or high is None else f"{low:.3f}–{high:.3f}"
    return ("–", "") if value is None else (f"{value:.3f}", interval)


def _support(found: Mapping[str, Any], label: str) -> str:
    support = found["support"]
    return str(support.get(label, support.get("micro", "")))
