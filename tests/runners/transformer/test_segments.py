"""Words cut at sure proclitics, in raw and in rewritten text."""

from itertools import pairwise

import pytest
from hypothesis import given

from harness.arabic.clitics import analyse
from harness.arabic.normalize import Normalizer
from harness.data.offsets import Rewrite
from harness.runners.transformer.pieces import cut_pieces
from harness.runners.transformer.segments import cut_proclitics
from tests.strategies import any_texts, texts


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
