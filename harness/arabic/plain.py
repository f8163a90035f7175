"""Text in plain spelling: how extractors read what people and programs type, with the way back to it.

The plain spelling has the letters and spaces of ordinary Arabic text and the digits 0 to 9, without vowel marks,
stretching strokes and invisible marks. The hamzas and the endings ة and ى stay as they were written: they tell words
apart.
"""

import re
import unicodedata
from typing import Final, Literal, TypeAlias

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, Normalizer, ranges
from harness.arabic.segment import snap
from harness.data.offsets import Edit, Rewrite
from harness.data.types import Span

Spelling: TypeAlias = Normalizer | Literal["plain"] | None
"""How a text is respelled before it is read: by a normalizer, into plain spelling, or not."""

_NUNATION: Final = "\u064b"
_ALEF: Final = "ا"
_NORMALIZER: Final = Normalizer(alef=False, ya=False, ta_marbuta=False)
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
    "''": '"',
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
    edits = [_kept(text, edit) for edit in _NORMALIZER.rewrite(text).edits]
    edits += (Edit(*match.span(), _QUOTATION[match.group()]) for match in _RARE.finditer(text))
    return Rewrite(text, tuple(sorted(edit for edit in edits if edit.replacement != text[edit.start : edit.end])))


def respell(text: str, spelling: Spelling) -> Rewrite:
    """`text` as it is read."""
    if spelling is None:
        return Rewrite(text)
    return read_plain(text) if spelling == "plain" else spelling.rewrite(text)


def _kept(text: str, edit: Edit) -> Edit:
    """`edit`, but for what ordinary spelling has, which stays: the nunation of a last alef, and a stroke as a dash.

    The nunation stands before the alef or on it (جدًا, جداً). A stretching stroke behind no letter serves as a dash; it
    is set apart from a word.
    """
    if edit.replacement:
        return edit
    gone = text[edit.start : edit.end]
    if _NUNATION in gone:
        before, after, behind = (_letter(text, position) for position in (edit.start - 1, edit.end, edit.end + 1))
        if (after == _ALEF and not behind.isalpha()) or (before == _ALEF and not after.isalpha()):
            return edit._replace(replacement=_NUNATION)
    elif TATWEEL in gone and not _follows_letter(text, edit.start):
        return edit._replace(replacement=TATWEEL + " " * _letter(text, edit.end).isalpha())
    return edit


def _follows_letter(text: str, position: int) -> bool:
    """Whether a letter stands before `position`, marks on it aside."""
    while position > 0 and (unicodedata.combining(text[position - 1]) or text[position - 1] in INVISIBLE):
        position -= 1
    return _letter(text, position - 1).isalpha()


def _letter(text: str, position: int) -> str:
    """The last letter of the character at `position` in plain spelling; empty outside the text."""
    return (_NORMALIZER.table.get(ord(text[position])) or text[position])[-1] if 0 <= position < len(text) else ""


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
