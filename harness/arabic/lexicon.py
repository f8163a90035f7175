"""What is known of Arabic words: common words and names as data, and the endings they take.

`words.tsv` holds common words; those of kind `function` and `head` begin with a letter that could be a proclitic and
is none. `names.tsv` holds single words of names; CLDR adds countries, languages and currencies.
"""

import csv
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from harness.arabic.normalize import Normalizer

FOLDED: Final = Normalizer()
# Hamza kept: كأس is a word, كاس would be.
SPELLED: Final = Normalizer(alef=False)
# ة counts as ه in a folded word.
_ENDINGS: Final = frozenset(
    {"ه", "ها", "هم", "هن", "هما", "نا", "ي", "ك", "كم", "ا", "ان", "ين", "ون", "ات", "تان", "تين"}
    | {"يه", "يين", "يون", "يات", "وا", "ت"}
)
_NISBA: Final = ("ي", "يا", "يه", "يين", "يون", "يان", "يات", "يتين")


class Knowledge(IntEnum):
    """What the lexicons know of a word."""

    NONE = 0
    WITH_AN_ENDING = 1
    LISTED = 2


def weigh(word: str) -> Knowledge:
    """What is known of `word`, however it is spelled."""
    folded = FOLDED.fold(word)
    if folded in _words() or folded in _names():
        return Knowledge.LISTED
    if any(stem in _words() for stem in _stems(folded)) or any(stem in _peoples() for stem in _bare(folded)):
        return Knowledge.WITH_AN_ENDING
    return Knowledge.NONE


def is_name(word: str) -> bool:
    """Whether `word` is known as a name and as nothing else."""
    folded = FOLDED.fold(word)
    return folded in _names() and folded not in _words()


def may_be_name(word: str) -> bool:
    """Whether `word` is known as a name, whatever else it may be."""
    return FOLDED.fold(word) in _names()


def is_function_word(word: str) -> bool:
    """Whether `word` is a particle, or a preposition with a pronoun (لها), which nothing is cut from."""
    return FOLDED.fold(word) in _words("function")


def is_spelled(word: str) -> bool:
    """Whether a common word is spelled so, hamza and all: كأس, but not وأحد."""
    return any(form in _spelled() for form in (word, *_stems(word)))


def _bare(word: str) -> Iterator[str]:
    """`word` without each ending of a nisba it may carry."""
    return (word.removesuffix(ending) for ending in _NISBA if word.endswith(ending))


def _stems(word: str) -> Iterator[str]:
    """`word` without each ending it may carry, three letters or more."""
    for length in (1, 2, 3):
        stem = word[:-length]
        if len(stem) >= 3 and word[-length:] in _ENDINGS:
            yield stem
            # The ta marbuta opens before an ending.
            if stem[-1] == "ت":
                yield stem[:-1] + "ه"


@cache
def _words(kind: str = "") -> frozenset[str]:
    """Common words, folded: those of one kind, or all."""
    return frozenset(FOLDED.fold(row["word"]) for row in _rows("words.tsv") if row["kind"] == (kind or row["kind"]))


@cache
def _spelled() -> frozenset[str]:
    """Common words with their hamza kept."""
    return frozenset(SPELLED.fold(row["word"]) for row in _rows("words.tsv"))


@cache
def _names() -> frozenset[str]:
    """The single words of known names, folded: our own list, and what CLDR calls countries, languages and money."""
    return frozenset(FOLDED.fold(name) for name in (*(row["word"] for row in _rows("names.tsv")), *_cldr()))


@cache
def _peoples() -> frozenset[str]:
    """Names as they stand before the ending of a nisba: بريطان of بريطانيا, برازيل of البرازيل."""
    bare = {name.removeprefix("ال") for name in _names()}
    return frozenset(stem for name in bare for end in ("يا", "ا", "ه", "") if len(stem := name.removesuffix(end)) > 3)


def _rows(file: str) -> list[dict[str, str]]:
    """The rows of a lexicon."""
    text = (files("harness.arabic") / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def _cldr() -> Iterator[str]:
    """The words of CLDR's Arabic names of territories, languages, currencies, months and days."""
    from babel import Locale

    locale: Any = Locale("ar")
    groups: tuple[Mapping[object, str], ...] = (
        locale.territories,
        locale.languages,
        locale.currencies,
        locale.months["format"]["wide"],
        locale.days["format"]["wide"],
    )
    for group in groups:
        for name in group.values():
            for place, word in enumerate(name.split()):
                # A later word with و is joined to the one before: البوسنة والهرسك.
                if word.isalpha() and len(word) > 2 and not (place and word.startswith("و")):
                    yield word
