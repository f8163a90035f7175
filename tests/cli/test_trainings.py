import json
import os
from pathlib import Path

import pytest
from mlflow import MlflowClient

from harness.cli.trainings import _Run
from harness.data import extras
from harness.data.codec import write_examples
from harness.tracking.mlflow import Mlflow
from tests.conftest import Harness
from tests.runners.transformer import tiny
from tests.training.samples import DEV, write_conll, write_gold

# For an encoder that is tiny and not pretrained.
QUICK = ("recipe.rate=1e-3", "recipe.head_rate=1e-2", "recipe.precision=float32", "recipe.threads=1")
STILL = ("recipe.rate=0", "recipe.head_rate=0", "recipe.precision=float32", "recipe.threads=1")


def test_a_model_is_trained_and_logged(harness: Harness, tmp_path: Path, store: Path) -> None:
    encoder = tiny.build(tmp_path / "مرمز")
    write_examples(tmp_path / "dev=1.jsonl", DEV)
    done = harness(
        "train", "encoder=hub", f"encoder.model={encoder}", f"corpora.gold.path={write_gold(tmp_path)}",
        f"corpora.anercorp.path={write_conll(tmp_path)}", f"dev={tmp_path / 'dev=1.jsonl'}", "out=نموذج",
        "recipe.epochs=4", *QUICK, "leave_out=[b2]", f"tracker.store={store}",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].startswith("epoch 1: loss ")
    assert "dev: entities" in lines[0]
    record = json.loads((tmp_path / "نموذج" / "checkpoint" / "training.json").read_text(encoding="utf-8"))
    kept = record["epoch"]
    assert lines[4] == f"finished: kept epoch {kept} (mean {record['history'][kept - 1]['mean']:.3f})"
    assert lines[5] == "checkpoint: \u2068نموذج/checkpoint\u2069"
    assert record["encoder"]["model"] == str(encoder)
    assert record["left_out"] == ["b2"]
    assert record["texts"] == 8 + 2
    client = MlflowClient(f"sqlite:///{store}")
    experiment = client.get_experiment_by_name("training")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.params["epochs"] == "4"
    assert run.data.metrics["dev/mean"] == record["history"][3]["mean"]
    assert run.data.metrics["train/epoch_loss"] == pytest.approx(record["history"][3]["loss"])
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["training.json"]


def test_a_model_that_has_learned_nothing_is_kept_and_told(harness: Harness, tmp_path: Path, store: Path) -> None:
    encoder = tiny.build(tmp_path / "encoder")
    write_examples(tmp_path / "dev.jsonl", DEV)
    arguments = (
        "train", "encoder=hub", f"encoder.model={encoder}", f"corpora.gold.path={write_gold(tmp_path)}",
        "dev=dev.jsonl", "out=x", "recipe.epochs=2", *STILL,
        f"tracker.store={store}",
    )  # fmt: skip
    done = harness(*arguments)
    assert done.code == 2, done.err
    (line,) = done.err.splitlines()
    assert line.startswith("harness train: dev=dev.jsonl: found a mean of 0.0")
    assert "which is that of an untrained model, wanted 0.1 or more; more texts, or more steps" in line
    assert done.out.splitlines()[-1] == "checkpoint: x/checkpoint"
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["checkpoint"]
    client = MlflowClient(f"sqlite:///{store}")
    experiment = client.get_experiment_by_name("training")
    assert experiment is not None
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FAILED"]
    again = harness(*arguments)
    assert (again.code, again.err) == (2, done.err)


def test_folds_are_scored_together_and_untrained_ones_told(harness: Harness, tmp_path: Path) -> None:
    encoder = tiny.build(tmp_path / "encoder")
    arguments = (
        "train", "task=folds", "encoder=hub", f"encoder.model={encoder}", f"corpora.gold.path={write_gold(tmp_path)}",
        "tracker=none",
    )  # fmt: skip
    done = harness(*arguments, *QUICK, "out=folds", "recipe.epochs=4")
    assert (done.code, done.err) == (0, "")
    lines = [line for line in done.out.splitlines() if not line.startswith("epoch ")]
    assert lines[0] == "fold 1 of 3: without b0"
    assert lines[1].startswith("fold 1 of 3: entities ")
    assert lines[-2].startswith("all folds: entities ")
    assert lines[-1] == "predictions: folds/predictions.jsonl"
    done = harness(*arguments, *STILL, "out=none", "recipe.epochs=1")
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line.startswith("harness train: task=folds: found a mean of 0.0")
    assert done.out.splitlines()[-1] == "predictions: none/predictions.jsonl"


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ([], ["out: found nothing, wanted the folder of the checkpoint"]),
        (["out=x", "task=nix"], ["task: found 'nix', wanted one of model, folds"]),
        (["out=x", "encoder=nix"], ["encoder/nix", "e5_small"]),
        (["out=x", "recipe.epoch=1"], ["recipe.epoch"]),
    ],
)
def test_wrong_input_is_one_line_and_code_2(harness: Harness, arguments: list[str], parts: list[str]) -> None:
    done = harness("train", *arguments, "tracker=none")
    assert done.code == 2, done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert all(part.lower() in done.err.lower() for part in parts), done.err


def test_without_torch_training_says_in_one_line_what_to_install(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    root = Path(extras.__file__).parents[2]
    (tmp_path / "none" / "torch.py").write_text("raise ImportError(\"No module named 'torch'\")\n")
    done = harness("train", "out=x", "tracker=none", PYTHONPATH=f"{tmp_path / 'none'}{os.pathsep}{root}")
    assert done.code == 2, done.err
    assert done.err.splitlines() == [
        f"harness train: encoder: found no torch, wanted it installed: pip install -e '{root}[train]'"
    ]
    assert not (tmp_path / "x").exists()


def test_nothing_to_learn_from_is_one_line_and_a_failed_run(harness: Harness, tmp_path: Path, store: Path) -> None:
    pytest.importorskip("torch", reason="training needs the extra torch")
    done = harness("train", "out=x", f"tracker.store={store}")
    assert done.code == 2, done.err
    assert done.err.splitlines() == [
        "harness train: corpora: found no text to learn from, wanted at least one corpus with a path"
    ]
    client = MlflowClient(f"sqlite:///{store}")
    experiment = client.get_experiment_by_name("training")
    assert experiment is not None
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FAILED"]


def test_a_store_that_does_not_answer_costs_a_line_and_not_the_training(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = _Run(Mlflow(store=str(store)), "nosuchrun")
    for step in (1, 2):
        run.point({"train/loss": 1.0}, step)
    run.end(tmp_path / "training.json", failed=False)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("warning: tracker: found ")
    assert first.endswith("; the training is logged no further")
    assert second.endswith("; the training's run stays open")
