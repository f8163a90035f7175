"""A token classifier from a folder or from the Hugging Face hub.

Weights are read from safetensors only and no code that comes with a model is run: both other ways would run whatever
the model's author put there.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.types import InputError

Precision = Literal["float32", "float16", "bfloat16"]

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class Loaded(NamedTuple):
    """A tokenizer of transformers, and a model in evaluation mode on its device."""

    tokenizer: Any
    model: Any


@dataclass(frozen=True)
class Checkpoint:
    """Where a model is: a folder, or an id of the hub with the commit that is meant; on which device and how exact.

    With `device` None it is the GPU where there is one.
    """

    model: str
    revision: str | None
    device: str | None
    precision: Precision

    def load(self) -> Loaded:
        """The tokenizer and the model.

        Raises:
            InputError: torch is not installed, the hub's commit is not given, there is no model or none that fits.
        """
        torch = _torch()
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        where = self._where()
        try:
            with _quiet():
                tokenizer = AutoTokenizer.from_pretrained(self.model, **where)
                model, report = AutoModelForTokenClassification.from_pretrained(
                    self.model, dtype=getattr(torch, self.precision), use_safetensors=True, output_loading_info=True,
                    **where,
                )  # fmt: skip
            model = model.eval().to(self.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        except Exception as error:  # tokenizers and safetensors raise what derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"{self.model}: found {found}, wanted a token classifier in safetensors") from error
        # transformers makes weights up at random where a file lacks them, as for a model that was never fine-tuned.
        if report["missing_keys"]:
            lacking = ", ".join(sorted(report["missing_keys"])[:3])
            raise InputError(f"{self.model}: found no weights for {lacking}, wanted a trained token classifier")
        if not getattr(tokenizer, "is_fast", False):
            raise InputError(f"{self.model}: found a slow tokenizer, wanted a fast one, which knows words of tokens")
        _part_words(tokenizer)
        return Loaded(tokenizer, model)

    def _where(self) -> dict[str, Any]:
        """What tells transformers which files to take."""
        if Path(self.model).is_dir():
            if self.revision is not None:
                raise InputError(f"revision: found {self.revision!r} with the folder {self.model}, wanted null")
            return {"local_files_only": True, "trust_remote_code": False}
        if self.revision is None or not _COMMIT.fullmatch(self.revision):
            found = f"{self.model!r}, no folder, with the revision {self.revision!r}"
            raise InputError(f"model: found {found}, wanted a folder, or an id with the 40 digits of its commit")
        return {"revision": self.revision, "trust_remote_code": False}


def _part_words(tokenizer: Any) -> None:
    """See to it that words given one by one are encoded as words, not as continuations of the word before.

    Byte-level tokenizers tell the two apart by a space in front, which words in a list have not.
    """
    splitter = tokenizer.backend_tokenizer.pre_tokenizer
    if hasattr(splitter, "add_prefix_space"):
        splitter.add_prefix_space = True


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        wanted = "pip install 'arabic-extraction-harness[torch]'"
        raise InputError(f"runner: found no torch, wanted it installed: {wanted}") from error
    return torch


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no tables of weights: what matters in them is raised as an error."""
    from transformers import utils

    logging: Any = utils.logging
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
