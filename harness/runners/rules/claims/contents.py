"""Where the content of a cue begins: at a complementizer, a quotation, a preposition, or right behind the source."""

from typing import Final

from harness.arabic.quotations import MARKS
from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.nominals import open_behind_preposition, open_clause, open_object
from harness.runners.rules.claims.openings import Opening, is_aside, is_complementizer
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import COMMAS, phrase_end
from harness.runners.rules.claims.speech import behind_quotation, is_name, open_report, open_speech
from harness.runners.rules.words.lexicon import word_class

_REACH: Final = 30
# Praise and blame are claims only where a quotation follows at once.
_QUOTE_REACH: Final = 10
_QUOTE_ONLY: Final = frozenset({"quote"})
_BURDEN_REACH: Final = 9
_BURDEN: Final = ("مسوولي", "مسيولي")


def find_opening(page: Page, at: int, cue: Cue, sentence: Range) -> Opening | None:
    """The content that the cue in word `at` opens to its right, None where it opens none."""
    limit = min(sentence.last, at + 1 + (_QUOTE_REACH if cue.takes == _QUOTE_ONLY else _REACH))
    if "report" in cue.takes:
        return open_report(page, at, limit)
    if "burden" in cue.takes and not _burdens(page, at):
        return None
    found = _scan(page, at, cue, limit)
    if found is not None:
        return found
    takes_object = "object" in cue.takes or (cue.suffixed and "suffix" in cue.takes)
    if takes_object and cue.shape != "noun":
        return open_object(page, at, cue, sentence.last)
    return open_clause(page, at, cue, sentence.last)


def _burdens(page: Page, at: int) -> bool:
    """Whether responsibility is laid on somebody (حمّل فلانا مسؤولية كذا)."""
    return any(key.startswith(_BURDEN) for key in page.keys[at + 1 : at + _BURDEN_REACH])


def _scan(page: Page, at: int, cue: Cue, limit: int) -> Opening | None:
    """A complementizer, colon, quotation or preposition of the cue, before anything that takes it away."""
    takes_quote, index = "quote" in cue.takes, at + 1
    while index < limit:
        key = page.keys[index]
        if is_complementizer(key) and _governs(page, index, at):
            return Opening("that", index + 1, index, mark=index) if _takes_clause(cue) else None
        if key == ":":
            return open_speech("colon", page, index, limit) if takes_quote and index + 1 < limit else None
        if key in MARKS:
            if takes_quote and "object" in cue.takes and _begun(page, at, index):
                return None
            if takes_quote and not is_name(page, index, at):
                return open_speech("quote", page, index, limit)
            index = behind_quotation(page, index, limit)
            continue
        if _takes_away(page, index, at) or (key in COMMAS and "needs" in cue.takes):
            return None
        found = open_behind_preposition(page, at, index, cue) if key in cue.prepositions else None
        if found is not None:
            return found
        index += 1
    return None


def _takes_clause(cue: Cue) -> bool:
    return bool(cue.takes & {"that", "needs"}) or cue.suffixed


def _governs(page: Page, index: int, at: int) -> bool:
    """Whether the complementizer in word `index` can belong to the cue in word `at`, not to a word before it."""
    return index - 1 == at or page.keys[index - 1] not in word_class("blocker")


def _begun(page: Page, at: int, index: int) -> bool:
    """Whether a noun phrase as content begins before the quotation mark in word `index`."""
    stop = phrase_end(page, at + 1, index, strict=True)
    return stop < index and page.forms[stop].letters and not is_aside(page, stop)


def _takes_away(page: Page, index: int, at: int) -> bool:
    """Whether word `index` takes the report back or opens another, so that what follows is not the cue's own."""
    key = page.keys[index]
    if key in word_class("break"):
        return True
    other = load_cues().get(key)
    if other is None or index == at + 1 or other.shape == "noun" or key in word_class("saying"):
        return False
    if other.shape == "participle":
        after = page.keys[index + 1 : index + 3]
        return any(one in word_class("that") or one in MARKS or one in other.prepositions for one in after)
    return other.cut > 0 or page.keys[index - 1] in COMMAS
