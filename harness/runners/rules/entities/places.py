"""Places named with a common noun: بلدة X, مسجد X, وسط وشرق أوروبا."""

from typing import Final

from harness.runners.rules.entities.chart import NAMES, Chart, Found, has, is_word
from harness.runners.rules.words.lexicon import keys

CONTINENTS: Final = keys("continent")


def find_place(chart: Chart, index: int) -> list[Found]:
    """بلدة X, مخيم X: an unknown word after a kind of place is its name."""
    text = chart.text
    if not has(text, index, "GPEHEAD") or not is_word(text, index + 1) or text.tags[index + 1]:
        return []
    if (
        text.keys[index] in ("المدينه", "العاصمه", "مركز", "منطقه", "عاصمه")
        or chart.longest(index + 1, NAMES | {"NORP"}) is not None
    ):
        return []
    if text.words[index + 1].definite and text.keys[index + 1].endswith(("يه", "ي")):
        return []
    return [Found(index + 1, index + 2, 0, "GPE", "after kind of place")]


def find_named(chart: Chart, index: int) -> list[Found]:
    """شركة X, مسجد X, جبل X: unknown words after a head; the head of a body stays outside."""
    text = chart.text
    if not is_word(text, index + 1) or text.tags[index + 1] or text.words[index + 1].definite:
        return []
    end = index + 2
    while end < index + 4 and is_word(text, end) and not text.tags[end] and not text.words[end].definite:
        end += 1
    last = end if end < index + 4 else index + 2
    if text.keys[index + 1].endswith(("ه", "ات", "ا")) or text.keys[index + 1][0] in "وليف":
        return []
    for kind in ("FAC", "LOC"):
        if has(text, index, f"{kind}HEAD") and has(text, index, "NAMED") and chart.longest(index, (kind,)) is None:
            return [Found(index, last, text.tags[index]["NAMED"], kind, f"unknown after {kind}")]
    if has(text, index, "GENERIC"):
        return [Found(index + 1, last, 0, "ORG", "unknown after ORG")]
    return []


def find_region(chart: Chart, index: int) -> list[Found]:
    """وسط وشرق أوروبا, شمال شرق سوريا: direction and continent."""
    text = chart.text
    if not has(text, index, "DIRECTION") or has(text, index - 1, "DIRECTION"):
        return []
    if chart.longest(index, ("GPE", "LOC")) is not None:
        return []
    end = index + 1
    while has(text, end, "DIRECTION"):
        end += 1
    name = chart.longest(end, ("LOC",)) if end < len(text) else None
    # جنوب أفريقيا alone is the country.
    if end == index + 1 and text.keys[end - 1].endswith("جنوب") and text.keys[end : end + 1] == ["افريقيا"]:
        return []
    if name is None or name.cut or text.keys[end] not in CONTINENTS or name.last != end + 1:
        return []
    for row in range(index + 1, end):
        chart.at[row] = [one for one in chart.at[row] if one.type != "LOC"]
    return [Found(index, name.last, text.tags[index]["DIRECTION"], "LOC", "direction and continent")]
