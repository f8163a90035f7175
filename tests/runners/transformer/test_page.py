"""Answers for words and for tokens, with the spans they are for."""

from collections.abc import Sequence
from math import exp
from pathlib import Path

import numpy as np
import pytest

from harness.arabic.normalize import Normalizer
from harness.runners.transformer.network import Logits, Network
from harness.runners.transformer.page import Layout, Unit, open_page
from tests.runners.transformer.tiny import build, build_xlm_roberta, table

OUT, BEGIN, INSIDE = (4, 0, 0), (0, 4, 0), (0, 0, 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("model")))


def read(text: str, network: Network, unit: Unit, layout: Layout) -> list[list[tuple[str, str]]]:
    page = open_page(text, network, layout)
    answers = network.classify(page.sequences, 1000)
    target = page.rewrite.target
    return [
        [(target[span.start : span.end], answer.tag) for span, answer in line] for line in page.answers(answers, unit)
    ]


def test_with_each_a_token_answers_for_its_own_characters(folder: str) -> None:
    # The tokenizer cuts والقاهرة into و ##ا ##ل ##ق ##اهرة.
    network = table(folder, {"و": OUT, "##ا": BEGIN, "##ل": INSIDE, "##ق": INSIDE, "##اهرة": INSIDE, "في": OUT})
    text = "في والقاهرة\nفي"
    wanted = [("و", "O"), ("ا", "B-GPE"), ("ل", "I-GPE"), ("ق", "I-GPE"), ("اهرة", "I-GPE")]
    assert read(text, network, "each", Layout(20)) == [[("في", "O"), *wanted], [("في", "O")]]
    assert read(text, network, "first", Layout(20)) == [[("في", "O"), ("والقاهرة", "O")], [("في", "O")]]
    assert read(text, network, "majority", Layout(20)) == [[("في", "O"), ("والقاهرة", "B-GPE")], [("في", "O")]]


@pytest.mark.parametrize("capacity", [5, 6, 10])
def test_windows_part_no_word_from_its_tokens(folder: str, capacity: int) -> None:
    network = table(folder, {"و": OUT, "##ا": BEGIN, "##ل": INSIDE, "##ق": INSIDE, "##اهرة": INSIDE, "في": OUT})
    text = "والقاهرة في والقاهرة والقاهرة في"
    assert read(text, network, "each", Layout(capacity, 2)) == read(text, network, "each", Layout(60))


class Edges:
    """A model that is the surer that a token is outside, the farther it stands from the edges of what it is given."""

    pads = True

    def logits(self, batch: Sequence[Sequence[int]]) -> list[Logits]:
        return [np.array([[min(at, len(one) - 1 - at), 0, 0] for at in range(len(one))], np.float32) for one in batch]


def test_the_answer_for_a_word_is_that_of_the_window_in_which_it_is_farthest_from_an_edge(folder: str) -> None:
    whole = table(folder, {})
    network = Network(whole.tokenizer, Edges(), whole.outputs, 64)
    page = open_page("في " * 10, network, Layout(6, 3))
    # Windows over words 0-5, 3-8 and 6-9; with what frames them words stand 1 to 6 from the edges of eight tokens, and
    # the last window has six. Word 4 is 5th of the first and 2nd of the second: 2 from an edge in both.
    assert [tuple(window) for window in page.windows] == [(0, 6), (3, 9), (6, 10)]
    distances = [1, 2, 3, 3, 2, 3, 3, 2, 2, 1]
    ((*found,),) = page.answers(network.classify(page.sequences, 1000), "first")
    for (_, answer), distance in zip(found, distances, strict=True):
        assert answer.probability == pytest.approx(exp(distance) / (exp(distance) + 2), rel=1e-5)


def test_segmented_words_are_read_apart(folder: str) -> None:
    network = table(folder, {"و": OUT, "الق": BEGIN, "##اهرة": INSIDE})
    found = read("والقاهرة", network, "first", Layout(20, segment="clitics"))
    assert found == [[("و", "O"), ("القاهرة", "B-GPE")]]


def test_a_rewritten_text_is_read_and_its_way_back_is_kept(folder: str) -> None:
    page = open_page("وَبِبَكِّينَ", table(folder, {}), Layout(20, spelling=Normalizer(), segment="clitics"))
    assert page.rewrite.target == "وببكين"
    assert page.rewrite.source == "وَبِبَكِّينَ"


def test_tokens_without_characters_are_left_out(tmp_path: Path) -> None:
    network = table(str(build_xlm_roberta(tmp_path)), {})
    page = open_page("«", network, Layout(20))
    assert len(page.sequences[0]) == 2
    assert read("«", network, "each", Layout(20)) == [[("«", "O")]]


def test_a_word_cut_to_a_window_answers_with_what_was_read(folder: str) -> None:
    network = table(folder, {"و": OUT, "##ا": BEGIN, "##ل": INSIDE, "##ق": INSIDE, "##اهرة": INSIDE})
    page = open_page("والقاهرة", network, Layout(3))
    assert page.shortened == 1
    assert read("والقاهرة", network, "each", Layout(3)) == [[("و", "O"), ("ا", "B-GPE"), ("ل", "I-GPE")]]
