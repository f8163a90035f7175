"""The cues of a sentence that carry an attribution, each with its source and the place where its content opens."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from harness.runners.rules.claims.contents import find_opening
from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import can_speak, phrase_end
from harness.runners.rules.claims.sources import find_source
from harness.runners.rules.claims.speech import quoted_before
from harness.runners.rules.words.lexicon import word_class

HEADLINE_CUE: Final = Cue("say", "colon", hedged=False, denies=False, takes=frozenset(), prepositions=())
_HEADLINE: Final = 26
_COLON_REACH: Final = 12
_NOUN_GAP: Final = 8
_PARTICIPLE_GAP: Final = 5
_STOPS: Final = frozenset(".؟!")
_NAMED: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "NORP"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim in words, before its right edge and its speaker are known; `at` is the word of the cue itself."""

    at: int
    cue: Cue
    cue_words: Range
    source: Range | None
    opening: Opening


def find_drafts(page: Page, sentence: Range, taken: Collection[int]) -> list[Draft]:
    """The attributions of one sentence in order of their cues; words in `taken` are no cues."""
    return _nearest(list(_drafts(page, sentence, taken))) or list(_headline(page, sentence))


def _drafts(page: Page, sentence: Range, taken: Collection[int]) -> Iterator[Draft]:
    cues, behind = load_cues(), -1
    for at in range(*sentence):
        cue = cues.get(page.keys[at])
        if cue is None or at < behind or at in taken or at in page.covered or _unheard(page, at, cue):
            continue
        opening = find_opening(page, at, cue, sentence) or quoted_before(page, at, cue, sentence)
        if opening is None or not _plausible(page, at, cue, opening):
            continue
        if _absorbs(page, opening):
            behind = opening.first
        source = find_source(page, at, cue, opening, sentence)
        if _spoken(page, at, cue, source, opening):
            yield Draft(at, cue, _cue_words(page, at, cue, opening), source, opening)


def _unheard(page: Page, at: int, cue: Cue) -> bool:
    """Whether the form is usually another word (مصر, تعد), or negated without saying anything."""
    unheard, key = word_class("unheard"), page.keys[at]
    if key in unheard or key[cue.cut :] in unheard:
        return True
    return at > 0 and page.keys[at - 1] in word_class("missed") and cue.kind != "think"


def _absorbs(page: Page, opening: Opening) -> bool:
    """Whether the words before a content belong to its cue, so that they are no cues: قائلا, عن أمله في أن."""
    before = opening.mark if opening.mark >= 0 else opening.first
    if page.keys[before - 1] in word_class("saying"):
        return True
    return any(key in word_class("feeling") for key in page.keys[opening.stop : max(opening.mark, 0)])


def _plausible(page: Page, at: int, cue: Cue, opening: Opening) -> bool:
    """Whether a form of this shape can open a content of this kind."""
    gap = opening.first - at
    with_preposition = page.keys[opening.first - 1] in cue.prepositions
    if cue.shape == "noun":
        return opening.kind == "that" and gap <= _NOUN_GAP
    if cue.shape == "participle":
        return gap <= _PARTICIPLE_GAP and not (opening.kind == "object" and cue.feminine and not with_preposition)
    if opening.kind == "colon" and page.keys[at].endswith("كتب"):
        # A byline (كتب: فلان), unless a source stands before the colon.
        return gap > 2
    if opening.kind != "object":
        return True
    # أكد ذلك repeats no content, and يعتبر with a noun alone says what something is.
    idle = "ذلك" in (page.keys[at + 1], page.keys[opening.first]) or (
        not cue.suffixed and page.keys[at].endswith("عتبر")
    )
    return not idle


def _spoken(page: Page, at: int, cue: Cue, source: Range | None, opening: Opening) -> bool:
    """Whether somebody can be taken to speak by the cue in word `at`."""
    if page.keys[at] in word_class("doubtful") and (source is None or not can_speak(page, *source)):
        return False
    return source is not None or not _impersonal(page, at, cue, opening)


def _impersonal(page: Page, at: int, cue: Cue, opening: Opening) -> bool:
    """Whether a cue without source is a passive, an infinitive or a verbal noun that nobody speaks."""
    if cue.shape == "noun":
        # With the pronoun of its speaker (قوله, قولهم) it is spoken.
        return page.keys[at][-1] not in "هام"
    if at and page.keys[at - 1] in word_class("resuming"):
        return False
    if cue.shape != "present" or cue.plural or cue.first_person or cue.suffixed:
        return False
    if opening.kind in ("object", "clause") and page.keys[opening.first - 1] not in cue.prepositions:
        return True
    return page.keys[at][cue.cut :] in word_class("passive")


def _cue_words(page: Page, at: int, cue: Cue, opening: Opening) -> Range:
    """The cue with a negation before it and its preposition or قائلا behind it, where they are adjacent."""
    first, last = at, at + 1
    if at and cue.kind in ("think", "will", "deny") and page.keys[at - 1] in word_class("negator"):
        first -= 1
    behind = page.keys[last] if last < opening.first else ""
    if behind in cue.prepositions or behind in word_class("saying"):
        last += 1
    return Range(first, last)


def _nearest(drafts: list[Draft]) -> list[Draft]:
    """The drafts without those whose complementizer belongs to another: to the verb, else to the nearer one."""
    owner: dict[int, Draft] = {}
    for draft in drafts:
        mark = draft.opening.mark
        if mark >= 0 and not (mark in owner and draft.cue.shape == "noun"):
            owner[mark] = draft
    return [draft for draft in drafts if draft.opening.mark < 0 or owner[draft.opening.mark] is draft]


def _headline(page: Page, sentence: Range) -> Iterator[Draft]:
    """The claim of a line in which a colon is the cue (فلان: لن نتراجع)."""
    first, last = sentence
    keys = page.keys[first : min(last, first + _COLON_REACH)]
    if last - first > _HEADLINE or ":" not in keys[1:] or page.keys[last - 1] in _STOPS:
        return
    at = first + keys.index(":", 1)
    mention = page.closings.get(at)
    if at + 1 < last and mention is not None and mention.entity.type in _NAMED and phrase_end(page, first, at) == at:
        yield Draft(at, HEADLINE_CUE, Range(at, at + 1), Range(first, at), Opening("colon", at + 1, at))
