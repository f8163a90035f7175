"""The scores of a run as a table: measures with their intervals, and below them what baselines reach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.runs.scores import RunScores, ScorerScores
from harness.scoring.baselines import LEGEND, Line, marked
from harness.scoring.signature import headed, parse
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet, one_line
from harness.show.terminal import isolate

MORE: Final = "precision, recall, macro and all other measures: verbose=true, or scores.json"
_INTERVALS: Final = "interval over units; documents: the same over whole documents; gold: items that it is over"


def shown_measures(scores: RunScores) -> dict[str, Sequence[str]]:
    """By scorer, the measures that a table of a run shows."""
    return {name: scored.shown for name, scored in scores.scorers.items()}


def headline_measures(scores: RunScores) -> dict[str, Sequence[str]]:
    """By scorer, the few measures that stand for it."""
    return {name: scored.headlines for name, scored in scores.scorers.items()}


def run_sheet(scores: RunScores, note: str = "", *, verbose: bool = True, told: set[str] | None = None) -> Sheet:
    """The main measures of a run under what ran on what; `note` stands in the caption too.

    Not `verbose`, it has the headline measures alone, and one row for views that say the same of all of them. Notes in
    `told` are left out, and the others added to it: a sweep says each of them once.
    """
    run, dataset = (isolate(one_line(text)) for text in (scores.runner, scores.dataset))
    failures = f", {scores.failures} failed" if scores.failures else ""
    said = f" · {isolate(one_line(note))}" if note else ""
    caption = f"{run} on {dataset}, documents: {scores.documents}{failures}{said}"
    if verbose:
        sheet = scores_sheet(scores, shown_measures(scores), caption)
    else:
        shown, alike = _distinct_views(scores)
        same = [same_numbers(views, name) for name, views in alike.items()]
        sheet = scores_sheet(scores, shown, caption)
        sheet = replace(sheet, notes=(*same, *sheet.notes, MORE))
    if scores.unplaced:
        sheet = replace(sheet, notes=(unplaced_words(scores.unplaced), *sheet.notes))
    if told is not None:
        notes = [line for line in sheet.notes if line not in told]
        told.update(sheet.notes)
        sheet = replace(sheet, notes=notes)
    return sheet


def unplaced_words(shares: Mapping[str, Mapping[str, float]], run: str = "") -> str:
    """How many answers of each layer have no place in the text; those of `run`, if one is named."""
    parts = [
        f"{layer} {found['unplaced']:g} of {found['answers']:g} ({formats.value(found['share'])})"
        for layer, found in shares.items()
    ]
    return f"answers without a place in the text, counted as wrong{f' in {run}' if run else ''}: {', '.join(parts)}"


def _distinct_views(scores: RunScores) -> tuple[dict[str, Sequence[str]], dict[str, list[str]]]:
    """The headline measures by scorer, without scorers of the same layer that say the same as one above; and those."""
    shown: dict[str, Sequence[str]] = {}
    alike: dict[str, list[str]] = {}
    for name, measures in headline_measures(scores).items():
        own = _told(scores.scorers[name], measures)
        twin = next(
            (
                first
                for first, told in shown.items()
                if is_view(name, first) and told == measures and _told(scores.scorers[first], measures) == own
            ),
            None,
        )
        if twin is None:
            shown[name] = measures
        else:
            alike.setdefault(twin, []).append(name)
    return shown, alike


def _told(scored: ScorerScores, measures: Sequence[str]) -> object:
    """All that a table shows of measures, rounded as it shows it."""
    numbers = [scored.measures[measure] for measure in measures if measure in scored.measures]
    lines = [line for measure in measures for line in scored.baselines(measure)]
    rounded = [formats.estimate(*number[:3]) + formats.value(number.value) for number in numbers]
    against = [
        (line.name, formats.value(line.value), formats.value(line.difference), formats.p(line.p)) for line in lines
    ]
    return rounded, against, [scored.gold(measure) for measure in measures]


def is_view(scorer: str, first: str) -> bool:
    """Whether two scorers look at the same layer, as `entities_uncommon` and `entities_strict` do."""
    return scorer.partition("_")[0] == first.partition("_")[0]


def same_numbers(views: Sequence[str], name: str) -> str:
    """That scorers have the numbers of `name`, in words."""
    listed = " and ".join(filter(None, (", ".join(views[:-1]), views[-1])))
    return f"{listed} {'has' if len(views) == 1 else 'have'} the same numbers as {name}"


def scores_sheet(scores: RunScores, measures: Mapping[str, Sequence[str]], caption: str) -> Sheet:
    """The named measures of each scorer, each followed by its baselines and how far the run is above them.

    There is a column for intervals over documents where there are any beside those over units, and one for how far
    annotation passes agree where that is known.
    """
    scorers = scores.scorers
    agreed = sorted({scored.agreement_note for scored in scorers.values() if scored.agreement_note is not None})
    clustered = any(scorers[name].measures[measure].documents for name, shown in measures.items() for measure in shown)
    legend = any(scored.has_baselines for scored in scorers.values())
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
        [*[f"{level}: {_INTERVALS}"] * clustered, *[LEGEND] * legend, *(f"agreement: {note}" for note in agreed)],
        heads=1,
        key=1,
    )


def levels(scorers: Iterable[ScorerScores]) -> set[float]:
    """The levels of the intervals of scorers, as their signatures name them."""
    return {parse(scored.signature).level for scored in scorers if scored.signature} or {0.95}


def _rows(scorer: str, scored: ScorerScores, measures: Sequence[str], clustered: bool, agreed: bool) -> Iterator[Row]:
    head = headed(scorer, scored.signature or None)
    for measure in measures:
        numbers = scored.measures[measure]
        value, low, high = numbers[:3]
        interval = (
            "" if value is None else "too few units" if low is None or high is None else formats.interval(low, high)
        )
        baselines, support = scored.baselines(measure), scored.gold(measure)
        yield Row(
            [
                head,
                marked(measure, baselines),
                formats.value(value),
                interval,
                *[formats.interval(*numbers.documents) if numbers.documents else ""] * clustered,
                "" if support is None else str(support),
                *[formats.value(scored.agreement.get(measure))] * agreed,
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
