"""A folder with a graph, read without torch."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from harness.data.types import InputError
from harness.runners.transformer.network import Network
from harness.runners.transformer.onnx_checkpoint import OnnxCheckpoint
from harness.training.export import export_graph, export_int8
from tests.runners.transformer.graphs import POSITIONS, need_onnx, save_bert
from tests.runners.transformer.tiny import LINES, TAGS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_onnx()
    folder = tmp_path_factory.mktemp("model")
    export_graph(save_bert(tmp_path_factory.mktemp("checkpoint")), folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "model"))


def test_a_folder_gives_what_a_network_wants(folder: Path) -> None:
    loaded = OnnxCheckpoint(folder, 1).load()
    assert (loaded.outputs, loaded.limit) == (TAGS, POSITIONS)
    network = Network(loaded.tokenizer, loaded.backend, loaded.outputs, loaded.limit)
    tokens = [token.id for word in network.encode(LINES[0].split()) for token in word]
    ((logits),) = network.logits([tokens], 1000)
    assert logits.shape == (len(tokens), len(TAGS))
    assert OnnxCheckpoint(folder).files() == [folder / "model.onnx", folder / "tokenizer.json"]


def test_the_graph_of_a_folder_of_the_hub_comes_first(folder: Path) -> None:
    (folder / "onnx").mkdir()
    shutil.copyfile(folder / "model.onnx", folder / "onnx" / "model.onnx")
    assert OnnxCheckpoint(folder).files()[0] == folder / "onnx" / "model.onnx"


def test_neither_torch_nor_transformers_is_asked_for(folder: Path) -> None:
    program = (
        "import sys; sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from pathlib import Path\n"
        "from harness.runners.transformer.onnx_checkpoint import OnnxCheckpoint\n"
        "print(OnnxCheckpoint(Path(sys.argv[1]), 1).load().backend.logits([[2, 10, 3]])[0].shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
    assert done.stdout == f"(3, {len(TAGS)})\n", done.stderr


def test_an_int8_folder_answers_as_its_checkpoint_does(made: Path, tmp_path: Path) -> None:
    export_int8(save_bert(tmp_path / "checkpoint"), tmp_path / "int8")
    (wanted,) = OnnxCheckpoint(made, 1).load().backend.logits([[2, 10, 11, 12, 3]])
    (found,) = OnnxCheckpoint(tmp_path / "int8", 1).load().backend.logits([[2, 10, 11, 12, 3]])
    assert np.abs(found - wanted).max() < 0.1 * np.abs(wanted).max()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("model.onnx", "found no model.onnx or onnx/model.onnx, wanted a folder with one"),
        ("config.json", "found no config.json, wanted it beside the graph"),
        ("tokenizer.json", "found no tokenizer.json, wanted it beside the graph"),
    ],
)
def test_what_is_missing_is_named(folder: Path, name: str, said: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=said):
        OnnxCheckpoint(folder).load()


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("{")
    with pytest.raises(InputError, match=f"{name}: found .*, wanted ") as raised:
        OnnxCheckpoint(folder).load()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("names", [None, {}, ["O"], {"1": "O"}, {"0": 7}])
def test_outputs_without_tags_are_refused(folder: Path, names: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id2label": names}))
    said = r"config.json: id2label: found .*, wanted an object that names the tags of the outputs from 0"
    with pytest.raises(InputError, match=said):
        OnnxCheckpoint(folder).load()


def test_the_smaller_limit_of_model_and_tokenizer_holds(folder: Path) -> None:
    path = folder / "tokenizer_config.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"model_max_length": 9}))
    assert OnnxCheckpoint(folder).load().limit == 9
    path.unlink()
    assert OnnxCheckpoint(folder).load().limit == POSITIONS
    config = json.loads((folder / "config.json").read_text())
    del config["max_position_embeddings"]
    (folder / "config.json").write_text(json.dumps(config))
    assert OnnxCheckpoint(folder).load().limit > 10**9


def test_a_graph_of_other_outputs_is_refused(folder: Path) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id2label": {"0": "O", "1": "B-PERS"}}))
    said = rf"found an output of sequences × tokens × {len(TAGS)}, wanted sequences × tokens × the 2 outputs"
    with pytest.raises(InputError, match=said):
        OnnxCheckpoint(folder).load()


def test_roberta_counts_positions_from_behind_the_padding(folder: Path) -> None:
    path = folder / "config.json"
    changed = {"model_type": "roberta", "pad_token_id": 1, "max_position_embeddings": 34}
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    assert OnnxCheckpoint(folder).load().limit == 32
