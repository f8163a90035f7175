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
# In longer words a final ه is a pronoun (مسؤولياته), in shorter ones often part of the word.
_LONG: Final = 7
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
    begins with the article, not only with the same letters (ألكسندر). `has_article`: an article may stand in it, behind
    proclitics too (وللهند), and no pronoun ends it. `letters`: it is no number, no mark and no lone stretching stroke.
    """

    surface: str
    key: str
    stems: tuple[Stem, ...]
    run: str
    starts: tuple[tuple[int, int], ...]
    definite: bool
    has_article: bool = False
    letters: bool = False


def fold(text: str) -> str:
    """`text` for look-up: no marks, hamza carriers, ta marbuta and ya levelled, digits in ASCII, lower case."""
    return text.translate(_TABLE).replace(" ", "").lower()


def make_word(surface: str) -> Word:
    """The analysis of one surface form."""
    # A lone stretching stroke serves as a dash.
    key = fold(surface) or TATWEEL
    stems = tuple(_stems(surface, key))
    definite = len(key) > 4 and key.startswith(_ARTICLE) and surface[0] in "اٱ" and not _FALSE_ARTICLE.match(key)
    # A noun bears an article or a pronoun, never both: of التزامها the first letters are part of the noun.
    possessed = surface.endswith(("ها", "هم", "هما")) or (len(surface) > _LONG and surface[-1] == "ه")
    has_article = not possessed and any(len(stem.key) > 4 and stem.key.startswith(_ARTICLE) for stem in stems)
    letters = key[0].isalpha() and key != TATWEEL
    opened = _OPENED.match(key)
    if opened is None:
        run, starts = key, {len(key) - len(stem.key): stem.cut for stem in reversed(stems)}
    else:
        preposition = opened.end(1)
        cut = width(surface, preposition + 1)
        run = f"{key[:preposition]}لال{key[preposition + 2 :]}"
        # Of لالصين: the preposition, the article, and a noun without article that itself begins with ل (للجنة).
        starts = {0: 0, preposition: width(surface, preposition), preposition + 1: cut, preposition + 2: cut}
    return Word(surface, key, stems, run, tuple(starts.items()), definite, has_article, letters)


def _stems(surface: str, key: str) -> Iterator[Stem]:
    """The whole word, then what remains after each stack of proclitics that leaves two letters or more.

    Every possible cut, plausible or not: the word lists decide which of the remainders is a word.
    """
    yield Stem(0, key)
    if len(key) < 3 or not "\u0621" <= key[0] <= "\u064a":
        return
    conjunction = int(key[0] in "وف")
    if conjunction:
        yield Stem(width(surface, 1), key[1:])
    rest = key[conjunction:]
    if len(rest) < 3 or rest[0] not in "بلك":
        return
    cut = width(surface, conjunction + 1)
    if rest.startswith("لل"):
        yield Stem(cut, "ا" + rest[1:])
        yield Stem(cut, _ARTICLE + rest[1:])
    yield Stem(cut, rest[1:])


def width(surface: str, count: int) -> int:
    """How many characters of `surface` its first `count` letters take, marks and tatweel included."""
    if _PLAIN.fullmatch(surface):
        return count
    end = 0
    while count > 0 and end < len(surface):
        count -= len(fold(surface[end]))
        end += 1
        while end < len(surface) and not fold(surface[end]):
            end += 1
    return end


def tokens(source: str) -> Iterator[re.Match[str]]:
    """The words of `source`, and every punctuation mark as a word of its own."""
    return _TOKEN.finditer(source)
