"""Data set to runner to scorers to run folder to tracker."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from harness.data import codec
from harness.runs import folder as store
from harness.analysis.analysis import Analysis
from harness.datasets.plausibility import misplaced, unmarked
from harness.data.files import sha256_of_file, write_json
from harness.data.jsonl import one_line
from harness.data.bridge import Bridge
from harness.scoring.baselines import Baseline, check_names, score_baselines
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import labelled_twice
from harness.scoring.corpus import Corpus, scored_layers
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.scoring.text import Text
from harness.data.tagsets import TagSet, tag_set_of
from harness.show.terminal import isolate, track_progress, warn
from harness.data.types import Annotation, Dataset, Document, Example, InputError, Prediction, Runner


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
    analysis: Analysis = field(default_factory=Analysis)
    baselines: Sequence[Runner] = ()
    """What every score is held against: runners that answer in the gold's own labels."""

    @property
    def scoring(self) -> Scoring:
        """How the answers are scored."""
        return Scoring(self.scorers, self.units, self.bootstrap)


def evaluate(experiment: Experiment, folder: Path, config: str, provenance: Mapping[str, object]) -> dict[str, Any]:
    """Run and score `experiment`, and leave it in `folder`; the content of `scores.json`.

    `config` is the composed configuration as YAML, `provenance` what made the run.

    Raises:
        InputError: the data set, the predictions or the folder cannot be used, or there is nothing to score.
    """
    # First of all: a map that cannot be used is not to be found out after an hour of predicting.
    bridge = Bridge(tag_set_of(experiment.dataset), tag_set_of(experiment.runner))
    _check_baselines(experiment)
    store.open_folder(folder)
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    gold, remarks = _gold(experiment.dataset, folder)
    remarks += _learned(experiment.dataset, experiment.runner)
    documents = [example.document for example in gold.examples]
    remarks += _seen(experiment.runner, documents)
    predictions = _predict(experiment.runner, documents, bridge.predicted_labels)
    remarks += _said(experiment.runner)
    remarks += _doubts(experiment, gold, predictions, bridge)
    store.write_predictions(folder, predictions, documents)
    answers = {prediction.doc_id: prediction for prediction in predictions}
    corpora = corpora_of(gold, answers, experiment.units, bridge)
    scores = score(gold, corpora, experiment.scoring)
    baselines = _baselines(experiment, gold, scores, corpora, bridge)
    store.write_counts(folder, scores)
    findings = experiment.analysis.run(corpora, experiment.scoring)
    if findings is not None:
        store.write_analysis(folder, findings)
    write_json(
        folder / "provenance.json",
        {
            "experiment": experiment.name,
            "gold": gold.label,
            "gold_sha256": gold.sha256,
            "remarks": remarks,
            "labels": bridge.record(),
            "runner": _made_from(experiment.runner),
        }
        | dict(provenance),
    )
    summary = store.summary(folder.name, gold, experiment.runner.name, predictions, scores, baselines)
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


def _gold(dataset: Dataset, folder: Path) -> tuple[Gold, list[str]]:
    """What is scored, read from the data set and kept in the run folder, whose copy gives the hash.

    With it what the data set remarks about itself, if it has a property `remarks`; that is said. A data set that has a
    method `passes` gives the annotation passes that its gold was made from.
    """
    examples, speakers = dataset.read(), dataset.speakers()
    text = Text([example.document.text for example in examples])
    for number, fault in labelled_twice(text, [example.gold for example in examples]).items():
        # Now rather than after an hour of predicting.
        raise InputError(f"{dataset.name}: document {examples[number].document.id}: {fault}")
    remarks = _said(dataset)
    store.write_gold(folder, examples, speakers, dataset.source)
    passes = getattr(dataset, "passes", None)
    return Gold(dataset.name, sha256_of_file(folder / store.GOLD), examples, speakers, passes and passes()), remarks


def _said(part: Dataset | Runner) -> list[str]:
    """What a data set or a runner remarks about what it did, said as warnings."""
    return _warned(str(remark) for remark in getattr(part, "remarks", ()))


def _doubts(experiment: Experiment, gold: Gold, predictions: Sequence[Prediction], bridge: Bridge) -> list[str]:
    """What looks wrong with what is scored: layers with nothing to find, offsets that cut words; said as warnings."""
    annotated = [example.gold for example in gold.examples]
    texts = [example.document.text for example in gold.examples]
    answered = [prediction.annotation for prediction in predictions]
    asked = {scorer.layer for scorer in experiment.scorers.values()}
    layers = [layer for layer in scored_layers(annotated, predictions) if layer in asked]
    return _warned(
        [
            *bridge.remarks,
            *unmarked(gold.name, layers, annotated, bridge.project_gold(annotated)),
            *misplaced(gold.name, zip(texts, annotated, strict=True)),
            *misplaced(experiment.runner.name, zip(texts, answered, strict=True)),
        ]
    )


def _warned(remarks: Iterable[str]) -> list[str]:
    """`remarks`, said as warnings."""
    said = list(remarks)
    for remark in said:
        warn(remark)
    return said


def _learned(dataset: Dataset, runner: Runner) -> list[str]:
    """What a runner's `not_for`, if it has one, says against a data set of this name or tag set; said as a warning."""
    labels = tag_set_of(dataset)
    names = {dataset.name.casefold(), "" if labels is None else labels.name.casefold()}
    against = [str(one) for one in getattr(runner, "not_for", ()) if any(str(one).casefold() in name for name in names)]
    if not against:
        return []
    found = f"found data that look like {', '.join(against)}, which the model has learned from"
    remark = f"{runner.name}: {found}; scores on its training part say nothing"
    warn(remark)
    return [remark]


def _seen(runner: Runner, documents: Sequence[Document]) -> list[str]:
    """What a runner that knows the texts it was trained on says about the documents; said as a warning.

    Raises:
        InputError: there are some among them, and the runner is not told to answer all the same.
    """
    learned: Sequence[str] = runner.learned_from(documents) if hasattr(runner, "learned_from") else ()
    if not learned:
        return []
    found = f"found {len(learned)} of {len(documents)} documents ({', '.join(map(isolate, learned[:3]))}, …)"
    if not getattr(runner, "allow_seen", False):
        wanted = "wanted unseen ones; runner.allow_seen=true scores them all the same"
        raise InputError(f"{runner.name}: {found} in what the model was trained on, {wanted}")
    remark = f"{runner.name}: {found} in what the model was trained on; these scores say nothing about new text"
    warn(remark)
    return [remark]


@dataclass(frozen=True)
class _Read:
    """A data set that has been read."""

    name: str
    source: Path | None
    tag_set: TagSet | None
    gold: Gold

    def read(self) -> Sequence[Example]:
        """Its examples."""
        return self.gold.examples

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """The variants of speakers' names."""
        return self.gold.speakers


def _check_baselines(experiment: Experiment) -> None:
    """Refuse baselines before the runner has done its work.

    Raises:
        InputError: two have one name, or one answers in other labels than the gold's.
    """
    check_names([baseline.name for baseline in experiment.baselines])
    wanted = tag_set_of(experiment.dataset)
    for baseline in experiment.baselines:
        found = tag_set_of(baseline)
        if found != wanted:
            labels = [kind.label if kind else "the gold's types" for kind in (found, wanted)]
            raise InputError(f"baselines: {baseline.name}: found {labels[0]}, wanted {labels[1]} as the data set has")


def _baselines(
    experiment: Experiment, gold: Gold, scores: Mapping[str, Score], corpora: Mapping[str, Corpus], bridge: Bridge
) -> dict[str, dict[str, Baseline]]:
    """By scorer and name what the baselines score; one that counts in the scored data set does not read it again."""
    documents = [example.document for example in gold.examples]
    read = _Read(experiment.dataset.name, experiment.dataset.source, tag_set_of(experiment.dataset), gold)
    answers = {}
    for baseline in experiment.baselines:
        counts_here = getattr(baseline, "dataset", None) == experiment.dataset
        runner: Runner = replace(baseline, dataset=read) if counts_here else baseline  # type: ignore[type-var]
        answers[baseline.name] = _predict(runner, documents, bridge.gold_labels)
    return score_baselines(corpora, scores, answers, experiment.scoring, bridge)


def _made_from(runner: Runner) -> object:
    """What a runner that has a property `provenance` says about the model that it loaded; None for one without."""
    found: Mapping[str, object] | None = getattr(runner, "provenance", None)
    return None if found is None else dict(found)


def _predict(runner: Runner, documents: Sequence[Document], types: Collection[str]) -> list[Prediction]:
    """The predictions of all documents; failures are said and kept.

    Raises:
        InputError: the runner did not answer each document once, in order.
    """
    runner.load()
    answers = list(track_progress(runner.predict(documents), len(documents), runner.name))
    found, wanted = [answer.doc_id for answer in answers], [document.id for document in documents]
    if found != wanted:
        place = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if len(set(pair)) > 1), len(found))
        answer, document = found[place : place + 1], wanted[place : place + 1]
        raise InputError(f"{runner.name}: found the answer for {answer} at place {place}, wanted {document}")
    trusted = getattr(runner, "checked", False)
    pairs = zip(answers, documents, strict=True)
    predictions = answers if trusted else [_checked(answer, document, types) for answer, document in pairs]
    if not trusted:
        annotations = [prediction.annotation for prediction in predictions]
        for number, fault in labelled_twice(Text([document.text for document in documents]), annotations).items():
            predictions[number] = _failed(predictions[number], fault)
    failed = [prediction for prediction in predictions if prediction.error is not None]
    if failed:
        said = f"{len(failed)} of {len(documents)} documents failed and count as empty"
        warn(f"{runner.name}: {said}; the first is {isolate(failed[0].doc_id)}: {one_line(str(failed[0].error))}")
    return predictions


def _checked(prediction: Prediction, document: Document, types: Collection[str]) -> Prediction:
    """`prediction`, or a failure where it is malformed."""
    if prediction.error is not None:
        return replace(prediction, annotation=Annotation())
    fault = codec.fault(prediction.annotation, document.text, types)
    return prediction if fault is None else _failed(prediction, fault)


def _failed(prediction: Prediction, fault: str) -> Prediction:
    return replace(prediction, annotation=Annotation(), error=f"malformed: {fault}")
