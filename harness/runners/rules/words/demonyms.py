"""Adjectives of nationality in all their forms, listed or derived from the name of a place."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harness.runners.rules.words.lexicon import rows

_ENDINGS: Final = ("", "ة", "ون", "ين", "ان", "ات", "تين", "تان", "ا")
_ENDINGS_PLAIN: Final = ("", "ة", "ون", "ين", "ات")


def demonyms(countries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(form, tag) for every form of every adjective, with and without the article.

    The tag is NORP, or NORP? for adjectives that are more often something else.
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
    endings = _ENDINGS if adjective.endswith("ي") else _ENDINGS_PLAIN
    for ending in endings:
        yield f"{adjective}{ending}"
        if ending != "ا":
            yield f"ال{adjective}{ending}"
