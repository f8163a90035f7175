"""What a policy judges: the counts of a run, those of its baseline, and what else is known of both. No files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from harness.scoring.bootstrap import Bootstrap, carried
from harness.scoring.paired import Pair
from harness.scoring.table import Counts, Scorer, Table
from harness.types import InputError


@dataclass(frozen=True, eq=False)
class Side:
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


@dataclass(frozen=True, eq=False)
class Estimate:
    """A measure, or a difference of two, with its bootstrap replicates, shape (resamples,), undefined ones left out."""

    value: float
    replicates: Counts
    units: int
    carried: bool
    """Whether enough units carry the label for an interval."""

    @property
    def defined(self) -> bool:
        """Whether there was anything to divide by."""
        return self.value == self.value


@dataclass(frozen=True, eq=False)
class Evidence:
    """A run beside its baseline, if there is one, over the same units of the same gold."""

    run: Side
    baseline: Side | None
    scorers: Mapping[str, Scorer]
    bootstrap: Bootstrap
    gold: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By layer, the documents in which the gold has anything."""
    signatures: Mapping[str, str] = field(default_factory=dict)

    def scorer(self, name: str) -> Scorer:
        """The scorer of that name.

        Raises:
            InputError: there is none.
        """
        if name not in self.scorers:
            raise InputError(f"scorer: found {name!r}, wanted one of {', '.join(self.scorers)}")
        return self.scorers[name]

    def point(self, scorer: str, measure: str) -> Estimate | None:
        """A measure of the run; None where the run lacks the scorer's layer.

        Raises:
            InputError: there is no such scorer, or it has no such measure.
        """
        self.scorer(scorer)
        return _measure(self._points[scorer], scorer, measure) if scorer in self._points else None

    def difference(self, scorer: str, measure: str) -> Estimate | None:
        """A measure of the run less that of the baseline; None where the run lacks the scorer's layer.

        Raises:
            InputError: there is no baseline, it lacks the layer, or there is no such scorer or measure.
        """
        if self.baseline is None:
            raise InputError("baseline: found none, wanted the one that rules of the policy compare with")
        self.scorer(scorer)
        if scorer not in self.baseline.tables:
            raise InputError(f"baseline: found no layer for {scorer} in {self.baseline.name}, wanted it: bless it anew")
        return _measure(self._differences[scorer], scorer, measure) if scorer in self._differences else None

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
    def _points(self) -> dict[str, dict[str, Estimate]]:
        found = {}
        for name, table in self.run.tables.items():
            scorer = self.scorers[name]

            def statistic(sums: Counts, scorer: Scorer = scorer, table: Table = table) -> Mapping[str, Counts]:
                return scorer.scores(table.named(sums), table.totals)

            replicates = self.bootstrap.replicates(table.values, statistic)
            found[name] = _estimates(scorer, table, scorer.scores(table.totals, table.totals), replicates)
        return found

    @cached_property
    def _differences(self) -> dict[str, dict[str, Estimate]]:
        found = {}
        for name, table in self.run.tables.items():
            if self.baseline is None or name not in self.baseline.tables:
                continue
            pair = Pair.of(self.scorers[name], self.baseline.tables[name], table)
            replicates = self.bootstrap.replicates(pair.values, pair.differences)
            before, after = (pair.scorer.scores(side.totals, side.totals) for side in (pair.a, pair.b))
            gaps = {measure: after[measure] - before[measure] for measure in before}
            found[name] = _estimates(pair.scorer, pair.a, gaps, replicates)
        return found


def _estimates(
    scorer: Scorer, table: Table, values: Mapping[str, Counts], replicates: Mapping[str, Counts]
) -> dict[str, Estimate]:
    known = set(carried(scorer, table, values))
    defined = {name: found[~np.isnan(found)] for name, found in replicates.items()}
    return {
        name: Estimate(float(value), defined[name], len(table.values), name in known and len(defined[name]) > 0)
        for name, value in values.items()
    }


def _measure(estimates: Mapping[str, Estimate], scorer: str, measure: str) -> Estimate:
    if measure not in estimates:
        shown = ", ".join(sorted(estimates)[:8])
        raise InputError(f"measure: found {measure!r}, wanted one of {scorer}: {shown} …")
    return estimates[measure]
