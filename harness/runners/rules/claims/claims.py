"""Claims by rule: a cue word, the content it opens, and the noun phrase of whoever is responsible."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from harness.arabic import segment
from harness.arabic.quotations import quote_of
from harness.data.types import Claim, Span
from harness.runners.rules.claims.cues import Cue, load_cues, speaks_of_future
from harness.runners.rules.claims.drafts import Draft, find_drafts
from harness.runners.rules.claims.extents import content_end, continue_quotations, find_splits
from harness.runners.rules.claims.frames import FRAME_CUE, Frame, find_frames, load_frames
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import is_pronoun
from harness.runners.rules.claims.sources import Speakers
from harness.runners.rules.words.lexicon import Range, word_class

# How often a content found by each kind of opening pairs with one of the gold standard's, roughly.
_SCORES: Final = {"that": 0.9, "colon": 0.85, "quote": 0.8, "before": 0.75, "report": 0.7, "object": 0.6, "clause": 0.5}
_FRAME_SCORE: Final = 0.75
_WITHOUT_SOURCE: Final = 0.1
# No content has more words: what goes on for longer without a stop is no sentence.
_LONGEST: Final = 500
# Words from the beginning of a content within which its main verb, or a noun of hope, usually stands.
_MAIN_CLAUSE: Final = 9
_HEAD: Final = 2


def load_rules() -> None:
    """Read every lexicon of the claim rules, so that no document pays for it."""
    load_cues()
    load_frames()


def find_claims(page: Page) -> tuple[Claim, ...]:
    """The claims of a document, in order of cue and content.

    No span crosses a sentence end or has punctuation at its edges (but for a colon as cue). `score` in [0, 1] falls
    with the looseness of the pattern.
    """
    if ":" not in page.keys and all(words.keys().isdisjoint(page.keys) for words in (load_cues(), load_frames())):
        return ()
    speakers = Speakers(page)
    claims = [claim for sentence in page.text.sentence_words for claim in _in_sentence(page, sentence, speakers)]
    claims += continue_quotations(page.text, claims)
    unique = {(claim.cue, claim.content): claim for claim in claims}
    return tuple(unique[key] for key in sorted(unique))


def _in_sentence(page: Page, sentence: Range, speakers: Speakers) -> Iterator[Claim]:
    """The claims whose cue stands in one sentence."""
    frames = list(find_frames(page, sentence))
    drafts = find_drafts(page, sentence, {word for frame in frames for word in range(*frame.cue)})
    starts = [(draft.cue_words.first, draft.cue.shape) for draft in drafts]
    starts = sorted(starts + [(frame.cue.first, "frame") for frame in frames])
    for number, draft in enumerate(drafts):
        reach = Range(sentence.first, min(sentence.last, draft.opening.first + _LONGEST))
        end = content_end(page, draft.cue_at, draft.opening, reach, starts)
        nested = []
        for later in range(number + 1, len(drafts)):
            if drafts[later].cue_at >= end:
                break
            if drafts[later].opening.kind == "that":
                nested.append(drafts[later].opening.first)
        yield from _claims(page, draft, end, nested, speakers)
    for frame in frames:
        yield from _framed(page, frame, speakers)


def _claims(page: Page, draft: Draft, end: int, nested: list[int], speakers: Speakers) -> Iterator[Claim]:
    """The claims of one cue, one for each of its complementizers.

    The content ends before word `end`; other complementizers open contents in it at the words `nested`.
    """
    opening, first = draft.opening, draft.cue_words.first
    negated = first < draft.cue_at
    cue = _cue_span(page, draft.cue_words, page.keys[first][0] == "و" if negated else draft.cue.cut)
    source = _source_span(page, draft.source)
    speaker = speakers.of(source, draft.cue, cue.start)
    score = round(_SCORES[opening.kind] - (_WITHOUT_SOURCE if source is None else 0.0), 2)
    polarity = "denies" if draft.cue.denies != negated else "affirms"
    # What somebody says of himself inside his own quotation is quoted by its marks.
    outside = Span(-1, -1) if draft.cue.first_person else cue
    cut = opening.cut
    for begin, stop in pairwise([opening.first - 1, *find_splits(page, opening, end, nested), end]):
        content = _content_span(page, begin + 1, stop, cut)
        cut = 0
        if content is not None:
            quote = quote_of(content, outside, page.text.quotations)
            certainty = _certainty(page, content, draft.cue, opening)
            yield Claim(content, cue, source, speaker, _said(quote, polarity, certainty), score)


def _said(quote: str, polarity: str, certainty: str) -> dict[str, str]:
    """The attributes of a claim."""
    return {"quote": quote, "polarity": polarity, "certainty": certainty}


def _framed(page: Page, frame: Frame, speakers: Speakers) -> Iterator[Claim]:
    """The claim of a frame."""
    first, last = frame.content
    lead = page.keys[first]
    joined = len(lead) > 3 and lead[0] == "و" and first not in page.mentions
    # Of a clause that is too long, the words next to the frame.
    if first >= frame.cue.first:
        last = min(last, first + _LONGEST)
    else:
        first = max(first, last - _LONGEST)
    content = _content_span(page, first, last, int(joined))
    if content is not None:
        cue, source = _cue_span(page, frame.cue, frame.cut), _source_span(page, frame.source)
        speaker = speakers.of(source, FRAME_CUE, cue.start)
        quote, certainty = quote_of(content, cue, page.text.quotations), _certainty(page, content, FRAME_CUE)
        yield Claim(content, cue, source, speaker, _said(quote, "affirms", certainty), _FRAME_SCORE)


def _cue_span(page: Page, words: Range, cut: int) -> Span:
    """The text of a cue without the `cut` letters of a conjunction before it."""
    return segment.trim(page.source, Span(page.text.behind_letters(words.first, cut), page.ends[words.last - 1]))


def _source_span(page: Page, words: Range | None) -> Span | None:
    """The text of a source without a conjunction or preposition written onto its first word."""
    if words is None:
        return None
    first, last = words
    start, end = segment.trim(page.source, Span(page.begins[first], page.ends[last - 1]))
    key, begin = page.keys[first], start
    according = bool(first) and page.keys[first - 1].endswith(tuple(word_class("according")))
    if first in page.mentions:
        begin = page.mentions[first].entity.start
    elif (
        key.startswith(("وال", "فال", "لل"))
        or (key[0] == "ل" and according)
        or (key[0] == "و" and is_pronoun(page, first))
    ):
        begin = page.text.behind_letters(first, 1)
    return Span(begin if start < begin < end else start, end)


def _content_span(page: Page, first: int, last: int, cut: int) -> Span | None:
    """The text of words `first` to `last` without `cut` letters of the first, None where no word is left."""
    while first < last and not any(char.isalnum() for char in page.words[first].surface):
        first += 1
    if first >= last:
        return None
    span = segment.trim(page.source, Span(page.text.behind_letters(first, cut), page.ends[last - 1]))
    return span if any(char.isalnum() for char in page.source[slice(*span)]) else None


def _certainty(page: Page, content: Span, cue: Cue, opening: Opening | None = None) -> str:
    """`hedged` where cue, a noun before the complementizer or the content's main clause says so, else `asserted`."""
    if cue.hedged:
        return "hedged"
    hope = word_class("hope")
    if opening is not None and not hope.isdisjoint(page.keys[opening.stop : max(opening.mark, 0)]):
        # Of hope, fear or intention: عن أمله في أن.
        return "hedged"
    first, last = page.text.word_at(content.start), page.text.word_from(content.end)
    main = page.keys[first : min(last, first + _MAIN_CLAUSE)]
    if not hope.isdisjoint(main[:_HEAD]) or any(map(speaks_of_future, main)):
        return "hedged"
    # قد before a present verb is a possibility, before a past verb a completed act.
    possible = any(key.removeprefix("و") == "قد" and after[0] in "يتن" for key, after in pairwise(main))
    return "hedged" if possible else "asserted"
