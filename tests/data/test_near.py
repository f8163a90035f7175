"""Near misses."""

import pytest

from harness.data.near import guess, near_miss

TYPES = ("PERS", "ORG", "GPE", "LOC", "PERCENT", "PRODUCT")
ARABIC = ("مرض", "دواء", "جرعة", "عَرَض جانبي", "مؤسسة")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *[("PER", "PERS"), ("pers", "PERS"), ("PERSON", "PERS"), ("Org", "ORG"), ("ORGS", "ORG")],
        *[("PRODUTC", "PRODUCT"), ("P", None), ("", None)],
        *[("GEP", "GPE"), ("LOK", "LOC"), ("DISEASE", None), ("XX", None)],
    ],
)  # fmt: skip
def test_guesses_what_was_meant(name: str, meant: str | None) -> None:
    assert near_miss(name, TYPES) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [("دوا", "دواء"), ("جرعه", "جرعة"), ("عَرَض-جانبي", "عَرَض جانبي"), ("مؤسسات", "مؤسسة"), ("علاج", None)],
)
def test_guesses_arabic_names(name: str, meant: str | None) -> None:
    assert near_miss(name, ARABIC) == meant


def test_the_nearest_wins_and_then_the_first() -> None:
    assert near_miss("loc", ("LOCATION", "LOC")) == "LOC"
    assert near_miss("AB1D", ("AB2D", "AB3D")) == "AB2D"


def test_a_guess_ends_a_message() -> None:
    assert guess("PER", TYPES) == "; did you mean PERS?"
    assert guess("DISEASE", TYPES) == ""
