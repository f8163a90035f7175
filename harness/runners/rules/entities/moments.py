"""One date or one time of day at a given word."""

from collections.abc import Callable
from typing import Final

from harness.runners.rules.entities import days, periods
from harness.runners.rules.entities.calendar import term_cut, term_end
from harness.runners.rules.entities.chart import Found, has, is_word, stem_cut
from harness.runners.rules.words.lexicon import Text, keys

_ADVERBS: Final = keys("hour")
_HANDS: Final = frozenset({"الساعه", "الدقيقه"})
_CLOCK: Final = keys("clock")


_DATES: Final[tuple[tuple[str, Callable[[Text, int], tuple[int, int]]], ...]] = (
    ("day-month", days.day_and_month),
    ("weekday", days.weekday),
    ("numbered-year", days.numbered_year),
    ("era", days.bare_year),
    ("one-day", periods.single),
    ("month", days.month_alone),
    ("period", periods.period),
    ("deictic", days.deictic),
    ("span", periods.span_end),
    ("decade", periods.decade),
    ("feast", periods.feast),
)


def read_date(text: Text, index: int) -> list[Found]:
    """A date that begins at `index`, in a list; an empty list where there is none."""
    for rule, read in _DATES:
        end, cut = read(text, index)
        if end > index:
            return [Found(index, end, cut, "DATE", rule)]
    return []


def read_time(text: Text, index: int) -> list[Found]:
    """A time of day with the date it holds."""
    if text.keys[index] in _CLOCK:
        return _clock(text, index)
    start = term_end(text, index, "daytime")
    cut = term_cut(text, index, "daytime") if start > index else 0
    if text.keys[index] == "بعد" and text.keys[index + 1 : index + 2] == ["ظهر"]:
        start = index + 2
    if start == index:
        return []
    inner = read_date(text, start) if start < len(text) else []
    if inner:
        return [Found(index, inner[0].last, cut, "TIME", "daytime"), inner[0]]
    return []


def _clock(text: Text, index: int) -> list[Found]:
    end = index + 1
    while end < len(text) and (text.keys[end][0].isdigit() or has(text, end, "ordinal") or text.keys[end] == ":"):
        end += 1
    if end == index + 1:
        return []
    while has(text, end, "fraction") or has(text, end, "daytime") or (end < len(text) and text.keys[end] in _ADVERBS):
        end += 1
    if text.keys[end : end + 1] == ["بتوقيت"] and is_word(text, end + 1):
        end += 2
    return [Found(index, end, stem_cut(text, index, _HANDS), "TIME", "clock")]
