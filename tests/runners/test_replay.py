"""Predictions made elsewhere, one for every document."""

import json
from pathlib import Path

import pytest

from harness.data import codec
from harness.data.bridge import Bridge
from harness.data.columns import Columns
from harness.data.tagsets import read_tag_set
from harness.data.types import Annotation, Document, Entity, InputError, Prediction
from harness.datasets.conll import Conll
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


def test_gold_and_predictions_in_two_columns_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "two.tsv"
    path.write_text("زار\tO\tO\nسامي\tB-PERS\tB-PERS\nالنجار\tI-PERS\tO\n\nبكين\tB-GPE\tB-LOC\n")
    gold = Conll(str(path), columns=Columns(tags=[1]))
    documents = [example.document for example in gold.read()]
    runner = Replay(str(path), format="conll", columns=Columns(tags=[2]))
    assert list(runner.predict(documents)) == [
        Prediction("two:1", Annotation((Entity(4, 8, "PERS"),))),
        Prediction("two:5", Annotation((Entity(0, 4, "LOC"),))),
    ]
    assert runner.remarks == []
    same = Replay(str(path), format="conll", columns=Columns(tags=[1]))
    assert [one.annotation for one in same.predict(documents)] == [example.gold for example in gold.read()]


def test_columns_have_a_map_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_text("زار\tO\nبكين\tB-PER\nأمس\tI-MISC\n")
    documents = [Document("d", "زار بكين أمس")]
    runner = Replay(str(path), format="conll", labels="conll4")
    (found,) = runner.predict(documents)
    assert [one.type for one in found.annotation.entities or ()] == ["PER", "MISC"]
    assert runner.remarks == [
        f"{path}: found 1 ill-formed tags under IOB2 (1 nothing to continue); read as conlleval reads them"
    ]


def test_columns_that_are_read_as_lines_of_json_are_told(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_text("زار\tO\n")
    with pytest.raises(InputError, match=r"wanted one JSON object in UTF-8; runner\.format=conll reads columns$"):
        replayed(path)
    path.write_text('{"id": "a"\n')
    with pytest.raises(InputError, match=r"wanted one JSON object in UTF-8$"):
        replayed(path)
