"""Contents without complementizer or quotation marks: a noun phrase, or a clause right behind the source."""

from typing import Final

from harness.runners.rules.claims.cues import Cue
from harness.runners.rules.claims.openings import Opening, is_aside, is_complementizer
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import COMMAS, phrase_end
from harness.runners.rules.words.lexicon import word_class

_FEELING: Final = 3
_BY_REACH: Final = 8
_SHORTEST_CLAUSE: Final = 3
_SPEAKERS: Final = frozenset({"PERS", "OCC", "ORG", "GPE"})


def open_behind_preposition(page: Page, at: int, index: int, cue: Cue) -> Opening | None:
    """The content behind the preposition in word `index` of the cue in word `at`, None where it is not the cue's."""
    if index + 1 >= len(page.keys) or not cue.takes & {"object", "needs"}:
        return None
    ahead = next((one for one in range(index + 1, min(index + 5, len(page.keys))) if _marks(page, one)), 0)
    between = page.keys[index + 1 : ahead] if ahead else ()
    if ahead and (not between or (between[0] in word_class("feeling") and len(between) <= _FEELING)):
        return Opening("that", ahead + 1, index, mark=ahead)
    stop = phrase_end(page, at + 1, index + 1, strict=True)
    near = index <= stop or page.keys[stop] in COMMAS or is_aside(page, stop)
    return Opening("object", index + 1, index) if near or "needs" in cue.takes else None


def open_object(page: Page, at: int, cue: Cue, limit: int) -> Opening | None:
    """A noun phrase as content: the accused or described, what stands behind ب, or what follows the source."""
    first = at + 1
    stop = first if cue.suffixed and not _speaks(page, first) else phrase_end(page, first, limit, strict=True)
    if stop >= limit:
        return None
    if cue.kind in ("accuse", "describe") and not cue.suffixed:
        # With one noun phrase before the predicate (وصف الاتفاق بأنه), that phrase is the object.
        start = first if page.keys[stop] in word_class("that_by") or _by(page, stop) else stop
        return Opening("object", start, start)
    if "ب" in cue.prepositions:
        index = next((one for one in range(stop, min(stop + _BY_REACH, limit)) if _by(page, one)), 0)
        return Opening("object", index, index, cut=1) if index else None
    if cue.prepositions and cue.prepositions[0] not in ("عن", "علي"):
        return None
    index = stop
    while index < limit and is_aside(page, index):
        index += 1
    return Opening("object", index, stop) if index < limit and page.forms[index].letters else None


def open_clause(page: Page, at: int, cue: Cue, limit: int) -> Opening | None:
    """Speech without complementizer or quotation marks, right behind the source."""
    if page.keys[at][cue.cut :] not in word_class("bare"):
        return None
    stop = phrase_end(page, at + 1, limit, strict=True)
    if limit - stop < _SHORTEST_CLAUSE or not page.forms[stop].letters:
        return None
    return Opening("clause", stop, stop)


def _marks(page: Page, index: int) -> bool:
    return is_complementizer(page.keys[index])


def _speaks(page: Page, index: int) -> bool:
    """Whether the name of somebody who can speak begins in word `index`."""
    mention = page.mentions.get(index)
    return mention is not None and mention.entity.type in _SPEAKERS


def _by(page: Page, index: int) -> bool:
    """Whether the preposition ب is written onto word `index`."""
    key, mention = page.keys[index], page.mentions.get(index)
    if key[0] != "ب" or key in word_class("by_letter") or is_complementizer(key):
        return False
    return mention is None or mention.entity.start != page.begins[index]
