"""A model of a schema of one's own: trained, exported and evaluated by the program."""

import json
from pathlib import Path

import pytest

from harness.data.codec import write_examples
from harness.runners.transformer.runner import Transformer
from tests.conftest import Harness
from tests.runners.transformer import tiny
from tests.training.clinic import DISEASE, DRUG, EVIDENCE, HELD_OUT, TRAINING


def test_a_model_answers_in_the_schema_that_it_was_trained_on(harness: Harness, tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="graphs are written with the extra train")
    encoder = tiny.build(tmp_path / "encoder", positions=128)
    write_examples(tmp_path / "train.jsonl", TRAINING)
    write_examples(tmp_path / "held-out.jsonl", HELD_OUT)
    done = harness(
        "train", "encoder=hub", f"encoder.model={encoder}", "corpora.gold.path=train.jsonl", "dev=held-out.jsonl",
        "out=out", "tracker=none", "recipe.rate=2e-3", "recipe.head_rate=1e-2", "recipe.precision=float32",
        "recipe.threads=1", "recipe.epochs=8",
    )  # fmt: skip
    assert (done.code, done.err) == (0, ""), done.err
    for folder in ("checkpoint", "int8"):
        scored = harness(
            "evaluate", "dataset=jsonl", "dataset.path=held-out.jsonl", "runner=transformer",
            f"runner.model=out/{folder}", "runner.overlap=16", "tracker=none", "bootstrap.resamples=20",
            f"hydra.run.dir=scored-{folder}",
        )  # fmt: skip
        assert scored.code == 0, scored.err
        run = tmp_path / f"scored-{folder}"
        scorers = json.loads((run / "scores.json").read_text(encoding="utf-8"))["scorers"]
        entities, claims = (scorers[name]["measures"] for name in ("entities_strict", "claims"))
        assert entities["micro/f1"]["value"] > 0.8
        assert entities[f"{DISEASE}/f1"]["value"] > 0.6
        assert claims["content_soft/f1"]["value"] > 0.8
        assert claims[f"{EVIDENCE}/accuracy"]["value"] > 0.8
        said = [json.loads(line) for line in (run / "predictions.jsonl").read_text(encoding="utf-8").splitlines()]
        assert {entity["type"] for answer in said for entity in answer["entities"]} == {DISEASE, DRUG}
        assert {sentence["label"] for answer in said for sentence in answer["sentences"]} <= {"عادي", "مهم/عاجل"}
        schema = Transformer(str(tmp_path / "out" / folder)).annotation_schema
        assert schema is not None
        assert (schema.name, schema.types) == ("train (inferred)", (DRUG, DISEASE))
        assert schema.sentence_labels == ("عادي", "مهم/عاجل")
        assert schema.attributes == {EVIDENCE: ("ضعيف", "قوي")}
