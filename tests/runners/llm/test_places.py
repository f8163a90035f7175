"""Where a quote stands in a sentence."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.arabic.clitics import stem_starts
from harness.arabic.normalize import Normalizer
from harness.arabic.plain import has_letters
from harness.arabic.segment import sentences, snap, words
from harness.data.types import Span
from harness.runners.llm.places import PROCLITICS, Sentence, fold
from tests.strategies import texts


def found(text: str, quote: str) -> list[str]:
    """The parts of a text, as one sentence, that a quote is found at; what stands there in brackets."""
    sentence = Sentence(text, Span(0, len(text)))
    spans = sentence.exact(quote) or sentence.folded(quote)
    return [f"{text[:start]}[{text[start:end]}]{text[end:]}" for start, end in spans]


@pytest.mark.parametrize(
    ("text", "quote", "places"),
    [
        ("زار بكين", "بكين", ["زار [بكين]"]),
        ("زار وبكين", "بكين", ["زار و[بكين]"]),
        ("لروسيا وبروسيا", "روسيا", ["ل[روسيا] وبروسيا", "لروسيا وب[روسيا]"]),
        ("وَبِبكين", "بكين", ["وَبِ[بكين]"]),
        ("ستعلن", "تعلن", ["س[تعلن]"]),
        ("وستعلن", "تعلن", ["وس[تعلن]"]),
        ("للصين", "لصين", ["ل[لصين]"]),
        ("للصين", "الصين", ["ل[لصين]"]),
        ("ولِلصّين", "الصين", ["ولِ[لصّين]"]),
        ("للولايات المتحدة", "الولايات المتحدة", ["ل[لولايات المتحدة]"]),
        ("للصين والصين", "الصين", ["للصين و[الصين]"]),
        ("بلصين", "الصين", []),
        ("قال و«بكين» هنا", "بكين", ["قال و«[بكين]» هنا"]),
        ("قال و(بكين) هنا", "بكين", ["قال و([بكين]) هنا"]),
        ("(بكين)", "بكين", ["([بكين])"]),
        ("الصينية", "صين", []),
        ("الصين", "صين", []),
        ("الصينية", "الصين", []),
        ("روسيان", "روسيا", []),
        ("روسيا-الصين", "الصين", ["روسيا-[الصين]"]),
        ("روسيا-الصين", "روسيا", ["[روسيا]-الصين"]),
        ("بنسبة 90% هنا", "90%", ["بنسبة [90%] هنا"]),
        ("بنسبة 90% هنا", "90", ["بنسبة [90]% هنا"]),
        ("بنسبة 3.5 هنا", "5", []),
        ("عام 1700 ق.م. هنا", "1700 ق.م.", ["عام [1700 ق.م.] هنا"]),
        # Edge punctuation and white space: as it stands there, or left away.
        ("زار بكين.", "بكين.", ["زار [بكين.]"]),
        ("زار بكين", "بكين.", ["زار [بكين]"]),
        ("زار بكين", " «بكين» ", ["زار [بكين]"]),
        ("زار “بكين”", '"بكين"', ["زار “[بكين]”"]),
        ("زار \u200fبكين\u200f", "\u200fبكين", ["زار [\u200fبكين]\u200f"]),
        ("زار بكين", "\u200fبكين\u200f", ["زار [بكين]"]),
        # Spelling.
        ("زار أوكرانيا", "اوكرانيا", ["زار [أوكرانيا]"]),
        ("زار اوكرانيا", "أوكرانيا", ["زار [اوكرانيا]"]),
        ("الرئيس", "الرييس", ["[الرئيس]"]),
        ("إلى القمة", "الي القمه", ["[إلى القمة]"]),
        ("رُوسِيَا", "روسيا", ["[رُوسِيَا]"]),
        ("روسيا", "رُوسِيَا", ["[روسيا]"]),
        ("روسيــا", "روسيا", ["[روسيــا]"]),
        ("عام ٢٠٢٤", "عام 2024", ["[عام ٢٠٢٤]"]),
        ("قال «نعم» ثم", 'قال "نعم" ثم', ["[قال «نعم» ثم]"]),
        ("قال <<نعم>> ثم", 'قال "نعم" ثم', ["[قال <<نعم>> ثم]"]),
        ("الأمم  \u00a0المتحدة", "الأمم المتحدة", ["[الأمم  \u00a0المتحدة]"]),
        ("نعم، لا", "نعم, لا", ["[نعم، لا]"]),
        ("شركة APPLE", "شركة Apple", ["[شركة APPLE]"]),
        ("وأوكرانيا", "اوكرانيا", ["و[أوكرانيا]"]),
        # What is exactly there is preferred, and all of it.
        ("اوكرانيا وأوكرانيا", "أوكرانيا", ["اوكرانيا و[أوكرانيا]"]),
        # A start that no proclitic leads to comes last.
        ("مال بمال", "مال", ["[مال] بمال", "مال ب[مال]"]),
        ("لوثر ووثر", "وثر", ["لوثر و[وثر]", "ل[وثر] ووثر"]),
        # Without a letter or digit a quote has to stand there as it is.
        ("قال: نعم", ":", ["قال[:] نعم"]),
        ("قال:نعم", ":", ["قال[:]نعم"]),
        ("90%", "%", ["90[%]"]),
        ("90٪", "%", []),
        ("قال: نعم", "-", []),
        ("قال نعم", "", []),
        ("قال نعم", "\u064e", []),
        # Places may overlap.
        ("بلا بلا بلا", "بلا بلا", ["[بلا بلا] بلا", "بلا [بلا بلا]"]),
    ],
)
def test_a_quote_is_found_at_the_edges_of_words_and_nowhere_else(text: str, quote: str, places: list[str]) -> None:
    assert found(text, quote) == places


@st.composite
def mentions(draw: st.DrawFn) -> tuple[str, Span, Span]:
    """A text, one of its sentences, and a span from a place in a word where a name could begin to the end of one."""
    text = draw(texts(min_size=1))
    parts = [(part, words(text[part.start : part.end])) for part in sentences(text)]
    parts = [(part, spans) for part, spans in parts if spans]
    assume(parts)
    part, spans = draw(st.sampled_from(parts))
    first = draw(st.integers(0, len(spans) - 1))
    last = draw(st.integers(first, len(spans) - 1))
    word = spans[first]
    start = draw(st.sampled_from(stem_starts(text[part.start + word.start : part.start + word.end])))
    return text, part, Span(part.start + word.start + start, part.start + spans[last].end)


@given(mentions())
def test_what_has_the_edges_of_words_is_found_again(case: tuple[str, Span, Span]) -> None:
    text, part, span = case
    assume(snap(text, span) == span)
    assert span in Sentence(text, part).exact(text[span.start : span.end])


@given(mentions())
def test_it_is_found_again_in_another_spelling(case: tuple[str, Span, Span]) -> None:
    text, part, span = case
    assume(snap(text, span) == span)
    quote = Normalizer(hamza=True).fold(text[span.start : span.end])
    places = Sentence(text, part).folded(quote)
    # Signs at the edges are left away on both sides, and so are marks at the head of a word.
    assert not has_letters(quote) or any(start <= span.end and span.start <= end for start, end in places)


@given(texts(min_size=1), st.data())
def test_a_place_is_within_the_sentence_and_parts_no_word(text: str, data: st.DataObject) -> None:
    parts = sentences(text)
    assume(parts)
    part = data.draw(st.sampled_from(parts))
    start = data.draw(st.integers(part.start, part.end - 1))
    end = data.draw(st.integers(start + 1, part.end))
    quote = data.draw(st.sampled_from([text[start:end], Normalizer().fold(text[start:end]), f"«{text[start:end]}» "]))
    sentence = Sentence(text, part)
    places = [*sentence.exact(quote), *sentence.folded(quote)]
    for span in places:
        assert part.start <= span.start < span.end <= part.end
        if has_letters(quote):
            # Behind ل the article has lost its alef.
            assert fold(text[span.start : span.end]) in (fold(quote), fold(quote).removeprefix("ا"))
            assert not parts_a_word(text, part, span)


def parts_a_word(text: str, part: Span, span: Span) -> bool:
    """Whether letters stand on both sides of an edge of `span`, but for proclitics before its start."""
    before = text[part.start : span.start]
    if joined(text[: span.start], text[span.start : part.end]):
        head = "".join(letters_at_the_end(before))
        if head.strip(PROCLITICS):
            return True
    return joined(text[: span.end], text[span.end : part.end])


def joined(before: str, behind: str) -> bool:
    return bool(before[-1:] and behind[:1]) and before[-1].isalnum() and behind[0].isalnum()


def letters_at_the_end(text: str) -> Iterator[str]:
    """The last letters of a text up to a character that is none, marks and stretching left out."""
    for char in reversed(text):
        if unicodedata.combining(char) or char == "ـ":
            continue
        if not char.isalnum():
            return
        yield char
