"""A token classifier from a folder with an ONNX graph, for installations without torch and transformers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from harness.data.files import read_json
from harness.data.jsonl import one_line
from harness.data.schema import Schema
from harness.data.types import InputError
from harness.runners.transformer.answered import SCHEMAS, read_schemas
from harness.runners.transformer.onnx_backend import OnnxBackend, count_workers, open_session
from harness.runners.transformer.tokenizer import read_tokenizer

# The hub keeps graphs in a folder of their own, beside the weights.
GRAPHS: Final = ("onnx/model.onnx", "model.onnx")
_TOKENIZER: Final = "tokenizer.json"
_TOKENIZER_CONFIG: Final = "tokenizer_config.json"
_CONFIG: Final = "config.json"
# These count positions from behind the padding index, which is 1 where the configuration leaves it out.
_SHIFTED: Final = ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "roberta-prelayernorm", "longformer")
_SHIFT: Final = 1
# What transformers writes, and takes, where a tokenizer names no limit.
_UNLIMITED: Final = int(1e30)


class LoadedOnnx(NamedTuple):
    """A tokenizer of the package tokenizers, what computes the logits, the tag of each output, the most tokens.

    `schemas` are those in which the heads of a joint model answer, by head.
    """

    tokenizer: Any
    backend: OnnxBackend
    outputs: tuple[str, ...]
    limit: int
    schemas: Mapping[str, Schema]


@dataclass(frozen=True)
class OnnxCheckpoint:
    """A folder with `model.onnx` or `onnx/model.onnx`, and how many threads compute; None: as many as there are."""

    folder: Path
    threads: int | None = None

    def load(self) -> LoadedOnnx:
        """The tokenizer and the model.

        Raises:
            InputError: ONNX Runtime or tokenizers is not installed, a file of the folder is missing, or they do not fit
                each other.
        """
        graph, tokenizer = self.files()
        session = open_session(graph)
        config = read_json(self.folder / _CONFIG)
        outputs = self._outputs(config)
        found = session.get_outputs()[0].shape
        # The dimensions of a graph are numbers, or names where they are free.
        if len(found) != 3 or (isinstance(found[-1], int) and found[-1] != len(outputs)):
            shape = " × ".join(map(str, found))
            wanted = f"sequences × tokens × the {len(outputs)} outputs that {_CONFIG} names"
            raise InputError(f"{graph}: found an output of {shape}, wanted {wanted}")
        backend = OnnxBackend(session, count_workers(self.threads))
        schemas = read_schemas(config.get(SCHEMAS), str(self.folder / _CONFIG))
        return LoadedOnnx(read_tokenizer(tokenizer), backend, outputs, self._limit(config), schemas)

    def files(self) -> list[Path]:
        """The graph and the tokenizer.

        Raises:
            InputError: the folder lacks one of them, or the configuration.
        """
        graphs = [self.folder / name for name in GRAPHS if (self.folder / name).is_file()]
        if not graphs:
            raise InputError(f"{self.folder}: found no {' or '.join(reversed(GRAPHS))}, wanted a folder with one")
        for name in (_CONFIG, _TOKENIZER):
            if not (self.folder / name).is_file():
                raise InputError(f"{self.folder}: found no {name}, wanted it beside the graph")
        return [graphs[0], self.folder / _TOKENIZER]

    def _outputs(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """The tag of each output, which config.json numbers from 0."""
        names = config.get("id2label")
        found = names if isinstance(names, dict) else {}
        outputs = [found.get(str(number)) for number in range(len(found))]
        tags = tuple(tag for tag in outputs if isinstance(tag, str))
        if not tags or len(tags) < len(found):
            wanted = "an object that names the tags of the outputs from 0"
            raise InputError(f"{self.folder / _CONFIG}: id2label: found {one_line(str(names))}, wanted {wanted}")
        return tags

    def _limit(self, config: Mapping[str, Any]) -> int:
        """The most tokens that the model reads at once, those that open and close a text among them."""
        path = self.folder / _TOKENIZER_CONFIG
        told = read_json(path) if path.is_file() else {}
        longest = int(told.get("model_max_length") or _UNLIMITED)
        positions = config.get("max_position_embeddings") or longest
        if config.get("model_type") in _SHIFTED:
            padding = config.get("pad_token_id")
            positions -= (_SHIFT if padding is None else padding) + 1
        return min(int(positions), longest)
