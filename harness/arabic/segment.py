"""Sentences and words of Arabic text, as spans into it."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from harness.arabic.normalize import INVISIBLE
from harness.data.types import Span

BRACKETS: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "﴿": "﴾", "（": "）", "［": "］"}
_OPENING: Final = {closing: opening for opening, closing in BRACKETS.items()}
_KEPT: Final = "%٪"
_CLOSERS: Final = "\"”»’')]"
_STOPS: Final = re.compile(r"[.؟!?]+")
_TATWEEL: Final = "ـ"
_CHUNK: Final = re.compile(r"\S+")
# Marks of quotation without the apostrophes ' ‘ ’ ‚ ‛ and ＇, which stand inside names (O'Neill, قرآن'ي).
QUOTATION_MARKS: Final = '"«»“”„‟‹›〝〞〟⹂「」『』｢｣﹁﹂﹃﹄＂'
_SLASHES: Final = "/\\／"
_DOTS: Final = ".…۔·‥․‧"


@cache
def edge_punctuation() -> str:
    """Every character that is cut at the edge of a word: Unicode P* except the per cent signs, and invisible marks.

    Brackets are among them; `trim` keeps one whose partner is inside.
    """
    return "".join(char for char in _of_class("P") if char not in _KEPT) + "".join(sorted(INVISIBLE))


@cache
def separators() -> str:
    """Every character that parts two words where it stands between letters.

    Hyphens and dashes (Unicode Pd), slashes, dots and quotation marks; no apostrophes.
    """
    return "".join(_of_class("Pd")) + _SLASHES + _DOTS + QUOTATION_MARKS


@cache
def unseen_between_letters() -> str:
    """What is passed over when asking whether a separator stands between letters.

    Punctuation, invisible marks, and marks that are written on a letter (Unicode M*).
    """
    return "".join((*_of_class("P"), *_of_class("M"), *sorted(INVISIBLE)))


def _of_class(wanted: str) -> tuple[str, ...]:
    """The characters whose Unicode category begins with `wanted`, P or M or one of theirs."""
    return tuple(char for char, category in _written_beside_letters() if category.startswith(wanted))


@cache
def _written_beside_letters() -> tuple[tuple[str, str], ...]:
    """The characters of the Unicode categories P* and M* with their category."""
    # All 1.1 million characters are looked at once, and not once a category.
    categories = ((char, unicodedata.category(char)) for char in map(chr, range(sys.maxunicode + 1)))
    return tuple((char, category) for char, category in categories if category[0] in "PM")


@cache
def _parting() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Runs of what is passed over between letters, and a separator."""
    return re.compile(f"[{re.escape(unseen_between_letters())}]+"), re.compile(f"[{re.escape(separators())}]")


def trim(text: str, span: Span) -> Span:
    """`span` without white space, punctuation and invisible marks at its edges.

    A bracket whose partner is inside stays. A span that would become empty is returned as it is.
    """
    start, end = span
    cut = edge_punctuation() + _SPACE
    first = end - len(text[start:end].lstrip(cut))
    last = first + len(text[first:end].rstrip(cut))
    if any(char in BRACKETS or char in _OPENING for char in (*text[start:first], *text[last:end])):
        # What is cut has no partner inside, so no cut makes or parts a pair.
        paired = _paired(text, start, end)
        first, last = start, end
        while first < last and text[first] in cut and first not in paired:
            first += 1
        while last > first and text[last - 1] in cut and last - 1 not in paired:
            last -= 1
    return Span(first, last) if first < last else span


_SPACE: Final = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def _paired(text: str, start: int, end: int) -> set[int]:
    """The positions of brackets in `text[start:end]` that have a partner there; each kind by itself."""
    waiting: dict[str, list[int]] = {opening: [] for opening in BRACKETS}
    paired: set[int] = set()
    for position in range(start, end):
        char = text[position]
        if char in BRACKETS:
            waiting[char].append(position)
        elif char in _OPENING and waiting[_OPENING[char]]:
            paired |= {position, waiting[_OPENING[char]].pop()}
    return paired


def words(text: str) -> list[Span]:
    """The words of `text`, in order.

    A word is a stretch without white space, parted also at `separators` between letters (التركية-اليونانية, but not
    3.5, 2-1 or COVID-19), without punctuation and invisible marks at its edges. What holds nothing else, `()` included,
    is no word.
    """
    punctuation = edge_punctuation()
    spans = []
    for match in _CHUNK.finditer(text):
        for start, end in _pieces(text, *match.span()):
            if text[start].isalnum() and text[end - 1].isalnum():
                spans.append(Span(start, end))
            elif text[start:end].strip(punctuation):
                spans.append(trim(text, Span(start, end)))
    return spans


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch `text[start:end]`, which holds no white space, parted at separators between letters."""
    runs, separator = _parting()
    if not text[start:end].isalpha():
        for run in runs.finditer(text, start, end):
            first, last = run.span()
            if start < first and last < end and text[first - 1].isalpha() and text[last].isalpha():
                for mark in separator.finditer(text, first, last):
                    if start < mark.start():
                        yield start, mark.start()
                    start = mark.end()
    if start < end:
        yield start, end


def sentences(text: str) -> list[Span]:
    """The sentences of `text`.

    A sentence ends at a full stop, question or exclamation mark, closing quotation marks included, or at the end of
    its line. A stop inside a number, a web address, an abbreviation or an ellipsis ends none.
    """
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in (*_ends(text, *line.span()), line.end()):
            piece = text[start:end]
            if piece.strip():
                spans.append(Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
            start = end
    return spans


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences end inside the line `text[start:end]`."""
    for match in _STOPS.finditer(text, start, end):
        if _is_stop(text, match.start(), match.end(), start, end):
            after = match.end()
            while after < end and text[after] in _CLOSERS:
                after += 1
            yield after


def _is_stop(text: str, first: int, last: int, start: int, end: int) -> bool:
    """Whether the marks `text[first:last]` end a sentence of the line `text[start:end]`."""
    if text[first:last].strip("."):
        return True
    if last - first > 1:
        return False
    # All that the pattern below may look at: a line can be as long as the text.
    before, after = text[max(start, first - 4) : first], text[last : min(last + 1, end)]
    if before[-1:].isalnum() and after[:1].isalnum() and (before[-1].isdigit() or before[-1].isascii()):
        # 3.5 and www.un.org, but not القبيل.وأي
        return not (after[0].isdigit() or after[0].isascii())
    # One letter on its own: an abbreviation, or the last letter of one spelled with spaces (أ ف ب.), which ends.
    letter = re.search(r"(?:^|[\s.(\"«“])(?P<spelled>\w )?\w$", before)
    return letter is None or letter["spelled"] is not None or not text[last:end].strip()


def snap(text: str, span: Span) -> Span:
    """`span` widened so that no letter is parted from the marks written on it, or on the tatweel that stretches it.

    An empty span stays as it is.
    """
    start, end = span
    if start >= end:
        return span
    if _is_mark(text[start]):
        while start > 0 and (_is_mark(text[start]) or text[start] == _TATWEEL):
            start -= 1
    after = end
    while after < len(text) and (_is_mark(text[after]) or text[after] == _TATWEEL):
        after += 1
        if _is_mark(text[after - 1]):
            end = after
    return Span(start, end)


def _is_mark(char: str) -> bool:
    """Whether `char` is written on the letter before it."""
    # The small waw and ya of the Quran are spacing letters in name only.
    return unicodedata.combining(char) > 0 or char in "\u06e5\u06e6"
