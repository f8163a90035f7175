"""Runs on several data sets side by side: what a system scores on one says little before it is seen on another.

Nothing is tested between data sets: the columns are different texts, each with the intervals of its own run.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.runs.run import Run
from harness.runs.scores import ScorerScores
from harness.scoring.baselines import MARKS
from harness.scoring.signature import headed
from harness.show import formats
from harness.show.sheet import Column, Page, Row, Sheet

_LEGEND: Final = f"Value and interval of each run, and the value of each baseline, on each data set; {MARKS}."


def across(runs: Sequence[Run], best: Mapping[str, str] | None = None) -> Page:
    """The headline measures, a row for each system and baseline, a column for each data set, in the order of `runs`.

    `best` says in words which run is best on each data set, by name and hash; it stands before the table.
    """
    columns = _columns(runs)
    systems: dict[str, dict[str, Run]] = {}
    for name, run in zip(_systems(runs), runs, strict=True):
        systems.setdefault(name, {})[run.scores.dataset] = run
    scorers = dict.fromkeys(scorer for run in runs for scorer in run.scores.scorers)
    sheet = Sheet(
        "Headlines by data set",
        [Column("scorer", "words"), Column("measure", "words"), Column("run", "name"), *map(Column, columns.values())],
        [row for scorer in scorers for row in _rows(scorer, systems, list(columns))],
        [_LEGEND],
        heads=2,
        key=2,
    )
    documents = {run.scores.dataset: run.scores.documents for run in runs}
    facts = [(f"best on {columns[label]}", said) for label, said in (best or {}).items()]
    facts += [(columns[label], f"{label}, documents: {count}") for label, count in documents.items()]
    signatures = dict.fromkeys(scored.signature for run in runs for scored in run.scores.scorers.values())
    return Page("Data sets side by side", facts, [], [sheet], list(signatures))


def _columns(runs: Sequence[Run]) -> dict[str, str]:
    """The data sets, by name and hash; their names, with the hash where two are alike."""
    labels = list(dict.fromkeys(run.scores.dataset for run in runs))
    names = [label.rpartition("#")[0] for label in labels]
    return {label: name if names.count(name) == 1 else label for label, name in zip(labels, names, strict=True)}


def _systems(runs: Sequence[Run]) -> list[str]:
    """For each run what ran, and its own settings, the data set's aside; the folder too where that leaves two alike."""
    own = [[setting for setting in run.settings if not setting.lstrip("+~").startswith("dataset")] for run in runs]
    shared = set.intersection(*map(set, own)) if own else set()
    names = [
        " ".join((run.scores.runner, *(setting for setting in settings if setting not in shared)))
        for run, settings in zip(runs, own, strict=True)
    ]
    keys = [(name, run.scores.dataset) for name, run in zip(names, runs, strict=True)]
    return [
        f"{name} ({run.folder.name})" if keys.count(key) > 1 else name
        for name, key, run in zip(names, keys, runs, strict=True)
    ]


def _rows(scorer: str, systems: Mapping[str, Mapping[str, Run]], labels: Sequence[str]) -> Iterator[Row]:
    """The rows of one scorer: by headline measure each system, then each baseline."""
    runs = [run for by_label in systems.values() for run in by_label.values() if scorer in run.scores.scorers]
    head = headed(scorer, runs[0].scores.scorers[scorer].signature)
    for measure in dict.fromkeys(measure for run in runs for measure in run.scores.scorers[scorer].headlines):
        baselines: dict[str, dict[str, float]] = {}
        for name, by_label in systems.items():
            by_data = {label: run.scores.scorers.get(scorer) for label, run in by_label.items()}
            if any(by_data.values()):
                yield Row([head, measure, name, *(_cell(by_data.get(label), measure) for label in labels)])
            for label, scored in by_data.items():
                for line in scored.baselines(measure) if scored else ():
                    baselines.setdefault(line.name, {})[label] = line.value
        for name, values in baselines.items():
            cells = (formats.value(values.get(label)) for label in labels)
            yield Row([head, measure, f"baseline {name}", *cells], "muted")


def _cell(scored: ScorerScores | None, measure: str) -> str:
    numbers = None if scored is None else scored.measures.get(measure)
    if scored is None or numbers is None or numbers.value is None:
        return formats.UNDEFINED
    shown = formats.estimate(*numbers[:3])
    return " ".join((shown, *filter(None, (line.mark for line in scored.baselines(measure)))))
