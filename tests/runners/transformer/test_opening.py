from pathlib import Path

import pytest

from harness.data.types import InputError
from harness.runners.transformer.opening import SHIPPED, Engine, Source


def source(model: str, engine: Engine | None = None, device: str | None = None) -> Source:
    return Source(model, None, engine, device, "float32", 1)


@pytest.mark.parametrize(
    ("engine", "device", "by_onnx"),
    [(None, None, True), (None, "cpu", False), ("torch", None, False), ("onnx", None, True), ("onnx", "cpu", True)],
)
def test_onnx_runtime_reads_a_folder_with_a_graph_unless_a_device_or_torch_is_named(
    engine: Engine | None, device: str | None, by_onnx: bool
) -> None:
    assert source(SHIPPED, engine, device).by_onnx is by_onnx


def test_a_folder_without_a_graph_and_an_id_of_the_hub_are_for_torch(tmp_path: Path) -> None:
    assert not source(str(tmp_path)).by_onnx
    assert not source("owner/name").by_onnx


def test_the_files_of_the_shipped_model_are_those_that_its_engine_reads() -> None:
    assert {path.name for path in source(SHIPPED).files()} == {"model.onnx", "tokenizer.json"}
    assert {path.name for path in source(SHIPPED, "torch").files()} == {"model.safetensors", "tokenizer.json"}


def test_onnx_runtime_wants_a_folder() -> None:
    with pytest.raises(InputError, match="model: found 'owner/name' for ONNX Runtime, wanted a folder with a graph"):
        source("owner/name", "onnx").open()
