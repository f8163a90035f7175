"""Proclitics: what is cut, what is not, and what stays undecided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.clitics import Prefix, analyse, stem_starts
from harness.arabic.normalize import MARKS

WORDS = st.text(st.sampled_from("وفبلكابتسنيأإآةـ\u064e\u0651«ﻻ7"), max_size=9)


@pytest.mark.parametrize("word", ["لروسيا", "وروسيا", "بالقاهرة", "والولايات", "للصين", "وفي", "وقال", "لإيران", "ب20"])
def test_one_proclitic_is_cut(word: str) -> None:
    assert analyse(word) == Prefix(1, sure=True)
    assert stem_starts(word) == (0, 1)


@pytest.mark.parametrize("word", ["وبالقاهرة", "فللصين", "وللصين", "ولروسيا", "وكالصين"])
def test_stacked_proclitics_are_cut(word: str) -> None:
    assert analyse(word) == Prefix(2, sure=True)
    assert stem_starts(word) == (0, 1, 2)


@pytest.mark.parametrize(
    "word",
    [
        "الصين",
        "سيقول",
        "روسيا",
        "وزير",
        "وزارة",
        "وزارته",
        "وكالة",
        "كل",
        "كان",
        "لكن",
        "ليس",
        "بعد",
        "بين",
        "برلماني",
        "لها",
        "فرنسا",
        "فلسطين",
        "كاليفورنيا",
        "كأس",
    ],
)
def test_a_letter_of_the_word_is_not_cut(word: str) -> None:
    assert analyse(word) == Prefix(0, sure=True)
    assert stem_starts(word) == (0,)


@pytest.mark.parametrize("word", ["لبنان", "لُبنان", "لندن", "وانغ", "بوتين", "كييف", "کوبا", "بغداد", "فيينا"])
def test_a_listed_name_begins_with_no_proclitic(word: str) -> None:
    # Half a name is another name: لبنان is not ل and بنان.
    assert analyse(word) == Prefix(0, sure=True)
    assert stem_starts(word) == (0,)
    assert analyse("و" + word) == Prefix(1, sure=True)
    assert stem_starts("و" + word) == (0, 1)


@pytest.mark.parametrize("word", ["بكين", "كايزر", "بليكس", "لوبوان"])
def test_an_unknown_word_and_a_name_in_a_name_are_undecided(word: str) -> None:
    assert analyse(word) == Prefix(1, sure=False)
    assert stem_starts(word) == (0, 1)


@pytest.mark.parametrize("word", ["وبليكس", "ولوبوان", "وبكين"])
def test_a_sure_proclitic_before_an_undecided_one_is_cut_alone(word: str) -> None:
    assert analyse(word) == Prefix(1, sure=True)
    assert stem_starts(word) == (0, 1, 2)


@pytest.mark.parametrize(
    ("word", "length"),
    [
        ("لِرُوسِيَا", 2),
        ("وَبِالْقَاهِرَةِ", 4),
        ("لِلصِّينِ", 2),
        ("وَبُوتِين", 2),
        ("وَبَکِین", 2),
        ("لڪندا", 1),
        ("لـروسيا", 2),
        ("لروســـيا", 1),
        ("وَـبِـالصين", 6),
        ("ﻟﺮﻭﺳﻴﺎ", 1),
        ("وَزِيـــر", 0),
        ("و«روسيا", 2),
    ],
)
def test_marks_tatweel_and_forms_change_only_the_length(word: str, length: int) -> None:
    assert analyse(word) == Prefix(length, sure=True)


def test_hamza_tells_a_proclitic_from_a_root_letter() -> None:
    assert analyse("وأحد") == Prefix(1, sure=True)
    assert analyse("واحد") == Prefix(0, sure=True)


@pytest.mark.parametrize("word", ["", "و", "له", "به", "ول", "و6", "و.م.أ", "بَكَ", "لـك"])
def test_what_would_leave_less_than_two_letters_is_not_cut(word: str) -> None:
    assert analyse(word) == Prefix(0, sure=True)


@given(WORDS)
def test_an_analysis_names_a_lawful_cut(word: str) -> None:
    length, sure = analyse(word)
    starts = stem_starts(word)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    assert length in starts
    assert len(starts) <= 3
    for start in starts[1:]:
        assert sum(char.isalnum() and char != "ـ" for char in word[start:]) + word[start:].count("ﻻ") >= 2
        assert word[start] not in MARKS
    assert sure or length == starts[1]


@given(WORDS)
def test_marks_after_every_letter_do_not_change_what_is_cut(word: str) -> None:
    marked = "".join(char + "\u064e" for char in word)
    plain, vocalised = analyse(word), analyse(marked)
    assert vocalised == Prefix(2 * plain.length, plain.sure)
