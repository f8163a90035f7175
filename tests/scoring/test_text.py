"""Views on the joined text against one span at a time."""

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.arabic import segment
from harness.data.types import Annotation, Document, Entity, Span
from harness.scoring.corpus import Corpus
from harness.scoring.text import Positions, Text
from tests.oracles import views
from tests.strategies import TINY_TEXTS, spans, texts

Way = Callable[[Positions, Positions], tuple[Positions, Positions]]


def apply(way: Way, where: Sequence[Span]) -> list[Span]:
    starts, ends = np.array(where, dtype=np.int64).reshape(-1, 2).T
    return [Span(*edges) for edges in zip(*(side.tolist() for side in way(starts, ends)), strict=True)]


def every_span(text: str) -> list[Span]:
    return [Span(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]


def clitic(text: str, own: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The clitic view as scorers see it."""
    sides = [Annotation(entities=tuple(Entity(*span, "GPE") for span in side)) for side in (own, other)]
    corpus = Corpus([Document("d", text)], [sides[0]], [sides[1]])
    gold, predicted = corpus.entities(corpus.gold), corpus.entities(corpus.predicted)
    moved = corpus.view(gold, predicted, "clitic")
    return [Span(*edges) for edges in zip(moved.starts.tolist(), moved.ends.tolist(), strict=True)]


@given(texts(1), st.data())
def test_segment_trims_as_the_contract_says(text: str, data: st.DataObject) -> None:
    span = data.draw(spans(text))
    assert segment.trim(text, span) == views.trimmed(text, span)


def test_edge_punctuation_is_all_of_unicode_but_the_per_cent_signs_and_what_is_invisible() -> None:
    every = [*map(chr, range(sys.maxunicode + 1))]
    assert set(segment.edge_punctuation()) == {char for char in every if views.is_edge(char) and not char.isspace()}
    assert set(segment.separators()) == {char for char in every if views.is_separator(char)}


@given(texts(1, 5))
@example("(ا)")
@example("«(a) ب».")
@example(" () ب")
def test_trimmed_is_trim_of_every_span_with_a_letter(text: str) -> None:
    where = every_span(text)
    for span, found in zip(where, apply(Text([text]).trimmed, where), strict=True):
        void = all(map(views.is_edge, text[slice(*span)]))
        assert found == (span if void else segment.trim(text, span))


@given(texts(1, 5))
@example("a(ب ت)")
@example("(ا «ب")
@example("(")
@example("ب ")
def test_widened_is_the_word_view_of_every_span(text: str) -> None:
    where = every_span(text)
    assert apply(Text([text]).widened, where) == [views.word_view(text, span) for span in where]


@given(texts(1, 5))
def test_the_word_view_of_a_word_view_is_itself(text: str) -> None:
    once = apply(Text([text]).widened, every_span(text))
    assert apply(Text([text]).widened, once) == once


@pytest.mark.parametrize(
    ("text", "marked", "word"),
    [
        ("«وقال» هو", "قال", "وقال"),
        ("بنسبة 5% نمو", "5", "5%"),
        ("نمو ٪٥، ثم", "٥", "٪٥"),
        ("عام (2024) هنا", "2024", "(2024)"),
        ("(عام 2024) هنا", "2024", "2024"),
        ("(عام 2024) هنا", "عام 2024", "(عام 2024)"),
        ("قال: «نعم»", ": «", ": «"),
        ("ذهب\u00a0هو", "هب", "ذهب"),
        ("العلاقات التركية-اليونانية", "تركي", "التركية"),
        ("العلاقات التركية-اليونانية", "ية-ال", "التركية-اليونانية"),
        ("أنقرة/أثينا", "أثينا", "أثينا"),
        ("أنقرة\\أثينا", "أثي", "أثينا"),
        ("قال.وأضاف", "أضاف", "وأضاف"),
        ("سماها“أثينا”وعاد", "ثينا", "أثينا"),
        ("سماها:«أثينا»وعاد", "ثينا", "أثينا"),
        ("أنقرةَ–أثينا", "أنقر", "أنقرةَ"),  # a mark on the letter
        ("أنقرة\u200f-\u200fأثينا", "أنقر", "أنقرة"),
        ("(أنقرة)-(أثينا)", "أثينا", "(أثينا)"),
        ("بلغ 3.5 نقطة", "5", "3.5"),
        ("فاز 2-1 أمس", "1", "2-1"),
        ("كوفيد-19 هنا", "19", "كوفيد-19"),
        ("O'Neill هنا", "Neill", "O'Neill"),
        ("O’Neill هنا", "O", "O’Neill"),
        ("أنقرة،أثينا", "أثينا", "أنقرة،أثينا"),  # a comma parts nothing
        ("-أنقرة- هنا", "نقرة", "أنقرة"),
        ("إلى \u2067غزة\u2069 هنا", "غز", "غزة"),
        ("قلب ❤\ufe0f هنا", "❤", "❤"),
    ],
)
def test_word_view_by_example(text: str, marked: str, word: str) -> None:
    start = text.index(marked)
    ((first, last),) = apply(Text([text]).widened, [Span(start, start + len(marked))])
    assert text[first:last] == word


@given(texts(1, 6))
@example("()-ا")
@example("ا-()-ا")
def test_words_are_the_pieces_between_breaks(text: str) -> None:
    places = [-1, *(at for at in range(len(text)) if views.is_break(text, at)), len(text)]
    pieces = [Span(one + 1, other) for one, other in pairwise(places) if other - one > 1]
    worded = [piece for piece in pieces if not all(map(views.is_edge, text[slice(*piece)]))]
    assert segment.words(text) == [views.trimmed(text, piece) for piece in worded]


def word_views(text: str, own: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The word view of one side's mentions of one type as scorers see it."""
    sides = [Annotation(entities=tuple(Entity(*span, "GPE") for span in side)) for side in (own, other)]
    corpus = Corpus([Document("d", text)], [sides[0]], [sides[1]])
    gold, predicted = corpus.entities(corpus.gold), corpus.entities(corpus.predicted)
    found = corpus.view(gold, predicted, "word")
    return [Span(*edges) for edges in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("text", "own", "other", "found"),
    [
        # Nothing parts the two names, so neither is widened, on neither side.
        ("#أنقرة_أثينا", ["أنقرة", "أثينا"], ["أثينا"], ["أنقرة", "أثينا"]),
        ("#أنقرة_أثينا", ["أثينا"], ["أنقرة", "أثينا"], ["أثينا"]),
        ("#أنقرة_أثينا", ["أثينا"], ["نقرة"], ["أنقرة_أثينا"]),
        # They differ in the first word only: the last is widened all the same.
        ("لأثينا اليوم", ["أثينا اليوم", "لأثينا اليوم"], ["أثينا اليو"], ["أثينا اليوم", "لأثينا اليوم"]),
        ("لأثينا اليوم", ["أثينا اليو"], ["أثينا اليوم", "لأثينا اليوم"], ["أثينا اليوم"]),
        ("لأثينا اليوم", ["أثينا اليو", "لأثينا اليوم"], [], ["أثينا اليو", "لأثينا اليوم"]),
        ("لأثينا اليوم", ["أثينا"], ["اليو"], ["لأثينا"]),
        # Where the end is not widened the bracket of the word has no partner inside.
        ("(أثينا)", ["أث", "أثي"], ["أثينا"], ["أث", "أثي"]),
        # Equal once edges are cut: one mention.
        ("«أثينا» هنا", ["أثينا", "«أثينا»"], [], ["أثينا", "أثينا"]),
    ],
)
def test_two_mentions_never_become_one(text: str, own: list[str], other: list[str], found: list[str]) -> None:
    where = [[Span(text.index(part), text.index(part) + len(part)) for part in side] for side in (own, other)]
    assert [text[slice(*span)] for span in word_views(text, *where)] == found


@pytest.mark.parametrize("text", [*TINY_TEXTS, "ا_بن", "لب ن"])
@given(data=st.data())
@settings(max_examples=40)
def test_word_view_of_sides_is_as_defined(text: str, data: st.DataObject) -> None:
    own, other = (data.draw(st.lists(spans(text), min_size=1, max_size=4)) for _ in range(2))
    found = word_views(text, own, other)
    kept = views.divided(text, [[Entity(*span, "GPE") for span in side] for side in (own, other)])
    assert found == [views.word_view_of_sides(text, span, kept) for span in own]
    # Cut edges are what tells mentions apart, and equal spans of both sides stay equal.
    assert len({*found}) == len({views.trimmed(text, span) for span in own})
    both = dict(zip(own, found, strict=True))
    assert all(
        both[span] == view for span, view in zip(other, word_views(text, other, own), strict=True) if span in both
    )


@given(texts(1, 5))
def test_word_ranges_count_the_words_that_a_span_touches(text: str) -> None:
    where, words = every_span(text), segment.words(text)
    for span, (first, last) in zip(where, apply(Text([text]).word_range, where), strict=True):
        touched = [number for number, word in enumerate(words) if word.start < span.end and span.start < word.end]
        assert list(range(first, last)) == touched


@given(texts(1, 4), st.data())
@example("ا ", None)
@example("لروسيا", None)
def test_clitic_view_is_that_of_the_contract(text: str, data: st.DataObject | None) -> None:
    # One span at a time, each a corpus of its own: some of them are enough.
    where = every_span(text)[:: max(1, len(every_span(text)) // 40)]
    other = data.draw(st.lists(spans(text), max_size=3)) if data else []
    starts = [span.start for span in other]
    for span in where:
        # Evidence is what starts behind the prefix on either side.
        assert clitic(text, [span], other) == [views.clitic_view(text, span, [span.start, *starts])]


@pytest.mark.parametrize("text", TINY_TEXTS)
def test_clitic_view_on_tiny_texts(text: str) -> None:
    where = every_span(text)
    for start in range(len(text)):
        other = [Span(start, start + 1)]
        found = [clitic(text, [span], other) for span in where]
        assert found == [[views.clitic_view(text, span, [span.start, start])] for span in where]


@pytest.mark.parametrize(
    ("text", "own", "other", "moved"),
    [
        ("لروسيا", (0, 6), None, (1, 6)),
        ("وبالقاهرة", (0, 9), None, (2, 9)),
        ("وبالقاهرة", (1, 9), None, (2, 9)),
        ("«لروسيا»", (1, 7), None, (2, 7)),
        ("«لروسيا»", (0, 8), None, (0, 8)),  # the start is not inside the word
        ("من لروسيا", (0, 9), None, (0, 9)),  # only the word of the start counts
        ("بكين", (0, 4), None, (0, 4)),
        ("بكين", (0, 4), (0, 4), (0, 4)),
        ("بكين", (0, 4), (1, 4), (1, 4)),
        ("بكين بكين", (0, 4), (6, 9), (0, 4)),  # evidence in another word is none
        ("الصين", (0, 5), (2, 5), (0, 5)),  # the article stays an error
        ("للصين", (0, 5), (2, 5), (1, 5)),
        ("سيقول", (0, 5), (1, 5), (0, 5)),
        ("ﻟﺮﻭﺳﻴﺎ", (0, 6), None, (1, 6)),
        ("\u200fلروسيا", (1, 7), None, (2, 7)),  # a control character opens no word, but may stand before one
        ("لروسيا", (0, 1), None, (0, 1)),  # nothing would be left of it
        ("لروسيا", (0, 2), None, (0, 2)),
        ("لِرُوسيا", (0, 4), None, (0, 4)),  # one letter and its mark are one letter
        ("لِرُوسيا", (0, 5), None, (2, 5)),
        ("لـ«رويترز»", (0, 9), None, (3, 9)),
        ("لـ＂رويترز＂", (0, 9), None, (3, 9)),
        ("لـ»رويترز", (0, 9), None, (0, 9)),  # closing marks part words here too
    ],
)
def test_clitic_view_by_example(
    text: str, own: tuple[int, int], other: tuple[int, int] | None, moved: tuple[int, int]
) -> None:
    assert clitic(text, [Span(*own)], [Span(*other)] if other else []) == [moved]


@given(st.lists(texts(0, 3), min_size=1, max_size=4))
@example(["", "(ا", "ب)", ""])
@example(["ب ", " ب"])
def test_documents_joined_are_documents_alone(documents: list[str]) -> None:
    text = Text(documents)
    offsets = text.offsets.tolist()
    assert [text.joined[at : at + len(one)] for at, one in zip(offsets, documents, strict=True)] == documents
    for way in ("trimmed", "widened"):
        together = [
            Span(start + at, end + at)
            for at, one in zip(offsets, documents, strict=True)
            for start, end in every_span(one)
        ]
        alone = [
            Span(start + at, end + at)
            for at, one in zip(offsets, documents, strict=True)
            for start, end in apply(cast(Way, getattr(Text([one]), way)), every_span(one))
        ]
        assert apply(cast(Way, getattr(text, way)), together) == alone


def test_starts_of_another_document_are_no_evidence() -> None:
    text = Text(["بكين", "بكين"])
    assert text.unclitic(np.array([0]), np.array([6])).tolist() == [0]
    assert text.unclitic(np.array([0]), np.array([1])).tolist() == [1]


def test_no_documents_are_an_empty_text() -> None:
    text, none = Text([]), np.array([], dtype=np.int64)
    assert (text.joined, text.offsets.tolist()) == ("", [])
    assert [side.tolist() for side in text.widened(none, none)] == [[], []]
    assert text.unclitic(none, none).tolist() == []
