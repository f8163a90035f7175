"""Matrices in eight bits in a graph."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.runners.transformer.onnx_backend import open_session
from harness.training.graph import Float32, Graph, Int8, Matrices
from tests.runners.transformer.graphs import need_onnx

# Rows of quite unlike sizes, and one of zeros.
EMBEDDINGS = np.array([[1.27, -0.64], [1270.0, 20.0], [0.0, 0.0]], np.float32)
MATRIX = np.array([[1.27, 0.0], [0.0, 2.54], [1.0, -1.0]], np.float32)
BIAS = np.array([0.5, 0.0, -0.5], np.float32)


def _answer(path: Path, matrices: Matrices) -> NDArray[np.float32]:
    """The products for the tokens 0, 1 and 2."""
    graph = Graph()
    rows = matrices.embed(graph, "input_ids", "words", EMBEDDINGS)
    flat = graph.add("Reshape", [rows, graph.constant("rows", np.array([-1, 2], np.int64))])
    product = matrices.apply(graph, flat, "matrix", MATRIX, BIAS)
    graph.add("Reshape", [product, graph.constant("whole", np.array([1, -1, 3], np.int64))], output="logits")
    graph.save(path, 3)
    found = open_session(path).run(None, {"input_ids": np.array([[0, 1, 2]])})[0]
    return np.asarray(found[0])


def test_in_single_precision_a_matrix_is_applied_as_it_is(tmp_path: Path) -> None:
    need_onnx()
    np.testing.assert_allclose(_answer(tmp_path / "x.onnx", Float32()), EMBEDDINGS @ MATRIX.T + BIAS, rtol=1e-5)


def test_a_small_row_keeps_its_digits_beside_a_large_one(tmp_path: Path) -> None:
    need_onnx()
    found = _answer(tmp_path / "x.onnx", Int8())
    # Token 0: scale 0.01, 127 and -64 of it; the matrix is exact too: 63 of 1.27/63, 63 of 2.54/63, 63 and -63 of 1/63.
    # 1.27 * 1.27 + 0.5 = 2.1129; -0.64 * 2.54 = -1.6256; 1.27 + 0.64 - 0.5 = 1.41.
    np.testing.assert_allclose(found[0], [2.1129, -1.6256, 1.41], rtol=1e-4)
    # Token 1: scale 10, 127 and 2 of it. 1270 * 1.27 + 0.5 = 1613.4; 20 * 2.54 = 50.8; 1270 - 20 - 0.5 = 1249.5.
    np.testing.assert_allclose(found[1], [1613.4, 50.8, 1249.5], rtol=1e-4)
    assert found[2] == pytest.approx(BIAS)
