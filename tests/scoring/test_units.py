"""Units: where they begin, and that every position has one of its own document."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.arabic.segment import sentences
from harness.data.types import InputError, Span
from harness.scoring.text import Text
from harness.scoring.units import LONGEST_PARAGRAPH, cut_units
from tests.strategies import texts

KINDS = ("document", "paragraph", "sentence")


def line_of(count: int) -> str:
    """A line of `count` sentences, each four characters and a space."""
    return " ".join(["قال."] * count)


def starts_of(texts: list[str], kind: str = "paragraph") -> list[int]:
    starts: list[int] = cut_units(Text(texts), kind).starts.tolist()
    return starts


def pieces_of(texts: list[str], kind: str = "paragraph") -> list[str]:
    """The text of every unit."""
    text = Text(texts)
    return [text.joined[start:end] for start, end in pairwise([*starts_of(texts, kind), len(text.joined)])]


def test_a_line_of_eight_sentences_is_one_unit() -> None:
    assert starts_of([line_of(8)]) == [0]


@pytest.mark.parametrize(
    ("count", "sizes"), [(9, [5, 4]), (16, [8, 8]), (17, [6, 6, 5]), (22, [8, 7, 7]), (24, [8, 8, 8])]
)
def test_a_longer_line_is_cut_evenly_at_sentence_ends(count: int, sizes: list[int]) -> None:
    pieces = pieces_of([line_of(count)])
    assert [piece.count(".") for piece in pieces] == sizes
    assert all(piece.startswith("قال.") for piece in pieces)


def test_stops_that_end_no_sentence_cut_nothing() -> None:
    assert starts_of([" 3.5" * 20]) == [0]


def test_a_line_without_a_last_stop_has_one_sentence_more() -> None:
    assert len(starts_of([line_of(8) + " ثم"])) == 2


@given(st.lists(st.sampled_from(["قال.", "قال", "3.5", "؟", "\n", "«نعم.»", "أ.", "…", "!!"]), max_size=60))
def test_no_unit_crosses_a_line_or_holds_more_than_eight_sentences(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = sentences(text)
    for unit, (start, end) in zip(pieces_of([text]), pairwise([*starts_of([text]), max(len(text), 1)]), strict=True):
        assert "\n" not in unit.strip()
        assert sum(start <= sentence.start < end for sentence in found) <= LONGEST_PARAGRAPH
        # A sentence is never cut.
        assert all(sentence.end <= end for sentence in found if start <= sentence.start < end)


@given(st.lists(st.sampled_from(["قال.", "قال", "3.5", "\n", "!!"]), max_size=40))
def test_lines_are_cut_into_as_few_units_as_it_takes(pieces: list[str]) -> None:
    text = " ".join(pieces)
    lines = [len(sentences(line)) for line in text.split("\n")]
    assert len(starts_of([text])) == max(1, sum(-(-count // LONGEST_PARAGRAPH) for count in lines))


@given(st.lists(texts(0, 8), min_size=1, max_size=4), st.sampled_from(KINDS))
@example(["", "", ""], "paragraph")
@example(["\n\n ا", " "], "sentence")
def test_every_position_lies_in_a_unit_of_its_document(documents: list[str], kind: str) -> None:
    text = Text(documents)
    units = cut_units(text, kind)
    assert units.starts.tolist() == sorted(set(units.starts.tolist()))
    assert sorted(set(units.documents.tolist())) == list(range(len(documents)))
    for number, (offset, document) in enumerate(zip(text.offsets.tolist(), documents, strict=True)):
        where = units.of(np.arange(offset, offset + len(document) + 1))
        assert (units.documents[where] == number).all()


@given(st.lists(texts(0, 8), min_size=1, max_size=4), st.sampled_from(KINDS))
def test_units_of_joined_documents_are_those_of_each(documents: list[str], kind: str) -> None:
    offsets = Text(documents).offsets.tolist()
    alone = [offset + start for offset, one in zip(offsets, documents, strict=True) for start in starts_of([one], kind)]
    assert starts_of(documents, kind) == alone


def test_units_of_each_kind() -> None:
    text = "\nعنوان\n\nقال. ثم قال.\n  \nتم\n"
    assert starts_of([text], "document") == [0]
    assert pieces_of([text]) == ["\nعنوان\n\n", "قال. ثم قال.\n  \n", "تم\n"]
    assert pieces_of([text], "sentence") == ["\nعنوان\n\n", "قال. ", "ثم قال.\n  \n", "تم\n"]


@pytest.mark.parametrize("mark", ["\r", "\u2028", "\x85", "\v"])
def test_only_a_line_feed_ends_a_line(mark: str) -> None:
    assert starts_of([f"عنوان{mark}متن{mark}\nخبر"]) == [0, len(f"عنوان{mark}متن{mark}\n")]


def test_a_span_belongs_to_the_unit_where_it_starts() -> None:
    units = cut_units(Text(["ا\nب"]), "paragraph")
    span = Span(0, 3)
    assert units.of(np.array([span.start, 1, 2])).tolist() == [0, 0, 1]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="units: found 'article', wanted one of document, paragraph, sentence"):
        cut_units(Text(["ا"]), "article")
