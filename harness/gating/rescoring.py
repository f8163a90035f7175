"""A change of gold: every stored baseline scored on the new gold beside what it scored before, with its ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.data.types import InputError
from harness.gating.baseline import RECORD, opened, read_record
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.scoring import Scoring
from harness.scoring.selection import headlines
from harness.scoring.table import plain


@dataclass(frozen=True)
class Move:
    """A headline measure of a baseline before and after, with its rank among all; None where it is undefined."""

    baseline: str
    scorer: str
    measure: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None

    @property
    def moved(self) -> bool:
        """Whether its rank changed."""
        return self.rank_before != self.rank_after


def rescore_baselines(run: Run, folder: Path, scoring: Scoring) -> list[Move]:
    """The headline measures of every baseline below `folder`, on the gold they were blessed on and on that of `run`.

    Raises:
        InputError: there is no baseline, or one does not answer all documents of the gold of `run`.
    """
    folders = sorted(path.parent for path in folder.glob(f"*/{RECORD}"))
    if not folders:
        raise InputError(f"{folder}: found no folder with a {RECORD}, wanted the folder of baselines")
    before, after = {}, {}
    for path in folders:
        baseline = opened(path, read_record(path), run.gold)
        before[path.name] = _stored(baseline.scores)
        after[path.name] = _scored(baseline, scoring)
    return moves(before, after)


Scores = Mapping[tuple[str, str], float | None]
"""Measures by scorer and name."""


def moves(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> list[Move]:
    """Every measure of every system that has it after, by measure and then by rank."""
    keys = list(dict.fromkeys(key for ranked in after.values() for key in ranked))
    ranked = []
    for key in keys:
        old, new = ({name: scores[key] for name, scores in side.items() if key in scores} for side in (before, after))
        ranks = _ranks(old), _ranks(new)
        rows = [Move(name, *key, old.get(name), new[name], ranks[0].get(name), ranks[1].get(name)) for name in new]
        ranked += sorted(rows, key=lambda row: (row.rank_after is None, row.rank_after, row.baseline))
    return ranked


def record(run: str, gold: str, moves: Sequence[Move]) -> dict[str, Any]:
    """All moves, as JSON has them."""
    return {"schema": 1, "run": run, "gold": gold, "moves": [asdict(move) | {"moved": move.moved} for move in moves]}


def _ranks(values: Mapping[str, float | None]) -> dict[str, int]:
    """Ranks from 1, the highest first; equals share the better one, undefined ones have none."""
    known = [value for value in values.values() if value is not None]
    return {name: 1 + sum(rival > value for rival in known) for name, value in values.items() if value is not None}


def _stored(scores: RunScores) -> Scores:
    return {
        (scorer, measure): scored.measures[measure].value
        for scorer, scored in scores.scorers.items()
        for measure in scored.headlines
    }


def _scored(baseline: Run, scoring: Scoring) -> Scores:
    values: dict[tuple[str, str], float | None] = {}
    corpora = baseline.corpora(scoring.units)
    for name, scorer in scoring.scorers.items():
        if scorer.layer in corpora:
            totals = scorer.counts(corpora[scorer.layer]).totals
            scores = scorer.scores(totals, totals)
            values |= {(name, measure): plain(scores[measure]) for measure in headlines(scorer, scores)}
    return values
