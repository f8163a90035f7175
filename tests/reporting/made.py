"""Finished runs for tests: documents and answers of one's own, through the real evaluation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.data.types import Annotation, Document, Entity, Example, Prediction
from harness.reporting.page import Report, Settings
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.tracking.mlflow import Nothing
from tests.runs.test_evaluate import Samples
from tests.samples import EXAMPLES

SCORERS: dict[str, Scorer] = {
    "entities_strict": EntitiesStrict(),
    "entities_strict_char": EntitiesStrict(boundary="char"),
    "claims": Claims(),
    "checkworthy": CheckWorthy(),
}
BOOTSTRAP = Bootstrap(resamples=20)
SETTINGS = Settings(Scoring(SCORERS, bootstrap=BOOTSTRAP, trials=50))


@dataclass(frozen=True)
class Answers:
    """A runner that gives prepared answers."""

    answers: Mapping[str, Prediction]
    name: str = "answers"

    def load(self) -> None:
        """Nothing to load."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for document in documents:
            yield self.answers[document.id]


def run_of(
    folder: Path,
    predictions: Sequence[Prediction],
    examples: Sequence[Example] = EXAMPLES,
    scorers: Mapping[str, Scorer] = SCORERS,
    name: str = "answers",
) -> Path:
    """A finished run of `predictions`."""
    runner = Answers({one.doc_id: one for one in predictions}, name)
    parts = Experiment("test", Samples(examples=examples), runner, Scoring(scorers, "paragraph", BOOTSTRAP), Nothing())
    evaluate(parts, folder, "", {"overrides": [], "versions": {}})
    return folder


def report_of(*folders: Path, **changes: object) -> Report:
    """The report of finished runs."""
    return Report([open_run(folder) for folder in folders], replace(SETTINGS, **changes))  # type: ignore[arg-type]


def erring() -> list[Prediction]:
    """Answers to the sample documents with one error of each kind.

    Document 0: the person is cut short, الرباط is an ORG, المغرب is missed, سامي is a spurious GPE, the speaker and
    the label of the first sentence are wrong. Document 4 failed. All else is right.
    """
    answers = [Prediction(example.document.id, example.gold, 0.1) for example in EXAMPLES]
    gold, text = EXAMPLES[0].gold, EXAMPLES[0].document.text
    assert gold.claims is not None
    assert gold.sentences is not None
    at = text.index("سامي")
    entities = (
        Entity(text.index("الوزير"), text.index("الوزير") + 6, "OCC", 0.9),
        Entity(at + 5, at + 11, "PERS", 0.6),
        Entity(text.index("الرباط"), text.index("الرباط") + 6, "ORG", 0.4),
        Entity(at, at + 4, "GPE", 0.2),
    )
    claims = (replace(gold.claims[0], speaker="الوزير"),)
    sentences = (gold.sentences[0]._replace(label="NFS"), *gold.sentences[1:])
    answers[0] = Prediction(answers[0].doc_id, Annotation(entities, claims, sentences), 0.1)
    answers[4] = Prediction(answers[4].doc_id, Annotation(), 0.1, "broken <b>pipe</b>")
    return answers


def perfect() -> list[Prediction]:
    """Answers that are the gold."""
    return [Prediction(example.document.id, example.gold, 0.1) for example in EXAMPLES]
