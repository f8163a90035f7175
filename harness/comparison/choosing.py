"""Which of several runs is best at which entity type: a choice for an ensemble whose members answer for types.

A choice is made on development data. The best of several values is too good by chance: what the choice scores on the
data that it was made on says nothing, and a type with few mentions is no ground for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from harness.comparison.counts import count
from harness.comparison.leaderboard import names
from harness.data.types import InputError
from harness.runners.choice import Choice, hash_of
from harness.runs.run import Run
from harness.scoring.entities import MICRO, EntitiesStrict
from harness.scoring.score import Measure, measure
from harness.scoring.scoring import Scoring
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet

LEAST: Final = 10
"""Gold mentions of a type from which on it is chosen for by itself; fewer go to the run that is best over all types."""

_SCORER: Final = "entities_strict"


@dataclass(frozen=True, eq=False)
class Chosen:
    """A choice with what it rests on: the F1 of each run, by type and over all of them (`micro`), and gold mentions."""

    choice: Choice
    gold_sha256: str
    runs: Mapping[str, str]
    """The folder of each run by its name."""
    figures: Mapping[str, Mapping[str, Measure]]
    support: Mapping[str, int]
    least: int

    def record(self) -> dict[str, Any]:
        """The choice as its file has it; `runners.choice.read_choice` reads it."""
        return {
            "types": dict(self.choice.types),
            "others": self.choice.others,
            "least": self.least,
            "gold": f"{self.choice.gold} sha256 {self.gold_sha256}",
            "runs": dict(self.runs),
            "figures": {
                label: {"gold": self.support[label]}
                | {
                    run: {"f1": _short(found.value), "low": _short(found.low), "high": _short(found.high)}
                    for run, found in by_run.items()
                }
                for label, by_run in self.figures.items()
            },
            "documents": [*self.choice.documents],
        }


def choose(runs: Sequence[Run], scoring: Scoring, least: int = LEAST) -> Chosen:
    """For each type of the gold the run with the best F1; ties go to the better over all types, then to the first.

    Types with fewer than `least` gold mentions go to the run that is best over all types. Counted is as
    `entities_strict` in word view; `scoring` says in which units, and how intervals are made.

    Raises:
        InputError: there are fewer than two runs, one is named twice, they have unlike gold or label maps, one has no
            entities, or they are scored in labels that stand for several types.
    """
    if len(runs) < 2:
        raise InputError(f"runs: found {len(runs)}, wanted two or more")
    twice = [run.name for place, run in enumerate(runs) if run.identity in {rival.identity for rival in runs[:place]}]
    if twice:
        raise InputError(f"runs: found {twice[0]} twice, wanted each run once")
    lacking = [run.name for run in runs if "entities" not in run.corpora(scoring.units)]
    if lacking:
        raise InputError(f"runs: found {', '.join(lacking)} without entities, wanted runs that answer them")
    counted = count(runs, replace(scoring, scorers={_SCORER: EntitiesStrict()}))[_SCORER]
    labels = runs[0].corpora(scoring.units)["entities"].types
    coarse = [label for label in labels if runs[0].bridge.label is not None and label not in runs[0].schema.types]
    if coarse:
        found = f"the labels {', '.join(coarse)} of the maps {runs[0].bridge.label}"
        raise InputError(f"runs: found {found}, wanted runs that are scored in types of {runs[0].schema.label}")
    called = names(runs)
    values = {
        name: measure(counted.scorer, counted.tables[place], counted.documents, scoring.bootstrap)
        for place, name in enumerate(called)
    }
    totals = counted.tables[0].totals
    support = {label: int(number) for label, number in counted.scorer.support(totals).items()}
    figures = {
        label: {name: own[f"{label}/f1"] for name, own in values.items()}
        for label in (MICRO, *labels)
        if support.get(label)
    }

    def best(label: str) -> str:
        # max() takes the first of several.
        return max(called, key=lambda name: (_rank(figures[label][name]), _rank(figures[MICRO][name])))

    gold = runs[0].gold
    types = {label: best(label if support[label] >= least else MICRO) for label in figures if label != MICRO}
    hashes = tuple(sorted({hash_of(example.document.text) for example in gold.examples}))
    folders = {name: str(run.folder) for name, run in zip(called, runs, strict=True)}
    choice = Choice(types, best(MICRO), gold.name, hashes)
    return Chosen(choice, gold.sha256, folders, figures, support, least)


def choice_sheet(chosen: Chosen) -> Sheet:
    """A row for each type: how many gold mentions it has, the run that is chosen, and F1 of each run."""
    rows = []
    for label, by_run in chosen.figures.items():
        few = label != MICRO and chosen.support[label] < chosen.least
        name = chosen.choice.types.get(label, chosen.choice.others)
        cells = [label, str(chosen.support[label]), str(name)]
        rows.append(
            Row([*cells, *(formats.estimate(*found[:3]) for found in by_run.values())], "muted" if few else "plain")
        )
    return Sheet(
        "F1 by type",
        [
            Column("type", "words"),
            Column("gold"),
            Column("chosen", "name"),
            *(Column(run, "name") for run in chosen.runs),
        ],
        rows,
        [
            f"types with fewer than {chosen.least} gold mentions go to the best over all types",
            f"chosen on {chosen.choice.gold}: what the choice scores there says nothing about new text",
        ],
    )


def _rank(found: Measure) -> float:
    """A value that can be compared: rounded, so that equal shares of unlike sums tie; undefined is the worst."""
    return -1.0 if found.value is None else round(found.value, 12)


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
