"""Units by counts: the table from which every score, interval and test is arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from harness.scoring.corpus import Corpus

Counts = NDArray[np.float64]
Numbers = NDArray[np.int64]
Totals = Mapping[str, Counts]

_DIGITS: Final = 6


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of one scorer: `values` has shape (units, columns)."""

    columns: tuple[str, ...]
    values: Counts

    @cached_property
    def totals(self) -> dict[str, Counts]:
        """The sum over all units of each column, 0-dimensional arrays by column."""
        return self.named(self.values.sum(axis=0))

    @cached_property
    def rows(self) -> dict[str, Counts]:
        """Each column over the units, arrays of shape (units,) by column."""
        return self.named(self.values)

    def grouped(self, groups: Numbers) -> "Table":
        """The units summed by the number of the group of each, shape (units,)."""
        values = np.zeros((int(groups.max(initial=-1)) + 1, len(self.columns)))
        np.add.at(values, groups, self.values)
        return Table(self.columns, values)

    def named(self, values: Counts) -> dict[str, Counts]:
        """`values`, whose last axis are this table's columns, by column."""
        return {column: values[..., index] for index, column in enumerate(self.columns)}


def tally(columns: Sequence[str], units: int, events: Mapping[str, tuple[NDArray[np.int64], Counts | None]]) -> Table:
    """A table from events: for each column the units where something was counted, and how much (None: one each)."""
    values = np.zeros((units, len(columns)))
    for index, column in enumerate(columns):
        if column in events:
            where, amounts = events[column]
            values[:, index] = np.bincount(where, weights=amounts, minlength=units)
    return Table(tuple(columns), values)


def tally_labels(labels: Sequence[str], units: int, counted: Mapping[str, tuple[Numbers, Numbers]]) -> Table:
    """A table of columns `LABEL/COUNT` from labelled things: for each count their units and their label numbers."""
    columns = tuple(f"{label}/{count}" for label in labels for count in counted)
    cells = [
        (where * len(labels) + numbers) * len(counted) + index
        for index, (where, numbers) in enumerate(counted.values())
    ]
    values = np.bincount(np.concatenate(cells), minlength=units * len(columns))
    return Table(columns, values.reshape(units, len(columns)).astype(np.float64))


def parted(name: str) -> tuple[str, str]:
    """Label and measure of a measure, label and count of a column; the label is empty where there is none.

    Labels are any text, `/` included; names of measures and counts hold none.
    """
    label, _, last = name.rpartition("/")
    return label, last


def label_of(name: str) -> str:
    """The label of a measure or a column; of one without a label the whole name."""
    return parted(name)[0] or name


def ratio(numerator: Counts, denominator: Counts) -> Counts:
    """Numerator / denominator; NaN where there is nothing to divide by: nothing was to be found."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator > 0, np.divide(numerator, denominator), np.nan)


def or_none(number: SupportsFloat | None) -> float | None:
    """`number` as JSON can hold it: None for what is undefined (NaN)."""
    value = float("nan") if number is None else float(number)
    return None if value != value else value


def plain(number: SupportsFloat | None) -> float | None:
    """`number` rounded to six digits; None for what is undefined."""
    value = or_none(number)
    return None if value is None else round(value, _DIGITS)


class Scorer(Protocol):
    """One way to count, and the measures that its counts give.

    A scorer may have more, and need not:

    - `headlines` and `shown`, tuples of its measures, or functions that choose among them: one or two that a decision
      hangs on, and those that a table of a run shows (`scoring.selection`); without them all are shown, and the first
      is the headline;
    - a method `outcomes(corpus)` that tells right from wrong item by item (`scoring.outcomes`); without it the scorer
      has no list of errors, and no disputes between runs.
    """

    @property
    def layer(self) -> str:
        """The layer of an annotation that is scored."""

    def counts(self, corpus: Corpus) -> Table:
        """The counts of every unit of `corpus`.

        What a scorer makes of spurious predictions it makes of `corpus.unplaced_entities`, `unplaced_claims` or
        `unplaced_sentences` too: answers that have no place, and that no span of the predictions stands for.
        """

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """The measures `label/measure` of `totals`, arrays of the shape of its columns.

        `whole` are the totals of the whole data set: they say which labels a macro average is over, and stand in
        where a bootstrap replicate has lost one of them. Totals that are whole data sets themselves, of any shape, are
        their own `whole`.
        """

    def support(self, totals: Totals) -> dict[str, Counts]:
        """How much gold there is for each label."""
