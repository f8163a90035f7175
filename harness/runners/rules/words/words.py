"""A text as words: folded for look-up, with the places where a name may begin after proclitics.

Every surface form is analysed once and remembered; a document is then a list of shared `Word`s and their offsets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from harness.arabic.normalize import INVISIBLE, MARKS, TATWEEL, Normalizer, ranges

_SILENT: Final = ranges((*MARKS, *INVISIBLE, TATWEEL))
_LATIN: Final = "A-Za-zÀ-ɏ"
_TOKEN: Final = re.compile(
    rf"[{_LATIN}][{_LATIN}0-9]*|(?:[^\W\d_{_LATIN}][{_SILENT}]*)+|\d+(?:[.,٫٬ر]\d+)*|[^\s{_SILENT}]"
)
_TABLE: Final = Normalizer(hamza=True).table | str.maketrans("٫٬٪", ".,%")
_ARTICLE: Final = "ال"
# Letters that fold one to one.
_PLAIN: Final = re.compile("[\u0621-\u063a\u0641-\u064a]+")
_OPENED: Final = re.compile("([وف]?)لل(?=.)")
# Nouns and verbs of the eighth form whose root begins with ل: التزام, التقى.
_FALSE_ARTICLE: Final = re.compile("الت(?:زام|قاء|حاق|ماس|هاب|فاف|فات|باس|يام|قي|حق|زم|فت|هم|ق)")


class Stem(NamedTuple):
    """What is left of a word after a proclitic: its folded letters, and how many characters of the word are cut."""

    cut: int
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One surface form; compared by identity, since every form is analysed once.

    `key` is folded; `stems` begins with the whole word. `run` is the form that look-up of several words sees: لل is
    written out as ل + ال there; `starts` are (offset in `run`, characters of the surface that are cut). `definite`: it
    begins with the article, not only with the same letters (ألكسندر).
    """

    surface: str
    key: str
    stems: tuple[Stem, ...]
    run: str
    starts: tuple[tuple[int, int], ...]
    definite: bool


def fold(text: str) -> str:
    """`text` for look-up: no marks, hamza carriers, ta marbuta and ya levelled, digits in ASCII, lower case."""
    return text.translate(_TABLE).replace(" ", "").lower()


def make_word(surface: str) -> Word:
    """The analysis of one surface form."""
    # A lone stretching stroke serves as a dash.
    key = fold(surface) or surface
    stems = tuple(_stems(surface, key))
    definite = len(key) > 4 and key.startswith(_ARTICLE) and surface[0] in "اٱ" and not _FALSE_ARTICLE.match(key)
    opened = _OPENED.match(key)
    if opened is None:
        starts = {len(key) - len(stem.key): stem.cut for stem in reversed(stems)}
        return Word(surface, key, stems, key, tuple(starts.items()), definite)
    at = opened.end(1)
    cut = _width(surface, at + 1)
    # Of لالصين: the preposition, the article, and a noun without article that itself begins with ل (للجنة).
    starts = {0: 0, at: _width(surface, at), at + 1: cut, at + 2: cut}
    return Word(surface, key, stems, f"{key[:at]}لال{key[at + 2 :]}", tuple(starts.items()), definite)


def _stems(surface: str, key: str) -> Iterator[Stem]:
    """The whole word, then what remains after each stack of proclitics that leaves two letters or more.

    Every possible cut, plausible or not: the word lists decide which of the remainders is a word.
    """
    yield Stem(0, key)
    if len(key) < 3 or not "\u0621" <= key[0] <= "\u064a":
        return
    at = 0
    if key[0] in "وف":
        at = 1
        yield Stem(_width(surface, at), key[1:])
    rest = key[at:]
    if len(rest) < 3 or rest[0] not in "بلك":
        return
    cut = _width(surface, at + 1)
    if rest.startswith("لل"):
        yield Stem(cut, "ا" + rest[1:])
        yield Stem(cut, _ARTICLE + rest[1:])
    yield Stem(cut, rest[1:])


def _width(surface: str, count: int) -> int:
    """How many characters of `surface` its first `count` letters take, marks and tatweel included."""
    if _PLAIN.fullmatch(surface):
        return count
    at = 0
    while count > 0 and at < len(surface):
        count -= len(fold(surface[at]))
        at += 1
        while at < len(surface) and not fold(surface[at]):
            at += 1
    return at


def tokens(source: str) -> Iterator[re.Match[str]]:
    """The words of `source`, and every punctuation mark as a word of its own."""
    return _TOKEN.finditer(source)
