"""What a policy judges: the counts of a run, those of its baselines, and what else is known of them. No files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal, TypeVar, get_args

from harness.data.types import InputError
from harness.gating.changed import Changed
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.paired import TRIALS, Difference, difference
from harness.scoring.table import Scorer, Table, label_of, or_none

T = TypeVar("T")

SHARPER: Final = 8
"""So many times as many resamples are drawn where an interval ends near a limit."""

Against = Literal["baseline", "anchor"]
"""What a rule compares with: the baseline that was blessed last, or the one that blessing does not move."""


@dataclass(frozen=True, eq=False)
class CountedRun:
    """A run: its counts by scorer, the documents in which it predicted anything by layer, failures and speed."""

    name: str
    tables: Mapping[str, Table]
    """By scorer; a scorer whose layer the run lacks is absent."""
    filled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    documents: int = 0
    failures: int = 0
    words_per_second: float | None = None
    machine: str | None = None
    """What tells the machine from others, None where that is unknown."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What its runner counted of its own, as tokens and cost; `unplaced/LAYER`: the share of answers with no place."""


@dataclass(frozen=True)
class Support:
    """How much gold carries a measure's label, and in how many units."""

    gold: int
    units: int


@dataclass(frozen=True)
class Estimate:
    """A measure, or a difference of two, with its interval at the evidence's level, and p where it is a difference.

    `value` is None where there was nothing to divide by, `low` and `high` where too few units carry the label.
    """

    value: float | None
    low: float | None
    high: float | None
    support: Support
    units: int
    p: float | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval, if there is one."""
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True, eq=False)
class Evidence:
    """A run beside its baseline and its anchor, if there are any, over the same units of the same gold."""

    run: CountedRun
    baseline: CountedRun | None
    scorers: Mapping[str, Scorer]
    bootstrap: Bootstrap
    gold: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By layer, the documents in which the gold has anything."""
    signatures: Mapping[str, str] = field(default_factory=dict)
    anchor: CountedRun | None = None
    changed: Mapping[Against, Mapping[str, Changed]] = field(default_factory=dict)
    """What the run has other than the baseline, and than the anchor, by scorer."""
    constant: Callable[[str, str], Mapping[str, Table]] | None = None
    """From a scorer and a measure to the counts of constant answers, by what they answer; None: there is no gold."""
    trials: int = TRIALS

    def scorer(self, name: str) -> Scorer:
        """The scorer of that name.

        Raises:
            InputError: there is none.
        """
        if name not in self.scorers:
            raise InputError(f"scorer: found {name!r}, wanted one of {', '.join(self.scorers)}")
        return self.scorers[name]

    def side(self, against: Against) -> CountedRun:
        """The baseline or the anchor.

        Raises:
            InputError: there is none.
        """
        side = self.baseline if against == "baseline" else self.anchor
        if side is None:
            raise InputError(f"{against}: found none, wanted the one that rules of the policy compare with")
        return side

    def point(self, scorer: str, measure: str) -> Estimate | None:
        """A measure of the run; None where the run lacks the scorer's layer.

        Raises:
            InputError: there is no such scorer, or it has no such measure.
        """
        self.scorer(scorer)
        if scorer not in self.run.tables:
            return None
        table, kind = self.run.tables[scorer], self.scorers[scorer]
        values = kind.scores(table.totals, table.totals)
        if scorer not in self._intervals:
            self._intervals[scorer] = self.bootstrap.intervals(kind, table)
        intervals = self._intervals[scorer]
        numbers = _measure(values, scorer, measure), *intervals.get(measure, (None, None))
        value, low, high = map(or_none, numbers)
        return Estimate(value, low, high, self.support(scorer, measure), len(table.values))

    def difference(
        self,
        scorer: str,
        measure: str,
        against: Against = "baseline",
        level: float | None = None,
        limits: Sequence[float] = (),
    ) -> Estimate | None:
        """A measure of the run less that of the baseline or anchor, as `harness compare` has it; at `level` if given.

        Where an end of the interval lies so near one of `limits` that other resamples could put it on the other side,
        `SHARPER` times as many are drawn. None where the run lacks the scorer's layer, and the baseline has it.

        Raises:
            InputError: there is none to compare with, it lacks the layer, or there is no such scorer or measure.
        """
        side = self.side(against)
        self.scorer(scorer)
        if scorer not in side.tables:
            answers = "it does" if scorer in self.run.tables else "the run does not either"
            remedy = (
                "bless a run that does"
                if scorer in self.run.tables
                else "a policy without rules on them, such as policy=entities for entities alone"
            )
            layer = self.scorers[scorer].layer
            raise InputError(
                f"{against}: found no {layer} in {side.name}, which {scorer} is to compare ({answers}), wanted {remedy}"
            )
        if scorer not in self.run.tables:
            return None
        paired = _measure(self._paired(scorer, against, level), scorer, measure)
        if any(self._doubtful(paired, limit, level) for limit in limits):
            # The test stays the one that a comparison makes.
            paired = self._paired(scorer, against, level, SHARPER)[measure]._replace(p=paired.p)
        units, support = len(side.tables[scorer].values), self.support(scorer, measure)
        return Estimate(paired.difference, paired.low, paired.high, support, units, paired.p)

    def against_constant(self, scorer: str, measure: str) -> tuple[str, float, Estimate] | None:
        """The constant answer that does best by a measure: what it answers, its value, and the run less it.

        None where the run lacks the layer.

        Raises:
            InputError: there is no such scorer or measure, or no constant answer to it.
        """
        kind = self.scorer(scorer)
        if scorer not in self.run.tables:
            return None
        table = self.run.tables[scorer]
        _measure(kind.scores(table.totals, table.totals), scorer, measure)
        tables = self.constant(scorer, measure) if self.constant else {}
        if not tables:
            raise InputError(f"measure: found {scorer} {measure}, which no constant answer can have, wanted another")
        values = {name: float(kind.scores(table.totals, table.totals)[measure]) for name, table in tables.items()}
        best = max(values, key=lambda name: (values[name] == values[name], values[name], name))
        gap = difference(kind, tables[best], table, self.bootstrap, self.trials)[measure]
        support, units = self.support(scorer, measure), len(table.values)
        return best, values[best], Estimate(gap.difference, gap.low, gap.high, support, units, gap.p)

    def support(self, scorer: str, measure: str) -> Support:
        """How much of the gold that the run was scored on carries a measure's label.

        For a label that the scorer counts no gold for, such as a mean over types: that of the best supported one.
        """
        table, kind = self.run.tables[scorer], self.scorers[scorer]
        total, rows = (kind.support(counts) for counts in (table.totals, table.rows))
        known = {label: Support(int(total[label]), int((rows[label] > 0).sum())) for label in total}
        most = max(known.values(), key=lambda support: (support.units, support.gold), default=Support(0, 0))
        return known.get(label_of(measure), most)

    def supported(self, scorer: str, measure: str, spans: int, units: int) -> list[str]:
        """The labels with at least `spans` in the gold, in at least `units` units, that have `measure`."""
        table = (self.baseline or self.run).tables[scorer]
        total, rows = (self.scorer(scorer).support(counts) for counts in (table.totals, table.rows))
        known = self.scorer(scorer).scores(table.totals, table.totals)
        return [
            label
            for label in total
            if f"{label}/tp" in table.columns
            and f"{label}/{measure}" in known
            and total[label] >= spans
            and (rows[label] > 0).sum() >= units
        ]

    @cached_property
    def _intervals(self) -> dict[str, dict[str, tuple[float, float]]]:
        """By scorer, of the measures of the run."""
        return {}

    @cached_property
    def _compared(self) -> dict[tuple[int, str, float, int], dict[str, Difference]]:
        """By the table that is compared with, scorer and level, what was computed once."""
        return {}

    def _doubtful(self, gap: Difference, limit: float, level: float | None) -> bool:
        """Whether an end of an interval is within five standard errors of its resampling of `limit`.

        The standard error of the quantile t of B replicates is sqrt(t (1 - t) / B) over their density there, which is
        taken for normal.
        """
        if gap.low is None or gap.high is None or not gap.low < gap.high:
            return False
        normal, tail = NormalDist(), (1 - (level or self.bootstrap.level)) / 2
        z = -normal.inv_cdf(tail)
        spread = (gap.high - gap.low) / (2 * z)
        error = spread * sqrt(tail * (1 - tail) / self.bootstrap.resamples) / normal.pdf(z)
        return any(abs(end - limit) < 5 * error for end in (gap.low, gap.high))

    def _paired(self, scorer: str, against: Against, level: float | None, times: int = 1) -> Mapping[str, Difference]:
        """All differences by a scorer, p as `harness compare` has it where nothing else is asked for."""
        before, chosen = self.side(against).tables[scorer], level or self.bootstrap.level
        # An anchor that is the baseline still is not counted twice.
        key = (id(before), scorer, chosen, times)
        if key not in self._compared:
            bootstrap = replace(self.bootstrap, level=chosen, resamples=times * self.bootstrap.resamples)
            trials = self.trials if level is None and times == 1 else 1
            self._compared[key] = difference(self.scorers[scorer], before, self.run.tables[scorer], bootstrap, trials)
        return self._compared[key]


def known_against(value: str) -> None:
    """Refuse what is no `Against`."""
    if value not in get_args(Against):
        raise InputError(f"against: found {value!r}, wanted one of {', '.join(get_args(Against))}")


def _measure(values: Mapping[str, T], scorer: str, measure: str) -> T:
    if measure not in values:
        shown = ", ".join(sorted(values)[:8])
        raise InputError(f"measure: found {measure!r}, wanted one of {scorer}: {shown} …")
    return values[measure]
