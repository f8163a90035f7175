"""Trainings of a tiny model on a dozen sentences, from the files to the checkpoint."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.data.codec import write_examples
from harness.data.schema import GOLD_NAME, read_schema
from harness.data.types import InputError
from harness.runners.transformer.card import fingerprint
from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.joint.heads import read_groups, schema_groups, write_labels
from harness.runners.transformer.joint.reader import open_reader
from harness.training import checkpointing
from harness.training.corpora import TrainingCorpus
from harness.training.encoders import Hub
from harness.training.evaluation import FLOOR
from harness.training.learner import Recipe
from harness.training.noise import Noise
from harness.training.train import cross_validate, train
from harness.training.trainer import Training
from tests.conftest import Harness
from tests.runners.transformer import tiny
from tests.training.samples import DEV, EXAMPLES, write_conll, write_gold

RECIPE = Recipe(epochs=2, batch=4, rate=1e-3, head_rate=1e-2, min_steps_per_epoch=1, precision="float32", threads=1)


@dataclass
class Notes:
    """A log that keeps its points, and is cut off at one of them."""

    stop: int | None = None
    points: list[tuple[Mapping[str, float], int]] = field(default_factory=list)

    def point(self, values: Mapping[str, float], step: int) -> None:
        """Keep the point."""
        self.points.append((values, step))
        if len(self.points) == self.stop:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Two epochs on a dozen sentences of the gold's schema and two of another."""
    folder = tmp_path_factory.mktemp("training")
    encoder = Hub(str(tiny.build(folder / "encoder")))
    gold = TrainingCorpus("gold", str(write_gold(folder)))
    other = TrainingCorpus("anercorp", str(write_conll(folder)), "conll", "anercorp", nested=False)
    return Training([gold, other], DEV, encoder, RECIPE, Noise(), record={"made_by": "a test"}, between_states=1)


@pytest.fixture(scope="module")
def whole(training: Training, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the training, never cut off."""
    folder = tmp_path_factory.mktemp("whole")
    train(training, folder, Notes())
    return folder


def weights(folder: Path) -> bytes:
    return (folder / "checkpoint" / "model.safetensors").read_bytes()


def record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "checkpoint" / "training.json").read_text(encoding="utf-8"))
    return found


def test_the_checkpoint_is_a_token_classifier_with_the_labels_of_all_heads(whole: Path) -> None:
    loaded = Checkpoint(str(whole / "checkpoint"), None, "cpu", "float32").load()
    tags = ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
    assert list(loaded.outputs) == write_labels(
        {"gold": schema_groups(read_schema(GOLD_NAME)), "anercorp": [("flat", tags)]}
    )
    assert read_groups(loaded.outputs)[-1].tags == tags
    (found,) = open_reader(loaded, "gold").read([DEV[0].document])
    assert found.entities is not None
    assert found.claims is not None
    assert sorted(path.name for path in whole.iterdir()) == ["checkpoint"]


def test_the_record_says_what_was_learned_from_and_how(whole: Path) -> None:
    found = record(whole)
    assert [epoch["epoch"] for epoch in found["history"]] == [1, 2]
    assert {"loss", "entities", "sentences", "mean"} <= found["history"][0].keys()
    means = [epoch["mean"] for epoch in found["history"]]
    assert found["epoch"] == means.index(max(means)) + 1
    assert found["texts"] == 14
    assert fingerprint(EXAMPLES[0].document.text) in found["seen"]
    assert fingerprint("وصل وفد إلى القاهرة") in found["seen"]
    assert fingerprint(DEV[0].document.text) not in found["seen"]
    assert (found["recipe"]["rate"], found["made_by"], found["finished"]) == (1e-3, "a test", True)


@pytest.mark.parametrize("stop", [1, 2, 5, 8])
def test_a_training_that_was_cut_off_goes_on_as_if_it_had_not_been(
    training: Training, whole: Path, tmp_path: Path, stop: int
) -> None:
    notes = Notes(stop)
    with pytest.raises(KeyboardInterrupt):
        train(training, tmp_path, notes)
    train(training, tmp_path, Notes())
    assert weights(tmp_path) == weights(whole)
    assert record(tmp_path) == record(whole)


def test_the_journal_has_the_loss_and_the_marks_by_step(training: Training, tmp_path: Path) -> None:
    notes = Notes()
    found = train(replace(training, recipe=replace(RECIPE, epochs=1)), tmp_path, notes)
    *losses, (last, step) = notes.points
    assert [set(values) for values, _ in losses] == [{"train/loss"}] * len(losses)
    assert [at for _, at in losses] == list(range(1, step + 1))
    assert last["dev/mean"] == found["history"][0]["mean"]
    assert last["train/epoch_loss"] == pytest.approx(sum(one["train/loss"] for one, _ in losses) / len(losses))


def test_a_finished_training_is_left_as_it_is(training: Training, whole: Path) -> None:
    before = (whole / "checkpoint" / "model.safetensors").stat().st_mtime_ns
    assert train(training, whole, Notes()) == record(whole)
    assert (whole / "checkpoint" / "model.safetensors").stat().st_mtime_ns == before


def test_another_training_in_the_folder_is_refused(training: Training, whole: Path, tmp_path: Path) -> None:
    other = replace(training, recipe=replace(RECIPE, rate=2e-3))
    with pytest.raises(InputError, match=r"training\.json: found a training with other settings or data, wanted"):
        train(other, whole, Notes())
    with pytest.raises(KeyboardInterrupt):
        train(training, tmp_path, Notes(2))
    for changed in (other, replace(training, left_out=["b0"]), replace(training, noise=Noise(0.5))):
        with pytest.raises(InputError, match=r"state\.pt: found a training with other settings or data, wanted"):
            train(changed, tmp_path, Notes())


def test_a_dozen_sentences_are_enough_steps_to_learn_from(
    training: Training, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A batch holds all of them: twelve passes are twelve steps, after which nothing is marked at random nor rightly.
    small = replace(training, corpora=training.corpora[:1], between_states=1000)
    recipe = Recipe(rate=1e-3, head_rate=1e-2, precision="float32", threads=1)
    bare = train(replace(small, recipe=replace(recipe, min_steps_per_epoch=1)), tmp_path / "bare", Notes())
    assert bare["history"][-1]["mean"] < 0.1 < bare["history"][0]["mean"]
    assert "in epoch 1 and of 0.000 in the last" in capsys.readouterr().err
    found = train(replace(small, recipe=recipe), tmp_path / "found", Notes())
    assert found["history"][found["epoch"] - 1]["mean"] > 0.8
    assert capsys.readouterr().err == ""


def test_patience_ends_a_training_that_gets_no_better(
    training: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Without learning every epoch is as good as the first; the floor would call that no training yet.
    monkeypatch.setattr(checkpointing, "FLOOR", 0.0)
    still = replace(RECIPE, epochs=9, rate=0.0, head_rate=0.0, patience=2)
    found = train(replace(training, recipe=still), tmp_path, Notes())
    assert len(found["history"]) == 3
    assert found["epoch"] == 1
    mean = found["history"][0]["mean"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"stopped: no better mean on dev in 2 epochs; kept epoch 1 (mean {mean:.3f})"


def test_patience_does_not_count_before_anything_is_learned(
    training: Training, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    still = replace(RECIPE, epochs=4, rate=0.0, head_rate=0.0, patience=1)
    found = train(replace(training, recipe=still), tmp_path, Notes())
    assert found["history"][0]["mean"] < FLOOR
    assert len(found["history"]) == 4
    assert capsys.readouterr().out.splitlines()[-1].startswith("finished: kept epoch 1 (mean 0.0")


def test_without_a_development_set_the_last_epoch_is_kept_and_a_line_says_so(
    training: Training, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = train(replace(training, dev=(), recipe=replace(RECIPE, patience=1)), tmp_path, Notes())
    assert (found["epoch"], len(found["history"])) == (2, 2)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "finished: kept epoch 2, the last: without dev nothing says which is the best"


def test_a_development_set_that_is_learned_from_is_refused(training: Training, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gold\.jsonl: s0: found a text of the development set"):
        train(replace(training, dev=EXAMPLES[:1]), tmp_path, Notes())
    with pytest.raises(InputError, match=r"^dev: found no corpus for the head gold"):
        train(replace(training, corpora=training.corpora[1:]), tmp_path, Notes())
    assert list(tmp_path.iterdir()) == []


def test_each_block_is_predicted_by_a_model_that_has_not_seen_it(
    training: Training, tmp_path: Path, harness: Harness
) -> None:
    # The other corpus has a text of the gold too.
    shared = tmp_path / "shared.jsonl"
    write_examples(shared, [replace(EXAMPLES[5], document=replace(EXAMPLES[5].document, id="x", meta={}))])
    folds = replace(
        training,
        corpora=[*training.corpora, TrainingCorpus("shared", str(shared))],
        recipe=replace(RECIPE, epochs=1),
        between_states=100,
    )
    notes = Notes(2)
    with pytest.raises(KeyboardInterrupt):
        cross_validate(folds, tmp_path / "folds", notes)
    first = (tmp_path / "folds" / "fold-1" / "checkpoint" / "model.safetensors").stat().st_mtime_ns
    predictions, scores = cross_validate(folds, tmp_path / "folds", Notes())
    # The fold that was finished is not learned again.
    assert (tmp_path / "folds" / "fold-1" / "checkpoint" / "model.safetensors").stat().st_mtime_ns == first
    for number, block in enumerate(("b0", "b1", "b2"), 1):
        found = record(tmp_path / "folds" / f"fold-{number}")
        own = {fingerprint(one.document.text) for one in EXAMPLES if one.document.meta["block"] == block}
        assert found["left_out"] == [block]
        assert not own & set(found["seen"])
        assert found["texts"] == 12 + 2 - 4
    assert {name.partition("/")[0] for values, _ in notes.points for name in values} == {"fold-1", "fold-2"}
    gold = training.corpora[0].path
    done = harness(
        "evaluate", "dataset=jsonl", f"dataset.path={gold}", "runner=replay", f"runner.path={predictions}",
        "tracker=none", "bootstrap.resamples=20", "hydra.run.dir=scored",
    )  # fmt: skip
    assert done.code == 0, done.err
    scored = json.loads((tmp_path / "scored" / "scores.json").read_text(encoding="utf-8"))
    assert (scored["documents"], scored["failures"]) == (12, 0)
    assert scores["entities"] == scored["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"]


def test_what_a_fold_says_is_what_its_checkpoint_says(training: Training, tmp_path: Path) -> None:
    folds = replace(training, recipe=replace(RECIPE, epochs=1), left_out=["b2"])
    predictions, _ = cross_validate(folds, tmp_path, Notes())
    said = [json.loads(line) for line in predictions.read_text(encoding="utf-8").splitlines()]
    assert [one["id"] for one in said] == [one.document.id for one in EXAMPLES]
    loaded = Checkpoint(str(tmp_path / "fold-1" / "checkpoint"), None, "cpu", "float32").load()
    (own,) = open_reader(loaded, "gold").read([EXAMPLES[0].document])
    assert [(one["start"], one["end"], one["type"]) for one in said[0]["entities"]] == [
        one[:3] for one in own.entities or ()
    ]


def test_one_document_is_too_few_to_leave_one_out(training: Training, tmp_path: Path) -> None:
    write_examples(tmp_path / "one.jsonl", EXAMPLES[:4])
    with pytest.raises(InputError, match=r"^corpora\.gold: found 1 documents or blocks, wanted two"):
        cross_validate(
            replace(training, corpora=[TrainingCorpus("gold", str(tmp_path / "one.jsonl"))]), tmp_path, Notes()
        )
