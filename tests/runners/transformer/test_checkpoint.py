import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from harness.data.types import InputError
from harness.runners.transformer.checkpoint import Checkpoint, TorchBackend
from harness.runners.transformer.runner import Transformer
from tests.runners.contract import NEWS, answers
from tests.runners.transformer.tiny import TAGS, build

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_missing_torch_is_said_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match=r"found no torch, .*pip install .*\[torch\]'"):
        Transformer("x").load()


def test_an_id_of_the_hub_is_read_from_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    folder = build(tmp_path / "made")
    snapshot = tmp_path / "hub" / "models--owner--name" / "snapshots" / COMMIT
    shutil.copytree(folder, snapshot)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    made = Transformer("owner/name", COMMIT, overlap=4)
    made.load()
    assert answers(made, [NEWS]) == answers(Transformer(str(folder), overlap=4), [NEWS])
    assert made.provenance["revision"] == COMMIT
    assert Checkpoint("owner/name", COMMIT, None, "float32").files() == [
        snapshot / "model.safetensors", snapshot / "tokenizer.json"
    ]  # fmt: skip


def test_the_files_of_a_folder_are_its_weights_and_its_tokenizer(tmp_path: Path) -> None:
    for name in ("model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors", "tokenizer.json", "notes.md"):
        (tmp_path / name).write_text(name)
    found = Checkpoint(str(tmp_path), None, None, "float32").files()
    assert [path.name for path in found] == [
        "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "tokenizer.json"
    ]  # fmt: skip


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
