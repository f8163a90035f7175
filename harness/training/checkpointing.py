"""The folder of a training: the best checkpoint, and until it is finished the state to resume from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.data.files import read_json, write_json
from harness.data.types import InputError
from harness.runners.transformer.card import RECORD
from harness.runners.transformer.tokenizer import quiet
from harness.training.encoders import Start
from harness.training.evaluation import FLOOR
from harness.training.learner import Learner

CHECKPOINT: Final = "checkpoint"
STATE: Final = "state.pt"


@dataclass
class Progress:
    """How far a training has come: the scores of each epoch that is done, and the losses of the batches since."""

    history: list[dict[str, float]] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    @property
    def best(self) -> int:
        """The epoch, from 0, with the best mean on the development set; without one the last."""
        if self.history and "mean" not in self.history[-1]:
            return len(self.history) - 1
        return max(range(len(self.history)), key=lambda number: self.history[number]["mean"], default=0)

    def has_stalled(self, patience: int | None) -> bool:
        """Whether `patience` epochs that reached the floor were no better than one before them.

        An untrained model marks mentions at random and hits some; it then learns to mark nothing, and after that to
        mark what it should. Such a first hit is nothing that later epochs have failed to better.
        """
        if patience is None or not self.history or "mean" not in self.history[-1]:
            return False
        return sum(epoch["mean"] >= FLOOR for epoch in self.history[self.best + 1 :]) >= patience


@dataclass(frozen=True)
class Checkpoints:
    """The folder of one training; `identity` is what has to be equal for a training to go on with what is in it."""

    folder: Path
    identity: str

    @property
    def checkpoint(self) -> Path:
        """The folder of the best epoch's model."""
        return self.folder / CHECKPOINT

    def finished(self) -> dict[str, Any] | None:
        """The record of the training, if it has been finished before.

        Raises:
            InputError: the folder holds the checkpoint of another training.
        """
        path = self.checkpoint / RECORD
        record = read_json(path) if path.is_file() else None
        if record is not None and record.get("training") != self.identity:
            raise InputError(f"{path}: found a training with other settings or data, wanted another folder")
        return record if record is not None and record.get("finished") else None

    def restore(self, learner: Learner) -> Progress:
        """Bring a learner to where the training was cut off, if it was, and say how far it had come.

        Raises:
            InputError: the folder holds the state of another training.
        """
        import torch

        path = self.folder / STATE
        if not path.is_file():
            return Progress()
        state = torch.load(path, weights_only=True)
        if state["training"] != self.identity:
            raise InputError(f"{path}: found a training with other settings or data, wanted another folder")
        learner.restore(state["learner"])
        return Progress(state["history"], state["losses"])

    def keep_state(self, learner: Learner, progress: Progress) -> None:
        """Write the state; one that was there stays whole until the new one is."""
        import torch

        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{STATE}.part"
        torch.save({"training": self.identity, "learner": learner.state(), **vars(progress)}, part)
        part.rename(self.folder / STATE)

    def keep_checkpoint(self, model: Start, record: Mapping[str, object]) -> None:
        """Write the model as transformers loads it, and its record."""
        self.checkpoint.mkdir(parents=True, exist_ok=True)
        with quiet():
            model.model.save_pretrained(self.checkpoint)
            model.tokenizer.save_pretrained(self.checkpoint)
        self._write({**record, "training": self.identity, "finished": False})

    def finish(self, progress: Progress) -> dict[str, Any]:
        """Note in the checkpoint's record that the training is finished, and drop the state; the record."""
        path = self.checkpoint / RECORD
        record = {**read_json(path), "history": progress.history, "finished": True}
        self._write(record)
        (self.folder / STATE).unlink(missing_ok=True)
        return record

    def _write(self, record: Mapping[str, object]) -> None:
        part = self.checkpoint / f"{RECORD}.part"
        write_json(part, record)
        part.rename(self.checkpoint / RECORD)
