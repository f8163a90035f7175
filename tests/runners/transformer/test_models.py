"""Every model of conf/model/ loads and answers in its labels; tiny models with their label sets stand for them."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from harness.config.parts import build
from harness.data.files import resource
from harness.data.tagsets import read_tag_set
from harness.runners.transformer.runner import Transformer
from tests.runners.contract import NEWS, answers
from tests.runners.transformer import tiny
from tests.test_conf import composed

MODELS = sorted(path.stem for path in (resource("conf") / "model").glob("*.yaml"))


def made(model: str, *overrides: str) -> Transformer:
    """The runner that `runner=transformer model=MODEL` makes."""
    found = build(composed("evaluate", "runner=transformer", f"model={model}", *overrides), "runner", ["harness"])
    assert isinstance(found, Transformer)
    return found


@pytest.mark.parametrize("model", MODELS)
def test_every_model_loads_and_answers_in_its_labels(model: str, tmp_path: Path) -> None:
    labels = read_tag_set(str(made(model).labels)).labels
    tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
    folder = (tiny.build_xlm_roberta if "xlmr" in model else tiny.build)(tmp_path, tags)
    runner = made(model, f"runner.model={folder}", "runner.overlap=8")
    runner.load()
    (found,) = answers(runner, [NEWS + " وبالقاهرة"])
    assert found.entities
    assert {entity.type for entity in found.entities} <= labels.keys()
    assert runner.name == model
    assert runner.provenance["card"]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_card_and_waits_for_its_commit(model: str) -> None:
    runner = made(model)
    assert runner.card is not None
    assert runner.card.training_data
    assert runner.model in runner.card.source
    assert len(runner.model.split("/")) == 2
    # An id without its commit is refused, in test_runner.py: none may be made up.
    assert runner.revision is None
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert made(model, f"runner.revision='{commit}'").revision == commit


def test_models_of_one_name_have_one_tag_set() -> None:
    assert {made(model).labels for model in MODELS if model.startswith("camelbert")} == {"camelbert"}
    assert {made(model).labels for model in MODELS if model.startswith("davlan")} == {"davlan_hrl"}


def test_only_what_was_trained_on_segmented_text_is_given_it() -> None:
    assert [model for model in MODELS if made(model).segment] == ["hatmimoha"]


def test_without_a_model_the_fields_are_the_users() -> None:
    config = composed("evaluate", "runner=transformer", "runner.model=x")
    assert OmegaConf.select(config, "model") is None
    found = build(config, "runner", ["harness"])
    assert isinstance(found, Transformer)
    assert (found.model, found.card, found.not_for) == ("x", None, ())
