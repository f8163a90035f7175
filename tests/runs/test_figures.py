"""What a runner asks for, keeps and counts beside its answers reaches the run and the tracker."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.data.schema import Schema
from harness.data.types import Annotation, Document, Entity, Prediction
from harness.runners.base import Runner
from harness.runners.ensemble import Ensemble
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import read_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.tracking.fields import metrics_of
from harness.tracking.mlflow import Nothing
from tests.runs.test_evaluate import Samples


@dataclass(frozen=True)
class Metered(Runner):
    """A runner that answers the last type that it is asked for, and keeps a note of it."""

    name: str = "metered"
    asked: tuple[str, ...] = ()
    folder: Path | None = None

    def asking_for(self, schema: Schema) -> "Metered":
        return replace(self, asked=schema.types)

    def keeping(self, folder: Path) -> "Metered":
        return replace(self, folder=folder)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "note.txt").write_text(self.asked[-1], encoding="utf-8")
        for document in documents:
            yield Prediction(document.id, Annotation((Entity(0, 3, self.asked[-1]),)))

    @property
    def figures(self) -> Mapping[str, float]:
        return {"tokens/in": 12.0}


def run(runner: Runner, folder: Path) -> None:
    scoring = Scoring({"entities_strict": EntitiesStrict()}, "paragraph", Bootstrap(resamples=20))
    evaluate(Experiment("test", Samples(), runner, scoring, Nothing()), folder, "", {"overrides": []})


def test_a_runner_is_asked_for_the_data_sets_types_and_counts_and_keeps_in_its_run(tmp_path: Path) -> None:
    run(Metered(), tmp_path / "run")
    opened = read_run(tmp_path / "run")
    assert opened.scores.figures == {"tokens/in": 12.0}
    assert metrics_of(opened.scores)["run/tokens/in"] == 12.0
    assert (tmp_path / "run" / "note.txt").read_text(encoding="utf-8") == opened.schema.types[-1]
    found = {entity for answer in opened.predictions.values() for entity in answer.annotation.entities or ()}
    assert found == {Entity(0, 3, opened.schema.types[-1])}


def test_members_of_an_ensemble_have_folders_and_figures_of_their_own(tmp_path: Path) -> None:
    run(Ensemble([Metered(), Metered(name="second")], 0.5), tmp_path / "run")
    assert sorted(path.parent.name for path in tmp_path.rglob("note.txt")) == ["0-metered", "1-second"]
    assert read_run(tmp_path / "run").scores.figures == {"0_metered/tokens/in": 12.0, "1_second/tokens/in": 12.0}
