"""A finished run opened again: its scores, its gold, its predictions, and the bridge between their labels.

Whatever was scored can be scored again with today's scorers, without the runner or the place it came from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.data import codec
from harness.data.bridge import Bridge, stored_bridge
from harness.data.files import read_json, sha256_of_file
from harness.data.schema import GOLD_NAME, Schema, read_schema, schema_of
from harness.data.types import InputError, Prediction
from harness.runs.folder import GOLD, PREDICTIONS, SCHEMA, SCORES
from harness.runs.scores import RunScores
from harness.scoring.corpus import Corpus
from harness.scoring.score import Gold, corpora_of


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run, as its folder tells it; what is not asked for is not read.

    `beside` is gold that takes the place of the folder's own: a baseline has none.
    """

    folder: Path
    scores: RunScores
    provenance: Mapping[str, Any]
    beside: Gold | None = None
    _cut: dict[str, dict[str, Corpus]] = field(default_factory=dict, init=False, repr=False)

    @property
    def name(self) -> str:
        """The run's folder, and what ran in it."""
        return f"{self.scores.runner} ({self.folder.name})"

    @property
    def identity(self) -> str:
        """A hash of what the folder tells of its run: the same for a copy of the folder, another for any other run."""
        told = (self.folder / name for name in (SCORES, "provenance.json"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in told)).hexdigest()

    @property
    def settings(self) -> list[str]:
        """The overrides that shaped the run, as they were written; not its tracker, folder and runner."""
        overrides = map(str, self.provenance.get("overrides", ()))
        unsaid = ("hydra", "tracker", "experiment=", "runner=")
        return [override for override in overrides if not override.lstrip("+~").startswith(unsaid)]

    @cached_property
    def bridge(self) -> Bridge:
        """The maps of both sides' labels; `gold.jsonl` and `predictions.jsonl` keep each side's own.

        Raises:
            InputError: provenance.json holds no maps, or no schema.
        """
        return stored_bridge(self.provenance.get("labels"), f"{self._record}: labels", self.schema)

    @cached_property
    def schema(self) -> Schema:
        """What the gold annotates, in its own labels; of runs that keep none, the gold standard's.

        Raises:
            InputError: what is kept is no schema.
        """
        if self.beside is not None and self.beside.schema is not None:
            return self.beside.schema
        kept = self.provenance.get("schema")
        return read_schema(GOLD_NAME) if not isinstance(kept, Mapping) else schema_of(kept, f"{self._record}: schema")

    @property
    def _record(self) -> Path:
        return self.folder / "provenance.json"

    @cached_property
    def gold(self) -> Gold:
        """What the run was scored on, or `beside`.

        Raises:
            InputError: the folder's gold is not the one that was scored.
        """
        if self.beside is not None:
            return self.beside
        path = self.folder / GOLD
        sha256 = sha256_of_file(path) if path.is_file() else "no file"
        wanted = self.provenance.get("gold_sha256")
        if sha256 != wanted:
            raise InputError(f"{path}: found {sha256}, wanted {wanted}, the gold that was scored")
        examples = codec.read_examples(path, self.schema)
        variants = self.folder / "speakers.json"
        speakers = read_json(variants) if variants.is_file() else {}
        return Gold(self.scores.dataset_name, sha256, examples, speakers, schema=self.schema)

    @cached_property
    def predictions(self) -> Mapping[str, Prediction]:
        """What was predicted, by document.

        Raises:
            InputError: the predictions do not fit the documents of the gold.
        """
        documents = [example.document for example in self.gold.examples]
        return codec.read_predictions(self.folder / PREDICTIONS, documents)

    @property
    def failures(self) -> int:
        """How many documents have no prediction, or one with an error."""
        given = (self.predictions.get(example.document.id) for example in self.gold.examples)
        return sum(prediction is None or prediction.error is not None for prediction in given)

    def corpora(self, units: str) -> dict[str, Corpus]:
        """Gold beside prediction for each layer that both have, cut into `units`."""
        if units not in self._cut:
            self._cut[units] = corpora_of(self.gold, self.predictions, units, self.bridge)
        return self._cut[units]


def read_run(folder: Path) -> Run:
    """The finished run in `folder`; its gold and predictions are read when they are asked for.

    Raises:
        InputError: there is none, or it is of another schema.
    """
    scores = read_json(folder / SCORES)
    if scores.get("schema") != SCHEMA:
        raise InputError(f"{folder / SCORES}: found schema {scores.get('schema')!r}, wanted {SCHEMA}")
    return Run(folder, RunScores(scores), read_json(folder / "provenance.json"))


def open_run(folder: Path) -> Run:
    """The finished run in `folder`, with its gold and predictions read.

    Raises:
        InputError: there is no finished run, its gold is not the one that was scored, or the predictions do not fit.
    """
    run = read_run(folder)
    # Now rather than in the middle of what is made of it.
    run.predictions  # noqa: B018 -- a property that reads the gold too
    return run
