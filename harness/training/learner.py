"""A model that learns: one step for each batch, and the average of its weights over time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from harness.data.types import InputError
from harness.runners.transformer.joint.heads import SENTENCE, Group
from harness.training.batches import Item
from harness.training.targets import IGNORED

# A sentence's label is one decision and is written on all of its words.
_SENTENCE_WEIGHT = 0.3


@dataclass(frozen=True)
class Recipe:
    """How a model learns; conf/train.yaml says what each field means."""

    epochs: int = 12
    batch: int = 16
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    decay: float = 0.01
    average: float = 0.995
    joined: float = 0.3
    min_steps_per_epoch: int = 20
    patience: int | None = 4
    seed: int = 1
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    threads: int | None = None

    def __post_init__(self) -> None:
        for key in ("epochs", "batch", "min_steps_per_epoch"):
            if getattr(self, key) < 1:
                raise InputError(f"{key}: found {getattr(self, key)}, wanted a whole number from 1")
        for key in ("patience", "threads"):
            if getattr(self, key) is not None and getattr(self, key) < 1:
                raise InputError(f"{key}: found {getattr(self, key)}, wanted null or a whole number from 1")
        # A rate of 0 leaves what it is the rate of as it is.
        for key in ("rate", "head_rate", "decay", "seed"):
            if not getattr(self, key) >= 0:
                raise InputError(f"{key}: found {getattr(self, key)}, wanted 0 or more")
        for key in ("warm_up", "average", "joined"):
            if not 0 <= getattr(self, key) < 1:
                raise InputError(f"{key}: found {getattr(self, key)}, wanted a number from 0 to below 1")


@dataclass
class Learner:
    """A token classifier of transformers in training.

    AdamW (Loshchilov and Hutter 2019) with a linear warm-up and a linear way down; the classifier has a rate of its
    own. The weights to keep are the exponential average of those after each step.
    """

    model: Any
    groups: Sequence[Group]
    recipe: Recipe
    steps: int
    taken: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._optimiser = self._adam()
        # Before the first step: a schedule that is made after it would not slow it down.
        self._schedule = self._rise_and_fall()
        self._average = {name: value.detach().clone() for name, value in self._floats()}

    def learn(self, batch: Sequence[Item]) -> float:
        """Take one step; the loss before it: nats a word, summed over the groups."""
        import torch

        self.model.train()
        loss = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._schedule.step()
        self.taken += 1
        # Young averages forget faster, as `num_updates` of TensorFlow's ExponentialMovingAverage has it: the first
        # weights are random in part, and a short training should not keep them.
        keep = min(self.recipe.average, (1 + self.taken) / (10 + self.taken))
        with torch.no_grad():
            for name, value in self._floats():
                self._average[name].lerp_(value, 1 - keep)
        return float(loss.item())

    @contextmanager
    def averaged(self) -> Iterator[Any]:
        """The model with the averaged weights, in evaluation mode; afterwards it has its own again."""
        own = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self._average, strict=False)
        self.model.eval()
        try:
            yield self.model
        finally:
            self.model.load_state_dict(own)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on as if nothing had happened."""
        import torch

        return {
            "model": self.model.state_dict(), "average": self._average, "taken": self.taken,
            "optimiser": self._optimiser.state_dict(), "schedule": self._schedule.state_dict(),
            "random": torch.get_rng_state(),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state."""
        import torch

        self.model.load_state_dict(state["model"])
        self._average.update(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.load_state_dict(state["schedule"])
        self.taken = state["taken"]
        torch.set_rng_state(state["random"])

    def _loss(self, batch: Sequence[Item]) -> Any:
        import torch

        device = self.model.device
        padding = self.model.config.pad_token_id or 0
        longest = max(len(item.tokens) for item in batch)
        ids = torch.full((len(batch), longest), padding)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, item in enumerate(batch):
            ids[row, : len(item.tokens)] = torch.tensor(item.tokens)
            mask[row, : len(item.tokens)] = 1
        where = torch.tensor([row * longest + first for row, item in enumerate(batch) for first in item.firsts])
        wanted = torch.from_numpy(np.concatenate([item.targets for item in batch])).long().to(device)
        half = self.recipe.precision == "bfloat16"
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            logits = self.model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
        rows = logits.flatten(0, 1)[where.to(device)].float()
        total = rows.new_zeros(())
        for number, group in enumerate(self.groups):
            share = torch.nn.functional.cross_entropy(
                rows[:, group.outputs], wanted[:, number], ignore_index=IGNORED, reduction="sum"
            )
            total = total + share * (_SENTENCE_WEIGHT if group.name == SENTENCE else 1.0)
        return total / len(rows)

    def _floats(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in self.model.state_dict().items() if value.is_floating_point())

    def _adam(self) -> Any:
        import torch

        named = list(self.model.named_parameters())
        head = [value for name, value in named if name.startswith("classifier")]
        body = [value for name, value in named if not name.startswith("classifier")]
        return torch.optim.AdamW(
            [
                {"params": [weight for weight in body if weight.ndim > 1], "weight_decay": self.recipe.decay},
                {"params": [weight for weight in body if weight.ndim == 1], "weight_decay": 0.0},
                {"params": head, "lr": self.recipe.head_rate, "weight_decay": 0.0},
            ],
            lr=self.recipe.rate,
        )

    def _rise_and_fall(self) -> Any:
        import torch

        warm = max(1.0, self.recipe.warm_up * self.steps)

        def factor(step: int) -> float:
            return min((step + 1) / warm, max(0.0, (self.steps - step) / max(1.0, self.steps - warm)))

        return torch.optim.lr_scheduler.LambdaLR(self._optimiser, factor)
