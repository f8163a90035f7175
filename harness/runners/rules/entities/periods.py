"""Stretches of time: هذا العام, السنوات الثلاث الأخيرة, يومين, القرن العشرين, التسعينيات."""

import re
from typing import Final

from harness.runners.rules.entities.calendar import era_end, term_end, which_end
from harness.runners.rules.entities.chart import bare, has, is_word
from harness.runners.rules.words.lexicon import Text, keys

DECADE: Final = re.compile("(?:ال)?(?:عشرين|ثلاثين|اربعين|خمسين|ستين|سبعين|ثمانين|تسعين)(?:يات|ات)$")
_OWN: Final = keys("own")
_SINGLE: Final = keys("single")
_SINCE: Final = keys("since")
_COMPARED: Final = keys("measure-of")


def period(text: Text, index: int) -> tuple[int, int]:
    """هذا العام, العام الماضي, السنوات الثلاث الأخيرة, القرن العشرين."""
    if text.keys[index] in _OWN and has(text, index + 1, "ordinal"):
        return index + 2, 0
    start = index + 1 if has(text, index, "this") else index
    if not has(text, start, "day") or not _is_definite_stem(text, start):
        return index, 0
    end = start + 1
    while has(text, end, "unit") and text.keys[end].startswith("ال"):
        end += 1
    after = which_end(text, end)
    if text.keys[start].endswith(("القرن", "لقرن")) and after == end:
        after = century_end(text, end)
    if start > index:
        return after, text.tags[index]["this"]
    return (after, text.tags[index]["day"]) if after > start + 1 else (index, 0)


def century_end(text: Text, end: int) -> int:
    """The word behind the number of a century."""
    for tag in ("ordinal", "tens"):
        if (after := term_end(text, end, tag)) > end:
            if (has(text, after, "tens") and text.keys[after].startswith("و")) or (
                after < len(text) and text.keys[after] in ("عشر", "عشره")
            ):
                after += 1
            return era_end(text, after)
    return era_end(text, end + 1) if end < len(text) and text.keys[end].isdigit() else end


def _is_definite_stem(text: Text, index: int) -> bool:
    word, cut = text.words[index], text.tags[index].get("day", 0)
    return any(stem.cut == cut and stem.key.startswith("ال") for stem in word.stems)


def span_end(text: Text, index: int) -> tuple[int, int]:
    """يومين, سنوات: a dual or a plural alone."""
    if has(text, index, "span") and text.tags[index]["span"] < 2:
        end = index + 1
        while bare(text, end, "which") and not text.keys[end].startswith("الا"):
            end += 1
        return end, text.tags[index]["span"]
    return index, 0


def single(text: Text, index: int) -> tuple[int, int]:
    """منذ أسبوع, أكثر من شهر, يوما واحدا: one unit, with no numeral."""
    if text.keys[index] not in _SINGLE:
        return index, 0
    end = index + 1
    if has(text, end, "one"):
        return end + 1, 0
    before = text.keys[index - 1] if index else ""
    compared = before == "من" and index > 1 and text.keys[index - 2] in _COMPARED
    closed = end == len(text) or not is_word(text, end) or has(text, end, "function") or has(text, end, "which")
    return (end, 0) if closed and (before in _SINCE or compared) else (index, 0)


def decade(text: Text, index: int) -> tuple[int, int]:
    """التسعينيات, ثمانينيات القرن الماضي."""
    for stem in text.words[index].stems:
        if DECADE.match(stem.key):
            end = index + 1
            if end < len(text) and text.keys[end] == "القرن":
                end = which_end(text, end + 1)
                end = century_end(text, end)
            return end, stem.cut
    return index, 0


def feast(text: Text, index: int) -> tuple[int, int]:
    """رأس السنة الجديدة, عيد الفطر."""
    return text.phrases.get((index, "feast"), (index, 0))
