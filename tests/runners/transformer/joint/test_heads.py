import pytest

from harness.data.types import InputError
from harness.runners.transformer.joint.heads import BIO, Group, gold_groups, is_joint, read_groups, write_labels
from tests.schemas import ENTITY_TYPES


def test_groups_come_back_from_the_labels() -> None:
    flat: tuple[str, tuple[str, ...]] = ("flat", ("O", "B-LOC", "I-LOC"))
    heads = {"gold": gold_groups(), "anercorp": [flat]}
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
