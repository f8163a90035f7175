"""Listed names and adjectives of nationality."""

from typing import Final

from harness.runners.rules.entities.chart import Chart, Found, has, is_definite, is_word
from harness.runners.rules.words.lexicon import Text, word_class

_LISTED: Final = ("GPE", "LOC", "ORG", "FAC", "EVENT", "LAW", "PRODUCT")
_SPEECH: Final = word_class("speech")
_CONTINENTS: Final = word_class("continent")
_ORDINARY: Final = frozenset({"function", "say", "noun", "month", "weekday", "deictic"})


def find_names(chart: Chart) -> None:
    """Put listed names on the chart: longest first, a name inside a name of the same type left out."""
    text = chart.text
    found = [
        Found(hit.first, hit.last, hit.cut, hit.tag, f"listed {hit.tag}") for hit in text.hits if hit.tag in _LISTED
    ]
    for index, tags in enumerate(text.tags):
        if not _ORDINARY.isdisjoint(tags):
            continue
        found += [Found(index, index + 1, tags[tag], tag, f"listed {tag}") for tag in _LISTED if tag in tags]
    chart.add(*_outermost(text, found))
    _find_adjectives(chart)


def _outermost(text: Text, found: list[Found]) -> list[Found]:
    """`found` without names that lie inside, or overlap, a longer one of their type."""
    kept: list[Found] = []
    taken: set[tuple[int, str]] = set()
    for one in sorted(found, key=lambda one: (one.first - one.last, one.first, one.cut)):
        words = {(index, one.type) for index in range(one.first, one.last)}
        if not words & taken or (one.type == "LOC" and _is_apart(text, one, kept)):
            kept.append(one)
            taken |= words
    return kept


def _is_apart(text: Text, inner: Found, kept: list[Found]) -> bool:
    """Whether a place inside a place stands for itself: آسيا of آسيا والمحيط الهادئ, not الخليج of الخليج العربي."""
    for outer in kept:
        if outer.type == "LOC" and outer.first <= inner.first and inner.last <= outer.last:
            joined = inner.last < outer.last and text.keys[inner.last].startswith("و")
            led = inner.first > outer.first and text.keys[inner.first].startswith("و")
            return joined or led or text.keys[inner.first] in _CONTINENTS
    return True


def _find_adjectives(chart: Chart) -> None:
    """Put adjectives and nouns of nationality on the chart."""
    text = chart.text
    inside = {
        index
        for one in chart.all()
        if one.type == "GPE" or one.rule == "listed LOC"
        for index in range(one.first + 1, one.last)
        if one.type == "GPE" or text.keys[index] == "اللاتينيه"
    }
    for index, tags in enumerate(text.tags):
        if index in inside:
            continue
        if "NORP" in tags and _is_language(text, index):
            chart.add(Found(index, index + 1, tags["NORP"], "LANGUAGE", "language"))
        elif "NORP" in tags:
            place = chart.longest(index, ("GPE", "LOC"))
            if place is not None and not (is_definite(text, index) and _after_definite(text, index)):
                continue
            if place is not None:
                chart.at[index].remove(place)
            end = index + 1
            if text.keys[index].removeprefix("ال").startswith("كوري") and has_compass(text, end):
                end += 1
            chart.add(Found(index, end, tags["NORP"], "NORP", "adjective"))
        elif "NORP?" in tags and chart.longest(index, ("GPE", "LOC")) is None:
            chart.add(Found(index, index + 1, tags["NORP?"], "NORP", "adjective?"))


def has_compass(text: Text, index: int) -> bool:
    """Whether word `index` is شمالي or جنوبي in any form."""
    key = text.keys[index] if index < len(text) else ""
    return key.removeprefix("ال").startswith(("شمالي", "جنوبي"))


def _after_definite(text: Text, index: int) -> bool:
    """Whether the word before is a definite feminine noun that السعودية may qualify."""
    return (
        index > 0
        and text.keys[index - 1].endswith("ه")
        and is_definite(text, index - 1)
        and not has(text, index - 1, "NORP")
    )


def _is_language(text: Text, index: int) -> bool:
    """Whether the adjective at `index` names a language: after اللغة, or with ب and no noun before it."""
    before = text.keys[index - 1] if index else ""
    if before in _SPEECH:
        return text.keys[index].endswith("ه")
    return has(text, index, "LANGUAGE?") and text.words[index].surface[0] == "ب" and is_word(text, index)
