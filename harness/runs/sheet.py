"""The scores of a run as a table: measures with their intervals, and below them what baselines reach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from harness.scoring.baselines import LEGEND, Line, lines, marked
from harness.scoring.selection import stored_headlines, stored_shown
from harness.scoring.signature import headed, parse
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet, one_line
from harness.show.terminal import isolate

Scores = Mapping[str, Any]
"""What `scores.json` holds, or, of one scorer, what it holds under its name."""

_INTERVALS: Final = "%: interval over units; documents: the same over whole documents; gold: items that it is over"


def shown_measures(scores: Scores) -> dict[str, list[str]]:
    """By scorer, the measures that a table of a run shows."""
    return {name: stored_shown(scored) for name, scored in scores["scorers"].items()}


def headline_measures(scores: Scores) -> dict[str, list[str]]:
    """By scorer, the few measures that stand for it."""
    return {name: stored_headlines(scored) for name, scored in scores["scorers"].items()}


def run_sheet(scores: Scores, note: str = "") -> Sheet:
    """The main measures of a run under what ran on what; `note` stands in the caption too."""
    run, dataset = (isolate(one_line(str(scores[key]))) for key in ("runner", "dataset"))
    failures = f", {scores['failures']} failed" if scores.get("failures") else ""
    said = f" · {isolate(one_line(note))}" if note else ""
    caption = f"{run} on {dataset}, documents: {scores['documents']}{failures}{said}"
    return scores_sheet(scores, shown_measures(scores), caption)


def scores_sheet(scores: Scores, measures: Mapping[str, Sequence[str]], caption: str) -> Sheet:
    """The named measures of each scorer, each followed by its baselines and how far the run is above them.

    There is a column for intervals over documents where there are any beside those over units, and one for how far
    annotation passes agree where that is known.
    """
    scorers: Mapping[str, Scores] = scores["scorers"]
    agreed = sorted({found["agreement"]["note"] for found in scorers.values() if "agreement" in found})
    clustered = any(
        documents_interval(scorers[name]["measures"][measure]) for name, shown in measures.items() for measure in shown
    )
    legend = any("baselines" in found for found in scorers.values())
    level = formats.percents(levels(scorers.values()))
    return Sheet(
        caption,
        [
            Column("scorer", "words"),
            Column("measure", "words"),
            Column("value"),
            Column(f"{level} interval", short=level),
            *[Column("over documents", short="documents")] * clustered,
            Column("gold"),
            *[Column("agreement", short="agree")] * bool(agreed),
        ],
        [row for name, shown in measures.items() for row in _rows(name, scorers[name], shown, clustered, bool(agreed))],
        [*[_INTERVALS] * clustered, *[LEGEND] * legend, *(f"agreement: {note}" for note in agreed)],
        heads=1,
        key=1,
    )


def levels(scorers: Iterable[Scores]) -> set[float]:
    """The levels of the intervals of scorers, as their signatures name them."""
    return {parse(found["signature"]).level for found in scorers if "signature" in found} or {0.95}


def documents_interval(numbers: Scores) -> tuple[float, float] | None:
    """The interval over documents; None where there is none, or where it is the one over units."""
    low, high = numbers.get("document_low"), numbers.get("document_high")
    if low is None or high is None or (low, high) == (numbers["low"], numbers["high"]):
        return None
    return low, high


def _rows(scorer: str, found: Scores, measures: Sequence[str], clustered: bool, agreed: bool) -> Iterator[Row]:
    head = headed(scorer, found.get("signature"))
    agreement = found.get("agreement", {}).get("measures", {})
    for measure in measures:
        numbers = found["measures"][measure]
        value, low, high = (numbers[key] for key in ("value", "low", "high"))
        documents = documents_interval(numbers)
        interval = (
            "" if value is None else "too few units" if low is None or high is None else formats.interval(low, high)
        )
        support = found["support"].get(measure.partition("/")[0], found["support"].get("micro", ""))
        baselines = list(lines(found, measure))
        yield Row(
            [
                head,
                marked(measure, baselines),
                formats.value(value),
                interval,
                *[formats.interval(*documents) if documents else ""] * clustered,
                str(support),
                *[formats.value(agreement.get(measure))] * agreed,
            ]
        )
        for line in baselines:
            yield Row(_baseline(head, line, clustered, agreed), "muted")


def _baseline(head: str, line: Line, clustered: bool, agreed: bool) -> list[str]:
    """The value of a baseline, then the run less the baseline, and last what stands for the number of gold items: p."""
    return [
        head,
        f"{line.name} {formats.value(line.value)}",
        "" if line.difference is None else formats.value(line.difference, signed=True),
        "" if line.low is None else formats.interval(line.low, line.high, signed=True),
        *[""] * clustered,
        "" if line.p is None else f"p {formats.p(line.p)}",
        *[""] * agreed,
    ]
