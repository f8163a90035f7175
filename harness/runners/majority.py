"""The majority baseline: every sentence has the commonest label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.arabic.segment import sentences
from harness.data.dataset import ReadOnce
from harness.data.types import Annotation, Document, Prediction, Sentence
from harness.runners.base import BaselineRunner, predict_each


@dataclass(frozen=True)
class Majority(BaselineRunner):
    """A baseline that reads nothing: every sentence has the label that is most frequent in a data set's gold.

    The label is that of the whole gold, the scored document included: of all constant answers the one that is right
    most often. (Counted in the other documents only, labels of about equal number would make a worse baseline than any
    constant: leaving a document out makes its own commonest label rarer.) Of labels that are equally frequent the first
    in the schema's order is taken. Sentences are those of `arabic.segment.sentences`, not the gold's: where the
    gold cuts others, these are missed. There are no entities and no claims.
    """

    name: str = "majority"

    def load(self) -> None:
        """Read the data set and count."""
        _ = self.label

    @cached_property
    def label(self) -> str | None:
        """The commonest label; None where the data set has no labelled sentence."""
        dataset = ReadOnce(self.dataset)
        layers = [example.gold.sentences for example in dataset.read()]
        counts = Counter(sentence.label for layer in layers for sentence in layer or ())
        labels = dataset.annotation_schema.sentence_labels if counts else ()
        return max(labels, key=lambda label: counts[label], default=None)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order."""
        return predict_each(documents, self.annotate)

    def annotate(self, document: Document) -> Annotation:
        """The sentences of one document; no layer of them where the data set has no labelled one."""
        if self.label is None:
            return Annotation()
        return Annotation(sentences=tuple(Sentence(*span, self.label) for span in sentences(document.text)))
