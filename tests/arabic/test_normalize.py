"""Normalisation: every option levels what it names, and the way back keeps letters whole."""

import dataclasses
import re
import sys
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, Normalizer
from harness.arabic.segment import snap
from harness.data.types import Span

OPTIONS = [field.name for field in dataclasses.fields(Normalizer)]
NOTHING = Normalizer(**dict.fromkeys(OPTIONS, False))
ARABIC = st.text(
    st.one_of(
        st.sampled_from("ابتلمنوىيةأإآٱؤئء ـ٠٩۰۹.،x\u064e\u0651\u0670\u06e5\u200f\u200d\ufeff"),
        st.sampled_from("یےۓکہھۃەۀںٵٶٸﺍﻻﻱe\u0653\u0654\u0655\u0674\u0301\u034f\u3164\ufe0f\u00a0\u2009"),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFC),
    ),
    max_size=20,
)
NORMALIZERS = st.builds(Normalizer, **dict.fromkeys(OPTIONS, st.booleans()))


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("marks", "أُمَّةٌ هٰذَا", "أمة هذا"),
        ("marks", "لَهُۥ ٱلۡقُرۡءَانُ", "له ٱلقرءان"),
        ("tatweel", "محمـــد", "محمد"),
        ("controls", "\u200fبكين\u200e \u061cلبنان\ufeff", "بكين لبنان"),
        ("alef", "أإآٱا ؤئ", "ااااا ؤئ"),
        ("hamza", "أ رؤساء رئيس", "أ روساء رييس"),
        ("ya", "مستشفى", "مستشفي"),
        ("ta_marbuta", "غزة", "غزه"),
        ("digits", "٢٠٢٤ ۱۴۰۳ 5", "2024 1403 5"),
        ("presentation", "ﻟﺒﻨﺎﻥ ﷲ ﻻ", "لبنان الله لا"),
        ("presentation", "\ufe70\ufe76", "\u064b\u064e"),  # isolated marks: the space is only their seat
        ("presentation", "ﹱ", "ـً"),
        ("presentation", "＂５．３＂ ﹙ﯾﮏ﹚ 𞺀", '"5.3" (یک) ا'),
        ("letters", "ایران کوبا ڪندا مھمہ ۃ ڢڧ ٱٲٳٶٸ", "ايران كوبا كندا مهمه ة فق اأإؤئ"),
        ("letters", "پاکستان گاز ڤيينا ژ", "پاكستان گاز ڤيينا ژ"),
        ("spaces", "في\u00a0بكين\u2009و\u3000لندن\n", "في بكين و لندن\n"),
        ("composed", "ا\u0654كد ا\u064e\u0655ن را\u0653ها مو\u0654تمر هيي\u0654ة", "أكد إ\u064eن رآها مؤتمر هيئة"),
        ("composed", "هی\u0654ة هى\u0654ة ا\u0674ب Zoe\u0308", "هئة هئة أب Zoë"),
    ],
)
def test_an_option_levels_what_it_names_and_nothing_else(option: str, text: str, expected: str) -> None:
    assert dataclasses.replace(NOTHING, **{option: True}).fold(text) == expected
    assert NOTHING.fold(text) == text
    assert NOTHING.rewrite(text).edits == ()


def test_options_compose_over_presentation_forms() -> None:
    # The ligature holds an alef with hamza; what it expands to is levelled too.
    assert Normalizer().fold("ﻷ ﺔ \ufe76") == "لا ه "
    assert Normalizer(alef=False, ta_marbuta=False).fold("ﻷ ﺔ") == "لأ ة"


def test_every_mark_that_shows_nothing_is_invisible_and_no_sign_that_is_written() -> None:
    found = {char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) == "Cf"}
    written = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    assert found - INVISIBLE == written & found
    assert {unicodedata.category(char) for char in INVISIBLE - found} <= {"Mn", "Lo"}
    assert set("\xad\u034f\u061c\u115f\u17b4\u180e\u200b\u200f\u202e\u2069\u3164\ufe0f\ufeff\U000e01ef") <= INVISIBLE
    assert not INVISIBLE & set(MARKS + TATWEEL + " \u00a0\n")


@given(NORMALIZERS, ARABIC)
def test_fold_is_the_target_of_the_rewrite(normalizer: Normalizer, text: str) -> None:
    rewrite = normalizer.rewrite(text)
    assert rewrite.source == text
    assert rewrite.target == normalizer.fold(text)


@given(NORMALIZERS, ARABIC)
def test_what_is_level_stays_as_it_is(normalizer: Normalizer, text: str) -> None:
    # Two hamzas or accents on one letter are no spelling; what is left of them could be composed again.
    assume(sum(char in "\u0653\u0654\u0655\u0674\u0301" for char in text) < 2)
    assume(not ("\u0674" in text and re.search("[\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f]", text)))
    level = normalizer.fold(text)
    assert normalizer.fold(level) == level


@given(ARABIC, st.data())
def test_a_span_goes_back_to_what_normalises_to_it(text: str, data: st.DataObject) -> None:
    normalizer = Normalizer()
    rewrite = normalizer.rewrite(text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(rewrite.target))] * 2)))
    if start < end:
        there = rewrite.target[start:end]
        assert there in normalizer.fold(text[slice(*rewrite.back(Span(start, end)))])


@given(st.text("بتم\u064e\u0651ـ", max_size=10), st.data())
def test_letters_come_back_with_their_marks(text: str, data: st.DataObject) -> None:
    rewrite = Normalizer().rewrite(text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(rewrite.target))] * 2)))
    if start < end:
        back = snap(text, rewrite.back(Span(start, end)))
        assert Normalizer().fold(text[slice(*back)]) == rewrite.target[start:end]
        assert not text[back.end : back.end + 1] or text[back.end] not in MARKS


def test_marks_are_marks() -> None:
    assert {unicodedata.category(char) for char in MARKS} <= {"Mn", "Lm"}


def test_a_long_text_takes_no_time() -> None:
    text = "وَقَالَ الرَّئِيسُ في بكين ٢٠٢٤ " * 10_000
    began = time.process_time()
    rewrite = Normalizer().rewrite(text)
    assert len(rewrite.target) < len(text)
    # About 0.4 s for 320,000 characters; a rewrite that is quadratic takes minutes.
    assert time.process_time() - began < 5
