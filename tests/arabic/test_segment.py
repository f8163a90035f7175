"""Sentences, words, edges, whole letters."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.segment import edge_punctuation, sentences, snap, trim, words
from harness.data.types import Span

TEXT = st.text(st.sampled_from('ابد3٣x .؟!"»«()%\n\t،…-\u064e'), max_size=30)


def pieces(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال ذلك. ثم مضى؟ نعم! انتهى", ["قال ذلك.", "ثم مضى؟", "نعم!", "انتهى"]),
        ("عنوان\nسطر أول\n\nسطر ثان.", ["عنوان", "سطر أول", "سطر ثان."]),
        ("بلغ 3.5 في المئة. و٢.٥ أيضا", ["بلغ 3.5 في المئة.", "و٢.٥ أيضا"]),
        ("زار www.un.org أمس", ["زار www.un.org أمس"]),
        ("عاد د. سمير إلى بيته. نام", ["عاد د. سمير إلى بيته.", "نام"]),
        ("في 1700 ق.م. كانت", ["في 1700 ق.م. كانت"]),
        ("نقلت (أ ف ب). ثم", ["نقلت (أ ف ب).", "ثم"]),
        ("لا أدري.. ربما... نعم.", ["لا أدري.. ربما... نعم."]),
        ("قال: «سأعود.» ومضى.", ["قال: «سأعود.»", "ومضى."]),
        ('قال: "سأعود." ومضى.', ['قال: "سأعود."', "ومضى."]),
        ("ماذا؟! لا شيء", ["ماذا؟!", "لا شيء"]),
        ("انتهى الأمر.وأضاف", ["انتهى الأمر.", "وأضاف"]),
        ("كَتَبَ. قَرَأَ.", ["كَتَبَ.", "قَرَأَ."]),
        ("سطر\r\nآخر", ["سطر", "آخر"]),
        (" \n\t\n", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text, sentences(text)) == expected


@given(TEXT)
def test_sentences_are_ordered_and_cover_every_line(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        last = end
    assert not text[last:].strip()


def test_a_long_line_takes_no_time() -> None:
    # Each stop once looked at the whole line before it.
    began = time.process_time()
    assert len(sentences("قال ذلك. " * 20_000)) == 20_000
    assert words("-" * 50_000 + "نعم") == [Span(50_000, 50_003)]
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«بكين»، (لندن) و50%.", ["بكين", "(لندن)", "و50%"]),
        ("نقل - عن ... وكالة:", ["نقل", "عن", "وكالة"]),
        ("٥٠٪، ثم", ["٥٠٪", "ثم"]),
        ("(بكين، لندن)", ["بكين", "لندن"]),
        ("عَلَى،", ["عَلَى"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert pieces(text, words(text)) == expected


@given(TEXT)
def test_words_are_ordered_and_have_clean_edges(text: str) -> None:
    last = 0
    for start, end in words(text):
        word = text[start:end]
        assert last <= start < end
        assert word == "".join(word.split())
        assert word[0] not in edge_punctuation() or (word[0] == "(" and ")" in word)
        assert word[-1] not in edge_punctuation() or (word[-1] == ")" and "(" in word)
        last = end
    left = "".join(char for at, char in enumerate(text) if not any(a <= at < b for a, b in words(text)))
    assert not any(char.isalnum() for char in left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(بكين)", "(بكين)"),
        ("(بكين", "بكين"),
        ("بكين)", "بكين"),
        ("«(بكين)»", "(بكين)"),
        (") بكين (", "بكين"),
        ("بكين (العاصمة)", "بكين (العاصمة)"),
        ("((بكين)", "(بكين)"),
        ("(أ) و(ب)", "(أ) و(ب)"),
        ("نسبة 5%.", "نسبة 5%"),
        ("...", "..."),
        (" ، ", " ، "),
    ],
)
def test_trim(text: str, expected: str) -> None:
    assert text[slice(*trim(text, Span(0, len(text))))] == expected


@given(TEXT, st.data())
def test_trimming_narrows_and_is_done_once(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    once = trim(text, Span(start, end))
    assert start <= once.start <= once.end <= end
    assert trim(text, once) == once
    assert not any(char.isalnum() for char in text[start : once.start] + text[once.end : end])


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("بَتّ", Span(0, 1), Span(0, 2)),
        ("بَتّ", Span(1, 3), Span(0, 4)),
        ("بَّت", Span(0, 1), Span(0, 3)),
        ("بـَت", Span(0, 1), Span(0, 3)),  # the mark on the stroke is written on the letter before it
        ("بـت", Span(0, 1), Span(0, 1)),
        ("لهۥ", Span(0, 2), Span(0, 3)),
        ("بَت", Span(1, 1), Span(1, 1)),
        ("\u064eب", Span(0, 1), Span(0, 1)),
    ],
)
def test_snap(text: str, span: Span, expected: Span) -> None:
    assert snap(text, span) == expected


@given(st.text("بت \u064e\u0651ـ", max_size=10), st.data())
def test_snapping_widens_once_and_parts_no_mark(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    once = snap(text, Span(start, end))
    assert once.start <= start
    assert end <= once.end
    assert snap(text, once) == once
    if start < end:
        assert text[once.end : once.end + 1] not in ("\u064e", "\u0651")
        assert once.start == 0 or text[once.start] not in "\u064e\u0651"
