import pytest

from harness.data.schema import Schema
from harness.data.types import InputError
from harness.runners.transformer.joint.heads import (
    BIO,
    Group,
    attribute_group,
    is_joint,
    read_groups,
    schema_groups,
    type_group,
    type_of,
    write_labels,
)
from tests.runners.transformer.joint.marked import SCHEMA
from tests.schemas import ENTITY_TYPES


def test_groups_come_back_from_the_labels() -> None:
    flat: tuple[str, tuple[str, ...]] = ("flat", ("O", "B-LOC", "I-LOC"))
    heads = {"gold": schema_groups(SCHEMA), "anercorp": [flat]}
    groups = read_groups(write_labels(heads))
    assert [(group.head, group.name, group.tags) for group in groups] == [
        (head, name, tags) for head, found in heads.items() for name, tags in found
    ]
    assert groups[1] == Group("gold", ENTITY_TYPES[1], BIO, 3)
    assert groups[-1].outputs == slice(groups[-1].first, groups[-1].first + 3)


def test_a_model_is_joint_if_all_labels_name_head_group_and_tag() -> None:
    assert is_joint(["gold/GPE/O", "gold/GPE/B"])
    assert not is_joint(["gold/GPE/O", "B-GPE"])
    assert not is_joint([])


def test_a_group_in_two_pieces_is_refused() -> None:
    with pytest.raises(InputError, match=r"labels: found the outputs of gold/GPE apart, wanted"):
        read_groups(["gold/GPE/O", "gold/ORG/O", "gold/GPE/B"])


def test_names_that_are_any_text_come_back_from_the_labels() -> None:
    strange = (
        "مرض",
        "a/b",
        "50%",
        "%2F",
        "x.inner",
        "content",
        "flat",
        "sentence",
        "polarity",
        "attribute.stage",
        "cue",
    )
    schema = Schema(
        "own",
        types=strange,
        sentence_labels=("مهم", "غير/مهم"),
        attributes={"stage": ("I/II", "III"), "quote": ("yes", "no"), "polarity": ("+", "-")},
        self_nesting=("x.inner", "مرض"),
    )
    labels = write_labels({"gold": schema_groups(schema)})
    assert is_joint(labels)
    groups = read_groups(labels)
    marking = [group for group in groups if group.marks_type]
    assert [type_of(group.name) for group in marking] == [*strange, "x.inner", "مرض"]
    assert [group.name.endswith(".inner") for group in marking] == [False] * len(strange) + [True] * 2
    assert len({group.name for group in groups}) == len(groups)
    tags = {group.name: group.tags for group in groups if not group.marks_type}
    assert tags["sentence"] == ("مهم", "غير/مهم")
    assert {name: tags[attribute_group(name)] for name in schema.attributes} == schema.attributes


def test_types_of_the_gold_have_the_names_that_older_models_have() -> None:
    assert [type_group(kind) for kind in SCHEMA.types] == list(SCHEMA.types)
    assert [attribute_group(name) for name in SCHEMA.attributes] == list(SCHEMA.attributes)


def test_an_attribute_that_quotation_marks_tell_has_no_group() -> None:
    assert "quote" not in dict(schema_groups(SCHEMA))
    assert dict(schema_groups(SCHEMA))["polarity"] == SCHEMA.attributes["polarity"]


def test_a_schema_has_groups_for_its_layers_alone() -> None:
    bare = Schema("own", types=("DRUG",), layers=("entities",))
    assert schema_groups(bare) == [("DRUG", BIO), ("entity-cut", ("0", "1", "2"))]
    assert schema_groups(Schema("own", sentence_labels=("yes", "no"), layers=("sentences",))) == [
        ("sentence", ("yes", "no"))
    ]
