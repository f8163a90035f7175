"""Logits from torch, the padding of a batch left out."""

from pathlib import Path

import numpy as np
import pytest

from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.torch_backend import TorchBackend
from tests.runners.transformer.tiny import TAGS, build

torch = pytest.importorskip("torch", reason="the transformer runner needs the extra torch")


def test_each_sequence_has_its_own_rows_and_company_changes_none(tmp_path: Path) -> None:
    loaded = Checkpoint(str(build(tmp_path)), None, "cpu", "float32").load()
    backend = TorchBackend(loaded.model, 0)
    sequences = [[2, 10, 11, 3], [2, 12, 3], [2, 20, 21, 22, 23, 24, 3]]
    together = backend.logits(sequences)
    assert [rows.shape for rows in together] == [(len(one), len(TAGS)) for one in sequences]
    assert all(rows.dtype == np.float32 for rows in together)
    for rows, sequence in zip(together, sequences, strict=True):
        (alone,) = backend.logits([sequence])
        np.testing.assert_allclose(rows, alone, atol=1e-4)
        with torch.inference_mode():
            wanted = loaded.model(input_ids=torch.tensor([sequence])).logits[0].numpy()
        np.testing.assert_allclose(rows, wanted, atol=1e-4)


def test_half_precision_comes_back_in_single(tmp_path: Path) -> None:
    loaded = Checkpoint(str(build(tmp_path)), None, "cpu", "bfloat16").load()
    assert TorchBackend(loaded.model, 0).logits([[2, 10, 3]])[0].dtype == np.float32
