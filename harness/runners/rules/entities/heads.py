"""Names that a common noun opens: bodies, events, laws, buildings, landscapes."""

from typing import Final

from harness.runners.rules.entities.chart import Chart, Found, bare, has, is_definite
from harness.runners.rules.entities.events import find_conflict, find_dated, find_resolution
from harness.runners.rules.entities.phrases import complement_end, to_institution
from harness.runners.rules.entities.places import find_named, find_place, find_region
from harness.runners.rules.words.lexicon import Text, keys, rows

_CONSTRUCT: Final = ("ORG", "EVENT", "LAW", "FAC", "LOC")
# Names that are ordinary words or names of places; only after a head are they bodies.
_OWN: Final = ("MEDIANAME", "BODYNAME", "CLUB")
_NEWS: Final = keys("news")
_OPEN_QUOTES: Final = "\"“«'"
_CLOSE_QUOTES: Final = "\"”»'"
_HEADS: Final = frozenset(tag for tag, _ in rows("heads")) - {"ADJ"}


def find_headed(chart: Chart) -> None:
    """Put names with a common noun as head on the chart."""
    text = chart.text
    for index, tags in enumerate(text.tags):
        if chart.at[index]:
            chart.add(*find_dated(chart, index))
        if _HEADS.isdisjoint(tags) and not text.keys[index].endswith("قرار"):
            continue
        chart.add(
            *_national(chart, index), *_construct(chart, index), *_media(chart, index), *find_resolution(chart, index)
        )
        chart.add(*find_place(chart, index), *_team(chart, index), *find_region(chart, index))
        chart.add(*find_conflict(chart, index), *find_named(chart, index))


def _national(chart: Chart, index: int) -> list[Found]:
    """القوات الروسية, البنك المركزي الأوروبي, الحرب الأهلية السورية."""
    text = chart.text
    for tag, kind in (("ARMED", "ORG"), ("EVENTDEF", "EVENT"), ("LOCDEF", "LOC"), ("STATEDEF", "GPE")):
        if not has(text, index, tag):
            continue
        end, national = index + 1, False
        while end < len(text) and is_definite(text, end):
            if has(text, end, "NORP") or has(text, end, "NORP?"):
                if text.keys[end].endswith(("ين", "ون")) or text.keys[end] == "العرب":
                    break
                national = True
            elif not has(text, end, "ADJ"):
                break
            end += 1
        if tag == "ARMED" and (_is_inside(chart, index) or chart.longest(index, ("GPE", "ORG")) is not None):
            return []
        if national:
            if tag == "ARMED":
                end = to_institution(chart, end)
            return [Found(index, end, text.tags[index][tag], kind, f"national {tag}")]
    return []


def _is_inside(chart: Chart, index: int) -> bool:
    """Whether the noun at `index` only completes a body named before it: وزارة الخارجية, هيئة الإذاعة."""
    text = chart.text
    if text.keys[index].endswith("الخارجيه") and (has(text, index - 1, "office") or _is_spokesman(text, index - 2)):
        return True
    return has(text, index - 1, "ORGHEAD") and text.tags[index]["ARMED"] == 0 and not is_definite(text, index - 1)


def _is_spokesman(text: Text, index: int) -> bool:
    """Whether الناطق باسم or المتحدث باسم stands at `index`, definite and therefore an office."""
    return has(text, index, "alone") and text.keys[index + 1 : index + 2] == ["باسم"]


def _construct(chart: Chart, index: int) -> list[Found]:
    """وزارة الدفاع الروسية, حرب أوكرانيا, قانون العقوبات, مطار بيروت الدولي."""
    text = chart.text
    for kind in _CONSTRUCT:
        tag = f"{kind}HEAD"
        if not has(text, index, tag):
            continue
        end = complement_end(chart, index + 1, joined=kind == "ORG", depth=1)
        if end == index + 1:
            continue
        if any((one.last >= end and one.type == kind) or one.type == kind == "ORG" for one in chart.at[index]):
            continue
        if kind == "ORG" and has(text, index, "GENERIC") and any(has(text, index + 1, tag) for tag in _OWN):
            continue
        if kind == "ORG" and has(text, index, "GENERIC") and chart.longest(index + 1, ("ORG", "PERS")) is not None:
            continue
        return [Found(index, end, text.tags[index][tag], kind, _rule(text, index, tag))]
    return []


def _rule(text: Text, index: int, tag: str) -> str:
    """The name of the rule: each head noun is a rule of its own, since their worth differs."""
    cut = text.tags[index][tag]
    key = next(stem.key for stem in text.words[index].stems if stem.cut == cut)
    return f"{tag} {key}"


def _media(chart: Chart, index: int) -> list[Found]:
    """صحيفة "X", وكالة تاس: the name alone, in quotation marks or listed as one that needs its head."""
    text = chart.text
    if not (has(text, index, "MEDIA") or has(text, index, "GENERIC")) or index + 1 >= len(text):
        return []
    start = index + 2 if text.keys[index + 1] in _NEWS else index + 1
    quoted = start < len(text) and text.keys[start] in _OPEN_QUOTES
    start += quoted
    if bare(text, start, "MEDIANAME") or bare(text, start, "BODYNAME"):
        return [Found(start, start + 1, 0, "ORG", "medium after head")]
    if quoted and has(text, index, "MEDIA"):
        for end in range(start + 1, min(start + 6, len(text))):
            if text.keys[end] in _CLOSE_QUOTES:
                return [Found(start, end, 0, "ORG", "quoted medium")]
    return []


def _team(chart: Chart, index: int) -> list[Found]:
    """نادي X, فريق X: a club that shares its name with a city."""
    text = chart.text
    if has(text, index, "TEAM") and bare(text, index + 1, "CLUB"):
        return [Found(index + 1, index + 2, 0, "ORG", "club after head")]
    return []
