"""Answers without a place are read, written, refused, renamed and left out as all else that is predicted."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from harness.data import codec
from harness.data.bridge import Bridge, relabel
from harness.data.dataset import ReadOnce
from harness.data.schema import Schema
from harness.data.tagsets import read_tag_set
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction, Unplaced
from harness.data.unknown import unknown_names, without
from harness.runs.answering import answer, dump_answer
from tests.data.test_codec import refused
from tests.reporting.made import Answers
from tests.runs.test_evaluate import Samples

TEXT = "قال بوتين إنه سيزور الصين."
DOCUMENT = Document("d", TEXT)
PERSON = Unplaced("entities", "PERS", "ترامب", 4)
CUE = Unplaced("claims", "cue", "أعلن", 0)
LABEL = Unplaced("sentences", "CFS", "جملة", len(TEXT))
WRITTEN: dict[str, Any] = {"layer": "entities", "label": "PERS", "quote": "ترامب", "at": 4}


def write(folder: Path, *records: object) -> Path:
    path = folder / "some.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def read(folder: Path, *records: object) -> Annotation:
    return codec.read_predictions(write(folder, *records), [DOCUMENT])["d"].annotation


def test_what_is_written_is_read(tmp_path: Path) -> None:
    prediction = Prediction("d", Annotation(entities=(), unplaced=(PERSON, PERSON, CUE, LABEL)))
    line = codec.dump_prediction(prediction, TEXT)
    assert json.loads(line)["unplaced"][0] == WRITTEN
    assert read(tmp_path, json.loads(line)) == prediction.annotation


def test_nothing_unplaced_is_not_written() -> None:
    assert codec.dump_prediction(Prediction("d", Annotation(entities=())), TEXT) == '{"id": "d", "entities": []}'


def test_the_place_may_be_left_out(tmp_path: Path) -> None:
    item = {key: value for key, value in WRITTEN.items() if key != "at"}
    assert read(tmp_path, {"id": "d", "unplaced": [item]}).unplaced == (PERSON._replace(at=0),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layer": "words"}, 'unplaced[0].layer: found "words", wanted one of entities, claims, sentences'),
        ({"layer": None}, "unplaced[0].layer: found null, wanted one of entities, claims, sentences"),
        ({"layer": ["claims"]}, 'unplaced[0].layer: found ["claims"], wanted one of entities, claims, sentences'),
        ({"layer": "claims"}, 'unplaced[0].label: found "PERS", wanted one of content, cue, source'),
        ({"label": ""}, 'unplaced[0].label: found "", wanted a name that is not blank'),
        ({"label": 3}, "unplaced[0].label: found 3, wanted a name"),
        ({"quote": None}, "unplaced[0].quote: found null, wanted what was answered"),
        ({"at": 27}, "unplaced[0].at: found 27, wanted a whole number from 0 to 26"),
        ({"at": -1}, "unplaced[0].at: found -1, wanted a whole number from 0 to 26"),
        ({"at": True}, "unplaced[0].at: found true, wanted a whole number from 0 to 26"),
        ({"at": None}, "unplaced[0].at: found null, wanted a whole number from 0 to 26"),
        ({"end": 5}, 'unplaced[0].end: found "an unknown key", wanted one of at, label, layer, quote'),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    assert refused(read, tmp_path, {"id": "d", "unplaced": [WRITTEN | change]}).startswith(message)


@pytest.mark.parametrize("value", [None, {}, "x", [3], [[]]])
def test_it_is_a_list_of_objects(tmp_path: Path, value: object) -> None:
    assert refused(read, tmp_path, {"id": "d", "unplaced": value}).startswith("unplaced")


@pytest.mark.parametrize("key", ["layer", "label", "quote"])
def test_layer_label_and_quote_are_wanted(tmp_path: Path, key: str) -> None:
    item = {name: value for name, value in WRITTEN.items() if name != key}
    assert refused(read, tmp_path, {"id": "d", "unplaced": [item]}).startswith(f"unplaced[0].{key}: found null")


def test_a_type_is_one_of_the_schema_where_one_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "d", "unplaced": [WRITTEN]})
    with pytest.raises(InputError, match=r'unplaced\[0\].label: found "PERS", wanted one of GPE'):
        codec.read_predictions(path, [DOCUMENT], Schema("s", 1, types=("GPE",)))


def test_gold_has_none(tmp_path: Path) -> None:
    record = {"id": "d", "text": TEXT, "entities": [], "unplaced": [WRITTEN]}
    assert refused(lambda folder, *records: codec.read_examples(write(folder, *records)), tmp_path, record).startswith(
        'unplaced: found "an unknown key"'
    )


@pytest.mark.parametrize(
    ("unplaced", "said"),
    [
        (None, "unplaced: found None, wanted a tuple of Unplaced"),
        ("x", "unplaced: found a str 'x', wanted a tuple of Unplaced"),
        (({"quote": "x"},), "unplaced[0]: found a dict {'quote': 'x'}, wanted an Unplaced"),
        (
            (("entities", "PERS", "x", 0),),
            "unplaced[0]: found a tuple ('entities', 'PERS', 'x', 0), wanted an Unplaced",
        ),
        ((PERSON, PERSON._replace(at=99)), "unplaced[1].at: found 99, wanted a whole number from 0 to 26"),
        ((PERSON._replace(layer="words"),), 'unplaced[0].layer: found "words", wanted one of entities, claims, sent'),
        ((Unplaced("entities", "PERS", cast("str", 3)),), "unplaced[0].quote: found 3, wanted what was answered"),
        ((PERSON._replace(quote="\ud800"),), "found 'utf-8' codec can't encode character"),
    ],
)
def test_a_runner_that_returns_rubbish_is_told_where(unplaced: Any, said: str) -> None:
    fault = codec.fault(replace(Annotation(entities=()), unplaced=unplaced), TEXT)
    assert fault is not None
    assert fault.startswith(said)


def test_answers_of_predict_read_as_predictions_and_as_documents(tmp_path: Path) -> None:
    made = Prediction("d", Annotation(entities=(), unplaced=(PERSON,)))
    ((document, prediction),) = answer(Answers({"d": made}), [DOCUMENT])
    line = json.loads(dump_answer(document, prediction))
    assert read(tmp_path, line) == made.annotation


def test_a_data_set_whose_gold_has_some_is_refused() -> None:
    example = Example(DOCUMENT, Annotation(entities=(), unplaced=(PERSON,)))
    with pytest.raises(InputError, match="samples: document d: found unplaced, wanted gold"):
        ReadOnce(Samples(examples=(example,))).read()


def test_unknown_names_are_found_and_left_out() -> None:
    schema = Schema("s", 1, ("GPE",), ("NFS",), layers=("entities", "sentences"))
    found = Annotation(entities=(Entity(0, 3, "PERS"),), unplaced=(PERSON, PERSON._replace(label="GPE"), CUE, LABEL))
    unknown = unknown_names([found], schema)
    assert {place: dict(counts) for place, counts in unknown.items()} == {
        ("types",): {"PERS": 2},
        ("sentence_labels",): {"CFS": 1},
    }
    assert without(found, unknown) == Annotation((), unplaced=(PERSON._replace(label="GPE"), CUE))


def test_names_of_a_layer_that_the_schema_lacks_are_not_looked_at() -> None:
    assert not unknown_names([Annotation(unplaced=(LABEL,))], Schema("s", 1, ("GPE",), layers=("entities",)))


def test_types_are_projected_as_those_of_mentions() -> None:
    names = {"PERS": "person"}
    found = Annotation((Entity(0, 3, "PERS"),), unplaced=(PERSON, PERSON, PERSON._replace(label="GPE"), CUE))
    person = PERSON._replace(label="person")
    assert relabel(found, names, flat=True) == Annotation((Entity(0, 3, "person"),), unplaced=(person, person, CUE))
    assert relabel(replace(found, entities=None), names, flat=False).unplaced == (person, person, CUE)


def test_a_bridge_refuses_a_type_that_its_map_does_not_name() -> None:
    bridge = Bridge(predicted=read_tag_set("anercorp"))
    known = next(iter(read_tag_set("anercorp").labels))
    sides = bridge.project_predicted([Annotation(entities=(), unplaced=(PERSON._replace(label=known),))])
    assert sides[0].unplaced[0].label in bridge.scheme
    with pytest.raises(InputError, match="found the labels NOPE"):
        bridge.project_predicted([Annotation(entities=(), unplaced=(PERSON._replace(label="NOPE"),))])
