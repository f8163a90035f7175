"""Check-worthiness of sentences by rule: who is named, what is counted and dated, who is quoted, who evaluates."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from harness.data.types import Claim, Entity, Sentence, Span
from harness.runners.rules.claims.cues import speaks_of_future
from harness.runners.rules.claims.page import Page, Range, lay_out
from harness.runners.rules.words.lexicon import table, word_class

_LABELS: Final = ("CFS", "UFS", "NFS")
_SIGN_OF_TYPE: Final = (
    dict.fromkeys(("PERS", "OCC", "ORG"), "actor")
    | dict.fromkeys(("LOC", "FAC"), "land")
    | dict.fromkeys(("CARDINAL", "TIME"), "figure")
    | dict.fromkeys(("MONEY", "PERCENT", "QUANTITY"), "amount")
    | {"GPE": "place", "DATE": "date"}
)
_SHORT: Final = 14


@cache
def load_signs() -> dict[str, tuple[float, float, float]]:
    """Sign → what it adds for CFS, UFS and NFS in a log-linear choice; the weights are rounded by hand."""
    return {row[0]: (float(row[1]), float(row[2]), float(row[3])) for row in table("signs")}


def label_sentences(text: str, entities: Sequence[Entity], claims: Sequence[Claim]) -> tuple[Sentence, ...]:
    """Each sentence of `text`, exactly as the segmenter cuts it, with its label and a score in [0, 1]."""
    page = lay_out(text, entities)
    names = sorted(entities, key=lambda one: one.start)
    starts = [one.start for one in names]
    spoken = sorted(start for claim in claims for start in (claim.content.start, claim.cue.start))
    found = []
    for index, (span, words) in enumerate(zip(page.sentences, page.ranges, strict=True)):
        inside = names[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        quoted = bisect_left(spoken, span.start) < bisect_left(spoken, span.end)
        label, score = _label(page, index, words, inside, quoted=quoted)
        found.append(Sentence(span.start, span.end, label, score))
    return tuple(found)


def _label(page: Page, index: int, words: Range, names: Sequence[Entity], *, quoted: bool) -> tuple[str, float]:
    """The label of one sentence and how sure it is."""
    span = page.sentences[index]
    keys = page.keys[words.first : words.last]
    if quoted:
        return ("UFS", 0.6) if _thanks(keys) else ("CFS", 0.95)
    if _stands_alone(page, span) and page.source[span.end - 1] not in ".؟!:":
        return _headline(page, words, names)
    return _weigh(_signs(page, words, names))


def _signs(page: Page, words: Range, names: Sequence[Entity]) -> list[str]:
    """The signs of a sentence that reports nobody's words; a judgement counts twice at most, all else once."""
    keys = page.keys[words.first : words.last]
    found = {_SIGN_OF_TYPE[one.type] for one in names if one.type in _SIGN_OF_TYPE}
    present = set(keys)
    for sign in ("negation", "identity", "general", "question"):
        if not present.isdisjoint(word_class(sign)):
            found.add(sign)
    if "(" in present:
        found.add("bracket")
    if any(map(_deed, keys)):
        found.add("deed")
    judgements = sum(map(_judges, keys))
    return ["bias", *sorted(found), *_opening(page, words), *["judging"] * min(judgements, 2)]


def _opening(page: Page, words: Range) -> Iterator[str]:
    """The signs of how a sentence begins."""
    if words.first == words.last:
        return
    key, form = page.keys[words.first], page.forms[words.first]
    bare = key.removeprefix("و")
    if key in word_class("bullet"):
        yield "bullet"
    elif words.first in page.covered or form.definite:
        yield "nominal"
    elif bare in word_class("turn") or key in word_class("turn"):
        yield "turn"
    elif bare[0:1] in ("ي", "ت") and len(bare) > 3:
        yield "habit"


@lru_cache(maxsize=1 << 16)
def _deed(key: str) -> bool:
    """Whether a word looks like a feminine past verb."""
    return len(key) > 3 and key[-1] == "ت" and key[-2] != "ا" and not key.startswith(("ال", "وال"))


@lru_cache(maxsize=1 << 16)
def _judges(key: str) -> bool:
    """Whether a word evaluates, obliges, or speaks of the future."""
    return key in word_class("judging") or speaks_of_future(key)


def _weigh(signs: Sequence[str]) -> tuple[str, float]:
    """The most probable label under the log-linear weights, and its probability."""
    weights = load_signs()
    totals = [sum(weights[sign][column] for sign in signs) for column in range(len(_LABELS))]
    powers = [math.exp(total) for total in totals]
    best = max(range(len(_LABELS)), key=totals.__getitem__)
    return _LABELS[best], round(powers[best] / sum(powers), 3)


def _headline(page: Page, words: Range, names: Sequence[Entity]) -> tuple[str, float]:
    """The label of a line without a stop: heading, caption or fragment."""
    keys = page.keys[words.first : words.last]
    if keys and (keys[0] in word_class("caption") or (keys[-1] == ")" and len(keys) < 30)):
        return "UFS", 0.7
    if len(keys) <= _SHORT and not _has_verb(keys, page, words):
        return "NFS", 0.65
    return _weigh(_signs(page, words, names))


def _has_verb(keys: Sequence[str], page: Page, words: Range) -> bool:
    """Whether a short line holds what looks like a present or future verb."""
    covered = page.covered
    for index, key in enumerate(keys, words.first):
        if index in covered or page.forms[index].definite or key in word_class("not_verb"):
            continue
        bare = key.removeprefix("و").removeprefix("س")
        if len(bare) > 3 and bare[0] in "يت" and bare[-1] not in "هاء":
            return True
    return False


def _thanks(keys: Sequence[str]) -> bool:
    return any(key in word_class("thanks") for key in keys)


def _stands_alone(page: Page, span: Span) -> bool:
    """Whether a sentence is a whole line."""
    source, before, after = page.source, span.start, span.end
    while before and source[before - 1] in " \t":
        before -= 1
    while after < len(source) and source[after] in " \t":
        after += 1
    return source[max(0, before - 1) : before] in ("", "\n") and source[after : after + 1] in ("", "\n")
