"""What looks wrong with annotations that are well formed: layers where nothing is marked, offsets that cut words.

Nothing here is an error: a score is computed all the same, and what is said stands beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from harness.data.types import LAYERS, Annotation, Span

# What may be parted from a word by annotation: و ف ب ل ك س, the article, and the pronouns at the end.
_HEAD: Final = re.compile("[وف]?[بلكس]?(?:ال|ل)?")
_TAIL: Final = re.compile("ه|ها|هم|هما|هن|ك|كم|كما|كن|نا|ني|ي")
_TATWEEL: Final = "ـ"
_LAST_OF_ONE_UNIT: Final = "\uffff"
_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")
# As far as a head or a tail can reach, its marks included.
_NEAR: Final = 32
# Fewer spans that fit as UTF-16 offsets could do so by chance.
_LEAST_SHIFTED: Final = 3


def unmarked(
    where: str, layers: Iterable[str], gold: Sequence[Annotation], projected: Sequence[Annotation]
) -> list[str]:
    """A remark for each layer that the gold annotates and marks nothing in.

    Args:
        where: What the remarks begin with.
        layers: Those that are scored.
        gold: The annotation of every document.
        projected: The same in the types that are scored.
    """
    remarks = []
    for layer in layers:
        annotated = sum(getattr(annotation, layer) is not None for annotation in gold)
        if not annotated or any(getattr(annotation, layer) for annotation in projected):
            continue
        lost = sum(len(getattr(annotation, layer) or ()) for annotation in gold)
        said = f"none of {lost} {layer} that both sides have labels for" if lost else f"no {layer}"
        remarks.append(
            f"{where}: found {said} in the gold of {annotated} documents, wanted some: there is nothing to find, "
            "recall is undefined and every answer is wrong"
        )
    return remarks


def misplaced(where: str, annotated: Iterable[tuple[str, Annotation]]) -> list[str]:
    """A remark for each layer in which most spans begin or end inside a word, as with offsets of another text.

    A word is a stretch of letters, or of digits, with the marks written on them. Letters that annotation may part from
    a word do not count: و ف ب ل ك س and the article before a span, a pronoun behind it. Nor do scripts that leave no
    space between words. Offsets in UTF-16 units are named where most spans behind a character of two units cut words,
    or begin or end at white space, and do not with them.

    Args:
        where: What the remarks begin with.
        annotated: Each text with its annotation.
    """
    tallies = {layer: _Tally() for layer in LAYERS}
    for text, annotation in annotated:
        for layer, tally in tallies.items():
            tally.add(text, list(_spans(annotation, layer)))
    return [f"{where}: {tally.remark(layer)}" for layer, tally in tallies.items() if tally.is_odd]


@dataclass
class _Tally:
    """How many spans of a layer cut words.

    `shifted` of them end behind a character of two UTF-16 units, and `mended` of those cut a word or begin or end at
    white space, and would do neither as offsets in such units.
    """

    spans: int = 0
    cut: int = 0
    shifted: int = 0
    mended: int = 0

    def add(self, text: str, spans: Sequence[Span]) -> None:
        """Count the spans of one text."""
        wide = _WIDE.search(text) if spans else None
        points = _points_by_unit(text) if wide else {}
        for span in spans:
            cut = cuts_words(text, span)
            self.spans += 1
            self.cut += cut
            if wide and wide.start() < span.end:
                self.shifted += 1
                self.mended += (cut or _has_blank_edge(text, span)) and _fits(text, span, points)

    @property
    def is_odd(self) -> bool:
        """Whether most spans cut words, or most of those that UTF-16 offsets would shift."""
        return 2 * self.cut > self.spans or (self._are_utf16 and self.mended >= _LEAST_SHIFTED)

    def remark(self, layer: str) -> str:
        """What was found, and what was wanted."""
        behind = (
            f"; of {self.shifted} behind a character of two UTF-16 units {self.mended} fit as offsets in such units"
        )
        hint = behind if self._are_utf16 else ""
        said = f"found {self.cut} of {self.spans} spans of {layer} that begin or end inside a word"
        return f"{said}, wanted offsets that count the code points of this very text{hint}"

    @property
    def _are_utf16(self) -> bool:
        return 2 * self.mended > self.shifted


def cuts_words(text: str, span: Span) -> bool:
    """Whether `span` begins or ends inside a word of `text`, letters that may be parted from it aside."""
    return _begins_inside(text, span.start) or _ends_inside(text, span.end)


def _begins_inside(text: str, start: int) -> bool:
    return _is_inside(text, start) and not _HEAD.fullmatch(_letters(text[max(0, start - _NEAR) : start][::-1])[::-1])


def _ends_inside(text: str, end: int) -> bool:
    return _is_inside(text, end) and not _TAIL.fullmatch(_letters(text[end : end + _NEAR]))


def _is_inside(text: str, edge: int) -> bool:
    """Whether the letters, or the digits, around `at` belong to one word."""
    before, after = edge - 1, edge
    while before >= 0 and _kind(text[before]) == "mark":
        before -= 1
    while after < len(text) and _kind(text[after]) == "mark":
        after += 1
    return before >= 0 and after < len(text) and _kind(text[before]) == _kind(text[after]) != ""


def _letters(chars: str) -> str:
    """The letters that `chars` begins with, without marks and tatweel."""
    letters = []
    for char in chars:
        kind = _kind(char)
        if kind not in ("letter", "mark"):
            break
        if kind == "letter" and char != _TATWEEL:
            letters.append(char)
    return "".join(letters)


@lru_cache(maxsize=1 << 12)
def _kind(char: str) -> str:
    if unicodedata.category(char)[0] == "M":
        return "mark"
    if char.isdecimal():
        return "digit"
    # Scripts that know no case are written without spaces, but for those that run from right to left.
    spaced = char.lower() != char.upper() or unicodedata.bidirectional(char) in ("R", "AL")
    return "letter" if char.isalpha() and spaced else ""


def _points_by_unit(text: str) -> Mapping[int, int]:
    """The offset in code points of each offset in UTF-16 units that parts no character."""
    units = accumulate((2 if char > _LAST_OF_ONE_UNIT else 1 for char in text), initial=0)
    return {unit: point for point, unit in enumerate(units)}


def _fits(text: str, span: Span, points: Mapping[int, int]) -> bool:
    """Whether `span`, taken in UTF-16 units, cuts no word and has no white space at its edges."""
    if span.start not in points or span.end not in points:
        return False
    meant = Span(points[span.start], points[span.end])
    return not cuts_words(text, meant) and not _has_blank_edge(text, meant)


def _has_blank_edge(text: str, span: Span) -> bool:
    return text[span.start].isspace() or text[span.end - 1].isspace()


def _spans(annotation: Annotation, layer: str) -> Iterator[Span]:
    if layer == "claims":
        for claim in annotation.claims or ():
            yield from (span for span in (claim.content, claim.cue, claim.source) if span is not None)
    else:
        for item in getattr(annotation, layer) or ():
            yield Span(item.start, item.end)
