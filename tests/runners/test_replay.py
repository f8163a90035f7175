"""Predictions made elsewhere, one for every document."""

import json
from pathlib import Path

import pytest

from harness.data import codec
from harness.data.bridge import Bridge
from harness.data.tagsets import read_tag_set
from harness.data.types import Annotation, Document, Entity, InputError, Prediction
from harness.runners.replay import Replay

DOCUMENTS = [Document("a", "ابت"), Document("b", "ثجح"), Document("c", "خد")]
FOUND = Annotation(entities=(Entity(0, 2, "GPE", 0.5),))


def stored(folder: Path, *predictions: Prediction) -> Path:
    path = folder / "predictions.jsonl"
    codec.write_predictions(path, predictions, DOCUMENTS)
    return path


def replayed(path: Path, documents: list[Document] = DOCUMENTS) -> list[Prediction]:
    runner = Replay(str(path))
    runner.load()
    return list(runner.predict(documents))


def test_predictions_come_in_the_order_of_documents_without_times(tmp_path: Path) -> None:
    path = stored(tmp_path, *(Prediction(name, FOUND if name == "a" else Annotation(), 2.5) for name in "cab"))
    assert replayed(path) == [Prediction("a", FOUND), Prediction("b", Annotation()), Prediction("c", Annotation())]


def test_a_document_that_the_file_lacks_is_a_failure(tmp_path: Path) -> None:
    path = stored(tmp_path, Prediction("b", FOUND))
    missing, found, also = replayed(path)
    assert found == Prediction("b", FOUND)
    for prediction, name in ((missing, "a"), (also, "c")):
        assert prediction == Prediction(name, Annotation(), error=f"{path}: no prediction for this document")


def test_failures_stay_failures(tmp_path: Path) -> None:
    path = stored(tmp_path, Prediction("a", FOUND, error="no"))
    assert replayed(path)[0] == Prediction("a", FOUND, error="no")


def test_the_folder_of_a_run_will_do(tmp_path: Path) -> None:
    path = stored(tmp_path, *(Prediction(name, FOUND) for name in "abc"))
    assert replayed(tmp_path) == replayed(path)
    assert Replay(str(tmp_path)).file == path


def test_the_extension_says_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path, Prediction("a", FOUND)).rename(tmp_path / "نتائج.conll")
    assert replayed(path)[0] == Prediction("a", FOUND)


def test_an_unknown_document_is_an_error(tmp_path: Path) -> None:
    path = stored(tmp_path, Prediction("c", FOUND))
    with pytest.raises(InputError, match=r'predictions.jsonl:1: id: found "c"'):
        replayed(path, DOCUMENTS[:2])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.jsonl", tmp_path):
        with pytest.raises(InputError, match=r"nowhere.jsonl|predictions.jsonl"):
            replayed(path)


def test_the_predictions_of_a_run_or_a_baseline_keep_their_tag_set(tmp_path: Path) -> None:
    bridge = Bridge(None, read_tag_set("anercorp"))
    (tmp_path / "provenance.json").write_text(json.dumps({"labels": bridge.record()}))
    assert Replay(str(tmp_path)).tag_set == read_tag_set("anercorp")
    (tmp_path / "provenance.json").rename(tmp_path / "baseline.json")
    assert Replay(str(tmp_path)).tag_set == read_tag_set("anercorp")
    with pytest.raises(InputError, match="wanted conll4@1 as labels has it"):
        _ = Replay(str(tmp_path), labels="conll4").tag_set
    assert Replay("file.jsonl", labels="conll4").tag_set == read_tag_set("conll4")
    assert Replay("file.jsonl").tag_set is None
