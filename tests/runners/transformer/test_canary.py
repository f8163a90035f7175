"""How a model that was not loaded whole is found out."""

import shutil
from math import log
from pathlib import Path

import pytest

from harness.data.types import InputError
from harness.runners.transformer.canary import MOST, SENTENCE, uniformity
from harness.runners.transformer.network import Network
from harness.runners.transformer.page import Layout
from harness.runners.transformer.runner import Transformer
from tests.runners.contract import NEWS, answers
from tests.runners.transformer.tiny import Table, build, table

torch = pytest.importorskip("torch", reason="the transformer runner needs the extra torch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("model")))


def constant(folder: str, row: tuple[float, float, float]) -> Network:
    """The network that answers every token with the same logits."""
    whole = table(folder, {})
    assert isinstance(whole.backend, Table)
    whole.backend.rows[:] = row
    return whole


def test_equal_logits_are_as_uniform_as_can_be(folder: str) -> None:
    assert uniformity(constant(folder, (2, 2, 2)), Layout(20)) == pytest.approx(1)


def test_uniformity_is_the_share_of_the_largest_entropy(folder: str) -> None:
    # The probabilities are 1/2, 1/4, 1/4: 1.5 bits of log2(3) = 1.585.
    assert uniformity(constant(folder, (log(2), 0, 0)), Layout(20)) == pytest.approx(1.5 * log(2) / log(3))
    # Sure of one output: next to nothing; and no infinite logarithm on the way.
    assert uniformity(constant(folder, (900, 0, 0)), Layout(20)) == 0


def test_a_model_of_one_output_has_nothing_to_tell_apart(folder: str) -> None:
    whole = table(folder, {})
    assert uniformity(Network(whole.tokenizer, whole.backend, ("O",), 64), Layout(20)) == 0


def test_a_zeroed_classifier_is_remarked_on(folder: str, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path / "broken")
    weights = load_file(tmp_path / "broken" / "model.safetensors")
    weights["classifier.weight"].zero_()
    weights["classifier.bias"].zero_()
    save_file(weights, tmp_path / "broken" / "model.safetensors", {"format": "pt"})
    broken, whole = (Transformer(str(path), overlap=4) for path in (tmp_path / "broken", folder))
    for made in (broken, whole):
        made.load()
        answers(made, [NEWS])
    assert "transformer: found almost equal probabilities for all tags on a plain sentence" in broken.remarks[0]
    assert not any("equal probabilities" in remark for remark in whole.remarks)
    assert broken.provenance["canary_uniformity"] == 1
    assert 0 < float(str(whole.provenance["canary_uniformity"])) < MOST


@pytest.mark.parametrize(("logit", "remarked"), [(0.5, True), (log(2), False)])
def test_a_model_is_doubtful_above_a_share_of_the_largest_entropy(folder: str, logit: float, remarked: bool) -> None:
    # Uniformity 0.973 and 0.946.
    made = Transformer(folder, overlap=4)
    made.__dict__["_network"] = constant(folder, (logit, 0, 0))
    assert any("almost equal probabilities" in remark for remark in made.remarks) == remarked


def test_a_model_that_answers_with_no_numbers_is_refused_at_once(folder: str) -> None:
    made = Transformer(folder, overlap=4, labels="wojood21")
    made.__dict__["_network"] = constant(folder, (0, float("nan"), 0))
    with pytest.raises(InputError, match="not finite"):
        made.load()


def test_the_temperature_makes_no_model_suspicious(folder: str) -> None:
    made = Transformer(folder, overlap=4, temperature=100)
    made.load()
    assert made.remarks == []


def test_the_sentence_is_plain_and_one_line() -> None:
    assert "\n" not in SENTENCE
    assert len(SENTENCE.split()) > 10
