"""What `scores.json` holds, as values with types."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from harness.scoring.score import Measure
from harness.scoring.selection import stored_headlines, stored_shown


class _Record(Mapping[str, Any]):
    """A part of the file: its fields as attributes, or by the names that JSON has."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record

    def __getitem__(self, name: str) -> Any:
        return self.record[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.record)

    def __len__(self) -> int:
        return len(self.record)


class ScorerScores(_Record):
    """What one scorer found."""

    @property
    def signature(self) -> str:
        """What was computed."""
        return str(self.record["signature"])

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure with its intervals."""
        return {name: Measure(**numbers) for name, numbers in self.record["measures"].items()}

    @property
    def support(self) -> Mapping[str, int]:
        """Gold items by label."""
        found: Mapping[str, int] = self.record["support"]
        return found

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
        return self.support.get(measure.partition("/")[0], self.support.get("micro"))

    @property
    def agreement(self) -> Mapping[str, float]:
        """By measure how far annotation passes agree; empty where that is unknown."""
        found: Mapping[str, float] = self.record.get("agreement", {}).get("measures", {})
        return found


class RunScores(_Record):
    """What a run found, by scorer, and what it took."""

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
        return int(self.record["failures"])

    @property
    def words_per_second(self) -> float | None:
        """The speed of predicting; None where it was not measured."""
        found: float | None = self.record.get("words_per_second")
        return found

    @cached_property
    def scorers(self) -> Mapping[str, ScorerScores]:
        """What each scorer found."""
        return {name: ScorerScores(found) for name, found in self.record["scorers"].items()}

    @property
    def signatures(self) -> list[str]:
        """What was computed, each signature once."""
        return list(dict.fromkeys(found.signature for found in self.scorers.values()))
