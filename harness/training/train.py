"""Corpora to samples to a checkpoint: a model that answers in the gold's schema and in those of other corpora."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from harness.data.codec import write_predictions
from harness.data.jsonl import one_line
from harness.data.types import Annotation, Document, Example, InputError, Prediction
from harness.runners.transformer.answered import SCHEMAS, write_schemas
from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.joint.heads import GOLD, write_labels
from harness.runners.transformer.joint.reader import open_reader
from harness.show.terminal import isolate, say, warn
from harness.training.corpora import fold_of, gather, groups_of, schemas_of
from harness.training.evaluation import FLOOR, layer_scores, show_scores
from harness.training.trainer import Trainer, Training, TrainingLog


class CrossValidation(NamedTuple):
    """The file of the predictions for every document, and its scores by layer with their `mean`."""

    predictions: Path
    scores: dict[str, float]


def train(training: Training, folder: Path, log: TrainingLog) -> dict[str, Any]:
    """Learn, and leave the best epoch's model in `folder/checkpoint`; the record that stands beside its weights.

    A training that was cut off goes on where it last left its state, with the same answers as if it had not been. How
    it ended, and which epoch is kept, is said in a line.

    Raises:
        InputError: the corpora or the encoder cannot be used, a text of the development set stands in a corpus, or
            `folder` holds another training.
    """
    record = _trainer(training, folder, log).run()
    kept, history = record["epoch"], record["history"]
    if "mean" not in history[kept - 1]:
        say(f"finished: kept epoch {kept}, the last: without dev nothing says which is the best")
        return record
    best, last = history[kept - 1]["mean"], history[-1]["mean"]
    if last < FLOOR <= best:
        found = f"a mean of {best:.3f} in epoch {kept} and of {last:.3f} in the last"
        warn(f"dev: found {found}: what is kept hit by chance before anything was learned, or the training diverged")
    chosen = f"kept epoch {kept} (mean {best:.3f})"
    early = len(history) < training.recipe.epochs
    say(f"stopped: no better mean on dev in {len(history) - kept} epochs; {chosen}" if early else f"finished: {chosen}")
    return record


def cross_validate(training: Training, folder: Path, log: TrainingLog) -> CrossValidation:
    """Predictions for every document of the gold's corpora, each by a model that has not learned from it.

    One model is trained for each document, or for each block of documents (`meta.block`), in a folder of its own,
    without it and without its lines in other corpora; `folder/predictions.jsonl` holds what they say, ready to be
    scored by runner=replay. The last epoch of each is taken: to choose by what is left out would be to learn from it.

    Raises:
        InputError: as `train`; or there is nothing but one document or block.
    """
    examples = training.gold
    folds: dict[str, list[Example]] = {}
    for example in examples:
        folds.setdefault(fold_of(example.document), []).append(example)
    if len(folds) < 2:
        raise InputError(f"corpora.gold: found {len(folds)} documents or blocks, wanted two at least to leave one out")
    predictions: dict[str, Prediction] = {}
    for number, (name, left_out) in enumerate(folds.items(), 1):
        say(f"fold {number} of {len(folds)}: without {isolate(one_line(name))}")
        fold = replace(training, left_out=(*training.left_out, name), dev=())
        documents = [example.document for example in left_out]
        annotations = _fold(fold, folder / f"fold-{number}", _Part(log, f"fold-{number}"), documents)
        said = {
            document.id: Prediction(document.id, annotation)
            for document, annotation in zip(documents, annotations, strict=True)
        }
        say(f"fold {number} of {len(folds)}: {show_scores(layer_scores(left_out, said))}")
        predictions |= said
    path = folder / "predictions.jsonl"
    documents = [example.document for example in examples]
    write_predictions(path, [predictions[document.id] for document in documents], documents)
    return CrossValidation(path, layer_scores(examples, predictions))


@dataclass(frozen=True)
class _Part:
    """A log in which the curves of one fold have names of their own."""

    whole: TrainingLog
    name: str

    def point(self, values: Mapping[str, float], step: int) -> None:
        """Log values at a step."""
        self.whole.point({f"{self.name}/{key}": value for key, value in values.items()}, step)


def _fold(training: Training, folder: Path, log: TrainingLog, left_out: list[Document]) -> list[Annotation]:
    """What the checkpoint of one fold says about the documents that it has not learned from."""
    trainer = _trainer(training, folder, log)
    trainer.run()
    loaded = Checkpoint(str(trainer.checkpoints.checkpoint), None, None, "float32").load()
    return open_reader(loaded, GOLD).read(left_out)


def _trainer(training: Training, folder: Path, log: TrainingLog) -> Trainer:
    import torch

    if training.recipe.threads is not None:
        torch.set_num_threads(training.recipe.threads)
    samples = gather(training.corpora, training.dev, training.left_out)
    heads, schemas = groups_of(training.corpora), schemas_of(training.corpora)
    if training.dev and GOLD not in heads:
        raise InputError(f"dev: found no corpus for the head {GOLD}, which answers it, wanted one or dev=null")
    torch.manual_seed(training.recipe.seed)
    begun = training.encoder.start(write_labels(heads))
    setattr(begun.model.config, SCHEMAS, write_schemas(schemas))
    begun.model.to("cuda" if torch.cuda.is_available() else "cpu")
    return Trainer(training, samples, begun, folder, log)
