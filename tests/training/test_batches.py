from collections.abc import Sequence
from random import Random

import numpy as np
import pytest

from harness.data.types import Annotation, Entity, InputError
from harness.runners.transformer.joint.heads import GOLD
from harness.runners.transformer.network import Network
from harness.runners.transformer.pieces import cut_words
from harness.training.batches import Batches, Item
from harness.training.corpora import TrainingSample
from harness.training.noise import Noise
from tests.runners.transformer import tiny
from tests.runners.transformer.joint.marked import GROUPS

NO_NOISE = Noise(0, 0, 0)
GPE = next(number for number, group in enumerate(GROUPS) if group.name == "GPE")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A network that reads 64 tokens, two of which are its frame."""
    return tiny.table(str(tiny.build(tmp_path_factory.mktemp("model"))), {})


def sample(text: str, block: str = "b", *places: str) -> TrainingSample:
    entities = tuple(Entity(text.index(one), text.index(one) + len(one), "GPE") for one in places)
    return TrainingSample(text, {GOLD: Annotation(entities=entities)}, block)


def batches(samples: Sequence[TrainingSample], network: Network, **fields: float) -> Batches:
    return Batches(samples, network, GROUPS, int(fields.get("size", 2)), fields.get("joined", 0.0), NO_NOISE)


def items(found: Batches, seed: int = 1) -> list[Item]:
    return [item for batch in found.epoch(Random(seed)) for item in batch]


def tokens_of(epoch: Sequence[Sequence[Item]]) -> list[list[list[int]]]:
    return [[item.tokens for item in batch] for batch in epoch]


def test_each_word_has_its_first_token_and_its_targets(network: Network) -> None:
    (item,) = items(batches([sample("وفد في موسكو", "b", "موسكو")], network))
    (tokens,) = [network.encode(["وفد", "في", "موسكو"])]
    assert item.tokens == [2, *(token.id for word in tokens for token in word), 3]
    assert item.firsts == [1, 1 + len(tokens[0]), 1 + len(tokens[0]) + len(tokens[1])]
    assert item.targets[:, GPE].tolist() == [0, 0, 1]


def test_every_line_of_a_lesson_is_learned_by_itself(network: Network) -> None:
    found = items(batches([sample("وفد في موسكو\n\nمن البصرة", "b", "موسكو", "البصرة")], network))
    assert sorted(item.targets[:, GPE].tolist() for item in found) == [[0, 0, 1], [0, 1]]


def test_what_is_longer_than_the_model_reads_goes_on_in_another_sequence(network: Network) -> None:
    words = 150
    found = items(batches([sample(" ".join(["في"] * words))], network))
    assert sum(len(item.firsts) for item in found) == words
    assert sorted(len(item.tokens) for item in found) == [28, 64, 64]
    # Of a word of more tokens than there is room for the first are read, and its neighbours all the same.
    found = items(batches([sample(f"في {'ظ' * 99} في")], network))
    assert sum(len(item.firsts) for item in found) == 3
    assert max(len(item.tokens) for item in found) <= 64


def test_words_without_tokens_are_left_out(network: Network) -> None:
    (item,) = items(batches([sample("وفد \u0007 في")], network))
    assert len(cut_words("وفد \u0007 في")) == 3
    assert len(item.firsts) == len(item.targets) == 2
    with pytest.raises(InputError, match=r"^corpora: found no words in their texts, wanted some"):
        batches([sample("\u0007")], network).epoch(Random(1))


def test_neighbours_are_joined_within_their_block_only(network: Network) -> None:
    samples = [sample(f"وفد {'في ' * number}", "a" if number < 8 else "b") for number in range(12)]
    always = batches(samples, network, joined=0.999999)
    sizes = [len(item.firsts) for item in items(always)]
    assert sum(sizes) == sum(1 + number for number in range(12))
    assert len(sizes) <= 6
    blocks = [{text.block for text in run} for run in always._runs(Random(3))]
    assert all(len(found) == 1 for found in blocks)
    assert len(items(batches(samples, network))) == 12


def test_an_epoch_is_the_same_for_the_same_seed_and_holds_every_item_once(network: Network) -> None:
    samples = [sample(f"وفد {'في ' * number}") for number in range(9)]
    found = batches(samples, network, size=4)
    assert [len(batch) for batch in found.epoch(Random(1))].count(4) == 2
    assert [item.tokens for item in items(found)] == [item.tokens for item in items(found)]
    assert [item.tokens for item in items(found)] != [item.tokens for item in items(found, 2)]
    assert sorted(len(item.firsts) for item in items(found)) == list(range(1, 10))


def test_a_corpus_of_few_batches_is_passed_through_until_an_epoch_has_its_steps(network: Network) -> None:
    samples = [sample(f"وفد {'في ' * number}") for number in range(9)]
    single = batches(samples, network, size=4).epoch(Random(1))
    repeated = Batches(samples, network, GROUPS, 4, 0.0, NO_NOISE, min_steps=7).epoch(Random(1))
    assert (len(single), len(repeated)) == (3, 9)
    assert tokens_of(repeated[:3]) == tokens_of(single)
    lengths = sorted(len(item.firsts) for batch in repeated for item in batch)
    assert lengths == [number for number in range(1, 10) for _ in range(3)]
    # Where one pass has the steps, nothing is drawn and nothing changes.
    enough = Batches(samples, network, GROUPS, 4, 0.0, NO_NOISE, min_steps=3)
    assert tokens_of(enough.epoch(Random(1))) == tokens_of(single)


def test_noise_changes_the_tokens_and_no_target(network: Network) -> None:
    samples = [sample("إن وفد موسكو", "b", "موسكو")]
    noisy = Batches(samples, network, GROUPS, 1, 0.0, Noise(letters=1, digits=1, quotes=1))
    (plain,) = items(batches(samples, network))
    for seed in range(5):
        (item,) = items(noisy, seed)
        assert np.array_equal(item.targets, plain.targets)
