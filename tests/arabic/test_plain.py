"""Plain spelling: what it levels and what it leaves, and spans of it as spans of the text itself."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, Normalizer
from harness.arabic.plain import carry_back, has_letters, read_plain, respell
from harness.arabic.segment import snap
from harness.data.offsets import Edit, Rewrite
from harness.data.types import Span
from tests.spelling import RESPELLINGS
from tests.spelling import respell as typed

PLAIN = 'قال رئيس مصر إن الأمم المتحدة في بكين أعلنت 250 مؤتمرا، و"لن تتراجع" (عام 2006).'
TEXTS = st.text(
    st.sampled_from(
        "ابتليىةأكهنو٠5.،\"'«<>‹ \u00a0\n\t\u064e\u064b\u0670ـ\u200f\u200c\ufeff\u034fیکہﻻﷲﹶ\u0653\u0654\u0674e\u0301"
    ),
    max_size=14,
)


LOSING = frozenset({"keyboard: farsi yeh for both", "keyboard: persian", "two spaces", "crlf"})
"""Spellings that lose what is plain, or change what plain spelling keeps; those of quotation marks do too."""


@pytest.mark.parametrize("name", [name for name in RESPELLINGS if name not in LOSING and name[:6] != "quotes"])
def test_every_spelling_is_read_as_the_plain_one(name: str) -> None:
    rewrite = typed(PLAIN, name)
    assert rewrite.target != PLAIN or name.startswith("keyboard")
    # The nunation of a last alef is part of plain spelling.
    assert read_plain(rewrite.target).target.replace("\u064b", "") == PLAIN


def test_ordinary_text_stays_as_it_is() -> None:
    for text in (PLAIN, "زار جدًا وشكراً، مستشفى القاهرة ورؤساء هيئة إدارة آسيا", "a – b — c\r\nd"):
        assert read_plain(text).edits == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("علیٰ", "علي"),
        ("قالَ جِدًّا وواقٍ", "قال جدًا وواق"),
        ("جدـًا جداً\u200f شـيئًا", "جدًا جداً شيئا"),  # a mark between what stays and its alef
        ("موسكو ـ لندن 5ـ6 ـبكين ـ", "موسكو ـ لندن 5ـ6 ـ بكين ـ"),
        ("لـ«رويترز» هـ ١٤٢٧", "ل«رويترز» ه 1427"),
        ("<<نعم>> ‹لا› ＂ربما＂ ''كذا'' ``كذا´´ ❝كذا❞", '«نعم» «لا» "ربما" "كذا" “كذا” “كذا”'),
        ("پاكستان و گاز", "پاكستان و گاز"),
        ("ا\u0654كد رئيس", "أكد رئيس"),
    ],
)
def test_what_is_levelled_and_what_stays(text: str, plain: str) -> None:
    assert read_plain(text).target.replace("شيئًا", "شيئا") == plain


@given(TEXTS, st.data())
def test_a_span_comes_back_to_whole_letters_between_visible_edges(text: str, data: st.DataObject) -> None:
    rewrite = read_plain(text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(rewrite.target))] * 2)))
    back = carry_back(Span(start, end), rewrite)
    assert 0 <= back.start <= back.end <= len(text)
    if back.start < back.end:
        for edge in (text[back.start], text[back.end - 1]):
            assert edge not in INVISIBLE
            assert not edge.isspace()
        assert snap(text, back) == back
        # Nothing that stands on the last letter is left behind, invisible marks in between or not.
        after = text[back.end :].lstrip("".join(INVISIBLE))
        assert not after or after[0] not in MARKS + TATWEEL


@given(TEXTS)
def test_letters_come_back_to_letters(text: str) -> None:
    rewrite = read_plain(text)
    for at, char in enumerate(rewrite.target):
        if char.isalpha() and char != TATWEEL and not unicodedata.combining(char):
            assert has_letters(text[slice(*carry_back(Span(at, at + 1), rewrite))])


def test_the_edges_of_a_mention_are_its_letters() -> None:
    text = "إلى \u2067غزة\u2069 و\u200fبيـروتَ\u200f أمس"
    rewrite = read_plain(text)
    assert rewrite.target == "إلى غزة وبيروت أمس"
    assert text[slice(*carry_back(Span(4, 7), rewrite))] == "غزة"
    assert text[slice(*carry_back(Span(9, 14), rewrite))] == "بيـروتَ"


@pytest.mark.parametrize("text", ["", "«»", "\u200f", "\u064e", "ـ", "\u3164", " . ", "_", "❤\ufe0f", "\u06e5"])
def test_signs_and_marks_are_no_letters(text: str) -> None:
    assert not has_letters(text)
    assert has_letters(f"{text}5")
    assert has_letters(f"ل{text}")


def test_a_text_is_respelled_as_asked() -> None:
    text = "أَكَّدَ ی"
    assert respell(text, None) == Rewrite(text)
    assert respell(text, "plain").target == "أكد ي"
    assert respell(text, Normalizer()).target == "اكد ي"
    assert respell(text, Normalizer(letters=False)).target == "اكد ی"
    assert read_plain("x\u00a0").edits == (Edit(1, 2, " "),)
