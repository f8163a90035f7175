"""Calendar expressions on the chart: single dates, and dates made of others (نهاية العام, الربع الثاني من عام 2006)."""

from functools import lru_cache
from typing import Final

from harness.runners.rules.entities.chart import Chart, Found, has
from harness.runners.rules.entities.moments import read_date, read_time
from harness.runners.rules.entities.periods import DECADE, span_end
from harness.runners.rules.words.lexicon import Text, keys
from harness.runners.rules.words.words import Word

_PARTS: Final = keys("part")
_LITERAL: Final = keys("dated")
_FEW: Final = keys("few")
_OPENERS: Final = frozenset(
    {
        "month",
        "hijri",
        "weekday",
        "deictic",
        "this",
        "day",
        "year",
        "span",
        "ordinal",
        "daytime",
        "hour",
        "unit",
        "feast",
    }
)
_COUNTED: Final = frozenset({"number+day", "number+hour", "number+currency", "number+measure", "percent"})
_REPLACED: Final = frozenset(
    {"year", "digits", "number-words", "one", "ordinal", "number+day", "number+hour", "deictic", "number+currency"}
)
_WHOLES: Final = frozenset({"period", "numbered-year", "month", "day-month", "decade", "feast"})


def find_dates(chart: Chart) -> None:
    """Put dates and times on the chart, in place of plain numbers that are part of them."""
    text, index, size = chart.text, 0, len(chart.text.words)
    listed = {start for start, _ in text.phrases}
    while index < size:
        if index not in listed and not _may_open(text, index):
            index += 1
            continue
        counted = [one.last for one in chart.at[index] if one.rule in _COUNTED]
        found = read_time(text, index) or _wide_date(text, index)
        if not found or (counted and found[0].last <= max(counted)):
            index = max([index + 1, *counted])
            continue
        for row in range(found[0].first, found[0].last):
            chart.at[row] = [one for one in chart.at[row] if one.rule not in _REPLACED]
        chart.add(*found)
        index = max(found[0].last, index + 1)


def _may_open(text: Text, index: int) -> bool:
    """Whether a date may begin with word `index`."""
    return not _OPENERS.isdisjoint(text.tags[index]) or _opens(text.words[index])


@lru_cache(maxsize=1 << 17)
def _opens(word: Word) -> bool:
    """Whether a date may begin with `word`, by the word alone."""
    return word.key[0].isdigit() or any(
        stem.key in _PARTS or stem.key in _LITERAL or DECADE.match(stem.key) is not None for stem in word.stems
    )


def _wide_date(text: Text, index: int) -> list[Found]:
    """A date with what precedes it (نهاية العام) or what it is part of (الربع الثاني من عام 2006)."""
    key = text.keys[index]
    cut = next((stem.cut for stem in text.words[index].stems if stem.key in _PARTS), -1)
    if cut >= 0 and index + 1 < len(text):
        inner = read_date(text, index + 1)
        if inner and inner[0].cut == 0 and (inner[0].rule in _WHOLES or key in ("نهار", "نفس")):
            return [Found(index, inner[0].last, cut, "DATE", "part of a period")]
        if key in ("نفس", "بنفس", "ونفس") and has(text, index + 1, "day") and text.keys[index + 1].startswith("ال"):
            return [Found(index, index + 2, cut, "DATE", "part of a period")]
    if key in _FEW and has(text, index + 1, "span"):
        return [Found(index, span_end(text, index + 1)[0], 0, "DATE", "few")]
    found = read_date(text, index) or _fraction(text, index)
    if found and found[0].last + 1 < len(text) and text.keys[found[0].last] == "من":
        whole = read_date(text, found[0].last + 1)
        if whole and whole[0].rule in _WHOLES and found[0].rule in ("period", "month", "fraction", "day-month", "span"):
            return [found[0]._replace(last=whole[0].last, rule="period of a period")]
    return [one for one in found if one.rule != "fraction"]


def _fraction(text: Text, index: int) -> list[Found]:
    """السادس من, النصف الثاني من: only as the head of a period."""
    if has(text, index, "ordinal"):
        return [Found(index, index + 1, text.tags[index]["ordinal"], "DATE", "fraction")]
    return []
