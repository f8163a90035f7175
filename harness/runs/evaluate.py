"""Data set to runner to scorers to run folder to tracker."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from harness.analysis.analysis import Analysis
from harness.data.bridge import Bridge, Unknown
from harness.data.dataset import Dataset, PlainDataset, ReadOnce
from harness.data.failures import method_of
from harness.data.files import sha256_of_file, write_json
from harness.data.jsonl import LONG, one_line
from harness.data.schema import Schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Document, InputError, Prediction
from harness.data.unknown import told, unknown_names
from harness.datasets.plausibility import misplaced, unmarked
from harness.runners.base import PlainRunner, Runner, answers_of, as_runner, load
from harness.runs import folder as run_folder
from harness.runs.answering import checked
from harness.runs.names import check_spoken, remark_own_names, remark_unused, settle_unknown
from harness.runs.provenance import with_loaded
from harness.scoring.baselines import check_names, score_baselines
from harness.scoring.checkworthy import labelled_twice
from harness.scoring.corpus import scored_layers
from harness.scoring.repeats import spread, values_of
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.scoring.text import Text
from harness.scoring.unplaced import unplaced_shares
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
    labels: str | None = None
    """The map of the runner's labels, for a runner that names none itself."""
    unknown: Unknown = "error"
    """What becomes of predicted names that the gold side does not know: they are refused, left out (and with them
    mentions of types that the gold never uses), or counted as wrong."""


def evaluate(
    experiment: Experiment, folder: Path, config: str, provenance: Mapping[str, object], reporter: Reporter = LOG
) -> dict[str, Any]:
    """Run and score `experiment`, and leave it in `folder`; the content of `scores.json`.

    `config` is the composed configuration as YAML, `provenance` what made the run. What looks doubtful is a remark: it
    goes to `reporter` when it is known, and is kept in `provenance.json`.

    Raises:
        InputError: the data set, the predictions or the folder cannot be used, or there is nothing to score. Where a
            predicted name is unknown, the predictions are kept in the folder.
    """
    dataset = ReadOnce(experiment.dataset)
    runner = as_runner(experiment.runner).reading(dataset)
    baselines = [as_runner(baseline).reading(dataset) for baseline in experiment.baselines]
    remarks = _Remarks(reporter)
    # First of all: a map that cannot be used is not to be found out after an hour of predicting.
    answers_in = _map_of(runner, experiment.labels)
    if dataset.tag_set is not None and answers_in is not None:
        Bridge(dataset.tag_set, answers_in)
    _check_baselines(baselines, dataset.tag_set)
    run_folder.open_folder(folder)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    examples, speakers, schema = dataset.read(), dataset.speakers(), dataset.annotation_schema
    runner = runner.asking_for(schema).keeping(folder)
    bridge = Bridge(dataset.tag_set, answers_in, schema, runner.annotation_schema, experiment.unknown)
    check_spoken(runner.name, bridge)
    documents = [example.document for example in examples]
    text = Text([document.text for document in documents])
    for number, fault in labelled_twice(text, [example.gold for example in examples]).items():
        raise InputError(f"{dataset.name}: document {documents[number].id}: {fault}")
    remarks.add(dataset.remarks)
    if dataset.infers_schema and dataset.tag_set is None:
        remarks.add(remark_own_names(dataset.name, examples, schema))
    run_folder.write_gold(folder, examples, speakers, dataset.source)
    sha256 = sha256_of_file(folder / run_folder.GOLD)
    gold = Gold(dataset.name, sha256, examples, speakers, dataset.passes(documents), schema)
    remarks.add(_learned_names(runner, dataset))
    remarks.add(_learned_documents(runner, documents))
    predictions = _predict(runner, documents, text, reporter)
    repetitions = [
        repetition.keeping(run_folder.open_repeat(folder, number))
        for number, repetition in enumerate(runner.repetitions, 1)
    ]
    if not repetitions:
        remarks.add(runner.remarks)
    predictions = _known(runner.name, predictions, gold, bridge, folder, remarks)
    if dataset.infers_schema and bridge.unknown == "error":
        remarks.add(remark_unused(runner.name, predictions, examples, bridge))
    remarks.add(_doubts(experiment, gold, predictions, bridge))
    run_folder.write_predictions(folder, predictions, documents)
    answers = {prediction.doc_id: prediction for prediction in predictions}
    corpora = corpora_of(gold, answers, experiment.scoring.units, bridge)
    scores = score(gold, corpora, experiment.scoring)
    headlines = {name: scored.headlines for name, scored in scores.items()}
    repeated, repeat_failures = [], []
    for answered in _answers(repetitions, gold, text, bridge, folder, remarks):
        repeated.append(values_of(headlines, corpora, answered, experiment.scoring, bridge))
        repeat_failures.append(run_folder.count_failures(documents, answered))
    if repeated:
        # Of the whole, now that it is done: repetitions may count with what they repeat.
        for asked in (runner, *repetitions):
            remarks.add(remark for remark in asked.remarks if remark not in remarks.kept)
        scores = {name: _with_repeats(scored, [values[name] for values in repeated]) for name, scored in scores.items()}
    compared = {
        baseline.name: _refused(baseline.name, _predict(baseline, documents, text, reporter), schema)
        for baseline in baselines
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
            "schema": schema.record(),
            "runner": None if model is None else dict(model),
        }
        | with_loaded(provenance),
    )
    summary = run_folder.summary(folder.name, gold, runner.name, predictions, scores, scored_baselines)
    figures = {name: number for name, number in runner.figures.items() if isfinite(number)}
    if figures:
        summary["figures"] = figures
    if repeat_failures:
        summary["repeat_failures"] = repeat_failures
    unplaced = unplaced_shares(corpora)
    if unplaced:
        summary["unplaced"] = unplaced
    if findings is not None and "leak" in findings:
        summary["leak"] = findings["leak"]
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


def _map_of(runner: Runner, labels: str | None) -> TagSet | None:
    """The map of a runner's labels: its own, or the one that the evaluation names for it.

    Raises:
        InputError: they are unlike.
    """
    own = runner.tag_set
    if labels is None:
        return own
    given = read_tag_set(labels)
    if own is not None and own != given:
        raise InputError(f"runner.labels: found {given.label}, wanted {own.label}, in which {runner.name} answers")
    return given


def _answers(
    repetitions: Sequence[Runner], gold: Gold, text: Text, bridge: Bridge, folder: Path, remarks: "_Remarks"
) -> Iterator[list[Prediction]]:
    """The predictions of each repetition, settled and kept as the run's own are, in folders of their own.

    Raises:
        InputError: as for the run's own predictions.
    """
    documents = [example.document for example in gold.examples]
    for number, repetition in enumerate(repetitions, 1):
        place = run_folder.open_repeat(folder, number)
        predictions = _predict(repetition, documents, text, remarks.reporter)
        name = f"{repetition.name}, repetition {number}"
        predictions = _known(name, predictions, gold, bridge, place, remarks)
        run_folder.write_predictions(place, predictions, documents)
        yield predictions


def _with_repeats(score: Score, repeated: Sequence[Mapping[str, float]]) -> Score:
    """`score` with how its headlines vary over its own run and the values of `repeated`."""
    spreads = {
        name: spread([score.measures[name].value, *(values[name] for values in repeated)]) for name in score.headlines
    }
    return replace(score, repeats={name: found for name, found in spreads.items() if found is not None})


def _known(
    runner: str, predictions: list[Prediction], gold: Gold, bridge: Bridge, folder: Path, remarks: "_Remarks"
) -> list[Prediction]:
    """`predictions` after what is unknown in them was refused, left out, or remarked and kept.

    Raises:
        InputError: there is something unknown, and it is to be refused.
    """
    try:
        settled, said = settle_unknown(runner, predictions, gold.examples, bridge)
    except InputError as error:
        run_folder.write_predictions(folder, predictions, [example.document for example in gold.examples])
        kept = isolate(str(folder / run_folder.PREDICTIONS))
        raise InputError(f"{error}; the predictions are kept: {kept}") from error
    remarks.add(said)
    return settled


def _refused(runner: str, predictions: list[Prediction], schema: Schema) -> list[Prediction]:
    """`predictions` of a baseline, which answers in the gold's own labels.

    Raises:
        InputError: there are others among them.
    """
    unknown = unknown_names([prediction.annotation for prediction in predictions], schema)
    if unknown:
        raise InputError(f"baselines: {runner}: found the unknown {told(unknown)}, wanted those of {schema.label}")
    return predictions


def _learned_names(runner: Runner, dataset: Dataset) -> Iterator[str]:
    """What a runner's `not_for` says against a data set of this name or tag set."""
    names = {dataset.name.casefold(), "" if dataset.tag_set is None else dataset.tag_set.name.casefold()}
    against = [str(known) for known in runner.not_for if any(str(known).casefold() in name for name in names)]
    if against:
        found = f"found data that look like {', '.join(against)}, which the model has learned from"
        yield f"{runner.name}: {found}; scores on its training part say nothing"


def _learned_documents(runner: Runner, documents: Sequence[Document]) -> Iterator[str]:
    """What a runner that knows the texts it was trained, or something in it was chosen, on says about `documents`.

    Raises:
        InputError: there are some among them, and the runner is not told to answer all the same.
    """
    for seen, why, worth in (
        (runner.learned_from(documents), "in what the model was trained on", "say nothing about new text"),
        (runner.chosen_on(documents), "that something in it was chosen on", "are better than on new text"),
    ):
        if not seen:
            continue
        found = f"found {len(seen)} of {len(documents)} documents ({', '.join(map(isolate, seen[:3]))}, …)"
        if not runner.allow_seen:
            wanted = "wanted unseen ones; runner.allow_seen=true scores them all the same"
            raise InputError(f"{runner.name}: {found} {why}, {wanted}")
        yield f"{runner.name}: {found} {why}; these scores {worth}"


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


def _predict(runner: Runner, documents: Sequence[Document], text: Text, reporter: Reporter) -> list[Prediction]:
    """The predictions of all documents, whose texts `text` joins; failures are said and kept.

    Raises:
        InputError: the runner did not answer each document once, in order.
    """
    load(runner)
    answers = list(reporter.track_progress(answers_of(runner, documents), len(documents), runner.name))
    predictions = answers if runner.checked else checked(answers, documents, text, method_of(runner, "predict"))
    failed = [prediction for prediction in predictions if prediction.error is not None]
    if failed:
        said = f"{len(failed)} of {len(documents)} documents failed and count as empty"
        first = f"{isolate(failed[0].doc_id)}: {one_line(str(failed[0].error), LONG)}"
        reporter.warn(f"{runner.name}: {said}; the first is {first}")
    return predictions
