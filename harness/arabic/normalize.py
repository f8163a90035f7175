"""Arabic spelling made uniform, as a rewrite that knows the way back.

The same word is written with and without vowel marks, with any of four alefs, stretched, as presentation forms, with
the letters of another keyboard, or as letters and hamzas apart. Each option of a `Normalizer` levels one such
difference. Letters and hamzas are composed first; after that no rule looks at the neighbours of a character, so the
options compose in any order, and a span of the normalised text goes back to exactly the characters it came from.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harness.data.offsets import Edit, Rewrite

ALEF: Final = dict.fromkeys("أإآٱ", "ا")
HAMZA: Final = {"ؤ": "و", "ئ": "ي"}
YA: Final = {"ى": "ي"}
TA_MARBUTA: Final = {"ة": "ه"}
DIGITS: Final = {char: str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, char in enumerate(row)}
TATWEEL: Final = "ـ"
# Letters with the shape of an Arabic one: of Persian, Urdu, Pashto, Kashmiri, Uyghur, Kurdish, Kazakh, Maghribi,
# African and Quranic writing. Letters of their own sound, with dots or strokes of their own (پ چ ڤ گ), are none.
_SHAPES: Final = {
    "ا": "\u0671\u08ad" + "".join(map(chr, range(0x0870, 0x0883))),
    "أ": "\u0672\u0675",
    "إ": "\u0673",
    "ؤ": "\u0676\u0677",
    "ئ": "\u0678\u06d3\u08a8",
    "ي": "\u06cc\u06cd\u06d0\u06d2\u0620\u0886\u08ac",
    "ك": "\u06a9\u06aa",
    "ه": "\u06be\u06c1\u06d5\u06c0\u06c2",
    "ة": "\u06c3",
    "ن": "\u06ba\u08bd",
    "ف": "\u06a1\u06a2\u08bb",
    "ق": "\u066f\u06a7\u08bc",
    "و": "\u08b1",
}
LETTERS: Final = {shape: letter for letter, shapes in _SHAPES.items() for shape in shapes}
# Arabic and its Quranic and extended blocks; small waw and small ya (U+06E5, U+06E6) are letters in name only.
MARKS: Final = (
    "".join(char for char in map(chr, (*range(0x0610, 0x06EE), *range(0x0890, 0x0900))) if unicodedata.combining(char))
    + "\u06e5\u06e6"
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
# Spaces that do not break, or have a width of their own.
SPACES: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Arabic presentation forms and mathematical letters; vertical, small and full-width forms of signs, digits and Latin.
_PRESENTATION: Final = (
    *(*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD), *range(0x1EE00, 0x1EF00)),
    *(*range(0xFE10, 0xFE1A), *range(0xFE50, 0xFE6C), *range(0xFF01, 0xFF5F)),
)
# What bears a hamza as ا, و or ي does; the high hamza of Kazakh stands beside its letter.
_HAMZAS: Final = "\u0654\u0655\u0674"
_SEATS: Final = {ord(shape): letter for shape, letter in {**LETTERS, **YA}.items() if letter in "اوي"}
_BESIDE: Final = {0x674: "\u0654"}


def ranges(characters: Iterable[str]) -> str:
    """`characters` as they stand between the brackets of a regular expression, neighbours as one range."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, set(characters))):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


def _expansions() -> Iterator[tuple[int, str]]:
    """Each presentation form and the plain letters or signs it shows."""
    for code in _PRESENTATION:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char)
        # The isolated form of a mark is spelled space + mark: the space is only its seat.
        if plain != char:
            yield code, plain.removeprefix(" ") if len(plain) > 1 else plain


_FORMS: Final = dict(_expansions())
_MARK_FORMS: Final = [chr(code) for code, text in _FORMS.items() if not text.strip(MARKS + TATWEEL)]
# A letter, and behind it an accent, hamza or madda that may be part of it, whatever stands in between on the letter.
_ON_LETTERS: Final = ranges((TATWEEL, *MARKS, *INVISIBLE))
_CLUSTER: Final = re.compile(
    rf"[^\W\d_{_ON_LETTERS}{ranges(_MARK_FORMS)}][{_ON_LETTERS}\u0300-\u036f]*[\u0300-\u034e\u0350-\u036f\u0653-\u0655\u0674]"
)


@dataclass(frozen=True)
class Normalizer:
    """The differences of spelling that are levelled.

    `marks` deletes vowel and Quranic marks, `tatweel` the stretching stroke, `controls` the invisible marks; `alef`
    makes أ إ آ ٱ bare, `hamza` ؤ and ئ, `ya` turns ى into ي, `ta_marbuta` ة into ه, `digits` Arabic-Indic and Extended
    digits into 0-9, `presentation` presentation forms into the letters and signs they show (NFKC), `letters` those of
    other keyboards and of the Quran into the Arabic letters of their shape, `spaces` every space into the common one,
    and `composed` a letter whose hamza, madda or accent is a character of its own into one character (NFC).
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
    letters: bool = True
    spaces: bool = True
    composed: bool = True

    @cached_property
    def table(self) -> dict[int, str]:
        """What becomes of each single character that changes, as `str.translate` wants it."""
        table = str.maketrans(self._levelled())
        if self.presentation:
            table |= {code: text.translate(table) for code, text in _FORMS.items()}
        return table

    def _levelled(self) -> dict[str, str]:
        """The options that level single characters, other than `presentation`."""
        chosen: dict[str, str] = {}
        for wanted, characters in ((self.marks, MARKS), (self.tatweel, TATWEEL), (self.controls, INVISIBLE)):
            chosen |= dict.fromkeys(characters if wanted else "", "")
        chosen |= dict.fromkeys(SPACES if self.spaces else "", " ")
        further: dict[str, str] = {}
        for wanted, table in (
            (self.alef, ALEF),
            (self.hamza, HAMZA),
            (self.ya, YA),
            (self.ta_marbuta, TA_MARBUTA),
            (self.digits, DIGITS),
        ):
            further |= table if wanted else {}
        if self.letters:
            chosen |= {shape: further.get(letter, letter) for shape, letter in LETTERS.items()}
        return chosen | further

    @cached_property
    def _changed(self) -> re.Pattern[str]:
        """Letters in two characters, a run of characters that vanish, or one character that is replaced."""
        gone = ranges(chr(code) for code, text in self.table.items() if not text)
        replaced = ranges(chr(code) for code, text in self.table.items() if text)
        parts = [_CLUSTER.pattern] * self.composed + [f"[{gone}]+"] * bool(gone) + [f"[{replaced}]"] * bool(replaced)
        return re.compile("|".join(parts) or r"(?!)")

    def fold(self, text: str) -> str:
        """`text` normalised, without the way back; equal to `rewrite(text).target`."""
        if self.composed and not text.isascii():
            text = _CLUSTER.sub(lambda match: self._level(match.group()), text)
        return text.translate(self.table)

    def rewrite(self, text: str) -> Rewrite:
        """`text` and the edits that normalise it."""
        levelled = ((match.span(), self._level(match.group())) for match in self._changed.finditer(text))
        return Rewrite(text, tuple(Edit(*span, new) for span, new in levelled if new != text[span[0] : span[1]]))

    def _level(self, changed: str) -> str:
        """What becomes of a stretch of text that `_changed` has found."""
        while self.composed and _CLUSTER.fullmatch(changed):
            before, changed = changed, self._compose(changed).translate(self.table)
            if changed == before:
                break
        return changed.translate(self.table)

    def _compose(self, cluster: str) -> str:
        """A letter and what stands on it with as few characters as can be."""
        letter, marks = cluster[0], cluster[1:].translate(self._unseen)
        if self.presentation:
            letter = _FORMS.get(ord(letter), letter)
        if any(mark in _HAMZAS for mark in marks):
            letter, marks = letter.translate(_SEATS), marks.translate(_BESIDE)
        return unicodedata.normalize("NFC", letter + marks)

    @cached_property
    def _unseen(self) -> dict[int, None]:
        """What vanishes between a letter and its hamza."""
        return dict.fromkeys(map(ord, (*(TATWEEL if self.tatweel else ""), *(INVISIBLE if self.controls else ""))))
