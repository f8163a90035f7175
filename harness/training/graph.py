"""ONNX graphs, put together step by step, with matrices in float32 or in eight bits."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.runners.transformer.quantised import LEVELS, quantise_rows

MICROSOFT: Final = "com.microsoft"
_OPSET: Final = 18
_IR: Final = 9
# Processors without VNNI add two products of a byte and an integer in 16 bits: 2 * 255 * 127 overflows them silently,
# 2 * 255 * 63 does not. Graphs so answer alike on all processors.
_SAFE_LEVELS: Final = 63


class Graph:
    """The steps and the constants of a graph that are there so far; both are named by those who add them."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[np.generic]] = {}

    def constant(self, name: str, value: NDArray[np.generic] | np.generic) -> str:
        """Add a constant, and give back its name; the first of those of one name stays."""
        self.constants.setdefault(name, np.ascontiguousarray(value).reshape(np.shape(value)))
        return name

    def add(self, kind: str, inputs: Sequence[str], *, output: str = "", domain: str = "", **attributes: Any) -> str:
        """Add a step, and give back the name of what it computes."""
        from onnx import helper

        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def save(self, path: Path, outputs: int) -> None:
        """Write the graph: from `input_ids`, sequences × tokens, to `logits`, sequences × tokens × `outputs`."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        given = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["sequences", "tokens"])
        output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["sequences", "tokens", outputs])
        constants = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "token-classifier", [given], [output], constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=_IR), path)


class Matrices(Protocol):
    """How the matrices of a model are held in a graph."""

    def embed(self, graph: Graph, ids: str, name: str, matrix: NDArray[np.float32]) -> str:
        """The rows of a matrix that `ids` name."""

    def apply(self, graph: Graph, rows: str, name: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`rows` times the transpose of a matrix of outputs × inputs, plus `bias`."""


class Float32:
    """Matrices as they are."""

    def embed(self, graph: Graph, ids: str, name: str, matrix: NDArray[np.float32]) -> str:
        """The rows of a matrix that `ids` name."""
        return graph.add("Gather", [graph.constant(name, matrix), ids])

    def apply(self, graph: Graph, rows: str, name: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`rows` times the transpose of a matrix of outputs × inputs, plus `bias`."""
        product = graph.add("MatMul", [rows, graph.constant(name, matrix.T)])
        return graph.add("Add", [product, graph.constant(f"{name}.bias", bias)])


class Int8:
    """Matrices in integers with a scale for each row, and what they are multiplied by in bytes with one for each token.

    Token-wise scales (ZeroQuant, Yao et al. 2022) let a token's logits depend on its own text alone; one scale for all
    that is read, as ONNX Runtime's dynamic quantisation takes it, makes them depend on the batch.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}

    def embed(self, graph: Graph, ids: str, name: str, matrix: NDArray[np.float32]) -> str:
        """The rows of a matrix that `ids` name."""
        from onnx import TensorProto

        integers, scales = quantise_rows(matrix)
        rows = graph.add("Gather", [graph.constant(name, integers), ids])
        scale = graph.add("Gather", [graph.constant(f"{name}.scale", scales), ids])
        return graph.add("Mul", [graph.add("Cast", [rows], to=TensorProto.FLOAT), scale])

    def apply(self, graph: Graph, rows: str, name: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`rows` times the transpose of a matrix of outputs × inputs, plus `bias`."""
        integers, scales = quantise_rows(matrix, _SAFE_LEVELS)
        tokens, scale = self._quantise(graph, rows)
        product = graph.add(
            "MatMulIntegerToFloat",
            [
                tokens,
                graph.constant(name, integers.T),
                graph.constant("one", np.float32(1)),
                graph.constant(f"{name}.scale", scales[:, 0]),
                graph.constant("middle", np.uint8(128)),
                graph.constant(f"zeros.{len(matrix)}", np.zeros(len(matrix), np.int8)),
            ],
            domain=MICROSOFT,
        )
        scaled = graph.add("Mul", [product, scale])
        return graph.add("Add", [scaled, graph.constant(f"{name}.bias", bias)])

    def _quantise(self, graph: Graph, rows: str) -> tuple[str, str]:
        """Tokens × numbers as bytes around 128, and the scale of each token: tokens × 1."""
        if rows not in self._known:
            last = graph.constant("last", np.array([-1], np.int64))
            lowest = graph.add("Neg", [graph.add("ReduceMin", [rows, last])])
            largest = graph.add("Max", [graph.add("ReduceMax", [rows, last]), lowest])
            share = graph.add("Mul", [largest, graph.constant("share", np.float32(1 / LEVELS))])
            scale = graph.add("Max", [share, graph.constant("tiny", np.float32(1e-12))])
            flat = graph.add("Reshape", [scale, last])
            middles = graph.constant("middles", np.array([128], np.uint8))
            middle = graph.add("Expand", [middles, graph.add("Shape", [flat])])
            self._known[rows] = (graph.add("QuantizeLinear", [rows, flat, middle], axis=0), scale)
        return self._known[rows]
