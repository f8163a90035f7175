"""Single days, months and years: 31 يناير 2023, يوم الخميس, عام 2003, 150 ق.م., أمس."""

from typing import Final

from harness.runners.rules.entities.calendar import era_end, is_year, month_end, term_cut, term_end, which_end
from harness.runners.rules.entities.chart import has, stem_cut
from harness.runners.rules.words.lexicon import Text, keys

_SLASHES: Final = ("/", "-", "ـ", "–")
_AMBIGUOUS: Final = keys("verb-like-month")
_MONTH: Final = frozenset({"شهر"})
_NOUNS: Final = keys("day-noun")


def day_and_month(text: Text, index: int) -> tuple[int, int]:
    """31 يناير 2023, الحادي عشر من سبتمبر, 12/3/2006."""
    if text.keys[index].isdigit() and len(text.keys[index]) <= 2:
        end = month_end(text, index + 1)
        if end > index + 1:
            return end, 0
        return _slashed(text, index), 0
    end = term_end(text, index, "ordinal")
    if end > index:
        if has(text, end, "tens") and text.keys[end].startswith("و"):
            end += 1
        if end < len(text) and text.keys[end] == "من" and (after := month_end(text, end + 1)) > end + 1:
            return after, term_cut(text, index, "ordinal")
        if (after := month_end(text, end)) > end:
            return after, term_cut(text, index, "ordinal")
    return index, 0


def _slashed(text: Text, index: int) -> int:
    """The end of 12/3/2006 or 12 / 3; `index` where the figures are no date."""
    keys = text.keys[index : index + 5]
    if len(keys) == 5 and keys[1] == keys[3] and keys[1] in _SLASHES and keys[2].isdigit() and is_year(text, index + 4):
        return index + 5
    return index


def bare_year(text: Text, index: int) -> tuple[int, int]:
    """150 ق.م., 907 م."""
    if text.keys[index].isdigit() and len(text.keys[index]) <= 5 and (end := era_end(text, index + 1)) > index + 1:
        return end, 0
    return index, 0


def month_alone(text: Text, index: int) -> tuple[int, int]:
    """شهر فبراير الماضي, آذار 2023."""
    start = index
    if text.keys[index] in ("شهر", "شهري", "لشهر", "بشهر", "وشهر"):
        start = index + 1
        end = month_end(text, start)
        return (end, stem_cut(text, index, _MONTH)) if end > start else (index, 0)
    if (index, "month") in text.phrases or has(text, index, "month"):
        if text.keys[index] in _AMBIGUOUS and not is_year(text, index + 1) and not has(text, index + 1, "which"):
            return index, 0
        return month_end(text, index), term_cut(text, index, "month")
    return index, 0


def weekday(text: Text, index: int) -> tuple[int, int]:
    """يوم الخميس, غدا الأربعاء, يوم 21 فبراير."""
    start = index
    cut = text.tags[index].get("weekday", 0)
    noun = any(stem.key in _NOUNS for stem in text.words[index].stems)
    if noun or has(text, index, "deictic"):
        start, cut = index + 1, text.tags[index].get("deictic", text.tags[index].get("day", 0))
    if noun and has(text, start, "deictic") and text.keys[start] != "اليوم":
        start += 1
        if not has(text, start, "weekday"):
            return start, cut
    if noun and not has(text, start, "weekday"):
        end = day_and_month(text, start)[0] if start < len(text) else start
        return (end, cut) if end > start else (index, 0)
    if not has(text, start, "weekday"):
        return index, 0
    end = start + 1
    if text.tags[end].get("weekday") == 1 if end < len(text) else False:
        end += 1
    end = which_end(text, end)
    if end < len(text) and (after := day_and_month(text, end)[0]) > end:
        return after, cut
    return end, cut


def deictic(text: Text, index: int) -> tuple[int, int]:
    """أمس, أول أمس, غدا."""
    if (index, "deictic") in text.phrases:
        return text.phrases[index, "deictic"]
    if has(text, index, "deictic"):
        if text.keys[index] in ("الليله",):
            return index, 0
        return which_end(text, index + 1), text.tags[index]["deictic"]
    return index, 0


def numbered_year(text: Text, index: int) -> tuple[int, int]:
    """عام 2003, عامي 2000 و2001, سنة 622."""
    if not has(text, index, "year") or index + 1 >= len(text) or not text.keys[index + 1].isdigit():
        return index, 0
    if not is_year(text, index + 1) and era_end(text, index + 2) == index + 2:
        return index, 0
    end = index + 2
    if text.keys[end : end + 1] == ["و"] and is_year(text, end + 1):
        end += 2
    return era_end(text, end), text.tags[index]["year"]
