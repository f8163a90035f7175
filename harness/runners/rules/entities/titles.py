"""Titles and offices: الرئيس الروسي, نائب وزير الخارجية, الأمين العام للأمم المتحدة."""

from harness.runners.rules.entities.chart import NAMES, Chart, Found, has, is_definite
from harness.runners.rules.entities.phrases import complement_end, to_institution
from harness.runners.rules.words.lexicon import Text

_HEADS = frozenset({"alone", "rank", "office", "peer"})


def find_titles(chart: Chart) -> None:
    """Put titles and offices on the chart. Those that need a name beside them carry a rule that ends in "?"."""
    text, index, size = chart.text, 0, len(chart.text.words)
    listed = {start for start, tag in text.phrases if tag in _HEADS}
    while index < size:
        if index not in listed and _HEADS.isdisjoint(text.tags[index]):
            index += 1
            continue
        found = _office(chart, index) or _alone(chart, index) or _peer(chart, index)
        if found is None:
            index += 1
            continue
        chart.add(found)
        inner = _inner(chart, found)
        chart.add(*inner)
        index = max(found.last, index + 1)


def _head(text: Text, index: int, tag: str) -> tuple[int, int] | None:
    """(word behind a head with `tag`, characters cut before it)."""
    if (index, tag) in text.phrases:
        return text.phrases[index, tag]
    return (index + 1, text.tags[index][tag]) if has(text, index, tag) else None


def _adjectives(text: Text, end: int) -> tuple[int, bool]:
    """The word behind the adjectives of a definite title, and whether one is a nationality."""
    national = False
    while end < len(text) and is_definite(text, end):
        if has(text, end, "NORP") or has(text, end, "NORP?"):
            national = True
        elif not (has(text, end, "former") or has(text, end, "ADJ") or _is_relational(text, end)):
            break
        end += 1
        if end < len(text) and text.keys[end].removeprefix("ال") in ("شمالي", "جنوبي") and national:
            end += 1
    return end, national


def _is_relational(text: Text, index: int) -> bool:
    """Whether word `index` is an adjective such as القانوني, and no name."""
    key = text.keys[index]
    return key.endswith(("ي", "يه")) and has(text, index, "common") and not has(text, index, "given")


def _alone(chart: Chart, index: int) -> Found | None:
    """A definite title with its adjectives."""
    text = chart.text
    for tag in ("alone", "rank"):
        head = _head(text, index, tag)
        if head is None:
            continue
        end, national = _adjectives(text, head[0])
        further = to_institution(chart, end)
        if further > end and tag == "alone":
            return Found(index, further, head[1], "OCC", "title+institution")
        rule = "title+nationality" if national and tag == "alone" else f"{tag}?"
        if head[0] > index + 1 and not national:
            rule = "fixed title"
        return Found(index, end, head[1], "OCC", rule)
    return None


def _reach(chart: Chart, end: int) -> int:
    """The word behind what may follow an office's complement: another institution, the place of accreditation."""
    further = to_institution(chart, end)
    if further == end and end < len(chart.text) and chart.text.keys[end] in ("لدي", "باسم"):
        name = chart.longest(end + 1, NAMES)
        further = name.last if name is not None else complement_end(chart, end + 1)
        return further if further > end + 1 else end
    return further


def _office(chart: Chart, index: int) -> Found | None:
    """An office in construct state with its complement."""
    text = chart.text
    head = _head(text, index, "office")
    if head is None:
        return None
    if has(text, index, "given") and any(one.type == "OCC" and one.last == index for one in chart.all_before(index)):
        return None
    end = complement_end(chart, head[0])
    if end == head[0]:
        return None
    if has(text, index, "group") and chart.longest(head[0], ("GPE",)) is None:
        return None
    end = _reach(chart, end)
    while end < len(text) and is_definite(text, end) and has(text, end, "former"):
        end += 1
    national = any(has(text, at, "NORP") for at in range(head[0], end))
    return Found(index, end, head[1], "OCC", "office+nationality" if national else "office+complement")


def _peer(chart: Chart, index: int) -> Found | None:
    """نظيره الصيني."""
    text = chart.text
    if not has(text, index, "peer"):
        return None
    end, national = _adjectives(text, index + 1)
    return Found(index, end, text.tags[index]["peer"], "OCC", "peer+nationality" if national else "peer?")


def _inner(chart: Chart, outer: Found) -> list[Found]:
    """The office that a deputy's office holds."""
    text = chart.text
    if not has(text, outer.first, "deputy") and (outer.first, "deputy") not in text.phrases:
        return []
    start = outer.first + 1
    head = _head(text, start, "office") if start < outer.last else None
    if head is None or head[1] or head[0] >= outer.last:
        return []
    return [Found(start, outer.last, 0, "OCC", "office inside office")]
