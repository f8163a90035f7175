"""Logits from ONNX Runtime: of each sequence alone, whatever is read beside it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from harness.data.types import InputError
from harness.runners.transformer.onnx_backend import OnnxBackend, count_workers, open_session
from harness.training.export import export_graph
from harness.training.graph import Float32, Int8
from tests.runners.transformer.graphs import need_onnx, save_bert
from tests.runners.transformer.tiny import TAGS

SEQUENCES = [[2, 10, 11, 3], [2, 12, 3], [2, 20, 21, 22, 23, 24, 3], [2, 13, 3]]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_onnx()
    return save_bert(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module", params=[Float32, Int8], ids=["float32", "int8"])
def backend(request: pytest.FixtureRequest, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxBackend:
    folder = tmp_path_factory.mktemp("graph")
    export_graph(checkpoint, folder, request.param)
    return OnnxBackend(open_session(folder / "model.onnx"))


def test_each_sequence_has_its_own_rows(backend: OnnxBackend) -> None:
    found = backend.logits(SEQUENCES)
    assert [rows.shape for rows in found] == [(len(one), len(TAGS)) for one in SEQUENCES]
    assert all(rows.dtype == np.float32 for rows in found)


class Echo:
    """A session that answers each token with its id."""

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="input_ids")]

    def run(self, names: None, feed: dict[str, NDArray[np.int64]]) -> list[NDArray[np.int64]]:
        return [feed["input_ids"][:, :, None]]


@pytest.mark.parametrize("workers", [1, 3])
def test_answers_stand_in_the_order_of_the_sequences(workers: int) -> None:
    found = OnnxBackend(Echo(), workers).logits(SEQUENCES)
    assert [rows[:, 0].tolist() for rows in found] == SEQUENCES


@settings(max_examples=30, deadline=None)
@given(company=st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=20), max_size=6))
def test_company_changes_no_logits(backend: OnnxBackend, company: list[list[int]]) -> None:
    alone = [backend.logits([one])[0] for one in SEQUENCES]
    together = backend.logits([*company, *SEQUENCES])[len(company) :]
    for rows, wanted in zip(together, alone, strict=True):
        np.testing.assert_allclose(rows, wanted, atol=1e-4)


def test_more_threads_change_no_logits(checkpoint: Path, tmp_path: Path) -> None:
    export_graph(checkpoint, tmp_path, Int8)
    one, two, own = (OnnxBackend(open_session(tmp_path / "model.onnx"), workers) for workers in (1, 2, 5))
    for rows, others, more in zip(*(backend.logits(SEQUENCES) for backend in (one, two, own)), strict=True):
        np.testing.assert_allclose(rows, others, atol=1e-4)
        np.testing.assert_allclose(rows, more, atol=1e-4)


def test_a_graph_is_given_the_mask_and_the_types_that_it_asks_for(tmp_path: Path) -> None:
    need_onnx()
    import onnx
    from onnx import TensorProto, helper

    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"]) for name in names]
    # ids + 100 times the mask + types, as a column: what each token is given.
    steps = [
        helper.make_node("Mul", ["attention_mask", "hundred"], ["marked"]),
        helper.make_node("Sum", ["floats", "marked_floats", "type_floats"], ["summed"]),
        helper.make_node("Unsqueeze", ["summed", "last"], ["logits"]),
    ]
    casts = (("input_ids", "floats"), ("marked", "marked_floats"), ("token_type_ids", "type_floats"))
    steps[1:1] = [helper.make_node("Cast", [given], [cast], to=TensorProto.FLOAT) for given, cast in casts]
    constants = [
        helper.make_tensor("hundred", TensorProto.INT64, [], [100]),
        helper.make_tensor("last", TensorProto.INT64, [1], [2]),
    ]
    found = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "t", 1])
    graph = helper.make_graph(steps, "given", inputs, [found], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), tmp_path / "x.onnx")
    (rows,) = OnnxBackend(open_session(tmp_path / "x.onnx")).logits([[5, 7]])
    assert rows.tolist() == [[105], [107]]


def test_a_graph_of_other_inputs_is_refused(tmp_path: Path) -> None:
    need_onnx()
    import onnx
    from onnx import TensorProto, helper

    given = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1])
    found = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Identity", ["pixels"], ["y"])], "other", [given], [found])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), tmp_path / "x.onnx")
    with pytest.raises(InputError, match=r"x.onnx: found a graph of the inputs pixels, wanted input_ids, and at most"):
        open_session(tmp_path / "x.onnx")


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="graphs are run by ONNX Runtime")
    (tmp_path / "x.onnx").write_text("no graph")
    with pytest.raises(InputError, match=r"x.onnx: found .*, wanted a graph that ONNX Runtime can run") as raised:
        open_session(tmp_path / "x.onnx")
    assert "\n" not in str(raised.value)


def test_threads_are_counted_from_one(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="graphs are run by ONNX Runtime")
    with pytest.raises(InputError, match="threads: found 0, wanted null or a whole number from 1"):
        count_workers(0)


def test_a_missing_runtime_is_said_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    wanted = r"runner: found no onnxruntime, wanted it installed: pip install .*\[onnx\]'"
    with pytest.raises(InputError, match=wanted):
        open_session(tmp_path / "x.onnx")
