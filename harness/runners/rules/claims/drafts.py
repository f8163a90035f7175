"""The cues of a sentence that carry an attribution, each with its source and the place where its content opens."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.openings import Opening, find_opening, quoted_before
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import can_speak, phrase_end
from harness.runners.rules.claims.sources import find_source
from harness.runners.rules.words.lexicon import Range, word_class

_HEADLINE_CUE: Final = Cue("say", "colon")
_HEADLINE: Final = 26
_COLON_REACH: Final = 12
_NOUN_GAP: Final = 8
_PARTICIPLE_GAP: Final = 5
_STOPS: Final = frozenset(".؟!")
_NAMED: Final = frozenset({"PERS", "OCC", "ORG", "GPE", "NORP"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim in words, before its right edge and its speaker are known.

    `cue_at` is the word of the cue itself; `cue_words` are that and what belongs to it.
    """

    cue_at: int
    cue: Cue
    cue_words: Range
    source: Range | None
    opening: Opening


def find_drafts(page: Page, sentence: Range, taken: Collection[int]) -> list[Draft]:
    """The attributions of one sentence in order of their cues; words in `taken` are no cues.

    A complementizer belongs to one cue only: to the verb, else to the nearer one.
    """
    drafts = list(_drafts(page, sentence, taken))
    owner: dict[int, Draft] = {}
    for draft in drafts:
        mark = draft.opening.mark
        if mark >= 0 and not (mark in owner and draft.cue.shape == "noun"):
            owner[mark] = draft
    owned = [draft for draft in drafts if draft.opening.mark < 0 or owner[draft.opening.mark] is draft]
    return owned or list(_headline(page, sentence))


def _drafts(page: Page, sentence: Range, taken: Collection[int]) -> Iterator[Draft]:
    cues, behind = load_cues(), -1
    for index in range(*sentence):
        cue = cues.get(page.keys[index])
        if cue is None or index < behind or index in taken or index in page.named or _says_nothing(page, index, cue):
            continue
        opening = find_opening(page, index, cue, sentence) or quoted_before(page, index, cue, sentence)
        if opening is None or not _is_plausible(page, index, cue, opening):
            continue
        mark = max(opening.mark, 0)
        if page.keys[(mark or opening.first) - 1] in word_class("saying") or not word_class("feeling").isdisjoint(
            page.keys[opening.stop : mark]
        ):
            # The words before the content belong to this cue and are none themselves: قائلا, عن أمله في أن.
            behind = opening.first
        source = find_source(page, index, cue, opening, sentence)
        if _is_spoken(page, index, cue, source, opening):
            yield Draft(index, cue, _cue_words(page, index, cue, opening), source, opening)


def _says_nothing(page: Page, index: int, cue: Cue) -> bool:
    """Whether the form is usually another word (مصر, تعد), or negated without saying anything."""
    homographs, key = word_class("homograph"), page.keys[index]
    if key in homographs or key[cue.cut :] in homographs:
        return True
    return index > 0 and page.keys[index - 1] in word_class("past_negator") and cue.kind != "think"


def _is_plausible(page: Page, index: int, cue: Cue, opening: Opening) -> bool:
    """Whether a form of this shape can open a content of this kind."""
    key, gap = page.keys[index], opening.first - index
    if cue.shape == "noun":
        return opening.kind == "that" and gap <= _NOUN_GAP
    if cue.shape == "participle":
        with_preposition = page.keys[opening.first - 1] in cue.prepositions
        return gap <= _PARTICIPLE_GAP and not (opening.kind == "object" and cue.feminine and not with_preposition)
    if opening.kind == "colon" and key.endswith("كتب"):
        # A byline (كتب: فلان), unless a source stands before the colon.
        return gap > 2
    if opening.kind == "object":
        # أكد ذلك repeats no content, and يعتبر with a noun alone says what something is.
        repeats = "ذلك" in (page.keys[index + 1], page.keys[opening.first])
        return not repeats and (cue.suffixed or not key.endswith("عتبر"))
    return True


def _is_spoken(page: Page, index: int, cue: Cue, source: Range | None, opening: Opening) -> bool:
    """Whether somebody can be taken to speak by the cue in word `index`."""
    key = page.keys[index]
    if key in word_class("doubtful"):
        return source is not None and can_speak(page, *source)
    if source is not None:
        return True
    # Without source a cue may be a passive, an infinitive or a verbal noun that nobody speaks.
    if cue.shape == "noun":
        # With the pronoun of its speaker (قوله, قولهم) it is spoken.
        return key[-1] in "هام"
    if cue.shape != "present" or cue.plural or cue.first_person or cue.suffixed:
        return True
    if index and page.keys[index - 1] in word_class("resuming"):
        return True
    if opening.kind in ("object", "clause") and page.keys[opening.first - 1] not in cue.prepositions:
        return False
    return key[cue.cut :] not in word_class("passive")


def _cue_words(page: Page, index: int, cue: Cue, opening: Opening) -> Range:
    """The cue with a negation before it and its preposition or قائلا behind it, where they are adjacent."""
    first, last = index, index + 1
    if index and cue.kind in ("think", "will", "deny") and page.keys[index - 1] in word_class("negator"):
        first -= 1
    behind = page.keys[last] if last < opening.first else ""
    if behind in cue.prepositions or behind in word_class("saying"):
        last += 1
    return Range(first, last)


def _headline(page: Page, sentence: Range) -> Iterator[Draft]:
    """The claim of a line in which a colon is the cue (فلان: لن نتراجع)."""
    first, last = sentence
    keys = page.keys[first : min(last, first + _COLON_REACH)]
    if last - first > _HEADLINE or ":" not in keys[1:] or page.keys[last - 1] in _STOPS:
        return
    colon = first + keys.index(":", 1)
    mention = page.endings.get(colon)
    named = mention is not None and mention.entity.type in _NAMED
    if colon + 1 < last and named and phrase_end(page, first, colon) == colon:
        opening = Opening("colon", colon + 1, colon)
        yield Draft(colon, _HEADLINE_CUE, Range(colon, colon + 1), Range(first, colon), opening)
