"""A checkpoint as a graph and in eight bits, beside what torch makes of it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from harness.data.types import InputError
from harness.runners.transformer.onnx_backend import OnnxBackend, open_session
from harness.runners.transformer.quantised import read_quantised
from harness.training.export import COMPANIONS, export_graph, export_int8, read_weights
from tests.runners.transformer.graphs import need_onnx, save_bert

SEQUENCES = [[2, 10, 11, 3], [2, 12, 3], [2, *range(10, 60), 3]]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    need_onnx()
    return save_bert(tmp_path / "checkpoint")


def test_the_graph_answers_as_torch_does(checkpoint: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from harness.runners.transformer.checkpoint import Checkpoint, TorchBackend

    export_graph(checkpoint, tmp_path / "graph")
    backend = OnnxBackend(open_session(tmp_path / "graph" / "model.onnx"))
    model = Checkpoint(str(checkpoint), None, "cpu", "float32").load().model
    for found, wanted in zip(backend.logits(SEQUENCES), TorchBackend(model, 0).logits(SEQUENCES), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-4 * np.abs(wanted).max())


def test_the_int8_folder_stands_by_itself_and_is_small(checkpoint: Path, tmp_path: Path) -> None:
    export_int8(checkpoint, tmp_path / "int8")
    names = sorted(path.name for path in (tmp_path / "int8").iterdir())
    assert names == sorted([*COMPANIONS, "model.onnx", "model.safetensors"])
    whole, found = load_file(checkpoint / "model.safetensors"), read_quantised(tmp_path / "int8" / "model.safetensors")
    assert found.keys() == whole.keys()
    for name, array in whole.items():
        np.testing.assert_allclose(found[name], array, atol=float(np.abs(array).max()) / 254 * 1.001)


def test_a_missing_onnx_is_said_with_the_way_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"found no onnx, wanted it installed: pip install .*\[train\]'"):
        export_graph(tmp_path, tmp_path / "graph")


def test_a_folder_that_is_no_checkpoint_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    (checkpoint / "tokenizer.json").unlink()
    with pytest.raises(InputError, match=r"checkpoint: found no tokenizer.json, wanted a checkpoint of transformers"):
        export_graph(checkpoint, tmp_path / "graph")
    assert not (tmp_path / "graph").exists()


def test_the_checkpoint_itself_is_not_written_over(checkpoint: Path) -> None:
    before = (checkpoint / "model.safetensors").read_bytes()
    with pytest.raises(InputError, match="found the checkpoint itself, wanted another folder"):
        export_int8(checkpoint, checkpoint)
    assert (checkpoint / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize("change", [{"model_type": "roberta"}, {"hidden_act": "relu"}])
def test_another_kind_of_model_is_refused(checkpoint: Path, tmp_path: Path, change: dict[str, str]) -> None:
    path = checkpoint / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    ((key, value),) = change.items()
    with pytest.raises(InputError, match=f"found {key} '{value}', wanted "):
        export_graph(checkpoint, tmp_path / "graph")


def test_a_missing_weight_is_named(checkpoint: Path, tmp_path: Path) -> None:
    path = checkpoint / "model.safetensors"
    weights = load_file(path)
    del weights["classifier.weight"]
    save_file(weights, path)
    with pytest.raises(InputError, match=r"weights: found no classifier.weight, wanted a BertForTokenClassification"):
        export_graph(checkpoint, tmp_path / "graph")


def test_weights_are_wanted_in_single_precision(tmp_path: Path) -> None:
    save_file({"w": np.zeros((2, 2), np.float16)}, tmp_path / "w.safetensors")
    with pytest.raises(InputError, match=r"w.safetensors: found weights in float16, wanted float32"):
        read_weights(tmp_path / "w.safetensors")
    with pytest.raises(InputError, match=r"none.safetensors: found .*, wanted weights in safetensors"):
        read_weights(tmp_path / "none.safetensors")
