"""Predictions made elsewhere: the way for any program to use the scorers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import codec
from harness.tagsets import known_labels
from harness.types import Annotation, Document, Prediction


@dataclass(frozen=True)
class Replay:
    """Predictions from a JSON Lines file, or from the folder of a run.

    A document that the file does not hold is a failure. Times are not replayed: nothing was extracted. `labels` names
    the map of the predictions' tag set.
    """

    path: str
    name: str = "replay"
    labels: str | None = None

    @property
    def file(self) -> Path:
        """The predictions file."""
        path = Path(self.path)
        return path / "predictions.jsonl" if path.is_dir() else path

    def load(self) -> None:
        """Nothing is slow to load; the file is read with the documents at hand."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """The stored prediction of every document.

        Raises:
            InputError: the file is malformed, or names a document that is not among `documents`.
        """
        stored = codec.read_predictions(self.file, documents, known_labels(self.labels))
        for document in documents:
            prediction = stored.get(document.id)
            if prediction is None:
                yield Prediction(document.id, Annotation(), error=f"{self.file}: no prediction for this document")
            else:
                yield Prediction(document.id, prediction.annotation, error=prediction.error)
