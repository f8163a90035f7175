"""How far a name reaches that begins with a common noun: وزارة الدفاع الروسية, رئيس مجلس إدارة بنك التنمية."""

from typing import Final

from harness.runners.rules.entities.chart import NAMES, Chart, has, is_definite, is_word, stops
from harness.runners.rules.words.lexicon import Text, keys

_TITLES: Final = ("alone", "rank", "honour", "peer")
_PORTFOLIOS: Final = keys("portfolio")
_LINKS: Final = keys("belonging")


def complement_end(chart: Chart, start: int, *, joined: bool = True, depth: int = 2) -> int:
    """The word behind the complement that begins at `start`; `start` where there is none.

    `joined`: whether a second complement may follow with و (والتعاون).
    """
    end = _first(chart, start, depth)
    if end == start:
        return start
    while True:
        further = _further(chart, end, joined=joined)
        if further == end:
            return end
        end = further


def _first(chart: Chart, start: int, depth: int) -> int:
    """The word behind the first noun of a complement."""
    text = chart.text
    name = chart.longest(start, NAMES)
    if name is not None and name.cut == 0:
        return name.last
    if stops(text, start) or _is_title(text, start):
        return start
    if is_definite(text, start):
        return start + 1
    if depth and _may_open(text, start):
        end = _first(chart, start + 1, depth - 1)
        return end if end > start + 1 else start
    return start


def _may_open(text: Text, index: int) -> bool:
    """Whether an indefinite noun may stand between the head and its definite complement."""
    key = text.keys[index]
    tags = text.tags[index]
    if any(cut > 0 for cut in tags.values()) or "NORP" in tags or "given" in tags or "family" in tags:
        return False
    return len(key) > 2 and not key.startswith("ال")


def _is_title(text: Text, index: int) -> bool:
    """Whether word `index` is a title that opens a mention of its own."""
    return (
        any(has(text, index, tag) for tag in _TITLES) and not has(text, index, "ADJ") and not has(text, index, "former")
    )


def _further(chart: Chart, end: int, *, joined: bool) -> int:
    """The word behind one more adjective or noun of the complement."""
    text = chart.text
    if end >= len(text) or stops(text, end) or has(text, end, "day"):
        return end
    if has(text, end, "NORP") and not has(text, end, "GPE"):
        return end + 1 if is_definite(text, end) else end
    if text.keys[end] in _LINKS:
        name = chart.longest(end + 1, NAMES)
        if name is not None:
            return name.last
        return end + 2 if end + 1 < len(text) and text.keys[end + 1].startswith("لل") else end
    if is_definite(text, end) and not _is_title(text, end) and chart.longest(end, ("GPE", "PERS")) is None:
        return end + 1
    if not joined or not text.keys[end].startswith("وال") or has(text, end, "NORP") or _is_title(text, end):
        return end
    return end + 1 if chart.longest(end, NAMES) is None else end


def to_institution(chart: Chart, end: int) -> int:
    """The word behind a complement joined by ل: للأمم المتحدة, لحلف شمال الأطلسي, لشؤون الشرق الأوسط."""
    text = chart.text
    if not is_word(text, end) or text.keys[end][0] != "ل":
        return end
    name = chart.longest(end, NAMES)
    if name is not None and name.cut == 1:
        return _affairs(chart, name.last)
    if text.tags[end].get("ORGHEAD") == 1 and (further := complement_end(chart, end + 1)) > end + 1:
        return _affairs(chart, further)
    if text.keys[end].startswith("لل") and not stops(text, end):
        return _affairs(chart, complement_tail(chart, end + 1))
    return _affairs(chart, end)


def _affairs(chart: Chart, end: int) -> int:
    """The word behind لشؤون الشرق الأوسط, للشؤون الخارجية والسياسة الأمنية, لحقوق الإنسان."""
    text = chart.text
    if end >= len(text) or text.keys[end] not in _PORTFOLIOS:
        return end
    further = complement_end(chart, end + 1)
    return further if further > end + 1 else end


def complement_tail(chart: Chart, end: int) -> int:
    """The word behind adjectives that follow a noun already taken."""
    while (further := _further(chart, end, joined=False)) > end:
        end = further
    return end
