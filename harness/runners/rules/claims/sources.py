"""The source of a cue: behind it, before it, or nowhere."""

from harness.runners.rules.claims.cues import Cue
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import COMMAS, can_speak, is_pronoun, phrase_end, phrase_start
from harness.runners.rules.words.lexicon import word_class


def find_source(page: Page, at: int, cue: Cue, opening: Opening, sentence: Range) -> Range | None:
    """The words of the source of the cue in word `at`, None where it has none."""
    if cue.shape == "participle":
        return None
    if at > sentence.first and is_pronoun(page, at - 1):
        return Range(at - 1, at)
    if cue.first_person:
        return None
    if not cue.suffixed or opening.stop > at + 2:
        behind = _behind(page, at, cue, opening)
        if behind is not None:
            return behind
    if cue.shape == "noun":
        return _quoted_by(page, at, sentence)
    if cue.cut:
        return None
    return _before(page, at, sentence)


def _behind(page: Page, at: int, cue: Cue, opening: Opening) -> Range | None:
    first, strict = at + 1, opening.kind in ("object", "clause", "quote")
    if cue.plural and not cue.suffixed:
        # A plural verb has its subject before it.
        return None
    end = phrase_end(page, first, opening.stop, strict=strict)
    return Range(first, end) if end > first else None


def _before(page: Page, at: int, sentence: Range) -> Range | None:
    last = at
    while last > sentence.first and page.keys[last - 1] in word_class("before_verb"):
        last -= 1
    if last > sentence.first and page.keys[last - 1] in word_class("relative"):
        last -= 1
        while last > sentence.first and page.keys[last - 1] in COMMAS:
            last -= 1
    first = phrase_start(page, last, sentence.first)
    if first == last or _governed(page, first, sentence.first):
        return None
    if not (can_speak(page, first, last) or (last - first <= 3 and page.forms[first].definite)):
        return None
    return Range(first, last)


def _governed(page: Page, first: int, floor: int) -> bool:
    """Whether a preposition takes the phrase at word `first`, so that it is no subject."""
    mention = page.mentions.get(first)
    if first > floor and page.keys[first - 1] in word_class("preposition") and not _followed_by_relative(page, first):
        return True
    if mention is None:
        return page.keys[first][:2] in ("بب", "لل") or (page.keys[first][0] == "ب" and not page.forms[first].definite)
    return False


def _followed_by_relative(page: Page, first: int) -> bool:
    relatives = word_class("relative")
    return any(key in relatives for key in page.keys[first : first + 14])


def _quoted_by(page: Page, at: int, sentence: Range) -> Range | None:
    """The source of قوله: the one reported behind عن or إلى."""
    if page.keys[at] not in word_class("said"):
        return None
    for index in range(at - 1, max(sentence.first, at - 14), -1):
        if page.keys[index] in ("عن", "الي", "علي"):
            end = phrase_end(page, index + 1, at)
            return Range(index + 1, end) if end > index + 1 else None
    return None
