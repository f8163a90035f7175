"""Schemas: the gold's, those of files, and those that annotations imply."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.data.files import resource
from harness.data.schema import (
    Description,
    Schema,
    attribute_fault,
    infer_schema,
    name_fault,
    read_schema,
    schema_of,
    shipped_schemas,
)
from harness.data.types import Annotation, Document, Entity, Example, InputError, Sentence

GOLD = read_schema("gold")
MEDICAL: dict[str, Any] = {
    "name": "med",
    "version": 2,
    "layers": ["entities", "claims", "sentences"],
    "types": {"مرض": None, "DRUG": "a medicine", "جرعة / مقدار": {"ar": "مقدار الدواء"}},
    "sentence_labels": ["يستحق", "لا يستحق"],
    "checkworthy": "يستحق",
    "attributes": {"stance": ["supports", "opposes"], "موقف": {"en": "a stance", "values": {"نعم": None}}},
    "self_nesting": ["مرض"],
}


def example(gold: Annotation) -> Example:
    return Example(Document("d", "x" * 99), gold)


def entities(*types: str) -> Annotation:
    return Annotation(entities=tuple(Entity(place, place + 1, kind) for place, kind in enumerate(types)))


@pytest.mark.parametrize("path", sorted((resource("conf") / "schema").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_schema_that_comes_along_reads_and_is_described(path: Path) -> None:
    found = read_schema(path.stem)
    assert found.name == path.stem
    assert found == read_schema(str(path))
    places: list[tuple[str, ...]] = [("types", name) for name in found.types]
    places += [("sentence_labels", name) for name in found.sentence_labels]
    for name, values in found.attributes.items():
        places += [("attributes", name), *(("attributes", name, value) for value in values)]
    for place in places:
        text = found.describe(*place)
        assert text.en.isascii(), place
        assert any("ء" <= char <= "ي" for char in text.ar), place


def test_the_golds_types_are_the_guidelines_in_their_order() -> None:
    rows = [line.split("|")[2].strip() for line in guideline_rows("E", 18)]
    assert rows == list(GOLD.types)
    assert all(f"`{value}`" in guidelines() for value in (*GOLD.sentence_labels, *sum(GOLD.attributes.values(), ())))
    assert all(f"**{name}**" in guidelines() for name in GOLD.attributes)


def guidelines() -> str:
    return (resource("gold") / "guidelines.md").read_text(encoding="utf-8").replace(" ✓", "")


def guideline_rows(letter: str, most: int) -> list[str]:
    numbers = {f"{letter}{number}" for number in range(1, most + 1)}
    return [line for line in guidelines().splitlines() if line.startswith("| ") and line.split()[1] in numbers]


def test_a_schema_of_ones_own_holds_any_names(tmp_path: Path) -> None:
    path = tmp_path / "طبي.yaml"
    path.write_text(yaml.safe_dump(MEDICAL, allow_unicode=True, sort_keys=False), encoding="utf-8")
    found = read_schema(str(path))
    assert found.label == "med@2"
    assert found.types == ("مرض", "DRUG", "جرعة / مقدار")
    assert found.sentence_labels == ("يستحق", "لا يستحق")
    assert found.attributes == {"stance": ("supports", "opposes"), "موقف": ("نعم",)}
    assert (found.checkworthy, found.apart_by, found.self_nesting) == ("يستحق", None, ("مرض",))
    assert found.describe("types", "DRUG") == Description("a medicine")
    assert found.describe("types", "جرعة / مقدار").ar
    assert found.describe("attributes", "موقف").en == "a stance"
    assert found.describe("types", "مرض") == Description()


@pytest.mark.parametrize("schema", [GOLD, schema_of(MEDICAL, "here"), Schema("bare")])
def test_a_schema_reads_back_from_its_record(schema: Schema) -> None:
    again = schema_of(schema.record(), "record")
    assert again == schema
    assert again.descriptions == schema.descriptions
    assert copy.deepcopy(schema) == schema
    assert hash(again) == hash(schema)


def test_descriptions_do_not_part_schemas_and_order_does() -> None:
    bare = schema_of({**MEDICAL, "types": ["مرض", "DRUG", "جرعة / مقدار"]}, "here")
    assert bare == schema_of(MEDICAL, "here")
    assert bare != schema_of({**MEDICAL, "types": ["DRUG", "مرض", "جرعة / مقدار"]}, "here")


def test_an_unknown_name_lists_the_known_ones_and_guesses() -> None:
    with pytest.raises(
        InputError, match=r'^schema: found "golf", wanted infer, the path of a schema or one of gold; did you mean'
    ):
        read_schema("golf")
    with pytest.raises(InputError, match=r"nowhere\.yaml: found No such file"):
        read_schema("nowhere.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a\nb"}, r"here: name: found 'a\\nb', wanted a name"),
        ({"version": True}, "here: version: found True, wanted a whole number"),
        ({"layers": ["entities", "words"]}, r"here: layers: found \['entities', 'words'\], wanted a list of entities"),
        ({"layers": ["entities"]}, "here: attributes: found stance, موقف, wanted claims among layers"),
        ({"nesting": "some"}, "here: nesting: found 'some', wanted one of all, outermost"),
        ({"types": "مرض"}, "here: types: found 'مرض', wanted a list of names"),
        ({"types": ["مرض", "مرض"]}, "here: types: found 'مرض' twice"),
        ({"types": ["مرض", " "]}, "here: types: found ' ', wanted a name that is not blank"),
        ({"types": ["مرض", True]}, "here: types: found True, wanted a name in quotation marks"),
        ({"types": ["مرض", "macro10"]}, "here: types: found 'macro10', wanted another name, since averages"),
        ({"types": {"مرض": {"fr": "maladie"}}}, r"here: types.مرض: found .*, wanted null, a description"),
        ({"sentence_labels": ["a\tb"]}, r"here: sentence_labels: found 'a\\tb', wanted a name without control"),
        ({"checkworthy": "CFS"}, "here: checkworthy: found 'CFS', wanted null or one of يستحق, لا يستحق"),
        ({"attributes": ["stance"]}, "here: attributes: found .*, wanted each attribute with its values"),
        ({"attributes": {"speaker": ["x"]}}, "here: attributes: found 'speaker', wanted a name that is none of"),
        ({"attributes": {"stance": None}}, "here: attributes.stance: found no value"),
        ({"attributes": {"stance": {"values": ["x"], "sort": 1}}}, "attributes.stance: found values, sort, wanted the"),
        ({"persons": ["PERS"]}, r"here: persons: found \['PERS'\], wanted a list of مرض"),
        ({"typos": ["x"]}, "here: found name, .*typos, wanted the keys layers, name, version and any of"),
    ],
)  # fmt: skip
def test_what_is_no_schema_is_refused_in_one_line(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        schema_of(MEDICAL | change, "here")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["B-x", "a/b", "100%", 'say "x"', "😀", "👩\u200d⚕️", "مرض", " x", "x" * 5000, "macros", "Micro"]
)
def test_any_text_is_a_name(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", " \u00a0", "a\nb", "a\x7f", "\u2028", "\ud800", "micro", "macro", "macro10", "macro5"]
)
def test_but_not_what_no_table_can_hold(name: str) -> None:
    assert name_fault(name)


def test_attributes_are_not_called_like_parts_of_claims() -> None:
    assert attribute_fault("relation")
    assert attribute_fault("content")
    assert attribute_fault("") == name_fault("")
    assert attribute_fault("موقف") is None


def test_annotations_in_the_golds_names_are_in_the_golds_schema() -> None:
    gold = Annotation(entities("GPE", "PERS").entities, None, (Sentence(0, 9, "NFS"),))
    assert infer_schema([example(gold)], "file") is GOLD
    assert infer_schema([example(entities())], "file") is GOLD
    assert infer_schema([], "file") is GOLD
    assert shipped_schemas()[0] is GOLD


def test_other_names_are_a_schema_of_their_own_layer_by_layer() -> None:
    gold = [example(Annotation(entities("مرض", "DRUG", "مرض").entities, None, (Sentence(0, 9, "NFS"),)))]
    found = infer_schema(gold, "ملف")
    assert schema_of(found.record(), "record") == found
    assert found == Schema(
        "ملف (inferred)", 1, ("DRUG", "مرض"), GOLD.sentence_labels, layers=("entities", "sentences"), checkworthy="CFS"
    )
    gold = [example(Annotation(entities("PERS").entities, None, (Sentence(0, 9, "z"), Sentence(9, 10, "a"))))]
    found = infer_schema(gold, "file")
    assert (found.types, found.persons, found.bodies) == (GOLD.types, GOLD.persons, GOLD.bodies)
    assert (found.sentence_labels, found.checkworthy) == (("a", "z"), None)


def test_names_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(InputError, match=r"^file: types: found 'micro', wanted another name"):
        infer_schema([example(entities("DRUG", "micro"))], "file")
