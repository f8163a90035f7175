"""What a network makes of words and of logits."""

from collections.abc import Callable
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from harness.runners.transformer.network import Network, softmax
from harness.runners.transformer.runner import Transformer
from tests.runners.contract import ODD
from tests.runners.transformer.tiny import Table, build, build_roberta, build_xlm_roberta, ids, table

BUILDERS: dict[str, Callable[[Path], Path]] = {
    "wordpiece": build, "byte-level": build_roberta, "sentencepiece": build_xlm_roberta,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module", params=BUILDERS)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Network:
    made = Transformer(str(BUILDERS[request.param](tmp_path_factory.mktemp(request.param))), overlap=4)
    return made._network


def test_answers_are_the_softmax_of_the_logits(folder: str) -> None:
    network = table(folder, {"في": (0, log(3), 0), "إن": (log(6), log(2), 0)})
    sequence = ids(network.encode(["في", "إن"]))
    # exp of (0, ln 3, 0) is 1, 3, 1: 3/5. exp of (ln 6, ln 2, 0) is 6, 2, 1: 6/9.
    ((first, second),) = network.classify([sequence], 100)
    assert [first[:2], second[:2]] == [("B-GPE", "GPE"), ("O", "")]
    assert [first.probability, second.probability] == pytest.approx([3 / 5, 6 / 9])


def test_a_temperature_divides_the_logits(folder: str) -> None:
    network = table(folder, {"في": (0, log(3), 0)}, temperature=2.0)
    ((answer,),) = network.classify([ids(network.encode(["في"]))], 100)
    assert answer.probability == pytest.approx(3**0.5 / (3**0.5 + 2))


def test_of_equal_logits_the_first_output_wins(folder: str) -> None:
    network = table(folder, {"في": (1, 2, 2)})
    ((answer, other),) = network.classify([ids(network.encode(["في", "إن"]))], 100)
    assert (answer.tag, other.tag) == ("B-GPE", "O")


def test_logits_are_those_of_the_text_without_what_frames_it(folder: str) -> None:
    network = table(folder, {"في": (1, 2, 3), "[CLS]": (9, 9, 9), "[SEP]": (9, 9, 9)})
    short, long, none = network.logits([ids(network.encode(["في"] * count)) for count in (1, 3, 0)], 1000)
    assert short.tolist() == [[1, 2, 3]]
    assert long.tolist() == [[1, 2, 3]] * 3
    assert none.shape == (0, 3)
    assert network.classify([[]], 1000) == [[]]


def test_logits_that_are_not_finite_are_refused(folder: str) -> None:
    network = table(folder, {"في": (0, float("inf"), 0)})
    with pytest.raises(ValueError, match="not finite"):
        network.classify([ids(network.encode(["في"]))], 100)


def test_probabilities_of_huge_logits_are_still_probabilities() -> None:
    assert softmax(np.array([[1e30, -1e30], [0, 0]], np.float32)).tolist() == [[1, 0], [0.5, 0.5]]


def test_the_model_is_asked_in_batches_within_the_budget(folder: str) -> None:
    asked: list[tuple[int, int]] = []

    class Counting(Table):
        def logits(self, batch):  # type: ignore[no-untyped-def]
            asked.append((len(batch), max(map(len, batch))))
            return super().logits(batch)

    whole = table(folder, {})
    network = Network(whole.tokenizer, Counting(whole.backend.rows), whole.outputs, 64)  # type: ignore[attr-defined]
    network.classify([ids(network.encode(["في"] * count)) for count in (1, 2, 3, 4)], 12)
    # Framed they are 3, 4, 5 and 6 tokens long: two of 6 at most, then two of 4.
    assert asked == [(2, 6), (2, 4)]


def test_a_model_that_pads_nothing_is_asked_once(folder: str) -> None:
    asked: list[int] = []

    class Counting(Table):
        def logits(self, batch):  # type: ignore[no-untyped-def]
            asked.append(len(batch))
            return super().logits(batch)

    whole = table(folder, {})
    backend = Counting(whole.backend.rows, pads=False)  # type: ignore[attr-defined]
    Network(whole.tokenizer, backend, whole.outputs, 64).classify([[5], [5, 5, 5, 5, 5]], 1)
    assert asked == [2]


def test_tokens_know_their_characters(loaded: Network) -> None:
    words = [word for text in ODD.values() for word in text.split()]
    for word, tokens in zip(words, loaded.encode(words), strict=True):
        assert all(0 <= token.start <= token.end <= len(word) for token in tokens)
        assert all(one.start <= other.start and one.end <= other.end for one, other in pairwise(tokens))


def test_tokens_cover_every_letter(loaded: Network) -> None:
    for word in ("القاهرة", "والقاهرة", "بكين", "Geneva", "😀x"):
        (tokens,) = loaded.encode([word])
        covered = {place for token in tokens for place in range(token.start, token.end)}
        assert covered == set(range(len(word)))
        assert tokens[0].start == 0


def test_the_mark_that_a_word_begins_has_no_characters_of_its_own(loaded: Network) -> None:
    (tokens,) = loaded.encode(["«"])
    assert any((token.start, token.end) == (0, 1) for token in tokens)
    names = map(loaded.tokenizer.id_to_token, ids([tokens]))
    for name, token in zip(names, tokens, strict=True):
        assert (token.start == token.end) == (name in ("▁", "Ġ"))
