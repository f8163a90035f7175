import time

import pytest

from harness.runners.rules.words.gazetteer import demonyms, derive, forms, lexicon, variants


@pytest.mark.parametrize("name", ["باراغواي", "قيرغيزستان", "كوالالمبور", "يريفان", "أوسلو", "نواكشوط"])
def test_places_of_the_world_are_known(name: str) -> None:
    assert "GPE" in lexicon().read(name).tags[0]


def test_a_foreign_g_is_known_in_other_spellings() -> None:
    assert {"هامبورغ", "هامبورج", "هامبورق"} <= set(variants("هامبورغ"))
    assert list(variants("غزة")) == ["غزة"]


def test_months_of_every_region_are_known() -> None:
    for month in ("يناير", "نيسان", "غشت", "جويلية"):
        assert "month" in lexicon().read(month).tags[0]
    assert (0, "month") in lexicon().read("كانون الثاني").phrases


def test_the_lexicon_is_built_once_and_quickly() -> None:
    lexicon.cache_clear()
    began = time.perf_counter()
    first = lexicon()
    # A quarter of a second on an idle core; the bound only catches a build that has gone wrong.
    assert time.perf_counter() - began < 10
    assert lexicon() is first


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
