from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.data.types import Annotation, Document, Entity, Prediction
from harness.runners.base import Runner, predict_each


@dataclass(frozen=True)
class Capital(Runner):
    """Finds one word, wherever it stands first."""

    word: str = "بكين"
    name: str = "capital"

    def load(self) -> None:
        """Load the model here: this is not timed."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return predict_each(documents, self.annotate)

    def annotate(self, document: Document) -> Annotation:
        start = document.text.find(self.word)
        return Annotation(entities=(Entity(start, start + len(self.word), "GPE"),) if start >= 0 else ())
