"""Data set to runner to scorers to run folder to tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harness import store
from harness.files import sha256_of_file, write_json
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.score import Gold, score
from harness.scoring.table import Scorer
from harness.terminal import isolate, track_progress, warn
from harness.types import Dataset, Document, InputError, Prediction, Runner


class Tracker(Protocol):
    """Where finished runs are logged."""

    def log(self, folder: Path) -> str | None:
        """Log the run in `folder`; its id there."""

    def log_failure(self, experiment: str, name: str, error: str) -> None:
        """Log a run that died."""


@dataclass(frozen=True)
class Experiment:
    """Everything that an evaluation is made of."""

    name: str
    dataset: Dataset
    runner: Runner
    scorers: Mapping[str, Scorer]
    units: str
    bootstrap: Bootstrap
    tracker: Tracker


def evaluate(experiment: Experiment, folder: Path, config: str, provenance: Mapping[str, object]) -> dict[str, Any]:
    """Run and score `experiment`, and leave it in `folder`; the content of `scores.json`.

    `config` is the composed configuration as YAML, `provenance` what made the run.

    Raises:
        InputError: the data set, the predictions or the folder cannot be used, or there is nothing to score.
    """
    store.open_folder(folder)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    gold = _gold(experiment.dataset, folder)
    documents = [example.document for example in gold.examples]
    predictions = _predict(experiment.runner, documents)
    store.write_predictions(folder, predictions, documents)
    scores = score(
        gold,
        {prediction.doc_id: prediction for prediction in predictions},
        experiment.scorers,
        experiment.units,
        experiment.bootstrap,
    )
    store.write_counts(folder, scores)
    write_json(
        folder / "provenance.json",
        {"experiment": experiment.name, "gold": gold.label, "gold_sha256": gold.sha256} | dict(provenance),
    )
    summary = store.summary(folder.name, gold, experiment.runner.name, predictions, scores)
    store.write_scores(folder, summary)
    return summary


def track(tracker: Tracker, folder: Path) -> str | None:
    """Log the finished run in `folder`; a tracker that is down costs a warning and never the run."""
    try:
        return tracker.log(folder)
    except InputError:
        raise
    except Exception as error:
        problem = " ".join(str(error).split())[:300]
        warn(f"tracker: found {problem}; the run is safe, log it later: harness track run={isolate(str(folder))}")
        return None


def _gold(dataset: Dataset, folder: Path) -> Gold:
    """What is scored, read from the data set and kept in the run folder, whose copy gives the hash."""
    examples, speakers = dataset.read(), dataset.speakers()
    store.write_gold(folder, examples, speakers, dataset.source)
    return Gold(dataset.name, sha256_of_file(folder / store.GOLD), examples, speakers)


def _predict(runner: Runner, documents: Sequence[Document]) -> list[Prediction]:
    """The predictions of all documents; failures are said and kept."""
    runner.load()
    predictions = list(track_progress(runner.predict(documents), len(documents), runner.name))
    failed = [prediction for prediction in predictions if prediction.error is not None]
    if failed:
        found = f"{len(failed)} of {len(documents)} documents failed and count as empty"
        warn(f"{runner.name}: {found}; the first is {isolate(failed[0].doc_id)}: {failed[0].error}")
    return predictions
