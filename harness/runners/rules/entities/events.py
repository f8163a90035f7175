"""Conflicts, dated events and resolutions: الحرب في أوكرانيا, كأس العالم 2006, القرار 1701."""

from typing import Final

from harness.runners.rules.entities.chart import Chart, Found, has, is_definite
from harness.runners.rules.words.lexicon import keys

_AGAINST: Final = keys("against")


def find_conflict(chart: Chart, index: int) -> list[Found]:
    """الحرب في أوكرانيا, الصراع المستمر بين أوكرانيا وروسيا, الهجوم الروسي على كييف, هجمات 11 سبتمبر."""
    text = chart.text
    if not has(text, index, "CONFLICT"):
        return []
    end = index + 1
    while end < len(text) and is_definite(text, end) and chart.longest(end, ("GPE",)) is None:
        end += 1
    if end + 1 < len(text) and text.keys[end] in _AGAINST and (end - index) < 4:
        name = chart.longest(end + 1, ("GPE", "LOC"))
        definite = any(
            stem.key.startswith("ال") and stem.cut == text.tags[index]["CONFLICT"] for stem in text.words[index].stems
        )
        if name is None or name.cut or not (definite or text.keys[end] in ("علي", "بين")):
            return []
        last = name.last
        if (
            text.keys[end] == "بين"
            and last < len(text)
            and (other := chart.longest(last, ("GPE", "LOC")))
            and other.cut == 1
        ):
            last = other.last
        return [Found(index, last, text.tags[index]["CONFLICT"], "EVENT", f"conflict {text.keys[end]}")]
    date = chart.longest(index + 1, ("DATE",))
    if date is not None and date.cut == 0 and date.rule in ("day-month", "month") and text.keys[index + 1][0].isdigit():
        return [Found(index, date.last, text.tags[index]["CONFLICT"], "EVENT", "conflict and date")]
    return []


def find_dated(chart: Chart, index: int) -> list[Found]:
    """كأس العالم 2006: the year belongs to the name."""
    text = chart.text
    event = chart.longest(index, ("EVENT",)) if chart.at[index] else None
    if (
        event is None
        or event.last >= len(text)
        or not text.keys[event.last].isdigit()
        or len(text.keys[event.last]) != 4
    ):
        return []
    chart.at[index].remove(event)
    return [event._replace(last=event.last + 1, rule="event with year")]


def find_resolution(chart: Chart, index: int) -> list[Found]:
    """القرار 1701, قرار مجلس الأمن الدولي رقم 2231."""
    text = chart.text
    cut = next((stem.cut for stem in text.words[index].stems if stem.key in ("القرار", "قرار")), -1)
    if cut < 0:
        return []
    end = index + 1
    name = chart.longest(end, ("ORG",)) if end < len(text) else None
    if name is not None:
        end = name.last
    while end < len(text) and (text.keys[end] in ("رقم", "(") or has(text, end, "ADJ") or text.keys[end] == "الاممي"):
        end += 1
    if end < len(text) and text.keys[end].isdigit():
        return [Found(index, end + 1, cut, "LAW", "resolution")]
    return []
