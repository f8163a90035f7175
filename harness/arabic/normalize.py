"""Arabic spelling made uniform, as a rewrite that knows the way back.

The same word is written with and without vowel marks, with any of four alefs, stretched or as presentation forms. Each
option of a `Normalizer` levels one such difference, one character at a time: no rule looks at its neighbours, so the
options compose in any order, and a span of the normalised text goes back to exactly the characters it came from.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harness.offsets import Edit, Rewrite

ALEF: Final = dict.fromkeys("أإآٱ", "ا")
HAMZA: Final = {"ؤ": "و", "ئ": "ي"}
YA: Final = {"ى": "ي"}
TA_MARBUTA: Final = {"ة": "ه"}
DIGITS: Final = {char: str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, char in enumerate(row)}
TATWEEL: Final = "ـ"
# Arabic and its Quranic and extended blocks; small waw and small ya (U+06E5, U+06E6) are letters in name only.
MARKS: Final = (
    "".join(char for char in map(chr, (*range(0x0610, 0x06EE), *range(0x0890, 0x0900))) if unicodedata.combining(char))
    + "\u06e5\u06e6"
)
# Soft hyphen, Arabic letter mark, zero-width characters, bidi marks, embeddings and isolates, byte order mark.
CONTROLS: Final = "".join(
    map(chr, (0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
)
# Signs of class Cf that are written: number, year, ayah and abbreviation signs, which enclose what follows.
_WRITTEN: Final = frozenset(map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)))
# Ignorable without being of class Cf: grapheme joiner, Hangul fillers, Khmer inherent vowels, variation selectors.
_FILLERS: Final = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Every mark that shows nothing; the format characters stand in the first two planes and among the tags of the last.
_FORMAT: Final = (
    char for char in map(chr, (*range(0x20000), *range(0xE0000, 0xE0080))) if unicodedata.category(char) == "Cf"
)
INVISIBLE: Final = frozenset(_FORMAT) - _WRITTEN | _FILLERS
_PRESENTATION: Final = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))


@dataclass(frozen=True)
class Normalizer:
    """The differences of spelling that are levelled.

    `marks` deletes vowel and Quranic marks, `tatweel` the stretching stroke, `controls` zero-width and bidi controls;
    `alef` makes أ إ آ ٱ bare, `hamza` ؤ and ئ, `ya` turns ى into ي, `ta_marbuta` ة into ه, `digits` Arabic-Indic and
    Extended digits into 0-9, `presentation` the forms of U+FB50-FDFF and U+FE70-FEFC into the letters they show (NFKC).
    """

    marks: bool = True
    tatweel: bool = True
    controls: bool = True
    alef: bool = True
    hamza: bool = False
    ya: bool = True
    ta_marbuta: bool = True
    digits: bool = True
    presentation: bool = True

    @cached_property
    def table(self) -> dict[int, str]:
        """What becomes of each character that changes, as `str.translate` wants it."""
        table = str.maketrans(self._levelled())
        if self.presentation:
            table |= {code: text.translate(table) for code, text in _expansions()}
        return table

    def _levelled(self) -> dict[str, str]:
        """The options other than `presentation`, character by character."""
        chosen: dict[str, str] = {}
        for wanted, characters in ((self.marks, MARKS), (self.tatweel, TATWEEL), (self.controls, CONTROLS)):
            chosen |= dict.fromkeys(characters if wanted else "", "")
        for wanted, table in (
            (self.alef, ALEF),
            (self.hamza, HAMZA),
            (self.ya, YA),
            (self.ta_marbuta, TA_MARBUTA),
            (self.digits, DIGITS),
        ):
            chosen |= table if wanted else {}
        return chosen

    @cached_property
    def _changed(self) -> re.Pattern[str]:
        """A run of characters that vanish, or one that is replaced."""
        gone = "".join(chr(code) for code, text in self.table.items() if not text)
        replaced = "".join(chr(code) for code, text in self.table.items() if text)
        parts = [f"[{re.escape(gone)}]+"] * bool(gone) + [f"[{re.escape(replaced)}]"] * bool(replaced)
        return re.compile("|".join(parts) or r"(?!)")

    def fold(self, text: str) -> str:
        """`text` normalised, without the way back; equal to `rewrite(text).target`."""
        return text.translate(self.table)

    def rewrite(self, text: str) -> Rewrite:
        """`text` and the edits that normalise it."""
        table = self.table
        found = (match.span() for match in self._changed.finditer(text))
        return Rewrite(text, tuple(Edit(start, end, table[ord(text[start])]) for start, end in found))


def _expansions() -> Iterator[tuple[int, str]]:
    """Each Arabic presentation form and the plain letters it shows."""
    for code in _PRESENTATION:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char)
        # The isolated form of a mark is spelled space + mark: the space is only its seat.
        if plain != char:
            yield code, plain.removeprefix(" ") if len(plain) > 1 else plain
