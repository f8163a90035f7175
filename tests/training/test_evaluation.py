from dataclasses import replace
from pathlib import Path

import pytest

from harness.data.types import Annotation, Example, InputError, Prediction
from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.joint.reader import JointReader, open_reader
from harness.training.evaluation import check_learned, dev_scores, layer_scores
from tests.runners.transformer import tiny
from tests.runners.transformer.joint.marked import LABELS
from tests.training.samples import DEV


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> JointReader:
    """An untrained model with the gold's labels."""
    folder = Path(tiny.build(tmp_path_factory.mktemp("model"), LABELS))
    return open_reader(Checkpoint(str(folder), None, "cpu", "float32").load(), "gold")


def own(reader: JointReader) -> list[Example]:
    """The development set as the model itself would annotate it."""
    said = reader.read([example.document for example in DEV])
    return [
        replace(
            example,
            gold=Annotation(
                tuple(one._replace(score=None) for one in annotation.entities or ()),
                annotation.claims,
                annotation.sentences,
            ),
        )
        for example, annotation in zip(DEV, said, strict=True)
    ]


def test_a_model_that_says_what_the_gold_says_has_full_scores(reader: JointReader) -> None:
    examples = own(reader)
    assert any(example.gold.entities for example in examples)
    scores = dev_scores(examples, reader)
    assert scores["entities"] == scores["sentences"] == 1


def test_the_mean_is_that_of_entities_and_claims(reader: JointReader) -> None:
    scores = dev_scores(DEV, reader)
    decisive = [scores[layer] for layer in ("entities", "claims") if layer in scores]
    assert scores["mean"] == pytest.approx(sum(decisive) / len(decisive))
    assert all(0 <= value <= 1 for value in scores.values())


def test_layers_that_nobody_annotated_and_measures_that_are_undefined_have_no_mark(reader: JointReader) -> None:
    sentences = [replace(example, gold=Annotation(sentences=example.gold.sentences)) for example in DEV]
    scores = dev_scores(sentences, reader)
    assert set(scores) == {"sentences", "mean"}
    assert scores["mean"] == scores["sentences"]
    # A head of another scheme says nothing about claims, and there are none: 0 / 0.
    nothing = [replace(example, gold=Annotation(claims=())) for example in DEV]
    assert dev_scores(nothing, replace(reader, head="other")) == {"mean": 0.0}


def test_a_mean_near_nothing_is_refused_where_there_is_something_to_find() -> None:
    silent = layer_scores(DEV, {example.document.id: Prediction(example.document.id, Annotation()) for example in DEV})
    assert silent["mean"] == 0
    with pytest.raises(InputError, match=r"^dev: found a mean of 0\.000, .* wanted 0\.1 or more; more texts, or more"):
        check_learned(silent, DEV, "dev")
    check_learned({"mean": 0.1}, DEV, "dev")
    check_learned(silent, [replace(example, gold=Annotation(())) for example in DEV], "dev")
