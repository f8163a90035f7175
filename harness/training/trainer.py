"""One training while it goes on: epochs, evaluations on the development set, and the checkpoints that are kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any, Protocol

from harness.data.types import Example
from harness.runners.transformer.card import fingerprint
from harness.runners.transformer.checkpoint import Loaded
from harness.runners.transformer.joint.heads import GOLD
from harness.runners.transformer.joint.reader import open_reader
from harness.show.terminal import say, track_progress
from harness.training.batches import Batches, Item
from harness.training.checkpointing import Checkpoints, Progress
from harness.training.corpora import TrainingCorpus, TrainingSample
from harness.training.encoders import Encoder, Start
from harness.training.evaluation import dev_scores, show_scores
from harness.training.learner import Learner, Recipe
from harness.training.noise import Noise


class TrainingLog(Protocol):
    """Where a training is logged while it goes on."""

    def point(self, values: Mapping[str, float], step: int) -> None:
        """Log values at a step."""


@dataclass(frozen=True)
class Training:
    """Everything that a training is made of.

    `dev` is evaluated after each epoch, and never trained on. `record` goes into the checkpoint's own. The state to
    go on from is written every `between_states` batches and after each epoch.
    """

    corpora: Sequence[TrainingCorpus]
    dev: Sequence[Example]
    encoder: Encoder
    recipe: Recipe
    noise: Noise
    left_out: Sequence[str] = ()
    record: Mapping[str, object] = field(default_factory=dict)
    between_states: int = 100

    @property
    def gold(self) -> Sequence[Example]:
        """The examples that the gold's head learns from."""
        return [example for corpus in self.corpora if corpus.head == GOLD for example in corpus.read()]

    def identity(self, samples: Sequence[TrainingSample]) -> str:
        """A hash of all that has to be equal for one training to go on where another was cut off."""
        schemas = [corpus.schema for corpus in self.corpora]
        parts = (self.encoder, self.recipe, self.noise, sorted(self.left_out), schemas, list(self.dev), list(samples))
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass
class Trainer:
    """One training while it goes on."""

    training: Training
    samples: Sequence[TrainingSample]
    begun: Start
    folder: Path
    log: TrainingLog

    def __post_init__(self) -> None:
        recipe, noise = self.training.recipe, self.training.noise
        self.checkpoints = Checkpoints(self.folder, self.training.identity(self.samples))
        self.reader = open_reader(Loaded(*self.begun), GOLD)
        network, groups = self.reader.network, self.reader.groups
        self.batches = Batches(
            self.samples, network, groups, recipe.batch, recipe.joined, noise, recipe.min_steps_per_epoch
        )

    def run(self) -> dict[str, Any]:
        """Learn epoch by epoch; the record of the checkpoint.

        Raises:
            InputError: the folder holds another training.
        """
        finished = self.checkpoints.finished()
        if finished is not None:
            say("found finished")
            return finished
        recipe = self.training.recipe
        learner = Learner(self.begun.model, self.reader.groups, recipe, len(self._epoch(0)) * recipe.epochs)
        progress = self.checkpoints.restore(learner)
        if learner.taken:
            say(f"going on after epoch {len(progress.history)}, batch {len(progress.losses)}")
        while len(progress.history) < recipe.epochs and not progress.has_stalled(recipe.patience):
            self._learn(learner, progress)
            self._evaluate(learner, progress)
            self.checkpoints.keep_state(learner, progress)
        return self.checkpoints.finish(progress)

    def _epoch(self, number: int) -> list[list[Item]]:
        """The batches of an epoch: the same for a training that was cut off and one that was not."""
        return self.batches.epoch(Random(f"{self.training.recipe.seed}/{number}"))  # noqa: S311 -- no secret

    def _learn(self, learner: Learner, progress: Progress) -> None:
        """Learn what is left of an epoch."""
        every = self.training.between_states
        batches, done = self._epoch(len(progress.history)), len(progress.losses)
        label = f"epoch {len(progress.history) + 1}"
        for number, batch in enumerate(track_progress(batches[done:], len(batches) - done, label), done + 1):
            progress.losses.append(learner.learn(batch))
            if number % every == 0:
                self.log.point({"train/loss": fmean(progress.losses[-every:])}, learner.taken)
                self.checkpoints.keep_state(learner, progress)

    def _evaluate(self, learner: Learner, progress: Progress) -> None:
        """Test the averaged weights, and keep them if they are the best so far."""
        epoch, loss = len(progress.history) + 1, fmean(progress.losses)
        with learner.averaged():
            scores = dev_scores(self.training.dev, self.reader) if self.training.dev else {}
            progress.history.append({"epoch": epoch, "loss": loss} | scores)
            progress.losses = []
            curves = {f"dev/{name}": value for name, value in scores.items()}
            self.log.point({"train/epoch_loss": loss} | curves, learner.taken)
            say(f"epoch {epoch}: loss {loss:.3f}" + (f"; dev: {show_scores(scores)}" if scores else ""))
            if progress.best == epoch - 1:
                self.checkpoints.keep_checkpoint(self.begun, self._record(progress))

    def _record(self, progress: Progress) -> dict[str, object]:
        """What the checkpoint has learned from: by it a later evaluation knows texts that were seen."""
        return dict(self.training.record) | {
            "recipe": asdict(self.training.recipe),
            "noise": asdict(self.training.noise),
            "left_out": list(self.training.left_out),
            "epoch": len(progress.history),
            "history": progress.history,
            "texts": len(self.samples),
            "seen": sorted({fingerprint(line) for sample in self.samples for line in sample.text.split("\n")}),
        }
