"""The one lexicon of the rules: world names from CLDR, our own lists, and what can be derived from both."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from harness.runners.rules.words.demonyms import demonyms
from harness.runners.rules.words.lexicon import Lexicon, build, rows
from harness.runners.rules.words.words import fold

if TYPE_CHECKING:
    from babel import Locale

_TYPES: Final = ("places", "organizations", "events")
_LISTS: Final = ("words", "vocabulary", "names", "titles", "heads", "numerals")
# Latin, or Greek by way of Latin, g is written with any of these; a name listed once is known in all spellings.
_SPELLINGS: Final = (("غ", "ج"), ("نغ", "نق"), ("إي", "اي"))
_WITH_ARTICLE: Final = {"one", "unit", "tens", "scale", "vague", "fraction", "ordinal", "measure", "day", "hour"}
# CLDR lists these as territories; they are groups, or ordinary words.
_NOT_COUNTRIES: Final = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "HK", "MO"}


@cache
def lexicon() -> Lexicon:
    """The lexicon, built once a process."""
    return build(_entries())


def _entries() -> Iterator[tuple[str, str]]:
    """All (term, tag) pairs."""
    yield from ((name, "GPE") for name in _territories())
    yield from _calendar()
    yield from ((name, "currency") for name in _currencies())
    yield from ((name, "LANGUAGE?") for name in _plain(_locale().languages.values()))
    for name in _TYPES:
        yield from _spelled(name)
    for term, tag in demonyms(_countries()):
        yield term, tag
    for name in _LISTS:
        for tag, terms in rows(name):
            for term in terms:
                yield term, tag
                if tag in _WITH_ARTICLE:
                    yield f"ال{term}", f"{tag}"
    for tag, terms in rows("names"):
        for term in terms:
            yield from ((variant, tag) for variant in variants(term))


def _spelled(name: str) -> Iterator[tuple[str, str]]:
    """The entries of a list of names, each in its spellings."""
    for tag, terms in rows(name):
        for term in terms:
            yield from ((variant, tag) for variant in variants(term))


def variants(name: str) -> Iterator[str]:
    """`name`, and the other spellings of its foreign g."""
    yield name
    if "غ" in name and len(name) > 4:
        yield name.replace("غ", "ج")
        yield name.replace("غ", "ق")
    if name.endswith("نغ"):
        yield name[:-1]


def _locale() -> "Locale":
    from babel import Locale

    return Locale("ar")


def _territories() -> Iterator[str]:
    """Territories of the world as CLDR names them in Arabic."""
    named = _locale().territories.items()
    return _plain(name for code, name in named if code.isalpha() and code not in _NOT_COUNTRIES)


def _calendar() -> Iterator[tuple[str, str]]:
    """Months and weekdays as CLDR names them; their other names are our own list."""
    locale = _locale()
    yield from ((name, "month") for name in locale.months["format"]["wide"].values())
    yield from ((name, "weekday") for name in locale.days["format"]["wide"].values())


def _currencies() -> Iterator[str]:
    """Currencies as CLDR names them (درهم إماراتي), those in use: a name with years in it is history."""
    return _plain(name for name in _locale().currencies.values() if not re.search(r"\d", name))


def _plain(names: Iterable[str]) -> Iterator[str]:
    """`names` without remarks in brackets."""
    return (re.sub(r"\s*\(.*\)", "", name) for name in names)


def _countries() -> Iterable[str]:
    """Names of one word from which an adjective may be derived."""
    listed = [term for tag, terms in rows("places") if tag == "GPE" for term in terms]
    return [name for name in (*_territories(), *listed[:250]) if " " not in fold(name) and " " not in name]
