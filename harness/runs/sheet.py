"""The scores of a run as a table: measures with their intervals, and below them what baselines reach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.runs.scores import RunScores, ScorerScores
from harness.scoring.baselines import LEGEND, Line, marked
from harness.scoring.signature import headed, parse
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet, one_line
from harness.show.terminal import isolate

MORE: Final = "precision, recall, macro and all other measures: verbose=true, or scores.json"
SPREAD: Final = (
    "mean ± sd: over the runner's repetitions and its own run, which differ by chance alone; sd: sample standard "
    "deviation, no interval over documents"
)
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
    if any(scores.repeat_failures):
        sheet = replace(sheet, notes=(*sheet.notes, failed_repeats(scores.repeat_failures)))
    if scores.unplaced:
        sheet = replace(sheet, notes=(unplaced_words(scores.unplaced), *sheet.notes))
    if told is not None:
        notes = [line for line in sheet.notes if line not in told]
        told.update(sheet.notes)
        sheet = replace(sheet, notes=notes)
    return sheet


def failed_repeats(failures: Sequence[int], run: str = "") -> str:
    """In which repetitions documents have no answer, which widens sd; those of `run`, if one is named."""
    said = [
        f"{formats.counted(count, 'document')} in repetition {place}"
        for place, count in enumerate(failures, 1)
        if count
    ]
    return f"failed, and counted as empty{f' in {run}' if run else ''}: {', '.join(said)}; sd holds that too"


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
    repeated = [(spread.runs, formats.spread(spread.mean, spread.sd)) for spread in scored.repeats.values()]
    return rounded, against, repeated, [scored.gold(measure) for measure in measures]


def is_view(scorer: str, first: str) -> bool:
    """Whether two scorers look at the same layer, as `entities_uncommon` and `entities_strict` do."""
    return scorer.partition("_")[0] == first.partition("_")[0]


def same_numbers(views: Sequence[str], name: str) -> str:
    """That scorers have the numbers of `name`, in words."""
    listed = " and ".join(filter(None, (", ".join(views[:-1]), views[-1])))
    return f"{listed} {'has' if len(views) == 1 else 'have'} the same numbers as {name}"


def scores_sheet(scores: RunScores, measures: Mapping[str, Sequence[str]], caption: str) -> Sheet:
    """The named measures of each scorer, each followed by its baselines and how far the run is above them.

    There is a column for intervals over documents where there are any beside those over units, one for how the runner's
    repetitions vary where there are any, and one for how far annotation passes agree where that is known.
    """
    scorers = scores.scorers
    agreed = sorted({scored.agreement_note for scored in scorers.values() if scored.agreement_note is not None})
    clustered = any(scorers[name].measures[measure].documents for name, shown in measures.items() for measure in shown)
    legend = any(scored.has_baselines for scored in scorers.values())
    level = formats.percents(levels(scorers.values()))
    runs = most_runs(scorers.values())
    columns = _Columns(clustered, runs, bool(agreed))
    return Sheet(
        caption,
        [
            Column("scorer", "words"),
            Column("measure", "words"),
            Column("value"),
            Column(f"{level} interval", short=level),
            *[Column("over documents", short="documents")] * clustered,
            *[Column(f"mean ± sd of {runs} runs", short=f"{runs} runs")] * bool(runs),
            Column("gold"),
            *[Column("agreement", short="agree")] * bool(agreed),
        ],
        [row for name, shown in measures.items() for row in _rows(name, scorers[name], shown, columns)],
        [
            *[f"{level}: {_INTERVALS}"] * clustered,
            *[SPREAD] * bool(runs),
            *[LEGEND] * legend,
            *(f"agreement: {note}" for note in agreed),
        ],
        heads=1,
        key=1,
    )


def most_runs(scorers: Iterable[ScorerScores]) -> int:
    """Over how many runs the measures of scorers vary, at most; 0 where there are no repetitions."""
    return max((spread.runs for scored in scorers for spread in scored.repeats.values()), default=0)


def spread_over(scored: ScorerScores, measure: str, runs: int) -> str:
    """Mean and standard deviation of a measure over runs, and of how many where it is not `runs`; empty without."""
    spread = scored.repeats.get(measure)
    if spread is None:
        return ""
    shown = formats.spread(spread.mean, spread.sd)
    return shown if spread.runs == runs else f"{shown} ({formats.counted(spread.runs, 'run')})"


def figures_sheet(scores: RunScores) -> Sheet | None:
    """What the runner counted of its own, such as tokens and cost; None where it counted nothing."""
    if not scores.figures:
        return None
    rows = [Row([figure_name(name), formats.figure(number)]) for name, number in scores.figures.items()]
    return Sheet("The runner's own figures", [Column("figure", "name"), Column("number")], rows)


def figure_name(name: str) -> str:
    """What a figure is called: cost is in dollars."""
    return f"{name} (USD)" if name.rpartition("/")[2] == "cost" else name


@dataclass(frozen=True)
class _Columns:
    """Which columns a table of scores has besides those that all have."""

    clustered: bool
    runs: int
    agreed: bool


def levels(scorers: Iterable[ScorerScores]) -> set[float]:
    """The levels of the intervals of scorers, as their signatures name them."""
    return {parse(scored.signature).level for scored in scorers if scored.signature} or {0.95}


def _rows(scorer: str, scored: ScorerScores, measures: Sequence[str], columns: _Columns) -> Iterator[Row]:
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
                *[formats.interval(*numbers.documents) if numbers.documents else ""] * columns.clustered,
                *[spread_over(scored, measure, columns.runs)] * bool(columns.runs),
                "" if support is None else str(support),
                *[formats.value(scored.agreement.get(measure))] * columns.agreed,
            ]
        )
        for line in baselines:
            yield Row(_baseline(head, line, columns), "muted")


def _baseline(head: str, line: Line, columns: _Columns) -> list[str]:
    """The value of a baseline, then the run less the baseline, and last what stands for the number of gold items: p."""
    return [
        head,
        f"{line.name} {formats.value(line.value)}",
        "" if line.difference is None else formats.value(line.difference, signed=True),
        "" if line.low is None else formats.interval(line.low, line.high, signed=True),
        *[""] * (columns.clustered + bool(columns.runs)),
        "" if line.p is None else f"p {formats.p(line.p)}",
        *[""] * columns.agreed,
    ]
