"""A model as it was named: the one that ships, a folder, or an id of the hub, for ONNX Runtime or for torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.data.schema import Schema
from harness.data.types import InputError
from harness.runners.transformer.checkpoint import Checkpoint, Precision, TorchBackend, import_torch
from harness.runners.transformer.network import Backend
from harness.runners.transformer.onnx_checkpoint import GRAPHS, OnnxCheckpoint
from harness.runners.transformer.tokenizer import backend_of

Engine = Literal["onnx", "torch"]

SHIPPED: Final = "shipped"


class Opened(NamedTuple):
    """A tokenizer of the package tokenizers, what computes the logits, the label of each output, the most tokens.

    `schemas` are those in which its heads answer, by head.
    """

    tokenizer: Any
    backend: Backend
    outputs: Sequence[str]
    limit: int
    schemas: Mapping[str, Schema]


@dataclass(frozen=True)
class Source:
    """Which model, and how it is computed; conf/runner/transformer.yaml says what each field means."""

    model: str
    revision: str | None
    engine: Engine | None
    device: str | None
    precision: Precision
    threads: int | None

    def open(self) -> Opened:
        """The model, ready to read.

        Raises:
            InputError: the model cannot be had, or not by this engine.
        """
        if self.by_onnx:
            return Opened(*self._onnx.load())
        if self.threads is not None:
            import_torch().set_num_threads(self.threads)
        loaded = self._checkpoint.load()
        backend = TorchBackend(loaded.model, loaded.tokenizer.pad_token_id or 0)
        return Opened(backend_of(loaded.tokenizer), backend, loaded.outputs, loaded.limit, loaded.schemas)

    def files(self) -> list[Path]:
        """The files that decide what the model answers: weights or graph, and tokenizer."""
        return self._onnx.files() if self.by_onnx else self._checkpoint.files()

    @property
    def by_onnx(self) -> bool:
        """Whether ONNX Runtime computes: where it was asked for, else where a folder has a graph."""
        if self.engine is not None:
            return self.engine == "onnx"
        return self.device is None and any((self.folder / graph).is_file() for graph in GRAPHS)

    @property
    def folder(self) -> Path:
        """The folder of the model; no folder where it comes from the hub."""
        return Path(__file__).parent / SHIPPED if self.model == SHIPPED else Path(self.model)

    @property
    def _onnx(self) -> OnnxCheckpoint:
        if not self.folder.is_dir():
            raise InputError(f"model: found {self.model!r} for ONNX Runtime, wanted a folder with a graph")
        return OnnxCheckpoint(self.folder, self.threads)

    @property
    def _checkpoint(self) -> Checkpoint:
        named = str(self.folder) if self.model == SHIPPED else self.model
        return Checkpoint(named, self.revision, self.device, self.precision)
