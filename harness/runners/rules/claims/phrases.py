"""Noun phrases of sources: where the phrase after a cue ends, and where the one before it begins."""

from typing import Final

from harness.runners.rules.claims.cues import load_cues
from harness.runners.rules.claims.page import TIMES, Mention, Page
from harness.runners.rules.words.lexicon import word_class

COMMAS: Final = frozenset("،,؛;")
_ENDS: Final = frozenset("،,؛;:.؟!?()[]-–—…·ـ")
_LONGEST: Final = 22
_HEADS: Final = frozenset({"PERS", "ORG", "GPE"})
_SPEAKING: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "NORP"})
_APPOSITIONS: Final = frozenset({("OCC", "PERS"), ("PERS", "OCC"), ("NORP", "PERS"), ("LOC", "PERS")})


def phrase_end(page: Page, first: int, limit: int, *, strict: bool = False) -> int:
    """The word behind the noun phrase that begins at word `first`, at most `limit`; `first` where none begins.

    With `strict` nothing marks where the next phrase begins, so an indefinite noun after a name ends the phrase.
    """
    # `named` is the type of the name that the phrase has come to, empty after any other word.
    end, named, limit = first, "", min(limit, first + _LONGEST)
    while end < limit:
        mention = page.mentions.get(end)
        if mention is not None and _goes_on(mention, named, strict=strict):
            if mention.entity.type in TIMES:
                break
            end, named = min(mention.last, limit), mention.entity.type
        elif page.keys[end] in _ENDS:
            behind = _behind_aside(page, end, limit, named, strict=strict)
            if behind == end:
                break
            end = behind
        elif (
            (end > first and _looks_verbal(page, end))
            or _cannot_stand_inside(page, end, named)
            or (strict and not _belongs(page, end, first, named))
        ):
            break
        else:
            named = named if page.words[end].has_article else ""
            end += 1
    while end > first and page.keys[end - 1] in word_class("adjunct"):
        end -= 1
    return end


def _goes_on(mention: Mention, named: str, *, strict: bool) -> bool:
    """Whether a phrase that has come to a name of the type `named` goes on with the name `mention`."""
    if named and mention.proclitic[:1] in ("ل", "ب", "ك", "ف"):
        return False
    joined = mention.proclitic.startswith("و") or mention.entity.type in ("NORP", "OCC")
    return joined or not (strict and named in _HEADS)


def _behind_aside(page: Page, index: int, limit: int, named: str, *, strict: bool) -> int:
    """Behind what describes the source from the comma or bracket in word `index` on; `index` where nothing does."""
    comma = page.keys[index] in COMMAS
    if comma and not strict and page.keys[limit - 1] in COMMAS and index + 1 < limit - 1 <= index + 14:
        # The second comma stands right before whatever comes behind the phrase.
        word = page.words[index + 1]
        if word.letters and word.key not in word_class("adjunct") and not _is_verbal_cue(page, index + 1):
            type_ = page.type_at(index + 1)
            if word.has_article or (type_ and type_ not in TIMES):
                return limit - 1
    mention = page.mentions.get(index + 1)
    if comma and mention is not None and mention.last <= limit and not mention.proclitic:
        return mention.last if (named, mention.entity.type) in _APPOSITIONS else index
    return index


def _cannot_stand_inside(page: Page, index: int, named: str) -> bool:
    """Whether word `index` cannot stand inside a source that has come to a name of the type `named`."""
    key, before = page.keys[index], page.keys[index - 1] if index else ""
    if key == "في":
        occasion = page.key_at(index + 1) in word_class("occasion")
        return named == "PERS" or occasion or page.type_at(index + 1) in TIMES
    if (key == "من" and before == "كل") or (key == "عن" and "صادر" in before):
        return False
    if key in word_class("complement"):
        if named == "PERS":
            return key != "من" or not can_speak(page, index + 1, min(index + 2, len(page.keys)))
        # An unnamed person takes his place and body with him.
        return word_class("person").isdisjoint(page.keys[max(0, index - 4) : index])
    if key in word_class("adjunct") or key in word_class("that") or key in word_class("relative"):
        return True
    if _begins_adjunct(page, index):
        return True
    cue = load_cues().get(key)
    return cue is not None and cue.shape in ("past", "present") and cue.cut > 0


def _begins_adjunct(page: Page, index: int) -> bool:
    """Whether a preposition is written onto word `index`, so that it begins an adjunct."""
    key, mention = page.keys[index], page.mentions.get(index)
    if mention is None:
        return key[0] == "ب" and len(key) > 3 and key not in word_class("false_by")
    if not mention.proclitic.endswith(("ب", "ل")):
        return False
    # A body or its voice takes the name with it (التقرير الشهري لوزارة المالية).
    near = page.keys[max(0, index - 4) : index]
    return not any(word.removeprefix("ال") in word_class("body") and word not in word_class("person") for word in near)


def _belongs(page: Page, index: int, first: int, named: str) -> bool:
    """Whether word `index` belongs to the phrase from word `first`, where nothing marks its end."""
    word = page.words[index]
    if index == first:
        return word.has_article or word.key in word_class("body") or word.key in word_class("person")
    if index in page.mentions:
        return False
    if named:
        return word.has_article and named != "PERS" and word.key[0] != "و"
    before = page.words[index - 1]
    if before.has_article:
        return word.has_article and word.key[0] != "و"
    return word.has_article or before.key in word_class("body")


def phrase_start(page: Page, last: int, floor: int) -> int:
    """The word where the noun phrase that ends before word `last` begins, at least `floor`; `last` where none ends."""
    start, named = last, False
    while start > floor and last - start < _LONGEST:
        mention = page.endings.get(start)
        if mention is not None and mention.first >= floor:
            if mention.entity.type in TIMES:
                break
            start, named = mention.first, named or mention.entity.type in _HEADS
            if mention.proclitic and (page.keys[start][0] != "و" or start not in page.endings):
                break
        elif _extends(page, start - 1, last, named=named):
            start -= 1
            if page.keys[start][0] == "و" and page.words[start].has_article:
                break
        else:
            break
    return start


def _extends(page: Page, index: int, last: int, *, named: bool) -> bool:
    """Whether word `index` belongs to the phrase behind it, which ends before word `last`."""
    word = page.words[index]
    bare = word.key.removeprefix("ال")
    if word.key == "في":
        return index > 0 and page.keys[index - 1].removeprefix("ال") in word_class("person")
    if not (word.letters or word.key[0].isnumeric()) or word.key in word_class("not_in_subject"):
        return False
    if _is_verbal_cue(page, index) or _looks_verbal(page, index):
        return False
    if named:
        return bare in word_class("body") or bare in word_class("person")
    if word.key[0] in "بل" and word.has_article and bare == word.key:
        return False
    return last - index <= 6


def _is_verbal_cue(page: Page, index: int) -> bool:
    cue = load_cues().get(page.keys[index])
    return cue is not None and cue.shape != "noun" and page.keys[index] not in word_class("person")


def _looks_verbal(page: Page, index: int) -> bool:
    """Whether word `index` has the form of a present verb and is no name."""
    key = page.keys[index]
    return key[0] == "ي" and len(key) > 3 and index not in page.named and key not in word_class("false_present")


def can_speak(page: Page, first: int, last: int) -> bool:
    """Whether the words `first` to `last` name somebody who can be responsible for a statement."""
    for index in range(first, last):
        if page.type_at(index) in _SPEAKING:
            return True
        stems = (stem.key.removeprefix("ال") for stem in page.words[index].stems)
        if any(stem in word_class("body") or stem in word_class("person") for stem in stems):
            return True
    return False


def is_pronoun(page: Page, index: int) -> bool:
    """Whether word `index` is a personal pronoun, and not a name that folds to the same letters (آنا)."""
    return page.keys[index] in word_class("pronoun") and index not in page.named
