import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given

from harness.arabic.normalize import INVISIBLE
from harness.runners.transformer.joint.words import cut_words
from tests.strategies import any_texts, texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("القمة الروسية-الصينية", ["القمة", "الروسية", "-", "الصينية"]),
        ("فاز 2-1.", ["فاز", "2", "-", "1", "."]),
        ("3.5% و١٬٢٠٠", ["3.5", "%", "و", "١٬٢٠٠"]),
        ("القـاهرة «مُدُن»", ["القـاهرة", "«", "مُدُن", "»"]),
        ("😀موسكو_لندن", ["😀", "موسكو", "_", "لندن"]),
        (unicodedata.normalize("NFD", "أكد café"), [unicodedata.normalize("NFD", "أكد"), "cafe\u0301"]),
        ("إلى \u200fغزة\u200e \ufeff 5\u200f \u061c.\u2069", ["إلى", "غزة", "5", "."]),
        ("بي\u200cروت\u200d\u064e ٢\u200f٠", ["بي\u200cروت\u200d\u064e", "٢\u200f٠"]),
        ("\u3164لندن\ufe0f", ["لندن"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_letters_numbers_and_signs_are_words_of_their_own(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in cut_words(text)] == words


@given(texts() | any_texts())
def test_words_hold_every_character_but_white_space_and_invisible_marks_once(text: str) -> None:
    words = cut_words(text)
    held = "".join(text[start:end] for start, end in words)
    assert [char for char in held if char not in INVISIBLE] == [
        char for char in "".join(text.split()) if char not in INVISIBLE
    ]
    assert not any(text[start] in INVISIBLE or text[end - 1] in INVISIBLE for start, end in words)
    assert all(end <= start for (_, end), (start, _) in pairwise(words))


def test_only_the_words_of_a_stretch_are_cut() -> None:
    assert cut_words("باب دار\nبحر", 4, 7) == [(4, 7)]
