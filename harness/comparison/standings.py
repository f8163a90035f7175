"""Standings: what a leaderboard is made of, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.comparison.pair import ALPHA
from harness.scoring.multiplicity import Adjusted
from harness.scoring.paired import Difference
from harness.scoring.score import Measure


@dataclass(frozen=True)
class Entrant:
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

    def turned(self) -> "Gap":
        """The first less the second: the same test."""
        one = self.difference
        gap, low, high = (None if number is None else 0.0 - number for number in (one.difference, one.high, one.low))
        return Gap(Difference(one.b, one.a, gap, low, high, one.p, one.differing), self.p)

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        plain = {"difference": self.difference.difference, "low": self.difference.low, "high": self.difference.high}
        return plain | {"differing": self.difference.differing, "p": self.p.raw, "p_adjusted": self.p.adjusted}


@dataclass(frozen=True)
class Standing:
    """Where a run stands by one measure: no rank and no letters without a value; runs of equal value rank equally.

    `to_best` is the run less the best one, None for that one itself.
    """

    entrant: Entrant
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
    pairs: list[tuple[Entrant, Entrant, Gap]]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "scorer": self.scorer,
            "measure": self.measure,
            "family": self.family,
            "runs": [standing.record() for standing in self.standings],
            "pairs": [{"a": one.name, "b": other.name, **gap.record()} for one, other, gap in self.pairs],
        }


@dataclass(frozen=True, eq=False)
class Leaderboard:
    """The same runs by every headline measure."""

    entrants: list[Entrant]
    signatures: Mapping[str, str]
    skipped: tuple[str, ...]
    """Scorers whose layer fewer than two runs have."""
    boards: list[Board]

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
        }
