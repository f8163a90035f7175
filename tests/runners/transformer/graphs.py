"""A BERT for tokens with random weights, and its ONNX graph, made without torch."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.runners.transformer.tiny import TAGS, _tokenizer

WIDTH, INNER, LAYERS, POSITIONS = 32, 64, 2, 64


def save_bert(folder: Path, seed: int = 7) -> Path:
    """The checkpoint of a BERT of two layers in `folder`: weights in float32, configuration and tokenizer."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(POSITIONS)
    tokenizer.save_pretrained(folder)
    config = {
        "architectures": ["BertForTokenClassification"], "model_type": "bert", "hidden_act": "gelu",
        "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
        "vocab_size": len(tokenizer), "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12, "pad_token_id": 0, "id2label": dict(enumerate(TAGS)),
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(len(tokenizer), np.random.default_rng(seed)), folder / "model.safetensors", {"format": "pt"})
    return folder


def _weights(words: int, random: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    found: dict[str, NDArray[np.float32]] = {}

    def matrix(name: str, outputs: int, inputs: int, spread: float = 0.2) -> None:
        found[name] = random.normal(0, spread, (outputs, inputs)).astype(np.float32)

    def linear(name: str, outputs: int, inputs: int) -> None:
        matrix(f"{name}.weight", outputs, inputs)
        found[f"{name}.bias"] = random.normal(0, 0.2, outputs).astype(np.float32)

    def norm(name: str) -> None:
        found[f"{name}.weight"] = random.uniform(0.5, 1.5, WIDTH).astype(np.float32)
        found[f"{name}.bias"] = random.normal(0, 0.2, WIDTH).astype(np.float32)

    for kind, rows in (("word", words), ("position", POSITIONS), ("token_type", 2)):
        matrix(f"bert.embeddings.{kind}_embeddings.weight", rows, WIDTH)
    norm("bert.embeddings.LayerNorm")
    for number in range(LAYERS):
        name = f"bert.encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            linear(f"{name}.attention.{part}", WIDTH, WIDTH)
        linear(f"{name}.intermediate.dense", INNER, WIDTH)
        linear(f"{name}.output.dense", WIDTH, INNER)
        norm(f"{name}.attention.output.LayerNorm")
        norm(f"{name}.output.LayerNorm")
    linear("classifier", len(TAGS), WIDTH)
    return found


def need_onnx() -> None:
    """Skip a test where graphs cannot be made or run."""
    pytest.importorskip("onnxruntime", reason="graphs are run by ONNX Runtime")
    pytest.importorskip("onnx", reason="graphs are made with the extra train")
