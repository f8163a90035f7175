"""Names of persons: by given name, by title, by shape, and by having been named in full before."""

import re
from functools import lru_cache
from typing import Final

from harness.runners.rules.entities.chart import Chart, Found, has, is_word, stem_cut
from harness.runners.rules.entities.name_parts import FOREIGN, NAMED, is_ordinary, may_be_name, name_end
from harness.runners.rules.words.lexicon import Text, word_class

_TOLD: Final = word_class("told")
_COMPLEMENTIZERS: Final = word_class("complementizer")
_SERVANT: Final = word_class("servant")
_SERVANT_OF: Final = frozenset({"عبد"})
_KUNYA: Final = word_class("kunya")
# What no name of a person begins inside of, where it has several words.
_CLOSED: Final = frozenset({"OCC", "DATE", "TIME", "MONEY", "GPE", "LOC", "ORG", "FAC"})
_OPENERS: Final = frozenset({"given", "family", "syllable"})
_SOUNDS: Final = str.maketrans("جقڤپچ", "غغفبغ")


def find_persons(chart: Chart) -> None:
    """Put persons on the chart, taking away what only seemed to be something else inside them."""
    text, index, size = chart.text, 0, len(chart.text.words)
    titled = {one.last for one in chart.all() if one.type == "OCC"}
    closed = (one for one in chart.all() if one.type == "OCC" or (one.type in _CLOSED and one.last > one.first + 1))
    covered = {index for one in closed for index in range(one.first, one.last)}
    while index < size:
        found = None
        if index not in covered and is_word(text, index) and (index in titled or _may_open(text, index)):
            found = _after_title(chart, index, titled) or _person(chart, index)
        if found is not None:
            _claim(chart, found)
        index = index + 1 if found is None else max(found.last, index + 1)
    _repeat(chart)


def _may_open(text: Text, index: int) -> bool:
    """Whether a name may begin at `index` for what the word is or for what stands before it."""
    tags, key = text.tags[index], text.keys[index]
    if not _OPENERS.isdisjoint(tags) or key in _SERVANT or key in _KUNYA:
        return True
    if not index:
        return False
    before = text.tags[index - 1]
    return text.keys[index - 1] in _TOLD or "honour" in before or ("NORP" in before and not tags)


def _claim(chart: Chart, found: Found) -> None:
    """Put a person on the chart; what lies inside goes."""
    for row in range(found.first, found.last):
        chart.at[row] = [one for one in chart.at[row] if one.last > found.last or one.type in ("OCC", "EVENT", "LAW")]
    chart.add(found)


def _after_title(chart: Chart, index: int, titled: set[int]) -> Found | None:
    """Whatever may be a name after an office, a title or السيد."""
    if index not in titled and not has(chart.text, index - 1, "honour"):
        return None
    end = name_end(chart, index)
    rule = "after title" if index in titled else "after honour"
    return Found(index, end, 0, "PERS", rule) if end > index else None


def _person(chart: Chart, index: int) -> Found | None:
    """A name that a word of the lists opens, or that its place betrays."""
    text, tags = chart.text, chart.text.tags[index]
    end = name_end(chart, index)
    if "given" in tags and "function" not in tags and end > index:
        if end > index + 1:
            return Found(index, end, tags["given"], "PERS", "given name+")
        if index and text.keys[index - 1] in _TOLD:
            return Found(index, end, tags["given"], "PERS", "given name after verb")
    if tags.get("syllable") == 0 and "function" not in tags and end > index + 1:
        return Found(index, end, 0, "PERS", "syllables")
    if "family" in tags and not is_ordinary(tags):
        return Found(index, index + 1, tags["family"], "PERS", "family name")
    if _is_servant(text, index):
        return Found(index, max(index + 2, end), stem_cut(text, index, _SERVANT_OF), "PERS", "servant of")
    if text.keys[index] in _KUNYA and may_be_name(text, index + 1, first=False):
        return Found(index, max(index + 2, end), 0, "PERS", "kunya")
    return _by_shape(chart, index) or _after_nationality(chart, index)


def _by_shape(chart: Chart, index: int) -> Found | None:
    """Unknown words after a verb of saying, in particular where a complementizer follows."""
    text = chart.text
    if not (index and text.keys[index - 1] in _TOLD):
        return None
    end = name_end(chart, index)
    if end == index or end - index > 3:
        return None
    if end < len(text) and (text.keys[end] in _COMPLEMENTIZERS or text.keys[end] in '(:"“«'):
        return Found(index, end, 0, "PERS", "between verb and that")
    if any(FOREIGN.search(text.keys[at]) for at in range(index, end)):
        return Found(index, end, 0, "PERS", "after verb, foreign")
    return None


def _after_nationality(chart: Chart, index: int) -> Found | None:
    """المفتش الأميركي X Y: words that are not in any list, after a definite adjective of nationality."""
    text = chart.text
    if not (index and has(text, index - 1, "NORP") and text.words[index - 1].definite) or text.tags[index]:
        return None
    if text.keys[index - 1].endswith(("ين", "ون")):
        return None
    end = name_end(chart, index)
    plain = all(not text.tags[at] or not NAMED.isdisjoint(text.tags[at]) for at in range(index, end))
    if end - index in (2, 3) and plain and not text.words[end - 1].definite:
        return Found(index, end, 0, "PERS", "after nationality")
    return None


def _is_servant(text: Text, index: int) -> bool:
    """Whether عبد and one of the names of God begin a given name here."""
    if text.keys[index] not in _SERVANT or index + 1 >= len(text):
        return False
    return text.words[index + 1].definite or has(text, index + 1, "link")


def _repeat(chart: Chart) -> None:
    """Later and earlier bare mentions of whoever is named in full somewhere in the text."""
    text = chart.text
    known: set[str] = set()
    for one in chart.all():
        if one.type == "PERS" and one.last - one.first > 1 and not has(text, one.last - 1, "link"):
            known.add(_spelling(text.keys[one.last - 1]))
    if not known:
        return
    taken = {index for one in chart.all() if one.type == "PERS" for index in range(one.first, one.last)}
    for index in range(len(text)):
        if index in taken or not is_word(text, index) or is_ordinary(text.tags[index]):
            continue
        for stem in text.words[index].stems:
            if len(stem.key) > 1 and _spelling(stem.key) in known:
                _claim(chart, Found(index, index + 1, stem.cut, "PERS", "named before"))
                break


@lru_cache(maxsize=1 << 16)
def _spelling(key: str) -> str:
    """`key` with the spellings of one foreign sound made one."""
    return re.sub("نج$|نغ$", "ن", key).translate(_SOUNDS)
