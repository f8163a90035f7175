"""Predictions made elsewhere: the way for any program to use the scorers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from harness.data import codec
from harness.data.bridge import stored_bridge
from harness.data.files import read_json
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import Runner

_RECORDS: Final = ("provenance.json", "baseline.json")
"""What keeps the label maps of a run, and of a baseline."""


@dataclass(frozen=True)
class Replay(Runner):
    """Predictions from a JSON Lines file, or from the folder of a run or a baseline.

    A document that the file does not hold is a failure. Times are not replayed: nothing was extracted. `labels` names
    the map of the predictions' tag set; the predictions of a run keep the one that the run kept.
    """

    path: str
    name: str = "replay"
    labels: str | None = None

    @property
    def checked(self) -> bool:
        """True: what `codec.read_predictions` has read is well formed."""
        return True

    @property
    def file(self) -> Path:
        """The predictions file."""
        path = Path(self.path)
        return path / "predictions.jsonl" if path.is_dir() else path

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The tag set of the predictions, None where they have no map.

        Raises:
            InputError: there is no such map, or the run kept another one.
        """
        given = None if self.labels is None else read_tag_set(self.labels)
        record = next((path for path in map(Path(self.path).joinpath, _RECORDS) if path.is_file()), None)
        if record is None:
            return given
        kept = stored_bridge(read_json(record).get("labels"), f"{record}: labels").predicted
        if given is not None and given != kept:
            raise InputError(f"{record}: found the labels {kept and kept.label}, wanted {given.label} as labels has it")
        return kept

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """The stored prediction of every document.

        Raises:
            InputError: the file is malformed, or names a document that is not among `documents`.
        """
        stored = codec.read_predictions(self.file, documents)
        for document in documents:
            prediction = stored.get(document.id)
            if prediction is None:
                yield Prediction(document.id, Annotation(), error=f"{self.file}: no prediction for this document")
            else:
                yield Prediction(document.id, prediction.annotation, error=prediction.error)
