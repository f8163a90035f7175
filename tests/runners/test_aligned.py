"""Words without offsets find their places in the raw text."""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.normalize import MARKS, TATWEEL, Normalizer
from harness.data.types import Span
from harness.runners.aligned import align
from tests.strategies import any_texts, texts

PIECES: Final = re.compile(r"\w+|\S")
FOREIGN: Final = "Ωmega"

# What tokenizers do to a word.
LEVELLED: Final[dict[str, Callable[[str], str]]] = {
    "as it is": str,
    "no vowel marks": lambda word: "".join(char for char in word if char not in MARKS),
    "no tatweel": lambda word: word.replace(TATWEEL, ""),
    "NFKC": lambda word: unicodedata.normalize("NFKC", word),
    "one alef": lambda word: re.sub("[أإآٱ]", "ا", word),
    "lower case": str.lower,
    "quotation marks": lambda word: re.sub("[«»“”]", '"', word),
    "folded": Normalizer().fold,
}


@st.composite
def cut(draw: st.DrawFn, source: st.SearchStrategy[str]) -> tuple[str, list[Span]]:
    """A text, and the words of one of its tokenizers: it parts at white space, and wherever else it likes."""
    text = draw(source)
    spans = []
    for chunk in re.finditer(r"\S+", text):
        inner = draw(st.sets(st.integers(*chunk.span())))
        spans += [Span(*pair) for pair in pairwise(sorted({*inner, *chunk.span()}))]
    return text, spans


@given(cut(any_texts() | texts()))
def test_slices_of_the_text_are_found_where_they_were_cut(example: tuple[str, list[Span]]) -> None:
    text, spans = example
    assert align([text[start:end] for start, end in spans], text) == spans


@given(texts(), st.sampled_from(sorted(LEVELLED)))
def test_what_a_tokenizer_levels_makes_no_difference(text: str, how: str) -> None:
    spans = [Span(*match.span()) for match in PIECES.finditer(text)]
    words = [LEVELLED[how](text[start:end]) for start, end in spans]
    for word, span, found in zip(words, spans, align(words, text), strict=True):
        if any(map(str.isalnum, word.replace(TATWEEL, ""))):
            assert found is not None
            # Marks on the edge may be on either side.
            assert letters(text[slice(*found)]) == letters(text[slice(*span)])
            assert span.start <= found.start < found.end <= span.end


def letters(text: str) -> str:
    return "".join(char for char in text if char not in MARKS + TATWEEL)


@given(st.lists(st.text("ابول .\u064eـ", min_size=1, max_size=4), max_size=8), texts())
def test_spans_are_in_order_and_hold_their_words(words: list[str], text: str) -> None:
    last = 0
    for word, span in zip(words, align(words, text), strict=True):
        if span is not None:
            assert last <= span.start < span.end <= len(text)
            assert "".join(fold(text[slice(*span)]).split()) == "".join(fold(word).split()), (text, word, span)
            last = span.end


def fold(text: str) -> str:
    return Normalizer(hamza=True).fold(text)


@given(st.lists(st.sampled_from(["زار", "بوتين", "بكين", "أمس", "الوفد"]), min_size=1, max_size=8), st.data())
def test_a_word_that_is_not_there_costs_only_itself(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words)))
    spans = align([*words[:place], FOREIGN, *words[place:]], " ".join(words))
    assert spans.pop(place) is None
    assert spans == align(words, " ".join(words))
    assert None not in spans


@given(st.lists(st.sampled_from(["زار", "بوتين", "بكين", "القاهرة", "الوفد"]), min_size=1, max_size=8), st.data())
def test_a_word_that_was_rewritten_costs_only_itself(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    place = data.draw(st.integers(0, len(words) - 1))
    spans = align([*words[:place], FOREIGN, *words[place + 1 :]], text)
    wanted: list[Span | None] = [Span(*match.span()) for match in PIECES.finditer(text)]
    if FOREIGN not in words and words.count(words[place]) == 1:
        wanted[place] = None
        assert spans == wanted


@pytest.mark.parametrize(
    ("words", "text", "wanted"),
    [
        (["و", "بكين"], "وَبَكِّين", ["وَ"[:1], "بَكِّين"]),
        (["قال", '"', "نعم", '"'], "قال «نعم»", ["قال", "«", "نعم", "»"]),
        (["``", "نعم"], "''نعم", ["''", "نعم"]),
        (["لا", "2024"], "ﻻ ٢٠٢٤", ["ﻻ", "٢٠٢٤"]),
        (["القاهرة"], "الـــقاهِرَةُ", ["الـــقاهِرَة"]),
        (["نيو يورك", "أمس"], "نيو  يورك أمس", ["نيو  يورك", "أمس"]),
        # The article that a tokenizer gives back its alef stands nowhere.
        (["ل", "الصين"], "للصين", ["ل", None]),
        # A letter that stands further on by chance, in another word, is not taken for the word.
        (["و", "موسكو"], "زار موسكو", [None, "موسكو"]),
        ([], "بكين", []),
        (["بكين", ""], "بكين", ["بكين", None]),
    ],
)
def test_examples(words: list[str], text: str, wanted: list[str | None]) -> None:
    assert [None if span is None else text[slice(*span)] for span in align(words, text)] == wanted


def test_a_word_is_not_looked_for_far_away() -> None:
    assert align(["بكين"], f"{'وصل الوفد ' * 50}بكين") == [None]


def test_long_texts_are_aligned_in_a_walk() -> None:
    words = ["وصل", "الوفد", "إلى", "بَكِّين"] * 5000
    spans = align([fold(word) for word in words], " ".join(words))
    assert None not in spans
    assert spans[-1] is not None
    assert spans[-1].end == len(" ".join(words))
