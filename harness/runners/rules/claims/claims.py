"""Claims by rule: a cue word, the content it opens, and the noun phrase of whoever is responsible."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from harness.arabic import segment
from harness.arabic.quotations import quote_of
from harness.data.types import Claim, Entity, Span
from harness.runners.rules.claims.certainty import certainty_of
from harness.runners.rules.claims.continuing import continue_quotations
from harness.runners.rules.claims.cues import load_cues
from harness.runners.rules.claims.drafts import Draft, find_drafts
from harness.runners.rules.claims.extents import content_end, find_splits
from harness.runners.rules.claims.frames import FRAME_CUE, Frame, find_frames, load_frames
from harness.runners.rules.claims.page import Page, Range, lay_out
from harness.runners.rules.claims.phrases import is_pronoun
from harness.runners.rules.claims.speakers import Speakers

# How often a content found by each kind of opening pairs with one of the gold standard's, roughly.
_SCORES: Final = {"that": 0.9, "colon": 0.85, "quote": 0.8, "before": 0.75, "report": 0.7, "object": 0.6, "clause": 0.5}
_FRAME_SCORE: Final = 0.75
_WITHOUT_SOURCE: Final = 0.1
# No content has more words: what goes on for longer without a stop is no sentence.
_LONGEST: Final = 500


def load_rules() -> None:
    """Read every lexicon of the claim rules, so that no document pays for it."""
    load_cues()
    load_frames()


def find_claims(text: str, entities: Sequence[Entity]) -> tuple[Claim, ...]:
    """The claims of `text`, in order of cue and content; `entities` are the mentions in it, of all types.

    No span crosses a sentence end or has punctuation at its edges (but for a colon as cue). `score` in [0, 1] falls
    with the looseness of the pattern.
    """
    page = lay_out(text, entities)
    if ":" not in page.keys and all(one.keys().isdisjoint(page.keys) for one in (load_cues(), load_frames())):
        return ()
    speakers, found = Speakers(page), list[Claim]()
    for sentence in page.ranges:
        found += _in_sentence(page, sentence, speakers)
    if page.quotations:
        found += continue_quotations(page, found)
    unique = {(claim.cue, claim.content): claim for claim in found}
    return tuple(unique[key] for key in sorted(unique))


def _in_sentence(page: Page, sentence: Range, speakers: Speakers) -> Iterator[Claim]:
    """The claims whose cue stands in one sentence."""
    frames = list(find_frames(page, sentence))
    drafts = find_drafts(page, sentence, {word for frame in frames for word in range(*frame.cue)})
    starts = sorted(
        [(draft.cue_words.first, draft.cue.shape) for draft in drafts] + [(one.cue.first, "frame") for one in frames]
    )
    for number, draft in enumerate(drafts):
        reach = Range(sentence.first, min(sentence.last, draft.opening.first + _LONGEST))
        end = content_end(page, draft.at, draft.opening, reach, starts)
        following = (drafts[later] for later in range(number + 1, len(drafts)))
        inside = takewhile(lambda other, end=end: other.at < end, following)  # type: ignore[misc]
        yield from _claims(page, draft, _parts(page, draft, end, inside), speakers)
    for frame in frames:
        yield from _framed(page, frame, speakers)


def _parts(page: Page, draft: Draft, end: int, inside: Iterable[Draft]) -> list[Span]:
    """The contents of one cue, one for each of its complementizers; the cues `inside` stand between it and `end`."""
    nested = [other.opening.first for other in inside if other.opening.kind == "that"]
    cuts = find_splits(page, draft.opening, end, nested)
    firsts = [draft.opening.first, *(cut + 1 for cut in cuts)]
    outside = [draft.opening.cut, *(0 for _ in cuts)]
    parts = [_content(page, *place) for place in zip(firsts, [*cuts, end], outside, strict=True)]
    return [part for part in parts if part is not None]


def _claims(page: Page, draft: Draft, contents: Sequence[Span], speakers: Speakers) -> Iterator[Claim]:
    """The claims of one cue."""
    negated = draft.cue_words.first < draft.at
    cue = _cue_span(page, draft.cue_words, page.keys[draft.cue_words.first][0] == "و" if negated else draft.cue.cut)
    source = _source_span(page, draft.source)
    speaker = speakers.of(source, draft.cue, cue.start)
    score = round(_SCORES[draft.opening.kind] - (_WITHOUT_SOURCE if source is None else 0.0), 2)
    polarity = "denies" if draft.cue.denies != negated else "affirms"
    # What somebody says of himself inside his own quotation is quoted by its marks.
    outside = Span(-1, -1) if draft.cue.first_person else cue
    for content in contents:
        quote = quote_of(content, outside, page.quotations)
        certainty = certainty_of(page, content, draft.cue, draft.opening)
        yield Claim(content, cue, source, speaker, quote, polarity, certainty, score)


def _framed(page: Page, frame: Frame, speakers: Speakers) -> Iterator[Claim]:
    """The claim of a frame."""
    lead = page.keys[frame.content.first]
    joined = len(lead) > 3 and lead[0] == "و" and frame.content.first not in page.mentions
    first, last = frame.content
    nearest = (first, min(last, first + _LONGEST)) if first >= frame.cue.first else (max(first, last - _LONGEST), last)
    content = _content(page, *nearest, int(joined))
    if content is not None:
        cue, source = _cue_span(page, frame.cue, frame.cut), _source_span(page, frame.source)
        speaker = speakers.of(source, FRAME_CUE, cue.start)
        quote, certainty = quote_of(content, cue, page.quotations), certainty_of(page, content, FRAME_CUE)
        yield Claim(content, cue, source, speaker, quote, "affirms", certainty, _FRAME_SCORE)


def _cue_span(page: Page, words: Range, cut: int) -> Span:
    """The text of a cue without the `cut` letters of a conjunction before it."""
    return segment.trim(page.source, Span(page.inside(words.first, cut), page.ends[words.last - 1]))


def _source_span(page: Page, words: Range | None) -> Span | None:
    """The text of a source without a conjunction or preposition written onto its first word."""
    if words is None:
        return None
    span, mention = page.span(*words), page.mentions.get(words.first)
    start = span.start
    if mention is not None:
        start = mention.entity.start
    elif _is_joined(page, words.first):
        start = page.inside(words.first, 1)
    return Span(start, span.end) if span.start < start < span.end else span


def _is_joined(page: Page, first: int) -> bool:
    """Whether a conjunction or preposition is written onto the word that begins a source and no name."""
    key, before = page.keys[first], page.keys[first - 1] if first else ""
    if key[0] == "ل" and before.endswith(("وفقا", "طبقا")):
        return True
    return key.startswith(("وال", "فال", "لل")) or (key[0] == "و" and is_pronoun(page, first))


def _content(page: Page, first: int, last: int, cut: int) -> Span | None:
    """The text of words `first` to `last` without `cut` letters of the first, None where no word is left."""
    while first < last and not any(char.isalnum() for char in page.forms[first].surface):
        first += 1
    if first >= last:
        return None
    span = segment.trim(page.source, Span(page.inside(first, cut), page.ends[last - 1]))
    return span if any(char.isalnum() for char in page.source[span.start : span.end]) else None
