"""Scores as Python reads them: by scorer, by measure, each with its interval and the number of gold items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from harness.api.shown import Shown, frame
from harness.data.types import InputError
from harness.runs.scores import RunScores, ScorerScores
from harness.runs.sheet import MORE, figures_sheet, run_sheet, scores_sheet
from harness.scoring.repeats import Repeats
from harness.scoring.table import parted
from harness.show import formats
from harness.show.sheet import Sheet

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

COLUMNS: Final = (
    "scorer",
    "label",
    "measure",
    "value",
    "low",
    "high",
    "document_low",
    "document_high",
    "support",
)


_MORE: Final = "all measures: to_pandas(), or the scores of one scorer, as scores['entities_strict']"


class UnknownNameError(InputError, KeyError):
    """A scorer, measure or document that is not there; a `KeyError` too, so that `get` and `in` work."""

    # KeyError would show the message in quotation marks.
    __str__ = InputError.__str__


def unknown(kind: str, name: object, known: Sequence[str]) -> UnknownNameError:
    """The error for a `name` that is not among `known`: it lists the names that are near, or all of few."""
    near = get_close_matches(str(name), known, n=5, cutoff=0.5) if len(known) > 20 else known
    listed = ", ".join(near or [*known[:5], "…"])
    return UnknownNameError(f"{kind}: found {name!r}, wanted one of {listed}")


@dataclass(frozen=True)
class Score:
    """One measure: its value, the interval over units and the one over documents, and how many gold items it is over.

    `value` is None where the measure is undefined, an end of an interval where too few units (documents) carry the
    label, `support` where the scorer does not count by this label. `float()` gives NaN for an undefined value.
    """

    value: float | None
    low: float | None
    high: float | None
    document_low: float | None
    document_high: float | None
    support: int | None
    repeats: Repeats | None = None
    """How the value varies over the runner's repetitions; None where there were none, or it is no headline."""

    def __float__(self) -> float:
        return float("nan") if self.value is None else self.value

    def __str__(self) -> str:
        """`0.812 (0.780–0.840)`."""
        return formats.estimate(self.value, self.low, self.high)


class Measures(Shown, Mapping[str, Score]):
    """What one scorer found, by measure: `measures["micro/f1"]`."""

    def __init__(self, scorer: str, scores: RunScores) -> None:
        self._scorer, self._scores = scorer, scores
        self._own: ScorerScores = scores.scorers[scorer]

    def __getitem__(self, measure: str) -> Score:
        if measure not in self._own.measures:
            raise unknown(self._scorer, measure, list(self._own.measures))
        return Score(*self._own.measures[measure], self._own.gold(measure), self._own.repeats.get(measure))

    def __iter__(self) -> Iterator[str]:
        return iter(self._own.measures)

    def __len__(self) -> int:
        return len(self._own.measures)

    def __repr__(self) -> str:
        shown = ", ".join(f"{measure}: {self[measure]}" for measure in self.headlines)
        return f"<{self._scorer}: {shown}, {len(self)} measures>"

    @property
    def signature(self) -> str:
        """What was computed, in a line."""
        return self._own.signature

    @property
    def headlines(self) -> Sequence[str]:
        """The one or two measures that stand for the scorer."""
        return self._own.headlines

    @property
    def support(self) -> Mapping[str, int]:
        """How many gold items there are, by label."""
        return self._own.support

    @property
    def sheets(self) -> Sequence[Sheet]:
        """All measures in a table."""
        return [scores_sheet(self._scores, {self._scorer: list(self)}, self._scorer)]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the scorer's part of `scores.json`."""
        return dict(self._own.record)


class Scores(Shown, Mapping[str, Measures]):
    """What was found, by scorer and measure: `scores["entities_strict"]["micro/f1"].value`.

    `print` shows the headline measures with their intervals, as the command line does; in a notebook they are a table.
    """

    def __init__(self, scores: RunScores) -> None:
        self._scores = scores

    def __getitem__(self, scorer: str) -> Measures:
        if scorer not in self._by_scorer:
            raise unknown("scores", scorer, list(self._by_scorer))
        return self._by_scorer[scorer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_scorer)

    def __len__(self) -> int:
        return len(self._by_scorer)

    def __repr__(self) -> str:
        return f"<scores of {self._scores.runner} on {self._scores.dataset}: {', '.join(self)}>"

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The headline measures of all scorers in a table, as the command line shows them."""
        sheet = run_sheet(self._scores, verbose=False, told={MORE})
        figures = figures_sheet(self._scores)
        return [replace(sheet, notes=(*sheet.notes, _MORE)), *([] if figures is None else [figures])]

    @property
    def figures(self) -> Mapping[str, float]:
        """What the runner counted of its own, such as tokens and cost; empty where it counted nothing."""
        return self._scores.figures

    def to_pandas(self) -> "DataFrame":
        """Every measure, a row each; the columns are `COLUMNS`.

        Raises:
            InputError: pandas is not installed.
        """
        rows = []
        for scorer, measures in self.items():
            for name, score in measures.items():
                label, measure = parted(name)
                rows.append({"scorer": scorer, "label": label, "measure": measure} | vars(score))
        return frame(rows, COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the content of `scores.json`."""
        return dict(self._scores.record)

    @cached_property
    def _by_scorer(self) -> Mapping[str, Measures]:
        return {scorer: Measures(scorer, self._scores) for scorer in self._scores.scorers}
