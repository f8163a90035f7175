"""Check-worthiness of sentences by rule: who is named, what is counted and dated, who is quoted, who evaluates."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from harness.data.types import Claim, Entity, Sentence, Span
from harness.runners.rules.claims.cues import speaks_of_future
from harness.runners.rules.claims.page import Page
from harness.runners.rules.words.lexicon import Range, table, word_class

_LABELS: Final = ("CFS", "UFS", "NFS")
_SIGN_OF_TYPE: Final = (
    dict.fromkeys(("PERS", "OCC", "ORG"), "actor")
    | dict.fromkeys(("LOC", "FAC"), "land")
    | dict.fromkeys(("CARDINAL", "TIME"), "figure")
    | dict.fromkeys(("MONEY", "PERCENT", "QUANTITY"), "amount")
    | {"GPE": "place", "DATE": "date"}
)
# Signs of one word anywhere, each a class of that name.
_SIGN_CLASSES: Final = ("negation", "identity", "general", "question")
_SHORT: Final = 14
_LONG: Final = 30


@cache
def load_signs() -> dict[str, tuple[float, float, float]]:
    """Sign → what it adds for CFS, UFS and NFS in a log-linear choice; the weights are rounded by hand."""
    return {row[0]: (float(row[1]), float(row[2]), float(row[3])) for row in table("signs")}


def label_sentences(page: Page, claims: Sequence[Claim]) -> tuple[Sentence, ...]:
    """Each sentence of a document, exactly as the segmenter cuts it, with its label and a score in [0, 1]."""
    entities = sorted(page.entities, key=lambda entity: entity.start)
    starts = [entity.start for entity in entities]
    spoken = sorted(start for claim in claims for start in (claim.content.start, claim.cue.start))
    sentences = []
    for span, words in zip(page.text.sentences, page.text.sentence_words, strict=True):
        inside = entities[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        keys = page.keys[words.first : words.last]
        if bisect_left(spoken, span.start) < bisect_left(spoken, span.end):
            thanks = not word_class("thanks").isdisjoint(keys)
            label, score = ("UFS", 0.6) if thanks else ("CFS", 0.95)
        elif page.source[span.end - 1] not in ".؟!:" and _is_line(page.source, span):
            label, score = _label_headline(page, words, inside)
        else:
            label, score = _weigh(_signs(page, words, inside))
        sentences.append(Sentence(span.start, span.end, label, score))
    return tuple(sentences)


def _is_line(source: str, span: Span) -> bool:
    """Whether a sentence is a whole line."""
    before, after = span
    while before and source[before - 1] in " \t":
        before -= 1
    while after < len(source) and source[after] in " \t":
        after += 1
    return source[max(0, before - 1) : before] in ("", "\n") and source[after : after + 1] in ("", "\n")


def _label_headline(page: Page, words: Range, entities: Sequence[Entity]) -> tuple[str, float]:
    """The label of a line without a stop: heading, caption or fragment."""
    keys = page.keys[words.first : words.last]
    if keys and (keys[0] in word_class("caption") or (keys[-1] == ")" and len(keys) < _LONG)):
        return "UFS", 0.7
    if len(keys) <= _SHORT and not any(_looks_verbal(page, index) for index in range(*words)):
        return "NFS", 0.65
    return _weigh(_signs(page, words, entities))


def _looks_verbal(page: Page, index: int) -> bool:
    """Whether a word of a short line looks like a present or future verb."""
    if index in page.named or page.words[index].has_article or page.keys[index] in word_class("false_verb"):
        return False
    bare = page.keys[index].removeprefix("و").removeprefix("س")
    return len(bare) > 3 and bare[0] in "يت" and bare[-1] not in "هاء"


def _weigh(signs: Sequence[str]) -> tuple[str, float]:
    """The most probable label under the log-linear weights, and its probability."""
    weights = load_signs()
    totals = [sum(weights[sign][column] for sign in signs) for column in range(len(_LABELS))]
    powers = [math.exp(total) for total in totals]
    best = max(range(len(_LABELS)), key=totals.__getitem__)
    return _LABELS[best], round(powers[best] / sum(powers), 3)


def _signs(page: Page, words: Range, entities: Sequence[Entity]) -> list[str]:
    """The signs of a sentence that reports nobody's words; a judgement counts twice at most, all else once."""
    keys = page.keys[words.first : words.last]
    signs = {_SIGN_OF_TYPE[entity.type] for entity in entities if entity.type in _SIGN_OF_TYPE}
    signs |= {sign for sign in _SIGN_CLASSES if not word_class(sign).isdisjoint(keys)}
    if "(" in keys:
        signs.add("bracket")
    if any(map(_is_deed, keys)):
        signs.add("deed")
    judgements = sum(map(_judges, keys))
    return ["bias", *sorted(signs), *_opening_signs(page, words), *["judging"] * min(judgements, 2)]


def _opening_signs(page: Page, words: Range) -> Iterator[str]:
    """The signs of how a sentence begins."""
    if words.first == words.last:
        return
    key = page.keys[words.first]
    bare = key.removeprefix("و")
    if key in word_class("bullet"):
        yield "bullet"
    elif words.first in page.named or page.words[words.first].has_article:
        yield "nominal"
    elif bare in word_class("turn") or key in word_class("turn"):
        yield "turn"
    elif bare[0:1] in ("ي", "ت") and len(bare) > 3:
        yield "habit"


@lru_cache(maxsize=1 << 16)
def _is_deed(key: str) -> bool:
    """Whether a word looks like a feminine past verb."""
    return len(key) > 3 and key[-1] == "ت" and key[-2] != "ا" and not key.startswith(("ال", "وال"))


@lru_cache(maxsize=1 << 16)
def _judges(key: str) -> bool:
    """Whether a word evaluates, obliges, or speaks of the future."""
    return key in word_class("judging") or speaks_of_future(key)
