"""Text in plain spelling: how extractors read what people and programs type, with the way back to it.

The plain spelling has the letters and spaces of ordinary Arabic text, without vowel marks, stretching strokes and
invisible marks. The hamzas and the endings ة and ى stay as they were written: they tell words apart.
"""

import re
from typing import Final, Literal, TypeAlias

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, Normalizer, ranges
from harness.arabic.segment import snap
from harness.offsets import Edit, Rewrite
from harness.types import Span

Spelling: TypeAlias = Normalizer | Literal["plain"] | None
"""How a text is respelled before it is read: by a normalizer, into plain spelling, or not."""

_NUNATION: Final = "\u064b"
_NORMALIZER: Final = Normalizer(alef=False, ya=False, ta_marbuta=False, digits=False)
# Quotation marks that are rare or typed as two, and the common one that is meant.
_QUOTATION: Final = {
    "‹": "«",
    "›": "»",
    "❮": "«",
    "❯": "»",
    "❝": "“",
    "❞": "”",
    "〝": "“",
    "〞": "”",
    "〟": "”",
    "⹂": "„",
    "″": '"',
    "<<": "«",
    ">>": "»",
    "‹‹": "«",
    "››": "»",
    "``": "“",
    "´´": "”",
    "‘‘": "“",
    "’’": "”",
    "‛": "‘",
    "❛": "‘",
    "❜": "’",
}
_RARE: Final = re.compile("|".join(sorted(map(re.escape, _QUOTATION), key=lambda marks: -len(marks))))
# Marks and strokes behind a letter, invisible marks in between included.
_TAIL: Final = re.compile(f"(?:[{ranges(INVISIBLE)}]*[{ranges(MARKS)}{TATWEEL}])+")
_LETTER: Final = re.compile(f"[^\\W_{TATWEEL}{ranges(MARKS)}{ranges(INVISIBLE)}]")


def read_plain(text: str) -> Rewrite:
    """`text` in plain spelling, and the edits that lead there."""
    edits = [_kept_dash(text, edit) for edit in _NORMALIZER.rewrite(text).edits if not _is_ordinary(text, edit)]
    edits += (Edit(*match.span(), _QUOTATION[match.group()]) for match in _RARE.finditer(text))
    return Rewrite(text, tuple(sorted(edits)))


def respell(text: str, spelling: Spelling) -> Rewrite:
    """`text` as it is read."""
    if spelling is None:
        return Rewrite(text)
    return read_plain(text) if spelling == "plain" else spelling.rewrite(text)


def _is_ordinary(text: str, edit: Edit) -> bool:
    """Whether an edit would delete the nunation of a last alef, جدًا or جداً: the one mark that ordinary spelling has."""
    if text[edit.start : edit.end] != _NUNATION:
        return False
    before, after, behind = (
        text[edit.start - 1 : edit.start],
        text[edit.end : edit.end + 1],
        text[edit.end + 1 : edit.end + 2],
    )
    return (after == "ا" and not behind.isalpha()) or (before == "ا" and not after.isalpha())


def _kept_dash(text: str, edit: Edit) -> Edit:
    """`edit`, but for a stretching stroke behind no letter, which serves as a dash: it stays, and apart from a word."""
    if edit.replacement or TATWEEL not in text[edit.start : edit.end]:
        return edit
    before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
    return edit if before.isalpha() else edit._replace(replacement=TATWEEL + " " * after.isalpha())


def carry_back(span: Span, rewrite: Rewrite) -> Span:
    """The part of the source that `span` of the target stands for: whole letters with the marks and strokes on them.

    It neither begins nor ends in white space or an invisible mark; where nothing else is left, it is empty.
    """
    source, (start, end) = rewrite.source, rewrite.back(span)
    while start < end and _shows_nothing(source[start]):
        start += 1
    while start < end and _shows_nothing(source[end - 1]):
        end -= 1
    start, end = snap(source, Span(start, end))
    tail = _TAIL.match(source, end) if start < end else None
    return Span(start, tail.end() if tail else end)


def has_letters(text: str) -> bool:
    """Whether `text` holds a letter or a digit: something else than signs, marks and stretching strokes."""
    return _LETTER.search(text) is not None


def _shows_nothing(char: str) -> bool:
    return char.isspace() or char in INVISIBLE
