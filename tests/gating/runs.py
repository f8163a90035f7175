"""Finished runs on the sample documents, made as `harness evaluate` makes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.analysis.analysis import Analysis
from harness.data.types import Annotation, Document, Example, Prediction
from harness.datasets.gold import GoldStandard
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import Run, open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.tracking.mlflow import Nothing
from tests.samples import EXAMPLES

SCORERS: Final[Mapping[str, Scorer]] = {
    "entities_strict": EntitiesStrict(),
    "entities_strict_char": EntitiesStrict("char"),
    "claims": Claims(),
    "checkworthy": CheckWorthy(),
}


@dataclass(frozen=True)
class Documents:
    """Examples as a data set without a file."""

    examples: Sequence[Example] = EXAMPLES
    variants: Mapping[str, Sequence[str]] | None = None
    name: str = "samples"
    source: None = None

    def read(self) -> Sequence[Example]:
        return self.examples

    def speakers(self) -> Mapping[str, Sequence[str]]:
        return self.variants or {}


@dataclass(frozen=True)
class Answers:
    """A runner that gives the answers it was made with; a document without one is a failure."""

    given: Mapping[str, Annotation]
    name: str = "answers"

    def load(self) -> None:
        """Nothing to load."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for document in documents:
            answer = self.given.get(document.id)
            yield Prediction(document.id, answer or Annotation(), 0.5, None if answer else "no answer")


GOLD: Final = {example.document.id: example.gold for example in EXAMPLES}
"""The answers of a runner that makes no mistake."""


def finished(
    folder: Path, answers: Mapping[str, Annotation] = GOLD, dataset: Documents | GoldStandard | None = None
) -> Path:
    """A finished run in `folder`."""
    data, runner = dataset or Documents(), Answers(answers)
    resampled, analysis = Bootstrap(resamples=20), Analysis(enabled=False)
    parts = Experiment("test", data, runner, Scoring(SCORERS, "paragraph", resampled), Nothing(), analysis)
    evaluate(parts, folder, "", {"overrides": []})
    return folder


def opened(folder: Path, answers: Mapping[str, Annotation] = GOLD, dataset: Documents | None = None) -> Run:
    """The same, opened."""
    return open_run(finished(folder, answers, dataset))
