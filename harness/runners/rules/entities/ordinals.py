"""Ordinal numbers: الأولى, ثاني, الثامن والثلاثين, ثانيا."""

from harness.runners.rules.entities.chart import Chart, Found, has
from harness.runners.rules.words.lexicon import Text


def find_ordinals(chart: Chart) -> None:
    """Put ordinals on the chart."""
    text = chart.text
    listed = {start for start, _ in text.phrases}
    for index, tags in enumerate(text.tags):
        if not tags and index not in listed:
            continue
        if (index, "ordinal") in text.phrases:
            end, cut = text.phrases[index, "ordinal"]
            _drop_numbers(chart, index + 1, end)
            chart.add(Found(index, end, cut, "ORDINAL", "ordinal"))
        elif has(text, index, "ordinal") and text.keys[index - 1 : index] not in (["ناحيه"], ["جهه"], ["مره"]):
            end = _end(text, index + 1)
            _drop_numbers(chart, index + 1, end)
            chart.add(Found(index, end, text.tags[index]["ordinal"], "ORDINAL", "ordinal"))
        elif has(text, index, "adverb"):
            chart.add(Found(index, index + 1, text.tags[index]["adverb"], "ORDINAL", "ordinal adverb"))


def _end(text: Text, end: int) -> int:
    """The word behind the tens that follow with و."""
    if end < len(text) and text.keys[end] in ("عشر", "عشره"):
        return end + 1
    return end + 1 if has(text, end, "tens") and text.keys[end].startswith("و") else end


def _drop_numbers(chart: Chart, first: int, last: int) -> None:
    """Take away the cardinals that are the tens of an ordinal."""
    for row in range(first, last):
        chart.at[row] = [one for one in chart.at[row] if one.type != "CARDINAL"]
