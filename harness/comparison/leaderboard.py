"""Several runs ranked: by every scorer's headline measures, with the pairs that the data tells apart.

Each measure is a family of its own: all pairs of its runs are tested, and their p values adjusted together by Holm.
Runs with equal counts are tested as one: a copy of a run makes no other difference harder to find.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from harness.comparison.counts import Counted, count
from harness.comparison.pair import ALPHA
from harness.data.types import InputError
from harness.runs.run import Run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.letters import letters, tie_groups
from harness.scoring.multiplicity import Adjusted, adjust
from harness.scoring.paired import Difference, difference
from harness.scoring.score import Measure, measure
from harness.scoring.scoring import Scoring
from harness.scoring.selection import headlines
from harness.scoring.table import Table
from harness.scoring.unplaced import unplaced_shares

Places = tuple[int, int]

_ROUNDING: Final = 1e-12
"""Values closer than this are equal."""


@dataclass(frozen=True)
class RankedRun:
    """A run that is ranked: a name that no other has here, its folder, its speed, and how many documents failed."""

    name: str
    folder: str
    words_per_second: float | None
    failures: int


@dataclass(frozen=True)
class Gap:
    """The second of two runs less the first, with the p adjusted for the pairs of its measure."""

    difference: Difference
    p: Adjusted

    @property
    def is_found(self) -> bool:
        """Whether the test tells the runs apart."""
        return self.p.adjusted is not None and self.p.adjusted < ALPHA

    def reversed(self) -> "Gap":
        """The first less the second: the same test."""
        own = self.difference
        gap, low, high = (None if number is None else 0.0 - number for number in (own.difference, own.high, own.low))
        return Gap(Difference(own.b, own.a, gap, low, high, own.p, own.differing), self.p)

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        plain = {"difference": self.difference.difference, "low": self.difference.low, "high": self.difference.high}
        return plain | {"differing": self.difference.differing, "p": self.p.raw, "p_adjusted": self.p.adjusted}


@dataclass(frozen=True)
class Standing:
    """Where a run stands by one measure: no rank and no letters without a value; runs of equal value rank equally.

    `to_best` is the run less the best one, None for that one itself.
    """

    entrant: RankedRun
    value: Measure
    rank: int | None
    letters: str
    to_best: Gap | None

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        own = {"run": self.entrant.name, "rank": self.rank, "group": self.letters, **self.value._asdict()}
        return own | {"to_best": self.to_best and self.to_best.record()}


@dataclass(frozen=True, eq=False)
class Board:
    """The runs by one measure, best first; `pairs` are all of them, `family` how many tests were adjusted together.

    Runs with equal counts are one run to the tests, and a pair that differs in no unit is none.
    """

    scorer: str
    measure: str
    family: int
    standings: list[Standing]
    pairs: list[tuple[RankedRun, RankedRun, Gap]]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "scorer": self.scorer,
            "measure": self.measure,
            "family": self.family,
            "runs": [standing.record() for standing in self.standings],
            "pairs": [{"a": run.name, "b": rival.name, **gap.record()} for run, rival, gap in self.pairs],
        }


@dataclass(frozen=True, eq=False)
class Leaderboard:
    """The same runs by every headline measure."""

    entrants: list[RankedRun]
    signatures: Mapping[str, str]
    skipped: tuple[str, ...]
    """Scorers whose layer a single run has."""
    boards: list[Board]
    unplaced: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """By the name of the run, where it has any, and by layer how much of what it answered has no place in the text."""

    def record(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "schema": 1,
            "alpha": ALPHA,
            "correction": "holm",
            "runs": [vars(entrant) for entrant in self.entrants],
            "signatures": dict(self.signatures),
            "skipped": list(self.skipped),
            "leaderboard": [board.record() for board in self.boards],
            **({"unplaced": dict(self.unplaced)} if self.unplaced else {}),
        }


def rank(runs: Sequence[Run], scoring: Scoring) -> Leaderboard:
    """The leaderboard of `runs`; their order changes nothing in it.

    Raises:
        InputError: a run is given twice, the runs have unlike gold, units or label maps or no layer in common, or there
            are too few trials for any difference to be found.
    """
    _check(runs, scoring.trials)
    # Sorted, so that the random draws of a test do not depend on the order of arguments.
    ordered = [run for _, run in sorted(zip(names(runs), runs, strict=True), key=lambda named: named[0])]
    counted = count(ordered, scoring)
    entrants = [
        RankedRun(name, str(run.folder), run.scores.words_per_second, run.scores.failures)
        for name, run in zip(names(ordered), ordered, strict=True)
    ]
    boards = []
    for name, counts in counted.items():
        values, gaps = _values(counts, scoring.bootstrap), _gaps(counts, scoring)
        boards += [_board((name, of), entrants, values[of], gaps[of]) for of in values]
    signatures = {name: counts.signature for name, counts in counted.items()}
    corpora = [run.corpora(scoring.units) for run in ordered]
    layers = set().union(*corpora)
    shares = {entrant.name: unplaced_shares(side) for entrant, side in zip(entrants, corpora, strict=True)}
    skipped = tuple(name for name, scorer in scoring.scorers.items() if name not in counted and scorer.layer in layers)
    unplaced = {name: found for name, found in shares.items() if found}
    return Leaderboard(entrants, signatures, skipped, boards, unplaced)


def names(runs: Sequence[Run]) -> list[str]:
    """For each run what ran, and those overrides that not all runs share; where that leaves two alike, the folder too.

    The folder by its name, or, where that leaves two alike as well, by its path.
    """
    shared = set.intersection(*({*run.settings} for run in runs))
    own = [(run.scores.runner, *(setting for setting in run.settings if setting not in shared)) for run in runs]
    labels = [" ".join(words) for words in own]
    for longer in ([run.folder.name for run in runs], [str(run.folder) for run in runs]):
        alike = {name for name in labels if labels.count(name) > 1}
        labels = [
            f"{' '.join(words)} ({folder})" if name in alike else name
            for name, words, folder in zip(labels, own, longer, strict=True)
        ]
    return labels


def _check(runs: Sequence[Run], trials: int) -> None:
    pairs = len(runs) * (len(runs) - 1) // 2
    if not pairs:
        raise InputError(f"runs: found {len(runs)}, wanted two or more")
    # The smallest p that a test can give is 1 / (trials + 1), and Holm takes it times the number of pairs.
    if pairs / (trials + 1) >= ALPHA:
        raise InputError(f"trials: found {trials}, wanted {round(pairs / ALPHA)} or more to test {pairs} pairs")
    seen: set[str] = set()
    for run in runs:
        if run.identity in seen:
            raise InputError(f"runs: found {run.name} twice, wanted each run once")
        seen.add(run.identity)


def _values(counted: Counted, bootstrap: Bootstrap) -> dict[str, dict[int, Measure]]:
    """Each headline measure of each run, with its interval."""
    values_by_name: dict[str, dict[int, Measure]] = {}
    for place, table in counted.tables.items():
        values = measure(counted.scorer, table, counted.documents, bootstrap)
        for name in headlines(counted.scorer, values):
            values_by_name.setdefault(name, {})[place] = values[name]
    return values_by_name


def _gaps(counted: Counted, scoring: Scoring) -> dict[str, dict[Places, Gap]]:
    """Each headline measure's differences between all pairs of runs."""
    first = _originals(counted.tables)
    tables, bootstrap = counted.tables, scoring.bootstrap
    tested = {
        (place, rival): difference(counted.scorer, tables[place], tables[rival], bootstrap, scoring.trials)
        for place, rival in combinations(sorted({*first.values()}), 2)
    }
    # What a run is to its own copies.
    same = {
        place: difference(counted.scorer, table, table, bootstrap, trials=1)
        for place, table in tables.items()
        if [*first.values()].count(place) > 1
    }
    gaps_by_name: dict[str, dict[Places, Gap]] = {}
    measures = next(iter((tested | same).values()))
    for name in headlines(counted.scorer, measures):
        settled = {f"{pair}" for pair, gaps in tested.items() if not gaps[name].differing}
        adjusted = adjust({f"{pair}": gaps[name].p for pair, gaps in tested.items()}, "holm", settled)
        gaps = {pair: Gap(values[name], adjusted[f"{pair}"]) for pair, values in tested.items()}
        gaps |= {(rival, place): gap.reversed() for (place, rival), gap in gaps.items()}
        family = next(iter(adjusted.values())).family if adjusted else 0
        for place, values in same.items():
            gaps[place, place] = Gap(values[name], Adjusted(values[name].p, values[name].p, family))
        gaps_by_name[name] = {pair: gaps[first[pair[0]], first[pair[1]]] for pair in combinations(counted.tables, 2)}
    return gaps_by_name


def _originals(tables: Mapping[int, Table]) -> dict[int, int]:
    """For each run the first one with the same counts."""
    seen: dict[tuple[tuple[str, ...], bytes], int] = {}
    return {place: seen.setdefault((table.columns, table.values.tobytes()), place) for place, table in tables.items()}


def _board(
    title: tuple[str, str], entrants: Sequence[RankedRun], values: Mapping[int, Measure], gaps: Mapping[Places, Gap]
) -> Board:
    every = dict(gaps) | {(rival, place): gap.reversed() for (place, rival), gap in gaps.items()}
    ranked, unranked = _order(entrants, values)
    apart = [pair for pair in combinations(range(len(ranked)), 2) if every[ranked[pair[0]], ranked[pair[1]]].is_found]
    shown = letters(len(ranked), tie_groups(len(ranked), apart))
    ranks = list(_ranks([values[place].value or 0.0 for place in ranked]))
    standings = [
        Standing(entrants[place], values[place], ranks[index], shown[index], every.get((ranked[0], place)))
        for index, place in enumerate(ranked)
    ] + [Standing(entrants[place], values[place], None, "", None) for place in unranked]
    pairs = [(entrants[place], entrants[rival], gap) for (place, rival), gap in gaps.items()]
    return Board(*title, next(gap.p.family for _, _, gap in pairs), standings, pairs)


def _order(entrants: Sequence[RankedRun], values: Mapping[int, Measure]) -> tuple[list[int], list[int]]:
    """The runs that have a value, best first and those of equal value by name; and the others."""
    places = sorted(values, key=lambda place: entrants[place].name)
    ranked = [place for place in places if values[place].value is not None]
    ranked.sort(key=lambda place: -round((values[place].value or 0.0) / _ROUNDING))
    return ranked, [place for place in places if values[place].value is None]


def _ranks(values: Sequence[float]) -> Iterator[int]:
    """1 and the number of better values for each of `values`, which are sorted from the best."""
    rank = 0
    for index, value in enumerate(values):
        rank = index + 1 if not index or values[index - 1] - value > _ROUNDING else rank
        yield rank
