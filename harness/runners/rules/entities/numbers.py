"""Numbers in digits and words, and the amounts they count: money, percentages, quantities, durations."""

from harness.runners.rules.entities.chart import Chart, Found, bare, has, is_word
from harness.runners.rules.words.lexicon import Text

_WORDS = ("unit", "tens", "scale", "teen", "vague", "fraction", "one")
_OPENERS = frozenset(_WORDS)
_UNITS = (("currency", "MONEY"), ("measure", "QUANTITY"), ("hour", "TIME"), ("day", "DATE"))


def find_numbers(chart: Chart) -> None:
    """Put numbers and amounts on the chart."""
    text, index, size = chart.text, 0, len(chart.text.words)
    listed = {start for start, _ in text.phrases}
    while index < size:
        if index not in listed and _OPENERS.isdisjoint(text.tags[index]) and not text.keys[index][0].isdigit():
            index += 1
            continue
        found = _amount(text, index)
        if found is None:
            index += 1
            continue
        chart.add(found)
        index = max(found.last, index + 1)


def number_end(text: Text, start: int) -> int:
    """The word behind the number that begins at `start`; `start` itself where none does."""
    end = _step(text, start)
    while end > start:
        further = _scale(text, end)
        if further == end and _joined(text, end):
            further = _step(text, end)
        if further == end:
            break
        end = further
    return end


def _step(text: Text, index: int) -> int:
    """The word behind one numeral at `index`."""
    if index >= len(text):
        return index
    for tag in ("vague", "teen", "fraction"):
        if (index, tag) in text.phrases:
            return text.phrases[index, tag][0]
    if text.keys[index][0].isdigit() or any(tag in text.tags[index] for tag in _WORDS):
        return index + 1
    return index


def _scale(text: Text, index: int) -> int:
    """The word behind a thousand, million … that multiplies the number before it."""
    return index + 1 if bare(text, index, "scale") or bare(text, index, "tenth") else index


def _joined(text: Text, index: int) -> bool:
    """Whether word `index` is a numeral joined by و."""
    return index < len(text) and text.keys[index][0] == "و" and any(text.tags[index].get(tag) == 1 for tag in _WORDS)


def _amount(text: Text, start: int) -> Found | None:
    """The number at `start` with its unit."""
    end = number_end(text, start)
    if end == start:
        return None
    cut = max((text.tags[start].get(tag, 0) for tag in _WORDS), default=0)
    if (end, "percent") in text.phrases:
        return Found(start, text.phrases[end, "percent"][0], cut, "PERCENT", "percent")
    if has(text, end, "percent"):
        return Found(start, end + 1, cut, "PERCENT", "percent")
    for tag, kind in _UNITS:
        unit = end + 1 if end + 1 < len(text) and text.keys[end] == "من" and start < end and tag == "currency" else end
        if bare(text, unit, tag) and not (tag == "day" and has(text, unit, "fraction")):
            return Found(start, _unit_end(text, unit, tag), cut, kind, f"number+{tag}")
    if end < len(text) and text.keys[end] in "$€£¥":
        return Found(start, end + 1, cut, "MONEY", "number+sign")
    if start and text.keys[start - 1] in "$€£¥":
        return Found(start - 1, end, 0, "MONEY", "number+sign")
    return _plain(text, start, end, cut)


def _unit_end(text: Text, unit: int, tag: str) -> int:
    """The word behind a unit and its adjectives."""
    end = unit + 1
    if tag == "currency":
        while has(text, end, "NORP") or (is_word(text, end) and text.keys[end] in ("استرليني", "اميركي")):
            end += 1
    elif tag == "measure":
        while bare(text, end, "measured"):
            end += 1
    elif tag in ("day", "hour"):
        while bare(text, end, "which") and text.keys[end].startswith("ال"):
            end += 1
    return end


def _plain(text: Text, start: int, end: int, cut: int) -> Found | None:
    """A number that counts no unit."""
    key = text.keys[start]
    if any("قرار" in text.keys[at] for at in range(max(0, start - 3), start)) and key.isdigit():
        return Found(start, end, cut, "CARDINAL", "number of a resolution")
    if end == start + 1 and key.isdigit() and len(key) == 4 and 1700 <= int(key) <= 2100 and not is_counted(text, end):
        return Found(start, end, 0, "DATE", "year")
    if (
        key in ("نصف", "ربع", "لنصف", "لربع", "ثمن")
        and end < len(text)
        and text.keys[end].endswith(("نهايي", "النهايي"))
    ):
        return None
    if has(text, start, "one") and end == start + 1:
        if end < len(text) and text.keys[end] in ("من", "منهم", "منها", "منهما", "تلو"):
            return None
        return Found(start, end, cut, "CARDINAL", "one")
    rule = "digits" if key[0].isdigit() else "number-words"
    return Found(start, end, cut, "CARDINAL", rule)


def is_counted(text: Text, index: int) -> bool:
    """Whether word `index` is a noun that the number before it may count."""
    return has(text, index, "noun")
