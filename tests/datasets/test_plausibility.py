"""Annotations that are well formed and look wrong: nothing marked, offsets of another text."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Entity, Sentence, Span
from harness.datasets.gold import GoldStandard
from harness.datasets.plausibility import cuts_words, misplaced, unmarked
from tests.samples import EXAMPLES

TEXT = "قال الوزير في بكين أمس إن واشنطن ترفض الاتفاق"


def marked(*spans: tuple[int, int]) -> Annotation:
    return Annotation(entities=tuple(Entity(start, end, "GPE") for start, end in spans))


def at(text: str, *words: str) -> list[tuple[int, int]]:
    return [(text.index(word), text.index(word) + len(word)) for word in words]


def utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("في بكين.", "بكين"),
        ("لبكين", "بكين"),
        ("وَلِبَكِين", "بَكِين"),
        ("وبالقاهرة", "قاهرة"),
        ("للصين", "صين"),
        ("كتابها", "كتاب"),
        ("أصدقاؤهم", "أصدقاؤ"),
        ("بكينٌ", "بكين"),
        ("في بكيـن", "بكيـن"),
        ("(بكين)", "بكين"),
        ("#مصر_السعودية", "مصر"),
        ("الروسية-الصينية", "الصينية"),
        ("كوفيد19", "كوفيد"),
        ("5كم", "5"),
        ("北京在中国", "京在"),
        ("a👍b", "b"),
        ("بكين\u200fالصين", "بكين"),
    ],
)
def test_what_annotation_may_part_from_a_word_is_no_cut(text: str, mention: str) -> None:
    assert not cuts_words(text, Span(*at(text, mention)[0]))


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("بكين", "ين أمس"),
        ("واشنطن", "شنط"),
        ("واشنطن", "واشن"),
        ("مدرسة", "رسة"),
        ("London", "ond"),
        ("2022", "20"),
        ("مُدن", "ُدن"),
    ],
)
def test_what_begins_or_ends_inside_a_word_is_a_cut(text: str, mention: str) -> None:
    whole = text + " أمس"
    assert cuts_words(whole, Span(*at(whole, mention)[0]))


@given(st.text("بم \u064eـ7a.", max_size=9), st.data())
def test_spans_of_whole_stretches_between_blanks_are_no_cuts(text: str, data: st.DataObject) -> None:
    edges = [0, *(place + one for place, char in enumerate(text) if char == " " for one in (0, 1)), len(text)]
    start, end = sorted((data.draw(st.sampled_from(edges)), data.draw(st.sampled_from(edges))))
    if start < end:
        assert not cuts_words(text, Span(start, end))


def test_one_span_off_by_an_emoji_is_said_with_its_cause() -> None:
    text = f"👨🏻‍🚒 {TEXT}"
    right = at(text, "بكين")[0]
    wrong = (utf16(text, right[0]), utf16(text, right[1]))
    (remark,) = misplaced("p", [(text, marked(wrong))])
    assert remark.startswith("p: found 1 of 1 spans of entities that begin or end inside a word, wanted offsets that")
    assert remark.endswith("; of 1 behind a character of two UTF-16 units 1 fit as offsets in such units")
    assert misplaced("p", [(text, marked(right))]) == []


def test_offsets_that_are_off_by_some_are_said_where_most_are() -> None:
    right = at(TEXT, "الوزير", "بكين", "واشنطن", "الاتفاق")
    assert misplaced("p", [(TEXT, marked(*right))]) == []
    off = [(start - 2, end - 2) for start, end in right]
    (remark,) = misplaced("p", [(TEXT, marked(*off))])
    assert "found 4 of 4 spans of entities" in remark
    assert "UTF-16" not in remark
    # Half is not most: a system may well be wrong in a few places.
    assert misplaced("p", [(TEXT, marked(*right[:2], *off[2:]))]) == []
    assert misplaced("p", [(TEXT, marked(*right[:1], *off[1:]))])


def test_few_shifted_spans_among_many_right_ones_are_said_if_they_are_utf16() -> None:
    texts = [TEXT] * 10 + [f"😀 {TEXT}"]
    names = ("الوزير", "بكين", "واشنطن")
    found = [
        (text, marked(*((utf16(text, start), utf16(text, end)) for start, end in at(text, *names)))) for text in texts
    ]
    (remark,) = misplaced("p", found)
    # The letters ب and و may be parted from their words, so the two spans that begin behind them cut none.
    assert "found 1 of 33 spans of entities" in remark
    assert remark.endswith("; of 3 behind a character of two UTF-16 units 3 fit as offsets in such units")


def test_every_layer_is_counted_for_itself() -> None:
    claim = Claim(Span(*at(TEXT, "واشنطن ترفض")[0]), Span(*at(TEXT, "قال")[0]), Span(1, 6))
    whole = Annotation(
        entities=marked(*at(TEXT, "بكين")).entities, claims=(claim,), sentences=(Sentence(1, 20, "CFS"),)
    )
    (remark,) = misplaced("p", [(TEXT, whole)])
    assert "found 1 of 1 spans of sentences" in remark
    shifted = replace(claim, content=Span(5, 9), cue=Span(1, 2))
    assert "found 3 of 3 spans of claims" in misplaced("p", [(TEXT, Annotation(claims=(shifted,)))])[0]


def test_gold_is_where_it_should_be() -> None:
    examples = [*GoldStandard().read(), *EXAMPLES]
    assert misplaced("gold", [(example.document.text, example.gold) for example in examples]) == []
    assert misplaced("nothing", [(TEXT, Annotation()), ("", Annotation((), (), ()))]) == []


NOTHING = Annotation(entities=(), claims=(), sentences=())


@pytest.mark.parametrize("layer", ["entities", "claims", "sentences"])
def test_gold_that_marks_nothing_is_said_by_layer(layer: str) -> None:
    gold = [NOTHING, Annotation(), NOTHING]
    (remark,) = unmarked("g", [layer], gold, gold)
    assert remark.startswith(f"g: found no {layer} in the gold of 2 documents, wanted some")


def test_gold_with_a_mention_or_without_the_layer_is_fine() -> None:
    def said(*gold: Annotation) -> Sequence[str]:
        return unmarked("g", ["entities"], gold, gold)

    assert said(NOTHING, marked((0, 3))) == []
    assert said(Annotation(claims=())) == []
    assert unmarked("g", [], [NOTHING], [NOTHING]) == []


def test_gold_of_which_projection_leaves_nothing_is_said() -> None:
    (remark,) = unmarked("g", ["entities"], [marked((0, 3), (4, 10))], [NOTHING])
    assert remark.startswith("g: found none of 2 entities that both sides have labels for in the gold of 1 documents")
