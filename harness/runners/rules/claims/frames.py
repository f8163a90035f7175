"""Frames around a reported clause: وفقا ل, بحسب, حسبما ذكرت, كما قال."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.openings import find_opening
from harness.runners.rules.claims.page import Page
from harness.runners.rules.claims.phrases import COMMAS, can_speak, phrase_end
from harness.runners.rules.words.lexicon import Range, table, word_class
from harness.runners.rules.words.words import fold

# Words within which a comma or فإن parts a leading frame from its clause.
_LEAD_REACH: Final = 14
_DATELINE: Final = 12
_REPORTING: Final = frozenset({"say", "think", "will", "report"})
FRAME_CUE: Final = Cue("frame", "frame")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in words: its cue, its source (None where the cue names it) and the framed clause.

    `cut` letters of a conjunction at the head of the cue stay outside.
    """

    cue: Range
    source: Range | None
    content: Range
    cut: int = 0


class Pattern(NamedTuple):
    """The folded words of a frame, what follows them (name, verb or alone), and the letters cut from the first."""

    keys: tuple[str, ...]
    follows: str
    cut: int


@cache
def load_frames() -> dict[str, tuple[Pattern, ...]]:
    """First word, with or without a conjunction → the frames that begin with it, longest first."""
    patterns: dict[str, list[Pattern]] = {}
    for words, follows in table("frames"):
        keys = tuple(map(fold, words.split()))
        for conjunction in ("", "و", "ف"):
            patterns.setdefault(conjunction + keys[0], []).append(Pattern(keys, follows, len(conjunction)))
    return {first: tuple(sorted(same, key=lambda pattern: -len(pattern.keys))) for first, same in patterns.items()}


def find_frames(page: Page, sentence: Range) -> Iterator[Frame]:
    """The frames of one sentence, in order and apart."""
    frames, index = load_frames(), sentence.first
    while index < sentence.last:
        patterns = frames.get(page.keys[index], ())
        frame = next(filter(None, (_read(page, index, pattern, sentence) for pattern in patterns)), None)
        if frame is not None:
            yield frame
        index = frame.cue.last if frame is not None else index + 1


def _read(page: Page, first: int, pattern: Pattern, sentence: Range) -> Frame | None:
    """The frame of a pattern in word `first`, None where it is not one."""
    end = _match(page, first, pattern.keys, sentence.last)
    if not end:
        return None
    cue, source = Range(first, end), None
    if pattern.follows != "alone":
        if end >= sentence.last:
            return None
        if pattern.follows == "verb":
            if not _reports(page, first, end, sentence):
                return None
            cue = Range(first, end + 1)
        source = _source(page, cue, sentence, named=pattern.follows == "name")
        if source is None and pattern.follows == "name":
            return None
    content = _clause(page, cue, source, sentence)
    return Frame(cue, source, content, pattern.cut) if content.first < content.last else None


def _match(page: Page, first: int, keys: tuple[str, ...], limit: int) -> int:
    """The word behind the frame's own words, 0 where they do not stand there; a last ل is written onto a noun."""
    for step, key in enumerate(keys[1:], first + 1):
        if step >= limit:
            return 0
        if key == "ل" and step == first + len(keys) - 1:
            word = page.keys[step]
            return step if word.startswith("ل") and word not in word_class("false_for") else 0
        if page.keys[step] != key:
            return 0
    return first + len(keys)


def _reports(page: Page, first: int, verb: int, sentence: Range) -> bool:
    """Whether word `verb` is a verb of saying that belongs to the frame; with a content of its own it is no frame."""
    cue = load_cues().get(page.keys[verb])
    if cue is None or cue.cut or cue.shape not in ("past", "present") or cue.kind not in _REPORTING:
        return False
    if page.keys[first].removeprefix("و") != "كما":
        return True
    opening = find_opening(page, verb, cue, sentence)
    if opening is not None and (opening.kind in ("that", "colon", "quote") or first == sentence.first):
        return False
    return cue.kind == "say" or page.keys[verb] in word_class("opinion")


def _source(page: Page, cue: Range, sentence: Range, *, named: bool) -> Range | None:
    """The noun phrase behind a frame; where it has no verb it must be `named`: somebody who can speak."""
    first = cue.last
    if not named:
        stop = phrase_end(page, first, sentence.last)
        return Range(first, stop) if stop > first else None
    # The noun behind وفقا bears the preposition of the frame, which would end any other phrase.
    prepositional = page.keys[cue.first].endswith(tuple(word_class("according")))
    if cue.first in page.named:
        return None
    if cue.last - cue.first == 1 and not prepositional and page.keys[first] in word_class("adjunct"):
        return None
    stop = phrase_end(page, first + (prepositional and first not in page.mentions), sentence.last)
    return Range(first, stop) if stop != first and can_speak(page, first, stop) else None


def _clause(page: Page, cue: Range, source: Range | None, sentence: Range) -> Range:
    """The framed clause: what stands before a frame in its sentence, or behind one that begins the sentence."""
    if cue.first - sentence.first > 2:
        # Not with a dateline (place, agency and colon) at the beginning.
        dateline = range(sentence.first, min(sentence.first + _DATELINE, cue.first - 1))
        first = next((index + 1 for index in dateline if page.keys[index] == ":"), sentence.first)
        return Range(first, cue.first)
    first = behind = source.last if source is not None else cue.last
    while first < sentence.last and not page.words[first].letters:
        first += 1
    for index in range(behind, min(behind + _LEAD_REACH, sentence.last)):
        if page.keys[index] in COMMAS or page.keys[index] in word_class("then"):
            first = index + 1
            break
    if first < sentence.last and page.keys[first] in word_class("then"):
        first += 1
    return Range(first, sentence.last)
