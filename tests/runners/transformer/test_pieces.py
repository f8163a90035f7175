from itertools import pairwise

from hypothesis import given

from harness.arabic.normalize import INVISIBLE
from harness.arabic.segment import edge_punctuation
from harness.runners.transformer.pieces import cut_pieces
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
