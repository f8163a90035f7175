"""A trained token classifier in the forms that it is used in: an ONNX graph, and weights in eight bits."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from harness.data.files import read_json
from harness.data.types import InputError
from harness.runners.transformer.quantised import Weights, write_quantised
from harness.training.bert import Bert
from harness.training.graph import Float32, Int8, Matrices

GRAPH: Final = "model.onnx"
WEIGHTS: Final = "model.safetensors"
# What a graph needs beside it, to know words and to name its outputs.
COMPANIONS: Final = ("config.json", "tokenizer.json", "tokenizer_config.json")


def export_int8(checkpoint: Path, target: Path) -> None:
    """Write to the folder `target` all that a checkpoint is used with: an int8 graph, and int8 weights for torch.

    Raises:
        InputError: the package onnx is missing, or the checkpoint is no BERT for tokens with float32 weights.
    """
    export_graph(checkpoint, target, Int8)
    write_quantised(read_weights(checkpoint / WEIGHTS), target / WEIGHTS)


def export_graph(checkpoint: Path, target: Path, matrices: Callable[[], Matrices] = Float32) -> None:
    """Write the ONNX graph of a checkpoint to the folder `target`, with what it needs beside it.

    Raises:
        InputError: the package onnx is missing, or the checkpoint is no BERT for tokens with float32 weights.
    """
    _check_onnx()
    lacking = [name for name in (*COMPANIONS, WEIGHTS) if not (checkpoint / name).is_file()]
    if lacking:
        raise InputError(f"{checkpoint}: found no {', '.join(lacking)}, wanted a checkpoint of transformers")
    if target.exists() and target.samefile(checkpoint):
        raise InputError(f"{target}: found the checkpoint itself, wanted another folder")
    model = Bert(read_weights(checkpoint / WEIGHTS), read_json(checkpoint / "config.json"))
    model.check()
    graph = model.graph(matrices())
    target.mkdir(parents=True, exist_ok=True)
    graph.save(target / GRAPH, model.outputs)
    for name in COMPANIONS:
        shutil.copyfile(checkpoint / name, target / name)


def read_weights(path: Path) -> Weights:
    """The weights in a safetensors file by name.

    Raises:
        InputError: the file cannot be read, or some are not in float32.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        weights = load_file(path)
    except (OSError, KeyError, SafetensorError) as error:
        raise InputError(f"{path}: found {error}, wanted weights in safetensors") from error
    kinds = sorted({str(array.dtype) for array in weights.values() if array.dtype != np.float32})
    if kinds:
        raise InputError(f"{path}: found weights in {', '.join(kinds)}, wanted float32")
    return weights


def _check_onnx() -> None:
    try:
        import onnx  # noqa: F401 -- only whether it is there
    except ImportError as error:
        wanted = "pip install 'arabic-extraction-harness[train]'"
        raise InputError(f"export: found no onnx, wanted it installed: {wanted}") from error
