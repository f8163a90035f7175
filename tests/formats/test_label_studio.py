"""Label Studio: what is written can be imported there, and comes back."""

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given

from harness.data.schema import Description, Schema, read_schema
from harness.data.types import Annotation, Document, Entity, Example, InputError, Unplaced
from harness.datasets.gold import GoldStandard
from harness.datasets.label_studio import LabelStudio as Reader
from harness.formats.export import Export
from harness.formats.label_studio import LabelStudio, region_ids
from harness.formats.label_studio_config import colour, config_of
from harness.formats.marks import Marking, marks_of
from tests.formats.sample import CLAIM, ENTITIES, SENTENCES, TEXT, WHOLE
from tests.formats.strategies import in_order, whole_examples

GOLD = read_schema("gold")


def written(examples: Sequence[Example], out: Path, system: str | None = None, schema: Schema = GOLD) -> list[Any]:
    done = LabelStudio().write(Export(examples, schema, "mine", system), out)
    assert [file.name for file in done.files] == ["tasks.json", "config.xml", "README.md"]
    tasks: list[Any] = json.loads((out / "tasks.json").read_text(encoding="utf-8"))
    return tasks


def read(out: Path, **keys: Any) -> list[Example]:
    return list(Reader(str(out / "tasks.json"), **{"schema": "gold", **keys}).read())


@given(whole_examples())
def test_any_annotation_comes_back(example: Example) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = LabelStudio().write(Export([example], GOLD, "mine"), Path(folder))
        assert done.lost == {}
        (back,) = read(Path(folder))
    assert in_order(back) == in_order(example)


@given(whole_examples())
def test_answers_of_a_run_come_back_as_predictions(example: Example) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (task,) = written([example], Path(folder), system="rules")
        assert "annotations" not in task
        (back,) = read(Path(folder), results="predictions")
    assert in_order(back) == in_order(example)


@pytest.mark.parametrize("version", ["v1", "newswire-v1"])
def test_the_gold_comes_back_in_its_order(version: str, tmp_path: Path) -> None:
    examples = GoldStandard(version).read()
    assert LabelStudio().write(Export(examples, GOLD, version), tmp_path).lost == {}
    assert read(tmp_path) == list(examples)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written([WHOLE], tmp_path / name)
        contents.append([file.read_bytes() for file in sorted((tmp_path / name).iterdir())])
    assert contents[0] == contents[1]


def test_regions_are_written_as_the_editor_writes_them(tmp_path: Path) -> None:
    (task,) = written([WHOLE], tmp_path)
    (annotation,) = task["annotations"]
    assert task["data"] == {"doc_id": "wide", "text": TEXT, "meta": {}}
    content = next(item for item in annotation["result"] if item.get("value", {}).get("labels") == ["Content"])
    start, end = CLAIM.content
    edges = {"start": start, "end": end}
    quote = TEXT[start:end]
    own = [item for item in annotation["result"] if item.get("id") == content["id"]]
    said: list[tuple[str, str, dict[str, Any]]] = [
        ("label", "labels", {"text": quote, "labels": ["Content"]}),
        ("quote", "choices", {"text": quote, "choices": ["indirect"]}),
        ("polarity", "choices", {"text": quote, "choices": ["affirms"]}),
        ("certainty", "choices", {"text": quote, "choices": ["asserted"]}),
        ("speaker", "textarea", {"text": ["وزير الصين"]}),
    ]
    assert own == [
        {
            "id": content["id"],
            "from_name": control,
            "to_name": "text",
            "type": kind,
            "value": {**edges, **value},
        }
        for control, kind, value in said
    ]
    relations = [item for item in annotation["result"] if item["type"] == "relation"]
    assert [(item["from_id"], item["labels"], item["direction"]) for item in relations] == [
        (content["id"], ["cue"], "right"),
        (content["id"], ["source"], "right"),
    ]


def test_suggestions_have_scores(tmp_path: Path) -> None:
    entities = (ENTITIES[0]._replace(score=0.5), ENTITIES[1]._replace(score=0.9), ENTITIES[2])
    (task,) = written([Example(WHOLE.document, Annotation(entities=entities))], tmp_path, system="rules")
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("rules", 0.7)
    assert [item.get("score") for item in prediction["result"]] == [0.5, 0.9, None]


def test_what_is_lost_is_counted(tmp_path: Path) -> None:
    without = Example(Document("b", TEXT), Annotation(ENTITIES, unplaced=(Unplaced("entities", "GPE", "x"),)))
    done = LabelStudio().write(Export([WHOLE, without], GOLD, "mine", "rules"), tmp_path)
    assert done.lost == {
        "answers without a place": 1,
        "documents in which claims are not annotated": 1,
        "documents in which sentences are not annotated": 1,
    }


def test_ids_of_regions_depend_on_nothing_else_in_the_document() -> None:
    alone = Example(WHOLE.document, Annotation(entities=ENTITIES[2:3]))
    (one,) = region_ids(marks_of(alone, Marking())).values()
    assert re.fullmatch("[A-Za-z]{10}", one)
    every = region_ids(marks_of(WHOLE, Marking()))
    assert one in every.values()
    assert len(set(every.values())) == len(every)
    elsewhere = replace(alone, document=Document("other", TEXT))
    assert one not in region_ids(marks_of(elsewhere, Marking())).values()
    twice = Annotation(claims=(CLAIM, CLAIM))
    assert len(set(region_ids(marks_of(replace(alone, gold=twice), Marking())).values())) == 4


def interface(schema: Schema, granularity: str = "symbol") -> Any:
    """The root of the configuration."""
    return ElementTree.fromstring(config_of(schema, Marking(), granularity))  # noqa: S314 -- of our own


def test_the_interface_has_all_of_the_schema() -> None:
    root = interface(GOLD)
    labels = root.findall(".//Labels[@name='label']//Label")
    assert [label.get("value") for label in labels] == [
        *GOLD.types,
        "Content",
        "Cue",
        "Source",
        *GOLD.sentence_labels,
    ]
    assert all(label.get("hint") for label in labels)
    assert labels[0].get("hint") == "A person by name, without the title — شخص مذكور باسمه دون لقبه"
    for key in ("background", "hotkey"):
        values = [label.get(key) for label in labels]
        assert len(set(values)) == len(values)
    # An alias would be written in the place of the value.
    assert not root.findall(".//*[@alias]")
    assert [relation.get("value") for relation in root.findall(".//Relation")] == ["cue", "source"]
    choices = {item.get("name"): [value.get("value") for value in item] for item in root.findall(".//Choices")}
    assert choices == {name: list(values) for name, values in GOLD.attributes.items()}
    for item in (*root.findall(".//Choices"), root.find(".//TextArea[@name='speaker']")):
        assert [item.get(key) for key in ("perRegion", "whenTagName", "whenLabelValue")] == ["true", "label", "Content"]
    areas = {area.get("name"): area.get("perRegion") for area in root.findall(".//TextArea")}
    assert areas == {
        "speaker": "true",
        "rule": "true",
        "note": "true",
        "document_rule": "false",
        "document_note": "false",
    }
    named = [item.get("name") for item in root.iter() if item.get("name")]
    assert len(set(named)) == len(named)
    assert {item.get("toName") for item in root.iter() if item.get("toName")} == {"text"}
    assert root.find("Text").attrib == {
        "name": "text",
        "value": "$text",
        "granularity": "symbol",
        "saveTextResult": "yes",
    }
    assert all("direction: rtl" in style for style in (root.get("style"), root.findtext("Style")))


def test_names_are_escaped_and_a_schema_without_claims_has_no_relations() -> None:
    odd = '<a & "b">'
    schema = Schema(
        "mine", types=(odd, "it's"), layers=("entities",), descriptions={("types", odd): Description("5 $x", "")}
    )
    root = interface(schema, "word")
    assert [label.get("value") for label in root.findall(".//Label")] == [odd, "it's"]
    assert root.find(".//Label").get("hint") == "5 $x"
    assert root.find(".//Relations") is None
    assert root.find(".//Choices") is None
    assert root.find(".//Text").get("granularity") == "word"


def test_colours_differ() -> None:
    assert len({colour(number) for number in range(200)}) == 200


@pytest.mark.parametrize(
    ("schema", "marking", "message"),
    [
        (Schema("s", types=("Content",), attributes={"a": ("b",)}), Marking(), 'the label "Content" for two things'),
        (Schema("s", attributes={"label": ("b",)}), Marking(), 'attributes: found "label", wanted another name than'),
        (Schema("s", types=("a$b",)), Marking(), 'found "a$b", wanted no name with $'),
        (Schema("s"), Marking(content="a,b"), 'content: found "a,b", wanted a label without a comma'),
    ],
)
def test_what_the_interface_cannot_have_is_refused(
    schema: Schema, marking: Marking, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        LabelStudio(marking).write(Export([], schema, "s"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_schema_of_ones_own_with_other_labels_comes_back(tmp_path: Path) -> None:
    marking = Marking("مضمون", "لفظ", "قائل", "بلفظ", "عن", ("جملة",))
    schema = Schema("mine", types=("شخص", "مكان"), sentence_labels=("جملة",), attributes={"نبرة": ("هادئة", "حادة")})
    gold = Annotation(
        (Entity(0, 1, "شخص"), Entity(0, 1, "مكان")),
        (replace(CLAIM, attributes={"نبرة": "حادة"}, source=None, speaker=None),),
        tuple(sentence._replace(label="جملة") for sentence in SENTENCES),
    )
    LabelStudio(marking).write(Export([replace(WHOLE, gold=gold)], schema, "mine"), tmp_path)
    (back,) = read(tmp_path, schema="infer", marking=marking)
    assert back.gold == gold
    assert 'whenLabelValue="مضمون"' in (tmp_path / "config.xml").read_text(encoding="utf-8")


def test_the_guide_names_what_to_do(tmp_path: Path) -> None:
    written([WHOLE], tmp_path)
    assert "1 tasks with annotations, for the schema gold@1" in (tmp_path / "README.md").read_text(encoding="utf-8")
    written([WHOLE], tmp_path, system="rules")
    assert "predictions of rules" in (tmp_path / "README.md").read_text(encoding="utf-8")
