"""The command `train`: from its composed configuration to a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from omegaconf import OmegaConf

from harness.cli.command import Command, Job
from harness.data.extras import require
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.datasets.jsonl import JsonLines
from harness.runners.transformer.card import RECORD
from harness.runs.evaluate import Tracker
from harness.runs.provenance import provenance
from harness.show.terminal import isolate, say, warn
from harness.tracking.mlflow import Mlflow
from harness.training.corpora import TrainingCorpus
from harness.training.encoders import Encoder
from harness.training.learner import Recipe
from harness.training.noise import Noise
from harness.training.trainer import Training

_TASKS = ("model", "folds")


@dataclass(frozen=True)
class _Silent:
    """No log."""

    def point(self, values: Mapping[str, float], step: int) -> None:
        """Nothing is logged."""

    def end(self, record: Path, *, failed: bool) -> None:
        """Nothing is open."""


@dataclass
class _Run:
    """A training's run in the tracking store; what prevents logging costs one line, never the training."""

    tracker: Mlflow
    run_id: str
    open: bool = True

    def point(self, values: Mapping[str, float], step: int) -> None:
        """Log values at a step."""
        if self.open:
            try:
                self.tracker.log_point(self.run_id, values, step)
            except Exception as error:
                warn(f"tracker: found {one_line(str(error))}; the training is logged no further")
                self.open = False

    def end(self, record: Path, *, failed: bool) -> None:
        """Close the run, with the record of the checkpoint if there is one."""
        try:
            self.tracker.end_training(self.run_id, record if record.is_file() else None, failed=failed)
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the training's run stays open")


@dataclass(frozen=True)
class Train(Command):
    """Fine-tune a token classifier, or one for each document that is left out."""

    task: str
    corpora: Mapping[str, TrainingCorpus]
    dev: str | None
    leave_out: list[str]
    out: str
    encoder: Encoder
    recipe: Recipe
    noise: Noise
    tracker: Tracker
    experiment: str

    sweeps: ClassVar[bool] = True

    @classmethod
    def prepare(cls) -> None:
        """Encoders are made of torch."""
        for package in ("torch", "transformers", "safetensors"):
            require(package, "train", "encoder")

    def execute(self, job: Job, /) -> int:
        """Train, say where the checkpoint is, and log."""
        if self.task not in _TASKS:
            raise InputError(f"task: found {self.task!r}, wanted one of {', '.join(_TASKS)}")
        # Here, since they need torch.
        from harness.training.checkpointing import CHECKPOINT
        from harness.training.evaluation import check_learned, show_scores
        from harness.training.train import cross_validate, train

        folder = Path(self.out)
        training = self._training(job)
        log = self._begin(job, training)
        failed = True
        try:
            if self.task == "folds":
                validated = cross_validate(training, folder, log)
                say(f"all folds: {show_scores(validated.scores)}")
                say(f"predictions: {isolate(str(validated.predictions))}")
                check_learned(validated.scores, training.gold, "task=folds")
            else:
                record = train(training, folder, log)
                say(f"checkpoint: {isolate(str(folder / CHECKPOINT))}")
                if training.dev:
                    check_learned(record["history"][record["epoch"] - 1], training.dev, f"dev={self.dev}")
                _export(folder / CHECKPOINT, folder / "int8")
            failed = False
        finally:
            log.end(folder / CHECKPOINT / RECORD, failed=failed)
        return 0

    def _training(self, job: Job) -> Training:
        return Training(
            corpora=[corpus for corpus in self.corpora.values() if corpus.path is not None],
            dev=() if self.dev is None else JsonLines(self.dev).read(),
            encoder=self.encoder,
            recipe=self.recipe,
            noise=self.noise,
            left_out=self.leave_out,
            record={
                "made_by": provenance(job.overrides, {"recipe": self.recipe.seed}),
                "encoder": OmegaConf.to_container(job.config.encoder, resolve=True),
            },
        )

    def _begin(self, job: Job, training: Training) -> "_Run | _Silent":
        """Open the training's run in the tracking store; a store that is down costs a warning."""
        if not isinstance(self.tracker, Mlflow):
            return _Silent()
        self.tracker.check()
        try:
            run_id = self.tracker.start_training(self.experiment, " ".join(job.overrides) or "train", training.recipe)
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the training is not logged")
            return _Silent()
        return _Run(self.tracker, run_id)


def _export(checkpoint: Path, target: Path) -> None:
    """Write a model's int8 form beside it; what prevents that costs one line, never the training."""
    import shutil

    from harness.training.export import export_int8

    try:
        export_int8(checkpoint, target)
    except InputError as error:
        warn(f"int8: {error}; the checkpoint is whole")
        return
    shutil.copyfile(checkpoint / RECORD, target / RECORD)
    say(f"int8, for ONNX Runtime and for torch: {isolate(str(target))}")
