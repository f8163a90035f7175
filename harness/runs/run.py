"""A finished run opened again: its gold, its predictions, and the bridge between their labels.

Whatever was scored can be scored again with today's scorers, without the runner or the place it came from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.data import codec
from harness.runs import folder as store
from harness.data.files import read_json, sha256_of_file
from harness.data.bridge import Bridge
from harness.scoring.corpus import Corpus
from harness.scoring.score import Gold, corpora_of
from harness.data.types import InputError, Prediction


@dataclass(frozen=True, eq=False)
class Scorable:
    """A run's gold and predictions, as they were stored."""

    run: store.Run
    gold: Gold
    predictions: Mapping[str, Prediction]
    bridge: Bridge

    @property
    def name(self) -> str:
        """The run's folder, and what ran in it."""
        return f"{self.run.scores['runner']} ({self.run.folder.name})"

    @property
    def identity(self) -> str:
        """A hash of what the folder tells of its run: the same for a copy of the folder, another for any other run."""
        told = (self.run.folder / name for name in (store.SCORES, "provenance.json"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in told)).hexdigest()

    @property
    def settings(self) -> list[str]:
        """The overrides that shaped the run, as they were written; not its tracker, folder and runner."""
        return settings_of(self.run)

    def corpora(self, units: str) -> dict[str, Corpus]:
        """Gold beside prediction for each layer, cut into `units`."""
        return corpora_of(self.gold, self.predictions, units, self.bridge)


def settings_of(run: store.Run) -> list[str]:
    """The overrides that shaped a run, as they were written; not its tracker, folder and runner."""
    overrides = map(str, run.provenance.get("overrides", ()))
    unsaid = ("hydra", "tracker", "experiment=", "runner=")
    return [one for one in overrides if not one.lstrip("+~").startswith(unsaid)]


def open_run(folder: Path) -> Scorable:
    """The run in `folder`.

    Raises:
        InputError: there is no finished run, or its gold is not the one that was scored.
    """
    run = store.read_run(folder)
    bridge, path = run.bridge, folder / store.GOLD
    sha256 = sha256_of_file(path) if path.is_file() else "no file"
    wanted = run.provenance.get("gold_sha256")
    if sha256 != wanted:
        raise InputError(f"{path}: found {sha256}, wanted {wanted}, the gold that was scored")
    examples = codec.read_examples(path, bridge.gold_labels)
    speakers = read_json(folder / "speakers.json") if (folder / "speakers.json").is_file() else {}
    documents = [example.document for example in examples]
    predictions = codec.read_predictions(folder / store.PREDICTIONS, documents, bridge.predicted_labels)
    name = str(run.scores["dataset"]).rpartition("#")[0]
    return Scorable(run, Gold(name, sha256, examples, speakers), predictions, bridge)
