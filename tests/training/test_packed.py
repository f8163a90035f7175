from pathlib import Path

import numpy as np
import pytest

from harness.data.types import InputError
from harness.training.packed import read_packed
from tests.training.pack import INNER, PIECES, WIDTH, packed, tensors


def test_weights_come_out_by_the_names_of_transformers(tmp_path: Path) -> None:
    values, quantised = tensors()
    (tmp_path / "e5.bin").write_bytes(packed(values, quantised))
    found = read_packed(tmp_path / "e5.bin")
    assert found.sizes["vocab_size"] == len(PIECES)
    assert found.sizes["hidden_size"] == WIDTH
    word = found.weights["embeddings.word_embeddings.weight"]
    # Each number was stored as itself plus 8, and the scale of every block is 1/2.
    np.testing.assert_array_equal(word, values["emb.word"].reshape(len(PIECES), WIDTH) / 2)
    inner = found.weights["encoder.layer.0.intermediate.dense.weight"]
    np.testing.assert_array_equal(inner, values["l0.fi.w"].reshape(INNER, WIDTH) / 2)
    bias = found.weights["encoder.layer.0.output.LayerNorm.bias"]
    np.testing.assert_allclose(bias, values["l0.oln.b"], rtol=1e-6)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"PK\x03\x04" + bytes(80))
    with pytest.raises(InputError, match="wanted b'E5S1'"):
        read_packed(tmp_path / "other.bin")
