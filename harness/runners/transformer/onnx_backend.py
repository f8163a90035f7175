"""The logits of a token classifier from ONNX Runtime."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.data.extras import require
from harness.data.types import InputError
from harness.runners.transformer.network import Logits

# What a graph may ask for beside the token ids, with the value that a single unpadded text has everywhere.
_FILLED: Final = {"attention_mask": 1, "token_type_ids": 0}
_IDS: Final = "input_ids"
_SHARE: Final = 512
# ONNX Runtime 1.32 joins steps to these on a CPU too, where they take longer than the steps by themselves: measured on
# a BERT of width 384, 24 layer norms with their sums 66 ms for 12, and 12 activations 31 for 20.
_SLOW: Final = ["SkipLayerNormFusion", "BiasGeluFusion"]


@dataclass(frozen=True)
class OnnxBackend:
    """A graph in a session of ONNX Runtime, in which `workers` threads read a sequence each at a time.

    Sequences of one length are read together, and none is padded: a graph in int8 that takes one scale for all it
    reads would else answer by the length of its neighbours, and padding costs as much as text.
    """

    session: Any
    workers: int = 1

    @property
    def pads(self) -> bool:
        """False: sequences of unlike length are unlike arrays."""
        return False

    def logits(self, batch: Sequence[Sequence[int]]) -> list[Logits]:
        """For each sequence of token ids an array of tokens × outputs."""
        alike: defaultdict[int, list[int]] = defaultdict(list)
        for number, sequence in enumerate(batch):
            alike[len(sequence)].append(number)
        # The longest first: what is left to the last worker is then short.
        shares = [share for length in sorted(alike, reverse=True) for share in _shares(alike[length], length)]
        arrays = [np.array([batch[number] for number in share], np.int64) for share in shares]
        found: dict[int, Logits] = {}
        for share, rows in zip(shares, self._map(arrays), strict=True):
            found |= zip(share, rows, strict=True)
        return [found[number] for number in range(len(batch))]

    def _map(self, arrays: Sequence[NDArray[np.int64]]) -> Iterator[Logits]:
        """The logits for each array of ids; threads, since ONNX Runtime lets go of Python's lock."""
        if self.workers == 1 or len(arrays) < 2:
            yield from map(self._run, arrays)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(self._run, arrays)

    def _run(self, ids: NDArray[np.int64]) -> Logits:
        """The logits for sequences × tokens ids: sequences × tokens × outputs."""
        feed = {name: ids if name == _IDS else np.full_like(ids, _FILLED[name]) for name in self._inputs}
        logits: Logits = np.asarray(self.session.run(None, feed)[0], np.float32)
        return logits

    @cached_property
    def _inputs(self) -> list[str]:
        return [one.name for one in self.session.get_inputs()]


def _shares(numbers: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    """Sequences of one length in shares of at most `_SHARE` tokens, or of a single sequence."""
    size = max(1, _SHARE // max(length, 1))
    for first in range(0, len(numbers), size):
        yield numbers[first : first + size]


def count_workers(threads: int | None) -> int:
    """The threads that were asked for, else as many as this process may use."""
    if threads is not None and threads < 1:
        raise InputError(f"threads: found {threads}, wanted null or a whole number from 1")
    return threads or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))


def open_session(path: Path) -> Any:
    """A session of ONNX Runtime for a token classifier, on the CPU.

    It computes in the thread that calls it: measured on the shipped model and the gold's lines, two threads with a
    sequence each take 0.53 s for what two threads that share every sequence take 0.76.

    Raises:
        InputError: ONNX Runtime is not installed, the file is no graph that it can run, or one of another kind.
    """
    runtime = require("onnxruntime", "onnx", "runner")
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    try:
        session = runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW
        )
    except Exception as error:  # its errors derive from nothing narrower
        found = " ".join(str(error).split())
        raise InputError(f"{path}: found {found}, wanted a graph that ONNX Runtime can run") from error
    inputs = {one.name for one in session.get_inputs()}
    if _IDS not in inputs or inputs - {_IDS, *_FILLED}:
        wanted = f"{_IDS}, and at most {' and '.join(_FILLED)} beside"
        raise InputError(f"{path}: found a graph of the inputs {', '.join(sorted(inputs))}, wanted {wanted}")
    return session
