"""The command `train`: from its composed configuration to a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from omegaconf import DictConfig, OmegaConf

from harness.cli.overrides import shown
from harness.cli.parts import build, provenance
from harness.data.extras import require
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.show.terminal import isolate, say, warn

if TYPE_CHECKING:
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

    tracker: "Mlflow"
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


def train(config: DictConfig) -> int:
    """Train a model, or one for each document that is left out."""
    from harness.runners.transformer.card import RECORD
    from harness.training.checkpointing import CHECKPOINT
    from harness.training.train import cross_validate
    from harness.training.train import train as run

    if config.task not in _TASKS:
        raise InputError(f"task: found {config.task!r}, wanted one of {', '.join(_TASKS)}")
    folder = Path(str(config.out))
    training = _training(config)
    log = _begin(config, training)
    failed = True
    try:
        if config.task == "folds":
            predictions = cross_validate(training, folder, log)
            say(f"predictions: {isolate(str(predictions))}")
        else:
            run(training, folder, log)
            say(f"checkpoint: {isolate(str(folder / CHECKPOINT))}")
            _export(folder / CHECKPOINT, folder / "int8")
        failed = False
    finally:
        log.end(folder / CHECKPOINT / RECORD, failed=failed)
    return 0


def _export(checkpoint: Path, target: Path) -> None:
    """Write a model's int8 form beside it; what prevents that costs one line, never the training."""
    import shutil

    from harness.runners.transformer.card import RECORD
    from harness.training.export import export_int8

    try:
        export_int8(checkpoint, target)
    except InputError as error:
        warn(f"int8: {error}; the checkpoint is whole")
        return
    shutil.copyfile(checkpoint / RECORD, target / RECORD)
    say(f"int8, for ONNX Runtime and for torch: {isolate(str(target))}")


def _training(config: DictConfig) -> "Training":
    from hydra.core.hydra_config import HydraConfig

    from harness.datasets.jsonl import JsonLines
    from harness.training.trainer import Training

    for package in ("torch", "transformers", "safetensors"):
        require(package, "train", "encoder")
    packages = list(config.packages)
    corpora = cast("Mapping[str, TrainingCorpus]", build(config, "corpora", packages))
    return Training(
        corpora=[corpus for corpus in corpora.values() if corpus.path is not None],
        dev=() if config.dev is None else JsonLines(str(config.dev)).read(),
        encoder=cast("Encoder", build(config, "encoder", packages)),
        recipe=cast("Recipe", build(config, "recipe", packages)),
        noise=cast("Noise", build(config, "noise", packages)),
        left_out=[str(name) for name in config.leave_out],
        record={
            "made_by": provenance(shown(HydraConfig.get().overrides.task), {"recipe": int(config.recipe.seed)}),
            "encoder": OmegaConf.to_container(config.encoder, resolve=True),
        },
    )


def _begin(config: DictConfig, training: "Training") -> _Run | _Silent:
    from hydra.core.hydra_config import HydraConfig

    from harness.tracking.mlflow import Mlflow

    tracker = build(config, "tracker", list(config.packages))
    if not isinstance(tracker, Mlflow):
        return _Silent()
    tracker.check()
    overrides = shown(HydraConfig.get().overrides.task)
    try:
        run_id = tracker.start_training(str(config.experiment), " ".join(overrides) or "train", training.recipe)
    except Exception as error:
        warn(f"tracker: found {one_line(str(error))}; the training is not logged")
        return _Silent()
    return _Run(tracker, run_id)
