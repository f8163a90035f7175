"""Data set to runner to scorers to run folder to tracker."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from harness.analysis.analysis import Analysis
from harness.data import codec
from harness.data.bridge import Bridge
from harness.data.dataset import Dataset, PlainDataset, ReadOnce
from harness.data.files import sha256_of_file, write_json
from harness.data.jsonl import one_line
from harness.data.tagsets import TagSet
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.datasets.plausibility import misplaced, unmarked
from harness.runners.base import PlainRunner, Runner, as_runner
from harness.runs import folder as run_folder
from harness.scoring.baselines import check_names, score_baselines
from harness.scoring.checkworthy import labelled_twice
from harness.scoring.corpus import scored_layers
from harness.scoring.score import Gold, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.scoring.text import Text
from harness.show.terminal import isolate

T = TypeVar("T")

_LOGGER: Final = logging.getLogger(__name__)


class Reporter(Protocol):
    """Where an evaluation says what happens while it runs; the module `harness.show.terminal` is one."""

    def warn(self, message: str) -> None:
        """A remark, in one line without a mark that it is a warning."""

    def track_progress(self, values: Iterable[T], total: int, label: str) -> Iterator[T]:
        """`values` as they are, of which there are `total`, while their progress is shown under `label`."""


class Log:
    """A reporter for programs: remarks are warnings of the logger `harness.runs.evaluate`, and no progress is shown."""

    def warn(self, message: str) -> None:
        """Log a remark."""
        _LOGGER.warning("%s", message)

    def track_progress(self, values: Iterable[T], total: int, label: str) -> Iterator[T]:
        """`values` as they are."""
        del total, label
        yield from values


LOG: Final = Log()


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
    dataset: PlainDataset
    runner: PlainRunner
    scoring: Scoring
    tracker: Tracker
    analysis: Analysis = field(default_factory=Analysis)
    baselines: Sequence[PlainRunner] = ()
    """What every score is held against: runners that answer in the gold's own labels."""


def evaluate(
    experiment: Experiment, folder: Path, config: str, provenance: Mapping[str, object], reporter: Reporter = LOG
) -> dict[str, Any]:
    """Run and score `experiment`, and leave it in `folder`; the content of `scores.json`.

    `config` is the composed configuration as YAML, `provenance` what made the run. What looks doubtful is a remark: it
    goes to `reporter` when it is known, and is kept in `provenance.json`.

    Raises:
        InputError: the data set, the predictions or the folder cannot be used, or there is nothing to score.
    """
    dataset = ReadOnce(experiment.dataset)
    runner = as_runner(experiment.runner).reading(dataset)
    baselines = [as_runner(baseline).reading(dataset) for baseline in experiment.baselines]
    remarks = _Remarks(reporter)
    # First of all: a map that cannot be used is not to be found out after an hour of predicting.
    bridge = Bridge(dataset.tag_set, runner.tag_set)
    _check_baselines(baselines, dataset.tag_set)
    run_folder.open_folder(folder)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    examples, speakers = dataset.read(), dataset.speakers()
    documents = [example.document for example in examples]
    text = Text([document.text for document in documents])
    for number, fault in labelled_twice(text, [example.gold for example in examples]).items():
        raise InputError(f"{dataset.name}: document {documents[number].id}: {fault}")
    remarks.add(dataset.remarks)
    run_folder.write_gold(folder, examples, speakers, dataset.source)
    sha256 = sha256_of_file(folder / run_folder.GOLD)
    gold = Gold(dataset.name, sha256, examples, speakers, dataset.passes(documents))
    remarks.add(_learned_names(runner, dataset))
    remarks.add(_learned_documents(runner, documents))
    predictions = _predict(runner, documents, text, bridge.predicted_labels, reporter)
    remarks.add(runner.remarks)
    remarks.add(_doubts(experiment, gold, predictions, bridge))
    run_folder.write_predictions(folder, predictions, documents)
    answers = {prediction.doc_id: prediction for prediction in predictions}
    corpora = corpora_of(gold, answers, experiment.scoring.units, bridge)
    scores = score(gold, corpora, experiment.scoring)
    compared = {
        baseline.name: _predict(baseline, documents, text, bridge.gold_labels, reporter) for baseline in baselines
    }
    scored_baselines = score_baselines(corpora, scores, compared, experiment.scoring, bridge)
    run_folder.write_counts(folder, scores)
    findings = experiment.analysis.run(corpora, experiment.scoring)
    if findings is not None:
        remarks.add(run_folder.write_analysis(folder, findings))
    model = runner.provenance
    write_json(
        folder / "provenance.json",
        {
            "experiment": experiment.name,
            "gold": gold.label,
            "gold_sha256": gold.sha256,
            "remarks": remarks.kept,
            "labels": bridge.record(),
            "runner": None if model is None else dict(model),
        }
        | dict(provenance),
    )
    summary = run_folder.summary(folder.name, gold, runner.name, predictions, scores, scored_baselines)
    run_folder.write_scores(folder, summary)
    return summary


def track(tracker: Tracker, folder: Path, reporter: Reporter = LOG) -> str | None:
    """Log the finished run in `folder`; a tracker that is down costs a warning and never the run."""
    try:
        return tracker.log(folder)
    except InputError:
        raise
    except Exception as error:
        problem = " ".join(str(error).split())[:300]
        later = f"harness track {isolate(str(folder))}"
        reporter.warn(f"tracker: found {problem}; the run is safe, log it later: {later}")
        return None


@dataclass(frozen=True)
class _Remarks:
    """What a reader of the scores has to know: said at once, and kept for the record."""

    reporter: Reporter
    kept: list[str] = field(default_factory=list)

    def add(self, remarks: Iterable[str]) -> None:
        """Say and keep `remarks`."""
        for remark in map(str, remarks):
            self.reporter.warn(remark)
            self.kept.append(remark)


def _check_baselines(baselines: Sequence[Runner], wanted: TagSet | None) -> None:
    """Refuse two baselines of one name, and one that answers in other labels than `wanted`, those of the gold."""
    check_names([baseline.name for baseline in baselines])
    for baseline in baselines:
        if baseline.tag_set != wanted:
            labels = [side.label if side else "the gold's types" for side in (baseline.tag_set, wanted)]
            raise InputError(f"baselines: {baseline.name}: found {labels[0]}, wanted {labels[1]} as the data set has")


def _learned_names(runner: Runner, dataset: Dataset) -> Iterator[str]:
    """What a runner's `not_for` says against a data set of this name or tag set."""
    names = {dataset.name.casefold(), "" if dataset.tag_set is None else dataset.tag_set.name.casefold()}
    against = [str(known) for known in runner.not_for if any(str(known).casefold() in name for name in names)]
    if against:
        found = f"found data that look like {', '.join(against)}, which the model has learned from"
        yield f"{runner.name}: {found}; scores on its training part say nothing"


def _learned_documents(runner: Runner, documents: Sequence[Document]) -> Iterator[str]:
    """What a runner that knows the texts it was trained on says about `documents`.

    Raises:
        InputError: there are some among them, and the runner is not told to answer all the same.
    """
    learned = runner.learned_from(documents)
    if not learned:
        return
    found = f"found {len(learned)} of {len(documents)} documents ({', '.join(map(isolate, learned[:3]))}, …)"
    if not runner.allow_seen:
        wanted = "wanted unseen ones; runner.allow_seen=true scores them all the same"
        raise InputError(f"{runner.name}: {found} in what the model was trained on, {wanted}")
    yield f"{runner.name}: {found} in what the model was trained on; these scores say nothing about new text"


def _doubts(experiment: Experiment, gold: Gold, predictions: Sequence[Prediction], bridge: Bridge) -> list[str]:
    """What looks wrong with what is scored: layers with nothing to find, offsets that cut words."""
    annotated = [example.gold for example in gold.examples]
    texts = [example.document.text for example in gold.examples]
    answered = [prediction.annotation for prediction in predictions]
    asked = {scorer.layer for scorer in experiment.scoring.scorers.values()}
    layers = [layer for layer in scored_layers(annotated, predictions) if layer in asked]
    return [
        *bridge.remarks,
        *unmarked(gold.name, layers, annotated, bridge.project_gold(annotated)),
        *misplaced(gold.name, zip(texts, annotated, strict=True)),
        *misplaced(experiment.runner.name, zip(texts, answered, strict=True)),
    ]


def _predict(
    runner: Runner, documents: Sequence[Document], text: Text, types: Collection[str], reporter: Reporter
) -> list[Prediction]:
    """The predictions of all documents, whose texts `text` joins; failures are said and kept.

    Raises:
        InputError: the runner did not answer each document once, in order.
    """
    runner.load()
    answers = list(reporter.track_progress(runner.predict(documents), len(documents), runner.name))
    odd: list[object] = [answer for answer in answers if not isinstance(answer, Prediction)]
    if odd:
        raise InputError(f"{runner.name}: found the answer {one_line(repr(odd[0]))}, wanted a Prediction")
    given, wanted = [answer.doc_id for answer in answers], [document.id for document in documents]
    if given != wanted:
        pairs = enumerate(zip(given, wanted, strict=False))
        place = next((number for number, (answered, asked) in pairs if answered != asked), len(given))
        answer, document = given[place : place + 1], wanted[place : place + 1]
        raise InputError(f"{runner.name}: found the answer for {answer} at place {place}, wanted {document}")
    predictions = answers if runner.checked else _checked(answers, documents, text, types)
    failed = [prediction for prediction in predictions if prediction.error is not None]
    if failed:
        said = f"{len(failed)} of {len(documents)} documents failed and count as empty"
        first = f"{isolate(failed[0].doc_id)}: {one_line(str(failed[0].error))}"
        reporter.warn(f"{runner.name}: {said}; the first is {first}")
    return predictions


def _checked(
    answers: Sequence[Prediction], documents: Sequence[Document], text: Text, types: Collection[str]
) -> list[Prediction]:
    """`answers`, each malformed one as a failure."""
    predictions = []
    for answer, document in zip(answers, documents, strict=True):
        if answer.error is not None:
            predictions.append(replace(answer, annotation=Annotation()))
        else:
            fault = codec.fault(answer.annotation, document.text, types)
            predictions.append(answer if fault is None else _failed(answer, fault))
    for number, fault in labelled_twice(text, [prediction.annotation for prediction in predictions]).items():
        predictions[number] = _failed(predictions[number], fault)
    return predictions


def _failed(prediction: Prediction, fault: str) -> Prediction:
    return replace(prediction, annotation=Annotation(), error=f"malformed: {fault}")
