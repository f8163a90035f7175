"""The logits of a token classifier from torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.runners.transformer.network import Logits


@dataclass(frozen=True)
class TorchBackend:
    """A token classifier of transformers in evaluation mode; `padding` is the token id that fills up a batch."""

    model: Any
    padding: int

    @property
    def pads(self) -> bool:
        """True: the sequences of a batch are one array."""
        return True

    def logits(self, batch: Sequence[Sequence[int]]) -> list[Logits]:
        """For each sequence of token ids an array of tokens × outputs."""
        import torch

        longest = max(map(len, batch))
        device = self.model.device
        ids = torch.tensor([[*one, *[self.padding] * (longest - len(one))] for one in batch], device=device)
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in batch], device=device)
        with torch.inference_mode():
            found: Logits = np.asarray(self.model(input_ids=ids, attention_mask=mask).logits.float().cpu().numpy())
        return [rows[: len(one)] for rows, one in zip(found, batch, strict=True)]
