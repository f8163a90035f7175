"""A fault in gold: where it is, which rule of the guidelines it breaks, what was found and what was wanted."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Problem(NamedTuple):
    """One fault; `rule` is an id of the guidelines."""

    where: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: [{self.rule}] {self.message}"


RULES: Final[Mapping[str, str]] = {
    "F1": "the text: NFC, and byte for byte the article",
    "F2": "offsets: inside the text, the span's text equal to the slice",
    "F3": "known keys, types, labels and values, none missing",
    "F4": "each mention and each claim once",
    "F5": "no span past the end of its sentence",
    "F6": "mentions nest or stand apart",
    "F7": "every speaker stands in speakers.json",
    "B1": "proclitics stay outside",
    "B3": "whole words: nothing else is cut off a word",
    "B4": "no white space or punctuation at the edges",
    "B6": "no letter parted from its marks",
    "C1": "no claim without a speaker",
    "S1": "sentences as the segmentation cuts them, each once",
}
"""The rules that a program can check."""
