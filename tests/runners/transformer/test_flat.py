from collections import Counter
from typing import Any

import pytest

from harness.arabic.normalize import Normalizer
from harness.data.bio import ORPHAN
from harness.data.offsets import Edit, Rewrite
from harness.data.types import Entity
from harness.runners.transformer.answers import Answer
from harness.runners.transformer.flat import Mentions, TagReader
from harness.runners.transformer.pieces import cut_pieces


def read(tags: str, rewrite: Rewrite, **how: Any) -> Mentions:
    """What is found where each piece has the next of `tags`, with the probabilities 1, 1/2, 1/4 …"""
    answers = [Answer(tag, tag[2:], 0.5**number) for number, tag in enumerate(tags.split())]
    reader = TagReader(**{"scheme": "IOB2", "repair": "restart", "score": "mean"} | how)
    # A text that shows nothing has no line.
    return reader.read(answers, [*cut_pieces(rewrite.target), []][0], rewrite)


def test_mentions_span_their_words_and_have_the_score_of_these() -> None:
    #           0123456789
    text = Rewrite("سيرغي لافروف.")
    assert read("B-PERS I-PERS O", text).entities == {(0, 12, "PERS"): Entity(0, 12, "PERS", 0.75)}
    assert read("B-PERS I-PERS O", text, score="product").entities[0, 12, "PERS"].score == 0.5


def test_ill_formed_tags_are_repaired_as_asked_and_counted() -> None:
    text = Rewrite("سيرغي لافروف.")
    for repair, count in (("restart", 1), ("drop", 0)):
        found = read("O I-PERS O", text, repair=repair)
        assert len(found.entities) == count
        assert found.faults == Counter({ORPHAN: 1})


def test_spans_of_a_rewritten_text_come_back_to_whole_letters_of_the_raw_one() -> None:
    raw = "زارَ بوتـــينُ بكّينَ."
    rewrite = Normalizer().rewrite(raw)
    assert rewrite.target == "زار بوتين بكين."
    found = read("O B-PERS B-GPE O", rewrite).entities
    assert {raw[start:end]: kind for start, end, kind in found} == {"بوتـــينُ": "PERS", "بكّينَ": "GPE"}


def test_of_two_that_become_equal_the_surer_is_kept() -> None:
    # One letter that is read as two pieces.
    text = Rewrite("م", (Edit(0, 1, "م."),))
    assert read("B-GPE B-GPE", text).entities == {(0, 1, "GPE"): Entity(0, 1, "GPE", 1.0)}


@pytest.mark.parametrize("text", ["«\u064e", "...", "\u200f", "ـ", "\u3164"])
def test_what_has_neither_letter_nor_digit_is_no_mention(text: str) -> None:
    pieces = sum(map(len, cut_pieces(text)))
    assert read(" ".join(["B-GPE"] * pieces), Rewrite(text)).entities == {}


def test_a_mention_neither_begins_nor_ends_in_an_invisible_mark() -> None:
    text = Rewrite("إلى \u2067غزة\u2069 \u200fبي\u200fروت\u064e\u200f")
    found = read("O B-GPE B-GPE", text).entities
    assert {text.source[start:end] for start, end, _ in found} == {"غزة", "بي\u200fروت\u064e"}
