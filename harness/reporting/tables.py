"""What a run's `scores.json` and `analysis.json` hold, as rows and cells of the page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from harness.analysis.pictures import occurring
from harness.comparison.pair import ALPHA, Comparison
from harness.comparison.sheets import FEWEST, measures_sheet
from harness.data.files import read_json
from harness.data.types import LAYERS
from harness.runs.folder import ANALYSIS
from harness.runs.run import Run
from harness.runs.scores import ScorerScores
from harness.scoring.baselines import LEGEND, Line, marked
from harness.scoring.entities import MACRO10
from harness.scoring.score import Measure
from harness.scoring.signature import parse, view_of
from harness.scoring.table import label_of
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet

_TYPE_SCORERS = ("entities_strict", "entities_strict_char", "entities_strict_clitic")
_MEASURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class MeasureRow:
    """One measure of one scorer; a number for each run, None where the run lacks it."""

    scorer: str
    measure: str
    numbers: Sequence[Measure | None]
    support: int | None
    agreement: float | None
    view: str = ""
    baselines: Sequence[tuple[str, Sequence[Line | None]]] = ()
    """Names of baselines, each with a line for each run, None where the run lacks it."""
    headline: bool = False
    """Whether a decision may hang on it."""

    def marks(self, run: int) -> str:
        """The marks of the baselines that a run does not leave behind."""
        return marked("", [line for _, shown in self.baselines if (line := shown[run]) is not None]).strip()


@dataclass(frozen=True)
class TypeRow:
    """One type; for each run its precision, recall and F1 by name, None where the run lacks it."""

    type: str
    support: int
    runs: Sequence[Mapping[str, Measure] | None]


class Cell(NamedTuple):
    """Mentions in a cell of the confusion table, their share of the row, and whether they are right."""

    mentions: int
    share: float
    right: bool


def analysis_of(run: Run) -> dict[str, Any] | None:
    """The run's analysis; None where it was switched off."""
    path = run.folder / ANALYSIS
    return read_json(path) if path.is_file() else None


def measures(runs: Sequence[Run]) -> list[MeasureRow]:
    """The measures that stand for each scorer, over the scorers that any run has.

    Means over the types with ten mentions are left out where no run has a value: gold that small has no such type.
    """
    scorers = dict.fromkeys(name for run in runs for name in run.scores.scorers)
    rows = []
    for scorer in scorers:
        by_run = [run.scores.scorers.get(scorer) for run in runs]
        known = [scores for scores in by_run if scores is not None]
        rows += [
            MeasureRow(
                scorer,
                measure,
                [None if scores is None else scores.measures.get(measure) for scores in by_run],
                known[0].gold(measure),
                known[0].agreement.get(measure),
                view_of(known[0].signature),
                _baselines(by_run, measure),
                any(measure in scores.headlines for scores in known),
            )
            for measure in dict.fromkeys(name for scores in known for name in (*scores.shown, *scores.headlines))
            if label_of(measure) != MACRO10 or any(_has_value(scores, measure) for scores in known)
        ]
    return rows


def legend(runs: Sequence[Run]) -> str:
    """What the lines of baselines mean; empty where there are none."""
    scorers = [scores for run in runs for scores in run.scores.scorers.values()]
    return LEGEND if any(scores.has_baselines for scores in scorers) else ""


def notes(runs: Sequence[Run]) -> list[str]:
    """What the agreement of annotation passes is worth, as the gold says it."""
    scorers = [scores for run in runs for scores in run.scores.scorers.values()]
    return sorted({scores.agreement_note for scores in scorers if scores.agreement_note is not None})


def signatures(runs: Sequence[Run]) -> list[str]:
    """What was computed, each signature once."""
    signed = (scores.signature for run in runs for scores in run.scores.scorers.values())
    return list(dict.fromkeys(signed))


def levels(runs: Sequence[Run]) -> str:
    """The levels of the intervals, in words."""
    return formats.percents(parse(signature).level for signature in signatures(runs))


def types(runs: Sequence[Run]) -> tuple[str, list[TypeRow]]:
    """The exact scorer that is shown by type, and a row for each type that the gold or a run has, most frequent first.

    The scorer is empty where no run has an exact one.
    """
    every = [run.scores.scorers for run in runs]
    scorer = next((name for name in _TYPE_SCORERS if any(name in scores for scores in every)), "")
    by_run = [scores.get(scorer) for scores in every]
    known = [scores for scores in by_run if scores is not None]
    names = dict.fromkeys(label for scores in known for label in scores.support if label != "micro")
    rows = [
        TypeRow(
            name,
            next(scores.support[name] for scores in known if name in scores.support),
            [None if scores is None else _by_measure(scores, name) for scores in by_run],
        )
        for name in names
    ]
    used = [row for row in rows if row.support or any(_is_predicted(scores) for scores in row.runs)]
    return scorer, sorted(used, key=lambda row: -row.support)


def confusion(stored: Mapping[str, Any]) -> tuple[list[str], list[list[Cell]]]:
    """The types that occur, and cells in rows of gold and columns of predicted types; missed and spurious are last."""
    names, cells = occurring(stored)
    totals = np.maximum(cells.sum(axis=1), 1)
    rows = [
        [Cell(int(count), float(count / totals[row]), row == column) for column, count in enumerate(line)]
        for row, line in enumerate(cells)
    ]
    return names, rows


def runs_sheet(runs: Sequence[Run], names: Sequence[str]) -> Sheet:
    """Each run, the gold it was scored on, how many documents failed, and its speed.

    And, where any run has such, how many of its answers have no place in the text.
    """
    layers = [layer for layer in LAYERS if any(layer in run.scores.unplaced for run in runs)]
    rows = []
    for name, run in zip(names, runs, strict=True):
        scores = run.scores
        speed = formats.speed(scores.words_per_second)
        numbers = str(scores.documents), str(scores.failures), speed
        unplaced = [_unplaced(scores.unplaced.get(layer)) for layer in layers]
        rows.append(Row([name, run.folder.name, run.gold.label, *numbers, *unplaced]))
    columns = [
        *(Column(heading, "name") for heading in ("run", "folder", "gold")),
        *map(Column, ("documents", "failed", "words a second", *(f"no such text, {layer}" for layer in layers))),
    ]
    return Sheet("Runs", columns, rows)


def _unplaced(found: Mapping[str, float] | None) -> str:
    """How many answers have no place in the text, and which share of all they are."""
    return "0" if found is None else f"{found['unplaced']:g} ({formats.value(found['share'])})"


def differences_sheet(comparison: Comparison) -> Sheet:
    """The headline measures of run B less those of run A."""
    family = comparison.headlines[0].p.family if comparison.headlines else 0
    caption = (
        f"Run B less run A over the same units, with interval; p is adjusted (Holm) for the "
        f"{formats.counted(family, 'measure')} in which any unit differs; “differ” is in how many (of {FEWEST - 1} or "
        f"fewer no p is below {ALPHA:g})."
    )
    return measures_sheet(comparison, comparison.headlines, caption, sides=("A", "B"))


def disputes_sheet(comparison: Comparison) -> Sheet:
    """By scorer and type how many items of the gold only A got right, and only B."""
    rows = [
        Row([scorer, label, str(sides["a"]), str(sides["b"])])
        for scorer, disputes in comparison.disputes.items()
        for label in dict.fromkeys(dispute.type for dispute in disputes)
        for sides in [Counter(dispute.right for dispute in disputes if dispute.type == label)]
    ]
    columns = [Column("scorer", "words"), Column("type", "name"), Column("only A"), Column("only B")]
    return Sheet("Items of the gold that one run alone got right, over all documents", columns, rows)


def calibration_sheets(stored: Mapping[str, Any], name: str = "") -> list[Sheet]:
    """What `analysis.json` holds on calibration: by bins of scores, and by type where there are enough mentions.

    `name` stands before the caption. Runs that were analysed before there were consistency bars lack what chance does.
    """
    every, types = stored["all"], stored["types"]
    by_chance = every.get("ece_by_chance")
    chance = ""
    if by_chance:
        usual, most = map(formats.value, by_chance)
        chance = f" (by chance {usual}, up to {most}) · debiased error (RMS) {formats.value(every['rms_error'])}"
    caption = (
        f"{f'{name}: ' if name else ''}{formats.counted(every['mentions'], 'mention')}, "
        f"{stored['without_score']} without score"
        f" · ECE {formats.value(every['ece'])}{chance} · Brier {formats.value(every['brier'])}"
        f" · AURC {formats.value(every['aurc'])} (best {formats.value(every['aurc_best'])})"
        f" · precision of the surest 80 %: {formats.value(every['precision_at_80'])}"
    )
    bins = [
        Row(
            [
                formats.interval(row["low"], row["high"]),
                str(row["mentions"]),
                formats.value(row["score"]),
                formats.value(row["accuracy"]),
                formats.interval(row.get("chance_low"), row.get("chance_high")),
            ]
        )
        for row in every["reliability"]
    ]
    headings = "scores", "mentions", "mean score", "share right", "by chance"
    sheets = [Sheet(caption, [*map(Column, headings)], bins)]
    if types:
        rows = [
            Row(
                [
                    label,
                    str(row["mentions"]),
                    *map(formats.value, (row["accuracy"], row["ece"], row["ece_by_chance"][1], row["rms_error"])),
                ]
            )
            for label, row in types.items()
            if row.get("ece_by_chance")
        ]
        headings = "mentions", "share right", "ECE", "ECE by chance, up to", "debiased error (RMS)"
        caption = (
            "By type, of at least 50 mentions with a score. A debiased error of 0 says that there is no more of a gap "
            "than chance makes."
        )
        sheets.append(Sheet(caption, [Column("type", "name"), *map(Column, headings)], rows))
    return sheets


def cascade_sheet(stored: Mapping[str, Any]) -> Sheet:
    """By kind of quotation, where gold claims are lost."""
    caption = (
        "Gold claims by the first part that is wrong; exact: of the survivors, those with the content's exact "
        "boundaries too"
    )
    headings = "gold", "lost at content", "at cue", "at source", "survived", "exact"
    rows = [
        Row(
            [
                name,
                *map(str, (row["gold"], *(row["lost"][role] for role in ("content", "cue", "source")))),
                *map(str, (row["survived"], row["exact"])),
            ]
        )
        for name, row in stored.items()
    ]
    return Sheet(caption, [Column("quotation", "words"), *map(Column, headings)], rows)


def _has_value(scores: ScorerScores, measure: str) -> bool:
    found = scores.measures.get(measure)
    return found is not None and found.value is not None


def _baselines(by_run: Sequence[ScorerScores | None], measure: str) -> list[tuple[str, list[Line | None]]]:
    shown = [{} if scores is None else {line.name: line for line in scores.baselines(measure)} for scores in by_run]
    return [
        (name, [scores.get(name) for scores in shown])
        for name in dict.fromkeys(name for scores in shown for name in scores)
    ]


def _by_measure(scores: ScorerScores, label: str) -> dict[str, Measure]:
    return {name: scores.measures.get(f"{label}/{name}", Measure(None, None, None)) for name in _MEASURES}


def _is_predicted(measures: Mapping[str, Measure] | None) -> bool:
    # Precision is defined exactly where something of the type is predicted.
    return measures is not None and measures["precision"].value is not None
