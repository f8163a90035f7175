"""A token classifier from a folder or from the Hugging Face hub, and its logits from torch.

Weights are read from safetensors only and no code that comes with a model is run: both other ways would run whatever
the model's author put there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from harness.data.extras import require
from harness.data.schema import Schema
from harness.data.types import InputError
from harness.runners.transformer.answered import SCHEMAS, read_schemas
from harness.runners.transformer.network import Logits
from harness.runners.transformer.quantised import is_quantised, load_quantised
from harness.runners.transformer.tokenizer import load_tokenizer, quiet

Precision = Literal["float32", "float16", "bfloat16"]

WEIGHTS: Final = "model.safetensors"
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_TOKENIZER: Final = "tokenizer.json"


class Loaded(NamedTuple):
    """A tokenizer of transformers, and a model in evaluation mode on its device."""

    tokenizer: Any
    model: Any

    @property
    def outputs(self) -> tuple[str, ...]:
        """The tag of each output of the model."""
        names: dict[int, str] = self.model.config.id2label
        return tuple(names[number] for number in range(len(names)))

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """The schema in which each head answers, by head; none for a model that keeps none."""
        return read_schemas(getattr(self.model.config, SCHEMAS, None), "config.json")

    @property
    def limit(self) -> int:
        """The most tokens that the model reads at once, those that open and close a text among them."""
        positions = getattr(self.model.config, "max_position_embeddings", None) or self.tokenizer.model_max_length
        table = getattr(getattr(self.model.base_model, "embeddings", None), "position_embeddings", None)
        # RoBERTa and its kin count positions from behind the padding index.
        padding = getattr(table, "padding_idx", None)
        usable = positions if padding is None else positions - padding - 1
        return min(int(usable), int(self.tokenizer.model_max_length))


@dataclass(frozen=True)
class Checkpoint:
    """Where a model is: a folder, or an id of the hub with the commit that is meant; on which device and how exact.

    With `device` None it is the GPU where there is one.
    """

    model: str
    revision: str | None
    device: str | None
    precision: Precision

    def load(self) -> Loaded:
        """The tokenizer and the model.

        Raises:
            InputError: torch is not installed, the hub's commit is not given, there is no model or none that fits.
        """
        torch = import_torch()
        where = self.where()
        try:
            tokenizer = load_tokenizer(self.model, where)
            with quiet():
                model, lacking = self._model(torch, where)
            model = model.eval().to(self.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        except InputError:
            raise
        except Exception as error:  # tokenizers and safetensors raise what derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"{self.model}: found {found}, wanted a token classifier in safetensors") from error
        # transformers makes weights up at random where a file lacks them, as for a model that was never fine-tuned.
        if lacking:
            found = ", ".join(sorted(lacking)[:3])
            raise InputError(f"{self.model}: found no weights for {found}, wanted a trained token classifier")
        return Loaded(tokenizer, model)

    def files(self) -> list[Path]:
        """The weights and the tokenizer of a model that was loaded: in its folder, or in the cache of the hub."""
        from transformers.utils import hub

        folder = Path(self.model)
        if not folder.is_dir():
            find: Any = hub.cached_file
            folder = Path(find(self.model, "config.json", revision=self.revision)).parent
        return [path for path in sorted(folder.iterdir()) if path.suffix == ".safetensors" or path.name == _TOKENIZER]

    def where(self) -> dict[str, Any]:
        """What tells transformers which files to take.

        Raises:
            InputError: the model is no folder and has no commit, or is a folder and has one.
        """
        if Path(self.model).is_dir():
            if self.revision is not None:
                raise InputError(f"revision: found {self.revision!r} with the folder {self.model}, wanted null")
            return {"local_files_only": True, "trust_remote_code": False}
        if self.revision is None or not _COMMIT.fullmatch(self.revision):
            found = f"{self.model!r}, no folder, with the revision {self.revision!r}"
            raise InputError(f"model: found {found}, wanted a folder, or an id with the 40 digits of its commit")
        return {"revision": self.revision, "trust_remote_code": False}

    def _model(self, torch: Any, where: dict[str, Any]) -> tuple[Any, Sequence[str]]:
        """The model, and the names of the weights that its files lack."""
        from transformers import AutoModelForTokenClassification

        if is_quantised(Path(self.model) / WEIGHTS):
            return load_quantised(Path(self.model), self.precision)
        model, report = AutoModelForTokenClassification.from_pretrained(
            self.model, dtype=getattr(torch, self.precision), use_safetensors=True, output_loading_info=True, **where
        )
        return model, sorted(report["missing_keys"])


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


def import_torch() -> Any:
    """The module torch, where transformers is there too.

    Raises:
        InputError: one of them is not installed.
    """
    for package in ("torch", "transformers", "safetensors"):
        require(package, "torch", "runner")
    return import_module("torch")
