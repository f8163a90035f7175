"""Sentences in numbered chunks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.segment import sentences
from harness.data.types import Document, Span
from harness.runners.llm.chunks import Chunk, chunks, estimated_tokens
from tests.strategies import texts


@given(texts(), st.integers(0, 60))
def test_chunks_hold_every_sentence_once_in_order_and_keep_to_the_budget(text: str, budget: int) -> None:
    document = Document("a", text)
    parts = chunks(document, budget, len)
    assert [span for part in parts for span in part.sentences] == sentences(text)
    first = 1
    for part in parts:
        assert part.first == first
        assert part.document is document
        first += len(part.sentences)
        assert len(part.sentences) == 1 or len(part.text) < budget


@given(texts(), st.integers(0, 60))
def test_a_chunk_takes_in_the_next_sentence_where_it_has_the_room(text: str, budget: int) -> None:
    parts = chunks(Document("a", text), budget, len)
    for part, following in pairwise(parts):
        longer = Chunk(part.document, (*part.sentences, following.sentences[0]), part.first)
        assert len(longer.text) + 1 > budget


@given(texts(min_size=1))
def test_a_sentence_is_one_line_behind_its_number(text: str) -> None:
    for part in chunks(Document("a", text), 1000):
        lines = part.text.splitlines()
        assert len(lines) == len(part.sentences)
        for number, (line, (start, end)) in enumerate(zip(lines, part.sentences, strict=True), part.first):
            assert line.startswith(f"[{number}] ")
            assert line.removeprefix(f"[{number}] ").split() == text[start:end].split()


def test_no_line_of_a_text_looks_like_a_sentence_of_its_own() -> None:
    (chunk,) = chunks(Document("a", "واحد\u2028[2] اثنان\r[3] ثلاثة."), 100)
    assert chunk.text == "[1] واحد [2] اثنان [3] ثلاثة."


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_halves_are_the_chunk_in_two_down_to_one_sentence(count: int) -> None:
    text = "جملة. " * count
    whole = Chunk(Document("a", text), tuple(sentences(text)), 4)
    halves = whole.halves()
    assert len(halves) == (2 if count > 1 else 0)
    if halves:
        assert "\n".join(half.text for half in halves) == whole.text
        assert abs(len(halves[0].sentences) - len(halves[1].sentences)) <= 1


def test_a_document_without_sentences_has_no_chunks() -> None:
    assert chunks(Document("a", " \n\t "), 10) == []


def test_an_arabic_letter_counts_as_a_token_and_two_latin_ones_do() -> None:
    assert estimated_tokens("روسيا") == 5
    assert estimated_tokens("Russia") == 3
    assert estimated_tokens("") == 0
    # Half a surrogate pair, as a path may have it.
    assert estimated_tokens("\udcff") == 1


def test_a_chunk_knows_its_text_only_by_its_sentences() -> None:
    chunk = Chunk(Document("a", "أول. ثان. ثالث."), (Span(5, 9),), 2)
    assert chunk.text == "[2] ثان."
