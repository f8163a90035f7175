"""The computation of a BERT for tokens (Devlin et al. 2019) as an ONNX graph, made out of its weights.

The graph reads token ids only, of sequences of one length: there is no padding, and so no attention mask. Steps are
those that ONNX Runtime has fast code for on a CPU.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from harness.data.types import InputError
from harness.runners.transformer.quantised import Weights
from harness.training.graph import MICROSOFT, Graph, Matrices

_EMBEDDINGS: Final = "bert.embeddings."
# What the computation below takes for granted.
_WANTED: Final = {"model_type": "bert", "hidden_act": "gelu"}


@dataclass(frozen=True)
class Bert:
    """The weights of a BertForTokenClassification of transformers by name, and its configuration."""

    weights: Weights
    config: Mapping[str, Any]

    def check(self) -> None:
        """Refuse a model of another kind.

        Raises:
            InputError: it is one.
        """
        for key, wanted in _WANTED.items():
            if self.config.get(key) != wanted:
                raise InputError(f"config.json: found {key} {self.config.get(key)!r}, wanted {wanted!r}")
        if self.config.get("position_embedding_type", "absolute") != "absolute":
            raise InputError("config.json: found position_embedding_type, wanted absolute positions")

    def graph(self, matrices: Matrices) -> Graph:
        """The graph from `input_ids` to `logits`.

        Raises:
            InputError: a weight is missing.
        """
        try:
            return self._graph(matrices)
        except KeyError as error:
            raise InputError(f"weights: found no {error.args[0]}, wanted a BertForTokenClassification") from error

    def _graph(self, matrices: Matrices) -> Graph:
        graph = Graph()
        shape = graph.add("Shape", ["input_ids"])
        rows = self._embed(graph, matrices)
        for number in range(self.config["num_hidden_layers"]):
            rows = self._layer(graph, matrices, rows, f"bert.encoder.layer.{number}.")
        logits = self._apply(graph, matrices, rows, "classifier")
        whole = graph.constant("outputs", np.array([self.outputs], np.int64))
        graph.add("Reshape", [logits, graph.add("Concat", [shape, whole], axis=0)], output="logits")
        return graph

    @property
    def outputs(self) -> int:
        """How many outputs the model has."""
        return len(self.weights["classifier.bias"])

    def _embed(self, graph: Graph, matrices: Matrices) -> str:
        """The sums of the embeddings of words, places and the first type of text: tokens of all sequences × width."""
        words = self.weights[f"{_EMBEDDINGS}word_embeddings.weight"]
        places = self.weights[f"{_EMBEDDINGS}position_embeddings.weight"]
        places = places + self.weights[f"{_EMBEDDINGS}token_type_embeddings.weight"][0]
        ends = graph.constant("first", np.array([0], np.int64)), graph.add("Shape", ["input_ids"], start=1)
        used = graph.add("Slice", [graph.constant("places", places), *ends])
        summed = graph.add("Add", [matrices.embed(graph, "input_ids", "words", words), used])
        return self._normalise(graph, self._flatten(graph, summed), f"{_EMBEDDINGS}LayerNorm")

    def _layer(self, graph: Graph, matrices: Matrices, rows: str, name: str) -> str:
        attended = self._apply(
            graph, matrices, self._attend(graph, matrices, rows, name), f"{name}attention.output.dense"
        )
        summed = graph.add("Add", [attended, rows])
        rows = self._normalise(graph, summed, f"{name}attention.output.LayerNorm")
        inner = graph.add("Gelu", [self._apply(graph, matrices, rows, f"{name}intermediate.dense")], domain=MICROSOFT)
        summed = graph.add("Add", [self._apply(graph, matrices, inner, f"{name}output.dense"), rows])
        return self._normalise(graph, summed, f"{name}output.LayerNorm")

    def _attend(self, graph: Graph, matrices: Matrices, rows: str, name: str) -> str:
        """What each head takes from the tokens of its sequence: tokens of all sequences × width."""
        heads = self.config["num_attention_heads"]
        width = self.config["hidden_size"] // heads
        parts = graph.constant("heads", np.array([heads, width], np.int64))
        shape = graph.add("Concat", [graph.add("Shape", ["input_ids"]), parts], axis=0)

        def headed(part: str) -> str:
            projected = self._apply(graph, matrices, rows, f"{name}attention.self.{part}")
            return graph.add("Transpose", [graph.add("Reshape", [projected, shape])], perm=[0, 2, 1, 3])

        scores = graph.add(
            "FusedMatMul", [headed("query"), headed("key")], domain=MICROSOFT, transB=1, alpha=float(width**-0.5)
        )
        taken = graph.add("MatMul", [graph.add("Softmax", [scores], axis=-1), headed("value")])
        return self._flatten(graph, graph.add("Transpose", [taken], perm=[0, 2, 1, 3]))

    def _apply(self, graph: Graph, matrices: Matrices, rows: str, name: str) -> str:
        return matrices.apply(graph, rows, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _normalise(self, graph: Graph, rows: str, name: str) -> str:
        constants = [graph.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return graph.add("LayerNormalization", [rows, *constants], epsilon=float(self.config["layer_norm_eps"]))

    def _flatten(self, graph: Graph, blocks: str) -> str:
        shape = graph.constant("rows", np.array([-1, self.config["hidden_size"]], np.int64))
        return graph.add("Reshape", [blocks, shape])
