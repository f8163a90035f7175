import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given

from harness.arabic.clitics import analyse
from harness.arabic.normalize import INVISIBLE, Normalizer
from harness.arabic.segment import edge_punctuation
from harness.data.offsets import Rewrite
from harness.runners.transformer.pieces import cut_pieces, cut_proclitics, cut_words
from tests.strategies import any_texts, texts


def pieces(text: str) -> list[list[str]]:
    return [[text[start:end] for start, end in line] for line in cut_pieces(text)]


def test_punctuation_around_a_word_is_parted_mark_by_mark() -> None:
    assert pieces("قال: «نعم».") == [["قال", ":", "«", "نعم", "»", "."]]


def test_punctuation_inside_a_word_and_per_cent_signs_stay() -> None:
    assert pieces("5% و.م.أ، 3.5") == [["5%", "و.م.أ", "،", "3.5"]]


def test_lines_are_kept_apart_and_blank_ones_left_out() -> None:
    assert pieces("ا ب\n\n \nج") == [["ا", "ب"], ["ج"]]
    assert pieces("") == []


def seen(text: str) -> str:
    """The characters that are no invisible marks."""
    return "".join(char for char in text if char not in INVISIBLE)


def test_invisible_marks_around_a_word_are_no_pieces() -> None:
    assert pieces("\u2067غزة\u2069, \u200f \u200fبي\u200fت") == [["غزة", ",", "بي\u200fت"]]


@given(texts() | any_texts())
def test_pieces_hold_every_character_that_shows_once_and_in_order(text: str) -> None:
    spans = [span for line in cut_pieces(text) for span in line]
    assert seen("".join(text[start:end] for start, end in spans)) == seen("".join(text.split()))
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for start, end in spans:
        assert end == start + 1 or not {text[start], text[end - 1]} & set(edge_punctuation())


def segments(rewrite: Rewrite) -> list[str]:
    return [
        rewrite.target[start:end] for line in cut_pieces(rewrite.target) for start, end in cut_proclitics(line, rewrite)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("وبالقاهرة", "و ب القاهرة"),
        # In للصين the second ل is the article and stays.
        ("للصين", "ل لصين"),
        ("لروسيا", "ل روسيا"),
        # Undecided, and no proclitics at all.
        ("بكين لبنان وزير في", "بكين لبنان وزير في"),
        ("و«القاهرة»", "و « القاهرة »"),
        ("وَبِالقاهِرَةِ", "وَ بِ القاهِرَةِ"),
        ("Berlin 2024 😀", "Berlin 2024 😀"),
    ],
)
def test_sure_proclitics_are_words_of_their_own(text: str, wanted: str) -> None:
    assert segments(Rewrite(text)) == wanted.split()


def test_the_raw_word_decides_and_the_rewritten_one_is_cut() -> None:
    # The hamza shows that ل is a proclitic; in the rewritten word it is gone, and so are marks and tatweel.
    raw = "لِأَنْجُـــولا"
    rewrite = Normalizer().rewrite(raw)
    assert analyse(raw).sure
    assert not analyse(rewrite.target).sure
    assert segments(rewrite) == ["ل", "انجولا"]


@given(texts() | any_texts())
def test_segments_hold_every_character_of_their_pieces_once_and_in_order(text: str) -> None:
    for rewrite in (Rewrite(text), Normalizer().rewrite(text)):
        for line in cut_pieces(rewrite.target):
            found = cut_proclitics(line, rewrite)
            assert all(one.end <= other.start for one, other in pairwise(found))
            joined = "".join(rewrite.target[start:end] for start, end in found)
            assert joined == "".join(rewrite.target[start:end] for start, end in line)


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
