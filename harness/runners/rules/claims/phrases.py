"""Noun phrases of sources: where the phrase after a cue ends, and where the one before it begins."""

from typing import Final

from harness.runners.rules.claims.cues import load_cues
from harness.runners.rules.claims.page import TIMES, Mention, Page
from harness.runners.rules.words.lexicon import word_class

COMMAS: Final = frozenset("،,؛;")
DASHES: Final = frozenset("-–—ـ")
_ENDS: Final = frozenset("،,؛;:.؟!?()[]-–—…·")
_LONGEST: Final = 22
_HEADS: Final = frozenset({"PERS", "ORG", "GPE"})
_NOT_VERBAL: Final = frozenset({"يومية", "يوميه", "يسار", "يمين", "يساريون", "ياباني", "يهودي"})
_SPEAKING: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "NORP"})


def phrase_end(page: Page, first: int, limit: int, *, strict: bool = False) -> int:
    """The word behind the noun phrase that begins at word `first`, at most `limit`; `first` where none begins.

    With `strict` nothing marks where the next phrase begins, so an indefinite noun after a name ends the phrase.
    """
    at, named, limit = first, "", min(limit, first + _LONGEST)
    while at < limit:
        mention = _joined(page, at, named, strict=strict)
        if mention is not None:
            if mention.entity.type in TIMES:
                break
            at, named = min(mention.last, limit), mention.entity.type
            continue
        if page.keys[at] in _ENDS:
            end = _apposition(page, at, limit, named) if strict else _aside(page, at, limit, named)
            if end == at:
                break
            at = end
        elif _closes(page, at, first, named) or (strict and not _continues(page, at, first, named)):
            break
        else:
            named = named if page.forms[at].definite else ""
            at += 1
    while at > first and page.keys[at - 1] in word_class("adjunct"):
        at -= 1
    return at


def phrase_start(page: Page, last: int, floor: int) -> int:
    """The word where the noun phrase that ends before word `last` begins, at least `floor`; `last` where none ends."""
    at, named = last, False
    while at > floor and last - at < _LONGEST:
        mention = page.closings.get(at)
        if mention is not None and mention.first >= floor:
            if mention.entity.type in TIMES:
                break
            at, named = mention.first, named or mention.entity.type in _HEADS
            if mention.entity.start > page.begins[at] and (page.keys[at][0] != "و" or at not in page.closings):
                break
            continue
        if not _extends(page, at - 1, last, named=named):
            break
        at -= 1
        if page.forms[at].joined and page.forms[at].definite:
            break
    return at


def can_speak(page: Page, first: int, last: int) -> bool:
    """Whether the words `first` to `last` name somebody who can be responsible for a statement."""
    for index in range(first, last):
        mention = page.mentions.get(index)
        if mention is not None and mention.entity.type in _SPEAKING:
            return True
        if any(key in word_class("body") or key in word_class("person") for key in page.forms[index].stems):
            return True
    return False


def is_pronoun(page: Page, at: int) -> bool:
    """Whether word `at` is a personal pronoun, and not a name that folds to the same letters (آنا)."""
    return page.keys[at] in word_class("pronoun") and at not in page.covered


def _extends(page: Page, at: int, last: int, *, named: bool) -> bool:
    """Whether word `at` belongs to the phrase behind it."""
    key, word = page.keys[at], page.forms[at]
    if key == "في":
        return at > 0 and page.keys[at - 1].removeprefix("ال") in word_class("person")
    if not key[0].isalnum() or key == "·" or key in word_class("stop_left"):
        return False
    if _is_cue(page, at) or _looks_verbal(page, at):
        return False
    bare = key.removeprefix("ال")
    if named:
        return bare in word_class("body") or bare in word_class("person")
    if key[0] in "بل" and word.definite and bare == key:
        return False
    return last - at <= 6


def _is_cue(page: Page, at: int) -> bool:
    cue = load_cues().get(page.keys[at])
    return cue is not None and cue.shape != "noun" and page.keys[at] not in word_class("person")


def _joined(page: Page, at: int, named: str, *, strict: bool) -> Mention | None:
    """The name that continues the phrase at word `at`."""
    mention = page.mentions.get(at)
    if mention is None:
        return None
    cut = page.source[page.begins[at] : mention.entity.start]
    if cut[:1] in ("ل", "ب", "ك", "ف") and named:
        return None
    if strict and named in _HEADS and not cut.startswith("و") and mention.entity.type not in ("NORP", "OCC"):
        return None
    return mention


def _stops(page: Page, at: int, named: str) -> bool:
    """Whether word `at` cannot stand inside a source."""
    if page.keys[at] == "من" and named == "PERS" and can_speak(page, at + 1, min(at + 2, len(page.keys))):
        return False
    keys = page.keys
    key = keys[at]
    if key == "في":
        after = keys[at + 1] if at + 1 < len(keys) else ""
        return (
            named == "PERS" or after in word_class("occasion") or (at + 1 in page.mentions and _is_time(page, at + 1))
        )
    if (key == "من" and at and keys[at - 1] == "كل") or (key == "عن" and "صادر" in keys[at - 1]):
        return False
    if key in ("من", "باسم", "عن", "بين"):
        return named == "PERS" or not _indefinite(page, at)
    if key in word_class("adjunct") or key in word_class("that") or key in word_class("relative") or _bound(page, at):
        return True
    cue = load_cues().get(key)
    return cue is not None and cue.shape in ("past", "present") and cue.cut > 0


def _closes(page: Page, at: int, first: int, named: str) -> bool:
    """Whether the phrase from word `first` ends before word `at`."""
    return (at > first and _looks_verbal(page, at)) or _stops(page, at, named)


def _looks_verbal(page: Page, at: int) -> bool:
    """Whether word `at` has the form of a present verb and is no name."""
    key = page.keys[at]
    return key[0] == "ي" and len(key) > 3 and at not in page.covered and key not in _NOT_VERBAL


def _bound(page: Page, at: int) -> bool:
    """Whether a preposition is written onto word `at`, so that it begins an adjunct."""
    key, mention = page.keys[at], page.mentions.get(at)
    if mention is not None:
        return page.source[page.begins[at] : mention.entity.start].endswith(("ب", "ل")) and not _bodily(page, at)
    return key[0] == "ب" and len(key) > 3 and key not in word_class("by_letter")


def _bodily(page: Page, at: int) -> bool:
    """Whether a body or its voice stands right before word `at` (التقرير الشهري لوزارة المالية)."""
    return any(
        page.keys[one].removeprefix("ال") in word_class("body") and page.keys[one] not in word_class("person")
        for one in range(max(0, at - 4), at)
    )


def _is_time(page: Page, at: int) -> bool:
    return page.mentions[at].entity.type in TIMES


def _indefinite(page: Page, at: int) -> bool:
    """Whether the phrase before word `at` is headed by an unnamed person, who takes his place and body with him."""
    people = word_class("person")
    return any(page.keys[one] in people for one in range(max(0, at - 4), at))


def _continues(page: Page, at: int, first: int, named: str) -> bool:
    """Whether word `at` belongs to a phrase that nothing closes."""
    word = page.forms[at]
    if at in page.mentions and at > first:
        return False
    if at == first:
        return word.definite or word.key in word_class("body") or word.key in word_class("person")
    if named:
        return word.definite and named != "PERS" and not word.joined
    before = page.forms[at - 1]
    if before.definite:
        return word.definite and not word.joined
    return word.definite or before.key in word_class("body")


def _apposition(page: Page, at: int, limit: int, named: str) -> int:
    """Behind an apposition that begins with the comma or bracket at `at`; `at` where there is none."""
    mention = page.mentions.get(at + 1)
    if page.keys[at] in COMMAS and mention is not None and mention.last <= limit and not _cut(page, mention):
        kind = mention.entity.type
        if (named, kind) in (("OCC", "PERS"), ("PERS", "OCC"), ("NORP", "PERS"), ("LOC", "PERS")):
            return mention.last
    return at


def _aside(page: Page, at: int, limit: int, named: str) -> int:
    """Behind whatever stands between the comma at `at` and one right before `limit`, if it describes the source."""
    key = page.keys[at + 1] if at + 1 < limit else "في"
    closed = page.keys[limit - 1] in COMMAS and page.keys[at] in COMMAS and at + 1 < limit - 1 <= at + 14
    if closed and page.forms[at + 1].letters and key not in word_class("adjunct") and not _is_cue(page, at + 1):
        mention = page.mentions.get(at + 1)
        if page.forms[at + 1].definite or (mention is not None and mention.entity.type not in TIMES):
            return limit - 1
    return _apposition(page, at, limit, named)


def _cut(page: Page, mention: Mention) -> bool:
    return mention.entity.start > page.begins[mention.first]
