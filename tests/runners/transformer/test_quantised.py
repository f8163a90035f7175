"""Weights in eight bits."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from safetensors.numpy import load_file, save_file

from harness.data.types import InputError
from harness.runners.transformer.quantised import (
    is_quantised,
    load_quantised,
    quantise_rows,
    read_quantised,
    write_quantised,
)
from tests.runners.transformer.graphs import save_bert

FLOATS = st.floats(-1e6, 1e6, width=32)


def test_a_row_is_counted_in_127ths_of_its_largest_magnitude() -> None:
    # Scales 2.54/127 = 0.02 and 127/127 = 1; 1.0 is 50 of 0.02, -63.4 is -63 of 1. A row of zeros stays one.
    integers, scales = quantise_rows(np.array([[1.0, -2.54], [127.0, -63.4], [0.0, 0.0]], np.float32))
    assert integers.tolist() == [[50, -127], [127, -63], [0, 0]]
    assert scales.ravel().tolist() == pytest.approx([0.02, 1, 1], rel=1e-6)


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2), elements=FLOATS))
def test_no_number_is_off_by_more_than_half_a_scale(matrix: np.ndarray) -> None:
    integers, scales = quantise_rows(matrix)
    assert np.all(np.abs(integers * scales.astype(np.float64) - matrix) <= scales * 0.50001 + 1e-30)


def test_weights_come_back_by_name(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    weights = {
        "a.weight": random.normal(size=(5, 300)).astype(np.float32),
        "a.bias": random.normal(size=5).astype(np.float32),
        "b.scale": random.normal(size=4).astype(np.float32),
    }
    path = tmp_path / "model.safetensors"
    write_quantised(weights, path)
    found = read_quantised(path)
    assert found.keys() == weights.keys()
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(found["a.bias"], weights["a.bias"])
    np.testing.assert_array_equal(found["b.scale"], weights["b.scale"])
    largest = np.abs(weights["a.weight"]).max(axis=1, keepdims=True)
    assert np.all(np.abs(found["a.weight"] - weights["a.weight"]) <= largest / 254 * 1.001)
    # 1,500 bytes of integers rather than 6,000 of floats, and five scales.
    assert path.stat().st_size < 2500


def test_what_was_read_is_written_again_byte_for_byte(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).normal(size=(7, 40)).astype(np.float32)
    write_quantised({"w": matrix}, tmp_path / "one")
    write_quantised(read_quantised(tmp_path / "one"), tmp_path / "two")
    np.testing.assert_array_equal(load_file(tmp_path / "one")["w.int8"], load_file(tmp_path / "two")["w.int8"])


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    save_file({"w": np.zeros((2, 2), np.float32)}, tmp_path / "plain", {"format": "pt"})
    (tmp_path / "text").write_text("no weights at all, but more than eight letters")
    (tmp_path / "short").write_bytes(b"\x01")
    for name in ("plain", "text", "short", "none"):
        assert not is_quantised(tmp_path / name)
        with pytest.raises(InputError, match=f"{name}: found another file, wanted .* int8-rows"):
            read_quantised(tmp_path / name)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write_quantised({"w": np.ones((20, 20), np.float32)}, path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="wanted weights in safetensors"):
        read_quantised(path)


def test_a_matrix_without_its_scales_is_refused(tmp_path: Path) -> None:
    save_file({"w.int8": np.ones((2, 2), np.int8)}, tmp_path / "x", {"format": "int8-rows"})
    with pytest.raises(InputError, match="x: found no scales of w, wanted those of every matrix"):
        read_quantised(tmp_path / "x")


def test_torch_answers_by_the_weights_that_are_read_back(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from harness.runners.transformer.checkpoint import Checkpoint, TorchBackend

    folder = save_bert(tmp_path / "model")
    (wanted,) = TorchBackend(Checkpoint(str(folder), None, "cpu", "float32").load().model, 0).logits([[2, 10, 11, 3]])
    weights = load_file(folder / "model.safetensors")
    write_quantised(weights, folder / "model.safetensors")
    model, lacking = load_quantised(folder, "float32")
    assert lacking == []
    (found,) = TorchBackend(model.eval(), 0).logits([[2, 10, 11, 3]])
    assert 0 < np.abs(found - wanted).max() < 0.05 * np.abs(wanted).max()
    del weights["classifier.bias"]
    write_quantised(weights, folder / "model.safetensors")
    model, lacking = load_quantised(folder, "float16")
    assert lacking == ["classifier.bias"]
    assert model.dtype == torch.float16


def test_the_integers_are_not_taken_for_weights(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from harness.runners.transformer.checkpoint import Checkpoint

    folder = save_bert(tmp_path / "model")
    write_quantised(load_file(folder / "model.safetensors"), folder / "x")
    # As another program would write it that takes no notice of the format.
    save_file(load_file(folder / "x"), folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match="found no weights for "):
        Checkpoint(str(folder), None, "cpu", "float32").load()
