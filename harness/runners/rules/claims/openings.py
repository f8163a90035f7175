"""Where the content of a cue begins: at a complementizer, a quotation, a preposition, or right behind the source."""

from dataclasses import dataclass
from typing import Final

from harness.arabic.quotations import MARKS, overlapping
from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.page import TIMES, Page
from harness.runners.rules.claims.phrases import COMMAS, phrase_end
from harness.runners.rules.words.lexicon import Range, word_class

# Words behind a cue within which its content begins; with praise and blame a quotation has to follow at once.
_REACH: Final = 30
_QUOTE_REACH: Final = 10
_QUOTE_ONLY: Final = frozenset({"quote"})
_BURDEN_REACH: Final = 9
_BY_REACH: Final = 8
_FEELING: Final = 3
# A quoted name (صحيفة «…») is short.
_NAME: Final = 6
_SHORTEST_CLAUSE: Final = 3
_SPEAKERS: Final = frozenset({"PERS", "OCC", "ORG", "GPE"})


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a content begins.

    `kind` is that, quote, colon, before (a quotation before its cue), report (قوله and what follows), object or
    clause. `first` is the word the content begins in, `cut` the letters of it that stay outside, `stop` the word
    behind the last that can belong to the source, `mark` the complementizer, -1 where there is none.
    """

    kind: str
    first: int
    stop: int
    cut: int = 0
    mark: int = -1


def find_opening(page: Page, cue_at: int, cue: Cue, sentence: Range) -> Opening | None:
    """The content that the cue in word `cue_at` opens to its right, None where it opens none."""
    limit = min(sentence.last, cue_at + 1 + (_QUOTE_REACH if cue.takes == _QUOTE_ONLY else _REACH))
    if "report" in cue.takes:
        return _open_report(page, cue_at, limit)
    if "burden" in cue.takes:
        # Only responsibility is laid on somebody as a claim (حمّل فلانا مسؤولية كذا).
        burden = tuple(word_class("burden"))
        if not any(key.startswith(burden) for key in page.keys[cue_at + 1 : cue_at + _BURDEN_REACH]):
            return None
    opening = _open_marked(page, cue_at, cue, limit)
    if opening is not None:
        return opening
    takes_object = "object" in cue.takes or (cue.suffixed and "suffix" in cue.takes)
    if takes_object and cue.shape != "noun":
        return _open_object(page, cue_at, cue, sentence.last)
    if page.keys[cue_at][cue.cut :] in word_class("bare"):
        # Speech without complementizer or quotation marks, right behind the source.
        stop = phrase_end(page, cue_at + 1, sentence.last, strict=True)
        if sentence.last - stop >= _SHORTEST_CLAUSE and page.words[stop].letters:
            return Opening("clause", stop, stop)
    return None


def _open_marked(page: Page, cue_at: int, cue: Cue, limit: int) -> Opening | None:
    """A content behind a complementizer, colon, quotation mark or preposition, before anything that takes it away."""
    takes_quote, index = "quote" in cue.takes, cue_at + 1
    while index < limit:
        key = page.keys[index]
        if _is_complementizer(key) and (index - 1 == cue_at or page.keys[index - 1] not in word_class("blocker")):
            takes_clause = cue.suffixed or not cue.takes.isdisjoint(("that", "needs"))
            return Opening("that", index + 1, index, mark=index) if takes_clause else None
        if key == ":":
            return _open_speech("colon", page, index, limit) if takes_quote and index + 1 < limit else None
        if key in MARKS:
            if takes_quote and "object" in cue.takes:
                # The content is a noun phrase that has begun before the mark.
                stop = phrase_end(page, cue_at + 1, index, strict=True)
                if stop < index and page.words[stop].letters and not _is_aside(page, stop):
                    return None
            if takes_quote and not _is_quoted_name(page, index, cue_at):
                return _open_speech("quote", page, index, limit)
            index = _behind_quotation(page, index, limit)
            continue
        if _takes_away(page, index, cue_at) or (key in COMMAS and "needs" in cue.takes):
            return None
        if key in cue.prepositions:
            opening = _open_behind_preposition(page, cue_at, index, cue)
            if opening is not None:
                return opening
        index += 1
    return None


def _takes_away(page: Page, index: int, cue_at: int) -> bool:
    """Whether word `index` takes the report back or opens another, so that what follows is not the cue's own."""
    key = page.keys[index]
    if key in word_class("break"):
        return True
    nearer = load_cues().get(key)
    if nearer is None or index == cue_at + 1 or nearer.shape == "noun" or key in word_class("saying"):
        return False
    if nearer.shape == "participle":
        after = page.keys[index + 1 : index + 3]
        return any(word in word_class("that") or word in MARKS or word in nearer.prepositions for word in after)
    return nearer.cut > 0 or page.keys[index - 1] in COMMAS


def _open_speech(kind: str, page: Page, index: int, limit: int) -> Opening:
    """Speech behind the mark in word `index`; a complementizer inside the marks is no part of it."""
    first = index + 1
    while first < limit - 1 and page.keys[first] in MARKS:
        first += 1
    if first < limit - 1 and page.keys[first] in word_class("that"):
        return Opening("that", first + 1, index, mark=first)
    return Opening(kind, first, index)


def _is_quoted_name(page: Page, index: int, cue_at: int) -> bool:
    """Whether the mark in word `index` opens a name inside the source, not the speech of the cue in word `cue_at`."""
    if index == cue_at + 1:
        return False
    end = _behind_quotation(page, index, len(page.keys))
    if end - index > _NAME:
        return False
    after = page.key_at(end)
    if after == ":" or _is_complementizer(after):
        return True
    mention = page.mentions.get(index + 1) or page.mentions.get(index)
    return mention is not None and mention.last >= end - 1


def _behind_quotation(page: Page, index: int, limit: int) -> int:
    """The word behind the quotation that the mark in word `index` opens, at most `limit`."""
    end = page.ends[index]
    for stretch in overlapping(page.text.quotations, end, end + 1):
        if stretch.start == end:
            return min(max(page.text.word_from(stretch.end) + 1, index + 1), limit)
    return index + 1


def _open_behind_preposition(page: Page, cue_at: int, index: int, cue: Cue) -> Opening | None:
    """The content behind the preposition in word `index`, None where it is not the cue's."""
    behind = range(index + 1, min(index + 5, len(page.keys)))
    if not behind or cue.takes.isdisjoint(("object", "needs")):
        return None
    mark = next((ahead for ahead in behind if _is_complementizer(page.keys[ahead])), 0)
    if mark:
        between = page.keys[index + 1 : mark]
        if not between or (between[0] in word_class("feeling") and len(between) <= _FEELING):
            return Opening("that", mark + 1, index, mark=mark)
    stop = phrase_end(page, cue_at + 1, index + 1, strict=True)
    near = index <= stop or page.keys[stop] in COMMAS or _is_aside(page, stop)
    return Opening("object", index + 1, index) if near or "needs" in cue.takes else None


def _open_object(page: Page, cue_at: int, cue: Cue, limit: int) -> Opening | None:
    """A noun phrase as content: the accused or described, what stands behind ب, or what follows the source."""
    first = stop = cue_at + 1
    if not cue.suffixed or page.type_at(first) in _SPEAKERS:
        stop = phrase_end(page, first, limit, strict=True)
    if stop >= limit:
        return None
    if cue.kind in ("accuse", "describe") and not cue.suffixed:
        # With one noun phrase before the predicate (وصف الاتفاق بأنه), that phrase is the object.
        start = first if page.keys[stop] in word_class("that_by") or _bears_by(page, stop) else stop
        return Opening("object", start, start)
    if "ب" in cue.prepositions:
        index = next((ahead for ahead in range(stop, min(stop + _BY_REACH, limit)) if _bears_by(page, ahead)), 0)
        return Opening("object", index, index, cut=1) if index else None
    if cue.prepositions and cue.prepositions[0] not in ("عن", "علي"):
        return None
    index = stop
    while index < limit and _is_aside(page, index):
        index += 1
    return Opening("object", index, stop) if index < limit and page.words[index].letters else None


def _bears_by(page: Page, index: int) -> bool:
    """Whether the preposition ب is written onto word `index`."""
    key, mention = page.keys[index], page.mentions.get(index)
    if key[0] != "ب" or key in word_class("false_by") or _is_complementizer(key):
        return False
    return mention is None or bool(mention.proclitic)


def _open_report(page: Page, cue_at: int, limit: int) -> Opening | None:
    """What the agency of the cue in word `cue_at` passes on: the words from قوله on, else behind a complementizer."""
    stop = 0
    for index in range(cue_at + 1, limit):
        key = page.keys[index]
        if key in ("عن", "الي") and not stop:
            stop = index
        elif stop and key in word_class("said"):
            return Opening("report", index, stop)
        elif stop and _is_complementizer(key):
            return Opening("that", index + 1, stop, mark=index)
    return None


def quoted_before(page: Page, cue_at: int, cue: Cue, sentence: Range) -> Opening | None:
    """The quotation that ends right before the cue in word `cue_at` (“…”، قال فلان), None where there is none."""
    if cue.kind != "say" or cue.cut or cue.shape not in ("past", "present") or cue_at + 1 >= sentence.last:
        return None
    # The mark that closes it is one of the two words before the cue.
    nearest = page.begins[cue_at - 3] if cue_at > 2 else -1
    for stretch in overlapping(page.text.quotations, nearest, page.begins[cue_at]):
        close = page.text.word_from(stretch.end)
        if close < cue_at <= close + 2:
            first = max(page.text.word_from(stretch.start), sentence.first)
            stop = phrase_end(page, cue_at + 1, sentence.last)
            return Opening("before", first, stop) if first < close else None
    return None


def _is_complementizer(key: str) -> bool:
    """Whether a folded word is أن, إن, بأن or one of them with a pronoun."""
    return key in word_class("that") or key in word_class("that_by")


def _is_aside(page: Page, index: int) -> bool:
    """Whether word `index` begins an adjunct or a time, which may part a cue from its content."""
    return page.keys[index] in word_class("adjunct") or page.type_at(index) in TIMES
