"""A token classifier from a folder with an ONNX graph, for installations without torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from harness.data.types import InputError
from harness.runners.transformer.onnx_backend import OnnxBackend, count_workers, open_session
from harness.runners.transformer.tokenizer import load_tokenizer, quiet

# The hub keeps graphs in a folder of their own, beside the weights.
GRAPHS: Final = ("onnx/model.onnx", "model.onnx")
_TOKENIZER: Final = "tokenizer.json"
_CONFIG: Final = "config.json"
# These count positions from behind the padding index.
_SHIFTED: Final = ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "roberta-prelayernorm", "longformer")


class LoadedOnnx(NamedTuple):
    """A tokenizer of transformers, what computes the logits, the tag of each output, and the most tokens at once."""

    tokenizer: Any
    backend: OnnxBackend
    outputs: tuple[str, ...]
    limit: int


@dataclass(frozen=True)
class OnnxCheckpoint:
    """A folder with `model.onnx` or `onnx/model.onnx`, and how many threads compute; None: as many as there are."""

    folder: Path
    threads: int | None = None

    def load(self) -> LoadedOnnx:
        """The tokenizer and the model.

        Raises:
            InputError: ONNX Runtime is not installed, a file of the folder is missing, or they do not fit each other.
        """
        graph, *_ = self.files()
        where: Mapping[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        session = open_session(graph)
        config = self._config(where)
        names: dict[int, str] = config.id2label
        outputs = tuple(names[number] for number in range(len(names)))
        found = session.get_outputs()[0].shape
        # The dimensions of a graph are numbers, or names where they are free.
        if len(found) != 3 or (isinstance(found[-1], int) and found[-1] != len(outputs)):
            shape = " × ".join(map(str, found))
            wanted = f"sequences × tokens × the {len(outputs)} outputs that {_CONFIG} names"
            raise InputError(f"{graph}: found an output of {shape}, wanted {wanted}")
        tokenizer = self._tokenizer(where)
        return LoadedOnnx(
            tokenizer, OnnxBackend(session, count_workers(self.threads)), outputs, _limit(config, tokenizer)
        )

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

    def _config(self, where: Mapping[str, Any]) -> Any:
        try:
            with quiet():
                from transformers import AutoConfig

                return AutoConfig.from_pretrained(str(self.folder), **where)
        except Exception as error:  # transformers and json raise what derives from nothing narrower
            found = " ".join(str(error).split())
            wanted = "the configuration of a model that transformers knows"
            raise InputError(f"{self.folder / _CONFIG}: found {found}, wanted {wanted}") from error

    def _tokenizer(self, where: Mapping[str, Any]) -> Any:
        try:
            return load_tokenizer(str(self.folder), where)
        except InputError:
            raise
        except Exception as error:  # tokenizers raises what derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"{self.folder / _TOKENIZER}: found {found}, wanted a fast tokenizer") from error


def _limit(config: Any, tokenizer: Any) -> int:
    """The most tokens that a model reads at once, those that open and close a text among them."""
    positions = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    if config.model_type in _SHIFTED:
        positions -= config.pad_token_id + 1
    return min(int(positions), int(tokenizer.model_max_length))
