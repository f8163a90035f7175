"""What `scores.json` holds, as values with types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.scoring.baselines import Line, lines
from harness.scoring.repeats import Repeats
from harness.scoring.score import Measure
from harness.scoring.selection import stored_headlines, stored_shown
from harness.scoring.table import label_of


@dataclass(frozen=True, eq=False)
class ScorerScores:
    """What one scorer found; `record` is the part of the file."""

    record: Mapping[str, Any]

    @property
    def signature(self) -> str:
        """What was computed; empty where the run does not say."""
        return str(self.record.get("signature", ""))

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure with its intervals."""
        return {name: Measure(**numbers) for name, numbers in self.record["measures"].items()}

    @property
    def support(self) -> Mapping[str, int]:
        """Gold items by label."""
        support: Mapping[str, int] = self.record["support"]
        return support

    @cached_property
    def headlines(self) -> Sequence[str]:
        """The measures that a decision may hang on."""
        return stored_headlines(self.record)

    @cached_property
    def shown(self) -> Sequence[str]:
        """The measures that a table shows."""
        return stored_shown(self.record)

    def gold(self, measure: str) -> int | None:
        """How many gold items a measure is over; None where the scorer does not say."""
        return self.support.get(label_of(measure), self.support.get("micro"))

    @property
    def agreement(self) -> Mapping[str, float]:
        """By measure how far annotation passes agree; empty where that is unknown."""
        measures: Mapping[str, float] = self.record.get("agreement", {}).get("measures", {})
        return measures

    @property
    def agreement_note(self) -> str | None:
        """What the agreement is worth; None where there is none."""
        note: str | None = self.record.get("agreement", {}).get("note")
        return note

    @cached_property
    def repeats(self) -> Mapping[str, Repeats]:
        """By headline measure how it varies over the runner's repetitions; empty where there were none."""
        found: Mapping[str, Any] = self.record.get("repeats", {})
        return {measure: Repeats(**numbers) for measure, numbers in found.items()}

    @property
    def has_baselines(self) -> bool:
        """Whether baselines were scored beside it."""
        return "baselines" in self.record

    def baselines(self, measure: str) -> list[Line]:
        """The baselines to be shown beside a measure; none for a measure that the scorer lacks."""
        return list(lines(self.record, measure)) if measure in self.record["measures"] else []


@dataclass(frozen=True, eq=False)
class RunScores:
    """What a run found, by scorer, and what it took; `record` is the whole file."""

    record: Mapping[str, Any]

    @property
    def dataset(self) -> str:
        """Name and short hash of what was scored: `NAME#HASH`."""
        return str(self.record["dataset"])

    @property
    def dataset_name(self) -> str:
        """The name alone."""
        return self.dataset.rpartition("#")[0]

    @property
    def runner(self) -> str:
        """What ran."""
        return str(self.record["runner"])

    @property
    def documents(self) -> int:
        """How many were scored."""
        return int(self.record["documents"])

    @property
    def failures(self) -> int:
        """How many of them have no answer."""
        return int(self.record.get("failures", 0))

    @property
    def repeat_failures(self) -> Sequence[int]:
        """How many documents have no answer in each of the runner's repetitions; empty where there are none."""
        failures: Sequence[int] = self.record.get("repeat_failures", ())
        return failures

    @property
    def words_per_second(self) -> float | None:
        """The speed of predicting; None where it was not measured."""
        speed: float | None = self.record.get("words_per_second")
        return speed

    @property
    def figures(self) -> Mapping[str, float]:
        """What the runner counted of its own, such as tokens and cost, by name; empty where it counted nothing."""
        figures: Mapping[str, float] = self.record.get("figures", {})
        return figures

    @property
    def unplaced(self) -> Mapping[str, Mapping[str, float]]:
        """By layer how many `answers` were scored, how many of them are `unplaced`, and their `share`.

        Of layers in which there are any; empty where there is none.
        """
        unplaced: Mapping[str, Mapping[str, float]] = self.record.get("unplaced", {})
        return unplaced

    @property
    def leak(self) -> Mapping[str, Any] | None:
        """What is shared with some training text, as `harness.analysis.leak` says; None where none was given."""
        leak: Mapping[str, Any] | None = self.record.get("leak")
        return leak

    @cached_property
    def scorers(self) -> Mapping[str, ScorerScores]:
        """What each scorer found."""
        return {name: ScorerScores(record) for name, record in self.record["scorers"].items()}

    @property
    def signatures(self) -> list[str]:
        """What was computed, each signature once."""
        return list(dict.fromkeys(scored.signature for scored in self.scorers.values()))


def usage_of(figures: Mapping[str, float]) -> dict[str, float]:
    """Tokens in and out, and what was paid in dollars, as far as a runner counts them; of an ensemble those of members.

    The keys are `tokens` and `cost`.
    """
    parts = {"tokens": ("tokens_in", "tokens_out"), "cost": ("cost",)}
    counted = {
        name: [number for key, number in figures.items() if key.rpartition("/")[2] in keys]
        for name, keys in parts.items()
    }
    return {name: sum(numbers) for name, numbers in counted.items() if numbers}
