"""Runs on several data sets side by side: what a system scores on one says little before it is seen on another.

Nothing is tested between data sets: the columns are different texts, each with the intervals of its own run.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harness.comparison.sheets import Page, Sheet
from harness.runs.run import Run
from harness.scoring.baselines import MARKS, lines
from harness.scoring.selection import stored_headlines
from harness.scoring.signature import headed

BASELINE: Final = "baseline "
"""What the name of a row begins with that is a baseline's."""

_LEGEND: Final = f"Value and interval of each run, and the value of each baseline, on each data set; {MARKS}."


def across(runs: Sequence[Run]) -> Page:
    """The headline measures, a row for each system and baseline, a column for each data set, in the order of `runs`."""
    columns = _columns(runs)
    systems: dict[str, dict[str, Run]] = {}
    for name, run in zip(_systems(runs), runs, strict=True):
        systems.setdefault(name, {})[str(run.scores["dataset"])] = run
    scorers = dict.fromkeys(scorer for run in runs for scorer in run.scores["scorers"])
    rows = [row for scorer in scorers for row in _rows(scorer, systems, list(columns))]
    sheet = Sheet("Headlines by data set", ("scorer", "measure", "run", *columns.values()), rows)
    documents = {str(run.scores["dataset"]): run.scores["documents"] for run in runs}
    facts = [(columns[label], f"{label}, documents: {count}") for label, count in documents.items()]
    found = [str(one["signature"]) for run in runs for one in run.scores["scorers"].values()]
    return Page("Data sets side by side", facts, [_LEGEND], [sheet], list(dict.fromkeys(found)))


def _columns(runs: Sequence[Run]) -> dict[str, str]:
    """The data sets, by name and hash; their names, with the hash where two are alike."""
    labels = list(dict.fromkeys(str(run.scores["dataset"]) for run in runs))
    names = [label.rpartition("#")[0] for label in labels]
    return {label: name if names.count(name) == 1 else label for label, name in zip(labels, names, strict=True)}


def _systems(runs: Sequence[Run]) -> list[str]:
    """For each run what ran, and its own settings, the data set's aside; the folder too where that leaves two alike."""
    own = [[one for one in run.settings if not one.lstrip("+~").startswith("dataset")] for run in runs]
    shared = set.intersection(*map(set, own)) if own else set()
    names = [
        " ".join((str(run.scores["runner"]), *(one for one in settings if one not in shared)))
        for run, settings in zip(runs, own, strict=True)
    ]
    keys = [(name, str(run.scores["dataset"])) for name, run in zip(names, runs, strict=True)]
    return [
        f"{name} ({run.folder.name})" if keys.count(key) > 1 else name
        for name, key, run in zip(names, keys, runs, strict=True)
    ]


def _rows(scorer: str, systems: Mapping[str, Mapping[str, Run]], labels: Sequence[str]) -> Iterator[Sequence[str]]:
    """The rows of one scorer: by headline measure each system, then each baseline."""
    found = {
        name: {
            label: run.scores["scorers"][scorer] for label, run in by_label.items() if scorer in run.scores["scorers"]
        }
        for name, by_label in systems.items()
    }
    known = [one for by_label in found.values() for one in by_label.values()]
    measures = dict.fromkeys(measure for one in known for measure in stored_headlines(one))
    head = headed(scorer, known[0]["signature"])
    for measure in measures:
        for name, by_label in found.items():
            if by_label:
                yield head, measure, name, *(_cell(by_label.get(label), measure) for label in labels)
        baselines: dict[str, dict[str, float]] = {}
        for by_label in found.values():
            for label, one in by_label.items():
                for line in lines(one, measure) if measure in one["measures"] else ():
                    baselines.setdefault(line.name, {})[label] = line.value
        for name, values in baselines.items():
            yield head, measure, f"{BASELINE}{name}", *(f"{values[at]:.3f}" if at in values else "–" for at in labels)


def _cell(found: Mapping[str, Any] | None, measure: str) -> str:
    numbers = {} if found is None else found["measures"].get(measure, {})
    value, low, high = (numbers.get(key) for key in ("value", "low", "high"))
    if found is None or value is None:
        return "–"
    interval = "" if low is None or high is None else f" ({low:.3f}…{high:.3f})"
    return " ".join((f"{value:.3f}{interval}", *filter(None, (line.mark for line in lines(found, measure)))))
