"""Weights in eight bits a number, in a safetensors file of a quarter of the size.

Every row of a matrix is divided by a scale of its own, the largest magnitude in it over 127, and rounded: the weights
that are read back differ from those written by half a scale at most. Vectors, which are few, stay as they are.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.data.types import InputError

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]

FORMAT: Final = "int8-rows"
LEVELS: Final = 127
# transformers takes integers under the name of a weight for the weight, without a word; under this one it misses it.
_INTEGERS: Final = ".int8"
_SCALE: Final = ".scale"
_METADATA: Final = "__metadata__"


def quantise_rows(matrix: NDArray[np.float32], levels: int = LEVELS) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers from -`levels` to `levels` of the shape of `matrix`, rows × columns, and each row's scale: rows × 1.

    A row of zeros has the scale 1.
    """
    largest = np.abs(matrix).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest / levels, 1).astype(np.float32)
    return np.clip(np.rint(matrix / scales), -levels, levels).astype(np.int8), scales


def write_quantised(weights: Weights, path: Path) -> None:
    """Write weights to a safetensors file: matrices as int8 with float32 scales, the rest as float32."""
    from safetensors.numpy import save_file

    held: dict[str, NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim == 2:
            held[name + _INTEGERS], held[name + _SCALE] = quantise_rows(array)
        else:
            held[name] = np.ascontiguousarray(array, np.float32)
    save_file(held, path, metadata={"format": FORMAT})


def is_quantised(path: Path) -> bool:
    """Whether a file is one of `write_quantised`."""
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            # A header is at most 100 MB long; what is no safetensors file begins with any number.
            header = json.loads(file.read(size)) if size < 100_000_000 else {}
    except (OSError, ValueError, struct.error):
        return False
    return isinstance(header, dict) and header.get(_METADATA, {}).get("format") == FORMAT


def read_quantised(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights in a file of `write_quantised`, by name, in float32.

    Raises:
        InputError: the file is of another kind, or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not is_quantised(path):
        raise InputError(f"{path}: found another file, wanted weights in safetensors of the format {FORMAT}")
    try:
        held = load_file(path)
    except SafetensorError as error:
        raise InputError(f"{path}: found {error}, wanted weights in safetensors") from error
    matrices = [name.removesuffix(_INTEGERS) for name, array in held.items() if array.dtype == np.int8]
    lacking = sorted(name for name in matrices if name + _SCALE not in held)
    if lacking:
        raise InputError(f"{path}: found no scales of {', '.join(lacking)}, wanted those of every matrix")
    found = {name: held.pop(name + _INTEGERS) * held.pop(name + _SCALE) for name in matrices}
    return {**found, **held}


def load_quantised(folder: Path, precision: str) -> tuple[Any, list[str]]:
    """The torch model of a folder with a file of `write_quantised`, and the names of the weights that it lacks.

    `precision` is the name of a type of torch. The model is on the CPU.

    Raises:
        InputError: the file is of another kind, or damaged.
    """
    import torch
    from transformers import AutoConfig, AutoModelForTokenClassification

    weights = {name: torch.from_numpy(array) for name, array in read_quantised(folder / "model.safetensors").items()}
    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    make: Any = AutoModelForTokenClassification.from_config
    model = make(config, trust_remote_code=False)
    lacking = model.load_state_dict(weights, strict=False).missing_keys
    return model.to(getattr(torch, precision)), list(lacking)
