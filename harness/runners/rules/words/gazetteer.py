"""The one lexicon of the rules: world names from CLDR, our own lists, and what can be derived from both."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from harness.runners.rules.words.lexicon import Lexicon, build, rows

if TYPE_CHECKING:
    from babel import Locale

# Lists whose terms are names, each known in all its spellings, and lists whose terms are taken as they stand.
_NAMES: Final = ("places", "organizations", "events", "names")
_LISTS: Final = ("words", "vocabulary", "titles", "heads", "numerals")
_WITH_ARTICLE: Final = {"one", "unit", "tens", "scale", "vague", "fraction", "ordinal", "measure", "day", "hour"}
# CLDR lists these as territories; they are groups, or ordinary words.
_NOT_COUNTRIES: Final = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "HK", "MO"}
# Of our own places only the first are countries, from whose names adjectives are derived.
_COUNTRIES: Final = 250
_ENDINGS: Final = ("", "ة", "ون", "ين", "ان", "ات", "تين", "تان", "ا")
_ENDINGS_PLAIN: Final = ("", "ة", "ون", "ين", "ات")


@cache
def lexicon() -> Lexicon:
    """The lexicon, built once a process."""
    return build(_entries())


def _entries() -> Iterator[tuple[str, str]]:
    """All (term, tag) pairs."""
    from babel import Locale

    locale = Locale("ar")
    countries = list(_territories(locale))
    yield from ((name, "GPE") for name in countries)
    # Other names of months and weekdays are our own list.
    yield from ((name, "month") for name in locale.months["format"]["wide"].values())
    yield from ((name, "weekday") for name in locale.days["format"]["wide"].values())
    # A currency with years in its name is history.
    currencies = (name for name in locale.currencies.values() if not re.search(r"\d", name))
    yield from ((name, "currency") for name in _without_remarks(currencies))
    yield from ((name, "LANGUAGE?") for name in _without_remarks(locale.languages.values()))
    for file in _NAMES:
        for tag, terms in rows(file):
            yield from ((spelling, tag) for term in terms for spelling in variants(term))
    for file in _LISTS:
        for tag, terms in rows(file):
            yield from ((term, tag) for term in terms)
            if tag in _WITH_ARTICLE:
                yield from ((f"ال{term}", tag) for term in terms)
    countries += [term for tag, terms in rows("places") if tag == "GPE" for term in terms][:_COUNTRIES]
    yield from demonyms(name for name in countries if " " not in name)


def _territories(locale: "Locale") -> Iterator[str]:
    """Territories of the world as CLDR names them in Arabic."""
    named = locale.territories.items()
    return _without_remarks(name for code, name in named if code.isalpha() and code not in _NOT_COUNTRIES)


def _without_remarks(names: Iterable[str]) -> Iterator[str]:
    """`names` without remarks in brackets."""
    return (re.sub(r"\s*\(.*\)", "", name) for name in names)


def variants(name: str) -> Iterator[str]:
    """`name`, and the other spellings of its foreign g."""
    yield name
    if "غ" in name and len(name) > 4:
        yield name.replace("غ", "ج")
        yield name.replace("غ", "ق")
    if name.endswith("نغ"):
        yield name[:-1]


def demonyms(countries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(form, tag) for every form of every adjective of nationality, listed or derived, with and without the article.

    The tag is NORP, or NORP? for adjectives that are more often something else; LANGUAGE? for names of languages.
    """
    listed = dict(rows("demonyms"))
    refused, doubtful = set(listed["NOT"]), set(listed["MAYBE"])
    adjectives: dict[str, tuple[str, ...]] = {}
    for entry in listed["NORP"]:
        adjective, *broken = entry.split("/")
        adjectives[adjective] = (*adjectives.get(adjective, ()), *broken)
    for name in countries:
        adjectives.setdefault(derive(name), ())
    for adjective, plurals in adjectives.items():
        if adjective not in refused:
            tag = "NORP?" if adjective in doubtful else "NORP"
            yield from ((form, tag) for form in forms(adjective))
            yield from ((f"{article}{plural}", tag) for plural in plurals for article in ("", "ال"))
    yield from ((term, "LANGUAGE?") for term in listed["LANGUAGE"])


def derive(name: str) -> str:
    """The adjective of a place: روسيا → روسي, المغرب → مغربي, فرنسا → فرنسي, سورية → سوري."""
    stem = re.sub("^ال", "", name)
    stem = re.sub("(?<=..)(?:يا|ية|ا|ة|و|ى|ي)$", "", stem)
    return f"{stem}ي"


def forms(adjective: str) -> Iterator[str]:
    """Gender, number, case and definiteness of an adjective: روسي → الروسية, روسيون, الروسيين, روسيا."""
    for ending in _ENDINGS if adjective.endswith("ي") else _ENDINGS_PLAIN:
        yield f"{adjective}{ending}"
        if ending != "ا":
            yield f"ال{adjective}{ending}"
