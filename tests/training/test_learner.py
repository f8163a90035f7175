from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.data.types import InputError
from harness.runners.transformer.joint.heads import BIO, Group
from harness.training.batches import Item
from harness.training.learner import Learner, Recipe
from harness.training.targets import IGNORED
from tests.runners.transformer import tiny

GROUPS = [Group("gold", "GPE", BIO, 0), Group("gold", "sentence", ("CFS", "UFS", "NFS"), 3)]
LABELS = [f"{group.head}/{group.name}/{tag}" for group in GROUPS for tag in group.tags]
PLAIN = Recipe(precision="float32", rate=1e-3, head_rate=1e-2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.build(tmp_path_factory.mktemp("model"), LABELS)


@pytest.fixture
def model(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForTokenClassification

    torch.manual_seed(1)
    return AutoModelForTokenClassification.from_pretrained(folder)


def item(tokens: list[int], rows: list[tuple[int, int]]) -> Item:
    return Item([2, *tokens, 3], list(range(1, len(tokens) + 1)), np.array(rows, np.int16))


BATCH = [item([10, 11, 12], [(0, 1), (1, 1), (2, 1)]), item([13], [(0, IGNORED)])]


def test_the_loss_is_that_of_the_right_tags_a_word_and_that_of_sentences_counts_less(model: Any) -> None:
    import torch

    learner = Learner(model.eval(), GROUPS, PLAIN, 10)
    found = float(learner._loss(BATCH).item())
    total = 0.0
    with torch.inference_mode():
        for one in BATCH:
            logits = model(input_ids=torch.tensor([one.tokens])).logits[0].double().numpy()
            for first, targets in zip(one.firsts, one.targets.tolist(), strict=True):
                for group, tag, weight in zip(GROUPS, targets, (1.0, 0.3), strict=True):
                    if tag != IGNORED:
                        row = logits[first, group.outputs]
                        total += weight * (np.log(np.exp(row).sum()) - row[tag])
    assert found == pytest.approx(total / 4, rel=1e-4)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_model_learns_its_batch(model: Any, precision: Any) -> None:
    learner = Learner(model, GROUPS, Recipe(precision=precision, rate=1e-3, head_rate=1e-2), 30)
    losses = [learner.learn(BATCH) for _ in range(30)]
    assert learner.taken == 30
    assert losses[-1] < losses[0] / 4


def test_rates_rise_to_their_own_and_fall_to_none(model: Any) -> None:
    learner = Learner(model, GROUPS, Recipe(precision="float32", rate=0.1, head_rate=0.4, warm_up=0.4), 10)
    rates = []
    for _ in range(10):
        rates.append([group["lr"] for group in learner._optimiser.param_groups])
        learner.learn(BATCH)
    # Four of ten steps rise by a quarter each, then six fall by a sixth each; step 4 is the first of (10 - 4) / 6.
    shares = (1 / 4, 2 / 4, 3 / 4, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6)
    assert [rate[0] for rate in rates] == pytest.approx([0.1 * share for share in shares])
    assert [rate[2] for rate in rates] == pytest.approx([4 * rate[0] for rate in rates])


def test_the_average_is_of_the_weights_and_the_model_gets_its_own_back(model: Any) -> None:
    name = "classifier.weight"
    learner = Learner(model, GROUPS, PLAIN, 10)
    before = model.state_dict()[name].clone()
    learner.learn(BATCH)
    after = model.state_dict()[name].clone()
    with learner.averaged() as averaged:
        # After one step 2 / 11 of the first weights are kept.
        wanted = before * 2 / 11 + after * 9 / 11
        np.testing.assert_allclose(averaged.state_dict()[name].numpy(), wanted.numpy(), atol=1e-6)
        assert not averaged.training
    assert (model.state_dict()[name] == after).all()


@pytest.mark.parametrize(
    "fields",
    [{"epochs": 0}, {"batch": 0}, {"min_steps_per_epoch": 0}, {"warm_up": 1.0}, {"average": -0.1}, {"joined": 1.5}],
)
def test_a_recipe_out_of_range_is_refused(fields: dict[str, Any]) -> None:
    (key,) = fields
    with pytest.raises(InputError, match=f"^{key}: found "):
        Recipe(**fields)
