"""Speech in quotation marks: behind a cue, before it, and passed on by an agency."""

from typing import Final

from harness.arabic.quotations import MARKS, overlapping
from harness.runners.rules.claims.cues import Cue
from harness.runners.rules.claims.openings import Opening, is_complementizer
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import phrase_end
from harness.runners.rules.words.lexicon import word_class

# A quoted name (صحيفة «…») is short.
_NAME: Final = 6


def open_speech(kind: str, page: Page, index: int, limit: int) -> Opening:
    """Speech behind the mark in word `index`; a complementizer inside the marks is no part of it."""
    first = index + 1
    while first < limit - 1 and page.keys[first] in MARKS:
        first += 1
    if first < limit - 1 and page.keys[first] in word_class("that"):
        return Opening("that", first + 1, index, mark=first)
    return Opening(kind, first, index)


def is_name(page: Page, index: int, at: int) -> bool:
    """Whether the mark in word `index` opens a name inside the source, not the speech of the cue in word `at`."""
    if index == at + 1:
        return False
    end = behind_quotation(page, index, len(page.keys))
    if end - index > _NAME:
        return False
    after = page.keys[end] if end < len(page.keys) else ""
    if after == ":" or is_complementizer(after):
        return True
    mention = page.mentions.get(index + 1) or page.mentions.get(index)
    return mention is not None and mention.last >= end - 1


def behind_quotation(page: Page, index: int, limit: int) -> int:
    """The word behind the quotation that the mark in word `index` opens, at most `limit`."""
    end = page.ends[index]
    for stretch in overlapping(page.quotations, end, end + 1):
        if stretch.start == end:
            return min(max(page.word_at(stretch.end) + 1, index + 1), limit)
    return index + 1


def quoted_before(page: Page, at: int, cue: Cue, sentence: Range) -> Opening | None:
    """The quotation that ends right before the cue in word `at` (“…”، قال فلان)."""
    if cue.kind != "say" or cue.cut or cue.shape not in ("past", "present") or at + 1 >= sentence.last:
        return None
    # The mark that closes it is one of the two words before the cue.
    nearest = page.begins[at - 3] if at > 2 else -1
    for stretch in overlapping(page.quotations, nearest, page.begins[at]):
        close = page.word_at(stretch.end)
        if close < at <= close + 2:
            first = max(page.word_at(stretch.start), sentence.first)
            return Opening("before", first, phrase_end(page, at + 1, sentence.last)) if first < close else None
    return None


def open_report(page: Page, at: int, limit: int) -> Opening | None:
    """What the agency of the cue in word `at` passes on: the words from قوله on, else behind a complementizer."""
    stop = 0
    for index in range(at + 1, limit):
        key = page.keys[index]
        if key in ("عن", "الي") and not stop:
            stop = index
        elif stop and key in word_class("said"):
            return Opening("report", index, stop)
        elif stop and is_complementizer(key):
            return Opening("that", index + 1, stop, mark=index)
    return None
