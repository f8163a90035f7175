"""Tokenizers made ready for words that are given one by one: those of transformers, and a tokenizer.json by itself."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.data.extras import require
from harness.data.types import InputError


def load_tokenizer(model: str, where: Mapping[str, Any]) -> Any:
    """The tokenizer of a folder or of an id of the hub; `where` tells transformers which files to take.

    Raises:
        InputError: it is a slow one. Whatever transformers raises where there is none passes.
    """
    with quiet():
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(model, **where)
    if not getattr(tokenizer, "is_fast", False):
        raise InputError(f"{model}: found a slow tokenizer, wanted a fast one, which knows words of tokens")
    part_words(tokenizer.backend_tokenizer)
    return tokenizer


def read_tokenizer(path: Path) -> Any:
    """The tokenizer in a tokenizer.json, of the package tokenizers; it cuts and pads nothing.

    Raises:
        InputError: the package is not installed, or the file holds no tokenizer.
    """
    require("tokenizers", "onnx", "runner")
    from tokenizers import Tokenizer

    try:
        backend = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises what derives from nothing narrower
        raise InputError(f"{path}: found {' '.join(str(error).split())}, wanted a fast tokenizer") from error
    part_words(backend)
    return _whole(backend)


def backend_of(tokenizer: Any) -> Any:
    """What computes inside a fast tokenizer of transformers, of the package tokenizers; it cuts and pads nothing."""
    return _whole(tokenizer.backend_tokenizer)


def _whole(backend: Any) -> Any:
    """`backend`, which no longer cuts or pads, as the file that it comes from may ask it to."""
    backend.no_truncation()
    backend.no_padding()
    return backend


def part_words(backend: Any) -> None:
    """See to it that words given one by one are encoded as words, not as continuations of the word before.

    Byte-level tokenizers tell the two apart by a space in front, which words in a list have not. What trims spaces from
    the offsets of tokens has to know of it too, or it takes the first letter of a word for one.
    """
    for part in (*_parts(backend.pre_tokenizer), *_parts(backend.post_processor)):
        if hasattr(part, "add_prefix_space"):
            part.add_prefix_space = True


def _parts(whole: Any) -> Sequence[Any]:
    """The parts of a sequence of processors, or the one that there is."""
    return list(whole) if hasattr(whole, "__getitem__") else [whole]


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and no tables of weights: what matters in them is raised as an error."""
    # The first import of transformers without torch would say so.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
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
