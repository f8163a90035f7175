"""A tokenizer without the pieces that Arabic text does not need.

A multilingual vocabulary has 250,000 pieces, and their vectors are four fifths of a small model. Dropping those in
other scripts changes the way no Arabic word is cut: a unigram tokenizer chooses among pieces of the word's own letters.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

# Letters that Persian, Urdu, Uyghur and others add to the Arabic ones; single ones stay, longer pieces go.
_FOREIGN: Final = re.compile(
    "[^\u0000-\u0220\u0600-\u0672\u06d4\u06d6-\u06ed\u06f0-\u06f9\u2000-\u22ff\ufb50-\ufdff\ufe70-\ufeff▁]"
)
_ARABIC: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")


def kept_pieces(vocabulary: list[tuple[str, float]], latin: int) -> list[int]:
    """The numbers of the pieces to keep, in order.

    Kept are the special ones (the first four), every piece of Arabic letters, those of digits and signs, and of those
    in Latin letters the `latin` most frequent (a vocabulary is sorted by frequency) and every single letter.
    """
    kept, room = [], latin
    for number, (piece, _) in enumerate(vocabulary):
        bare = piece.lstrip("▁")
        if number < 4 or (len(bare) <= 1 and not _FOREIGN.search(bare)):
            kept.append(number)
        elif _FOREIGN.search(bare):
            continue
        elif _ARABIC.search(bare) or not _LATIN.search(bare):
            kept.append(number)
        elif room > 0:
            kept.append(number)
            room -= 1
    return kept


def trim_tokenizer(path: Path, latin: int) -> tuple[dict[str, Any], list[int]]:
    """A tokenizer.json with the kept pieces alone, and the numbers these had before."""
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = [(piece, score) for piece, score in tokenizer["model"]["vocab"]]
    kept = kept_pieces(vocabulary, latin)
    tokenizer["model"]["vocab"] = [vocabulary[number] for number in kept]
    tokenizer["added_tokens"] = [token for token in tokenizer["added_tokens"] if token["id"] < 4]
    return tokenizer, kept
