"""Maps of labels: every one that comes along reads, and what is no map is refused."""

from pathlib import Path

import pytest
import yaml

from harness.data.files import resource
from harness.data.tagsets import own_types, read_tag_set, tag_set
from harness.data.types import InputError
from tests.schemas import ENTITY_TYPES, GOLD_SCHEMA

MAPS = sorted((resource("conf") / "labels").glob("*.yaml"))
SMALL = {"name": "small", "version": 2, "nesting": "all", "labels": {"X": "PERS", "Y": ["GPE", "LOC"], "Z": None}}


def written(folder: Path, content: object, name: str = "small.yaml") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.stem)
def test_every_map_reads_by_its_name_and_says_where_it_is_from(path: Path) -> None:
    found = read_tag_set(path.stem)
    assert found.name == path.stem
    assert found.types
    assert found.source
    assert found.notes
    assert found == read_tag_set(str(path))


def test_the_maps_of_the_contract_are_there() -> None:
    wanted = {"anercorp", "aqmar", "camelbert", "conll4", "davlan_hrl", "gliner", "hatmimoha", "mafat", "wikiann"}
    assert {path.stem for path in MAPS} >= wanted | {"ontonotes18", "wojood21", "wojoodfine"}
    assert len(read_tag_set("wojood21").labels) == len(read_tag_set("wojoodfine").labels) == 21
    assert len(read_tag_set("ontonotes18").labels) == 18


def test_a_map_takes_labels_to_one_type_several_or_none(tmp_path: Path) -> None:
    found = read_tag_set(written(tmp_path, SMALL))
    assert found.labels == {"X": ("PERS",), "Y": ("GPE", "LOC"), "Z": ()}
    assert found.label == "small@2"
    assert found.types == {"PERS", "GPE", "LOC"}


def test_a_map_reads_back_from_its_record() -> None:
    for path in MAPS:
        found = read_tag_set(path.stem)
        assert tag_set(found.record(), "record") == found


def test_what_only_ceilings_read_is_no_part_of_a_map(tmp_path: Path) -> None:
    apart = read_tag_set(written(tmp_path, SMALL | {"nests_in_itself": False}))
    whole = read_tag_set(written(tmp_path, SMALL))
    assert (apart.nests_in_itself, whole.nests_in_itself) == (False, True)
    assert apart == whole
    assert apart.record() == whole.record()
    assert not read_tag_set("wojood21").nests_in_itself
    assert not read_tag_set("anercorp").nests_in_itself
    assert read_tag_set("gliner").nests_in_itself


def test_without_a_map_labels_are_the_golds_own_types() -> None:
    assert list(own_types(GOLD_SCHEMA).labels) == list(ENTITY_TYPES)
    assert list(read_tag_set("anercorp").labels) == ["PERS", "LOC", "ORG", "MISC"]
    assert all(read_tag_set(path.stem).schema is GOLD_SCHEMA for path in MAPS)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    for name in ("anercrop", str(tmp_path / "nowhere.yaml")):
        with pytest.raises(InputError, match=rf"labels: found '{name}', wanted .* anercorp, aqmar, camelbert"):
            read_tag_set(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a|b"}, "name: found 'a|b'"),
        ({"name": "gold"}, "name: found 'gold'"),
        ({"version": "1"}, "version: found '1'"),
        ({"version": 0}, "version: found 0"),
        ({"version": True}, "version: found True"),
        ({"nesting": "inner"}, "nesting: found 'inner', wanted one of all, outermost"),
        ({"nests_in_itself": "no"}, "nests_in_itself: found 'no', wanted true or false"),
        ({"nesting": "outermost", "nests_in_itself": True}, "nests_in_itself: found True, .* false with outermost"),
        ({"labels": {}}, "labels: found {}"),
        ({"labels": ["PERS"]}, r"labels: found \['PERS'\]"),
        ({"labels": {"X": "PER"}}, "labels.X: found 'PER', wanted null or types of gold@1, each once: PERS"),
        ({"labels": {"X": ["PERS", "PERS"]}}, r"labels.X: found \['PERS', 'PERS'\].* each once"),
        ({"labels": {False: "PERS"}}, "labels: found False, wanted a label in quotation marks"),
        ({"lables": {}}, "found name, version, nesting, labels, lables, wanted the keys"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = written(tmp_path, yaml.safe_dump(SMALL | change, sort_keys=False))
    with pytest.raises(InputError, match=f"small.yaml: {message}"):
        read_tag_set(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [", "wanted YAML"),
        ("- name", r"found \['name'\], wanted the keys"),
        ("labels: {X: PERS, X: ORG}", "the key 'X' twice"),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_tag_set(written(tmp_path, content))
