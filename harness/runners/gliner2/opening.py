"""A GLiNER2 model from a folder or from the Hugging Face hub.

Weights are read from safetensors only and no code that comes with a model is run: both other ways would run whatever
the model's author put there.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from harness.data.extras import require
from harness.data.types import InputError
from harness.runners.transformer.checkpoint import WEIGHTS, Checkpoint, import_torch
from harness.runners.transformer.tokenizer import quiet

_CONFIG: Final = "config.json"
_ENCODER: Final = "encoder_config/config.json"
_WANTED: Final = (_CONFIG, _ENCODER, WEIGHTS, "tokenizer.json")
# What a model on the hub consists of; its cards and pictures stay there.
_FILES: Final = ("*.json", "*.safetensors", "*.model", "*.txt")


@dataclass(frozen=True)
class Origin:
    """Where a model is: a folder, or an id of the hub with the commit that is meant; and on which device it computes.

    With `device` None it is the GPU where there is one.
    """

    model: str
    revision: str | None
    device: str | None

    def open(self) -> Any:
        """The model of the package gliner2, span or boundary as its configuration says, in evaluation mode.

        Raises:
            InputError: a package is not installed, the hub's commit is not given, or the folder holds no such model in
                safetensors, or one that wants code of its own run.
        """
        require("gliner2", "gliner2", "runner")
        torch = import_torch()
        folder = self.folder
        _check(folder)
        # It would say for every invisible mark by itself that an encoder has no token for it.
        logging.getLogger("gliner2.processor").setLevel(logging.ERROR)
        device = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        try:
            with quiet():
                from gliner2 import AutoExtractor

                # An environment variable of the package would choose another way to compute.
                loaded: Any = AutoExtractor.from_pretrained(
                    str(folder), map_location=device, attention_backend="standard"
                )
        except Exception as error:  # transformers, tokenizers and safetensors raise what derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"{self.model}: found {found}, wanted a model of gliner2") from error
        return loaded.eval()

    @cached_property
    def folder(self) -> Path:
        """The folder of the model, in the cache of the hub where it comes from there.

        Raises:
            InputError: the model is no folder and has no commit, or is a folder and has one, or cannot be fetched.
        """
        where = Checkpoint(self.model, self.revision, None, "float32").where()
        if where.get("local_files_only"):
            return Path(self.model)
        from huggingface_hub import snapshot_download

        try:
            return Path(snapshot_download(self.model, revision=self.revision, allow_patterns=list(_FILES)))
        except Exception as error:  # the hub's client raises what derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"{self.model}: found {found}, wanted a model of gliner2 on the hub") from error

    def files(self) -> Iterator[Path]:
        """The files that decide what the model answers, as paths relative to `folder`."""
        for path in sorted((*self.folder.iterdir(), self.folder / _ENCODER)):
            if path.suffix in (".json", ".safetensors", ".model"):
                yield path.relative_to(self.folder)


def _check(folder: Path) -> None:
    """Refuse a folder that lacks a part of a model, or whose files name code.

    The package loads encoders with `trust_remote_code=True`, and takes a pickle where there are no safetensors.

    Raises:
        InputError: it is such a folder.
    """
    lacking = [name for name in _WANTED if not (folder / name).is_file()]
    if lacking:
        raise InputError(f"{folder}: found no {lacking[0]}, wanted a model of gliner2: {', '.join(_WANTED)}")
    for path in sorted((*folder.glob("*config.json"), folder / _ENCODER)):
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: found {error}, wanted JSON") from error
        if _names_code(settings):
            raise InputError(f"{path}: found auto_map, wanted a model without code of its own, which is not run")


def _names_code(settings: object) -> bool:
    """Whether `auto_map`, the key of transformers for code beside a model, is anywhere in `settings`."""
    if isinstance(settings, dict):
        return "auto_map" in settings or any(map(_names_code, settings.values()))
    return isinstance(settings, list) and any(map(_names_code, settings))
