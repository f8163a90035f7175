"""What a run found, as tables for a terminal, as Markdown and as JSON."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.differential.explain import Comparison, Difference, Failure, free
from benchmarks.differential.known import Case, cases
from benchmarks.differential.pages import Mentions, Page
from benchmarks.differential.peers import absent, versions
from benchmarks.differential.run import Example, Outcome

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    """A titled table."""

    title: str
    columns: tuple[str, ...]
    rows: Rows


def show(outcome: Outcome, console: Console) -> None:
    """Everything on a terminal: of single types only the greatest difference."""
    for part in parts(outcome, every=False):
        table = Table(title=part.title, title_justify="left", box=SIMPLE_HEAD, show_edge=False)
        for name in part.columns:
            table.add_column(name, overflow="fold")
        for row in part.rows:
            table.add_row(*row)
        console.print(table)
        console.print()
    for line in (*absent(), *verdict(outcome)):
        console.print(line, markup=False, highlight=False)


def write(outcome: Outcome, folder: Path) -> None:
    """`differences.md` and `differences.json`, with every difference of every type."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = ["# Our numbers beside other tools", f"Versions: {versions()}."]
    blocks += [_markdown(part) for part in parts(outcome, every=True)]
    blocks.append("\n".join((*absent(), *verdict(outcome))))
    (folder / "differences.md").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    rows = {
        "differences": [_record(one) for found in outcome.comparisons for one in found.differences],
        "examples": [_example_record(one) for one in outcome.examples],
        "failures": list(verdict(outcome))[:-1],
    }
    (folder / "differences.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def parts(outcome: Outcome, *, every: bool) -> Iterator[Part]:
    """The tables of a run; with `every`, all differences of single types too."""
    yield Part(
        f"Numbers compared ({versions()})",
        ("corpus", "tool", "documents", "without cause", "numbers", "equal", "explained", "by"),
        [_summary(one) for one in outcome.comparisons],
    )
    shown = [one for found in outcome.comparisons for one in (found.differences if every else _headlines(found))]
    yield Part(
        "Differences, and our number as the tool's rules are taken over one by one",
        ("corpus", "tool", "measure", "theirs", "ours", "difference", "cause → ours with it"),
        [_difference(one) for one in shown],
    )
    yield Part(
        "The smallest case found for each cause, and what each tool answers",
        ("cause", "gold", "predicted", "measure", "ours", "theirs"),
        [_example(one) for one in outcome.examples],
    )
    yield Part(
        "Known cases, checked in this run",
        ("cause", "gold", "predicted", "measure", "ours", "theirs"),
        [_known(one) for one in cases()],
    )
    causes = {one.cause: None for one in outcome.examples}
    yield Part("What the causes say", ("cause", "rule"), [(cause.name, cause.says) for cause in causes])
    yield Part(
        "nervaluate's strict true positives, one document at a time",
        ("corpus", "documents", "not those of sets", "change when shuffled", "true positives", "of"),
        [
            (
                one.sample,
                str(one.documents),
                f"{one.wrong} ({one.wrong / one.documents:.1%})",
                f"{one.changed} ({one.changed / one.documents:.1%})",
                str(one.found),
                str(one.true),
            )
            for one in outcome.orders
        ],
    )


def verdict(outcome: Outcome) -> Iterator[str]:
    """A line for each thing that does not hold, and the last one for the whole."""
    yield from map(_failure, outcome.failures)
    yield from (f"FAILED known case: {line}" for line in outcome.broken)
    numbers = sum(len(one.measures) for one in outcome.comparisons)
    differing = sum(len(one.differences) for one in outcome.comparisons)
    if failed := len(outcome.failures) + len(outcome.broken):
        yield f"{failed} of the checks failed"
    else:
        yield f"{numbers} numbers compared: {numbers - differing} equal to 1e-12, {differing} differ and are explained"


def _summary(found: Comparison) -> tuple[str, ...]:
    explained = [one for one in found.differences if one.explained]
    causes = dict.fromkeys(cause.name for one in explained for cause in one.causes)
    equal = len(found.measures) - len(found.differences)
    counts = (len(found.sample.pages), free(found), len(found.measures), equal, len(explained))
    return found.sample.name, found.peer.name, *map(str, counts), ", ".join(causes)


def _headlines(found: Comparison) -> Iterator[Difference]:
    """F1 over all types, and the type's F1 that differs most."""
    f1 = [one for one in found.differences if one.measure.endswith("f1")]
    yield from (one for one in f1 if one.measure.startswith(("micro/", "macro/")))
    types = [one for one in f1 if not one.measure.startswith(("micro/", "macro/"))]
    yield from sorted(types, key=lambda one: -_gap(one))[:1]


def _gap(one: Difference) -> float:
    gap = abs(one.theirs - one.ours)
    return 0.0 if math.isnan(gap) else gap


def _difference(one: Difference) -> tuple[str, ...]:
    path = ", ".join(f"{cause.name} → {_number(value)}" for cause, value in one.path)
    numbers = (_number(one.theirs), _number(one.ours), f"{one.theirs - one.ours:+.4f}")
    return one.sample, one.peer, one.measure, *numbers, path if one.explained else f"NOT EXPLAINED {path}"


def _example(one: Example) -> tuple[str, ...]:
    theirs = ", ".join(f"{name} {_number(value)}" for name, value in one.theirs)
    return one.cause.name, *_sides(one.page, flat=one.flat), one.measure, _number(one.ours), theirs


def _known(one: Case) -> tuple[str, ...]:
    theirs = ", ".join(f"{name} {_number(value)}" for name, value in one.theirs.items())
    return one.cause.name, *_sides(one.page, flat=one.sample.flat), one.measure, _number(one.ours), theirs


def _failure(one: Failure) -> str:
    number = one.difference
    path = ", ".join(f"{cause.name} → {value!r}" for cause, value in number.path)
    line = f"FAILED {number.sample}, {number.peer}, {number.measure}: {one.what}"
    if not math.isnan(number.theirs):
        line += f": theirs {number.theirs!r}, ours {number.ours!r}" + (f" ({path})" if path else "")
    if one.page is not None:
        for name, mentions, tags in zip(("gold", "predicted"), one.page.sides, one.page.tags, strict=True):
            line += f"\n  {name}: {_mentions(mentions)}   [{' '.join(tags)}]"
    return line


def _sides(page: Page, *, flat: bool) -> tuple[str, str]:
    if flat:
        return " ".join(page.tags[0]), " ".join(page.tags[1])
    return _mentions(page.gold), _mentions(page.predicted)


def _mentions(mentions: Mentions) -> str:
    return ", ".join(f"{kind} {start}–{end}" for start, end, kind in mentions) or "nothing"


def _number(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.4f}"


def _markdown(part: Part) -> str:
    lines = [part.columns, ("---",) * len(part.columns), *part.rows]
    return "\n".join((f"## {part.title}", "", *(f"| {' | '.join(line)} |" for line in lines)))


def _record(one: Difference) -> dict[str, Any]:
    return {
        "corpus": one.sample,
        "tool": one.peer,
        "measure": one.measure,
        "theirs": _json(one.theirs),
        "ours": _json(one.ours),
        "causes": [{"cause": cause.name, "ours_with_it": _json(value)} for cause, value in one.path],
        "explained": one.explained,
    }


def _example_record(one: Example) -> dict[str, Any]:
    return {
        "cause": one.cause.name,
        "rule": one.cause.says,
        "gold": [list(mention) for mention in one.page.gold],
        "predicted": [list(mention) for mention in one.page.predicted],
        "tags": [list(tags) for tags in one.page.tags],
        "measure": one.measure,
        "ours": _json(one.ours),
        "theirs": {name: _json(value) for name, value in one.theirs},
    }


def _json(value: float) -> float | None:
    return None if math.isnan(value) else value
