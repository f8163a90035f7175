import pytest

from harness.runners.rules.words.demonyms import demonyms, derive, forms


@pytest.mark.parametrize(
    ("place", "adjective"),
    [
        ("روسيا", "روسي"),
        ("المغرب", "مغربي"),
        ("فرنسا", "فرنسي"),
        ("سورية", "سوري"),
        ("الهند", "هندي"),
        ("ليتوانيا", "ليتواني"),
    ],
)
def test_an_adjective_is_derived_from_the_name(place: str, adjective: str) -> None:
    assert derive(place) == adjective


def test_an_adjective_has_all_its_forms() -> None:
    assert {"كيني", "الكينية", "كينيون", "الكينيين", "كينيات"} <= set(forms("كيني"))


def test_listed_plurals_and_derived_forms_come_together() -> None:
    found = dict(demonyms(["بليز"]))
    assert found["البليزية"] == "NORP"
    assert found["الأكراد"] == "NORP"


def test_adjectives_that_are_mostly_something_else_are_marked() -> None:
    assert dict(demonyms([]))["غربي"] == "NORP?"
