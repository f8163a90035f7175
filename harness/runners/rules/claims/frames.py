"""Frames around a reported clause: وفقا ل, بحسب, حسبما ذكرت, كما قال."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from harness.runners.rules.claims.contents import find_opening
from harness.runners.rules.claims.cues import Cue, load_cues
from harness.runners.rules.claims.page import Page, Range
from harness.runners.rules.claims.phrases import COMMAS, can_speak, phrase_end
from harness.runners.rules.words.lexicon import table, word_class
from harness.runners.rules.words.words import fold

# Words within which a comma or فإن parts a leading frame from its clause.
_LEAD_REACH: Final = 14
_REPORTING: Final = frozenset({"say", "think", "will", "report"})
FRAME_CUE: Final = Cue("frame", "frame", hedged=False, denies=False, takes=frozenset(), prepositions=())


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in words: its cue, its source (None where the cue names it) and the framed clause.

    `cut` letters of a conjunction at the head of the cue stay outside.
    """

    cue: Range
    source: Range | None
    content: Range
    cut: int = 0


@cache
def load_frames() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """First folded word → the frames that begin with it, longest first: (words, what follows)."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, follows in table("frames"):
        keys = tuple(map(fold, words.split()))
        for first in (keys[0], "و" + keys[0], "ف" + keys[0]):
            found.setdefault(first, []).append((keys, follows))
    return {first: tuple(sorted(frames, key=lambda one: -len(one[0]))) for first, frames in found.items()}


def find_frames(page: Page, sentence: Range) -> Iterator[Frame]:
    """The frames of one sentence, in order and apart."""
    known, at = load_frames(), sentence.first
    while at < sentence.last:
        frame = _find_frame(page, at, sentence) if page.keys[at] in known else None
        if frame is not None:
            yield frame
        at = frame.cue.last if frame is not None else at + 1


def _find_frame(page: Page, at: int, sentence: Range) -> Frame | None:
    """The frame that begins in word `at`."""
    for keys, follows in load_frames().get(page.keys[at], ()):
        end = _match(page, at, keys, sentence.last)
        if end:
            found = _follow(page, Range(at, end), sentence, follows)
            if found is not None:
                return found
    return None


def _follow(page: Page, cue: Range, sentence: Range, follows: str) -> Frame | None:
    if follows == "alone":
        return _framed(page, cue, None, sentence)
    return _verb(page, cue, sentence) if follows == "verb" else _name(page, cue, sentence)


def _match(page: Page, at: int, keys: tuple[str, ...], limit: int) -> int:
    """The word behind the frame's own words, 0 where they do not stand there; a last ل is written onto a noun."""
    for step, key in enumerate(keys[1:], at + 1):
        if step >= limit:
            return 0
        if key == "ل" and step == at + len(keys) - 1:
            return step if page.keys[step].startswith("ل") and page.keys[step] not in ("لما", "لان", "لن", "لم") else 0
        if page.keys[step] != key:
            return 0
    return at + len(keys)


def _verb(page: Page, words: Range, sentence: Range) -> Frame | None:
    """A frame with a verb of saying; with a content of its own the verb is no frame."""
    at, end = words
    if end >= sentence.last:
        return None
    cue = load_cues().get(page.keys[end])
    if (
        cue is None
        or cue.cut
        or cue.shape not in ("past", "present")
        or cue.kind not in ("say", "think", "will", "report")
    ):
        return None
    if page.keys[at] in ("كما", "وكما"):
        opening = find_opening(page, end, cue, sentence)
        if opening is not None and opening.kind in ("that", "colon", "quote"):
            return None
        if opening is not None and at == sentence.first:
            return None
        if cue.kind != "say" and page.keys[end] not in ("يري", "تري", "يعتقد"):
            return None
    stop = phrase_end(page, end + 1, sentence.last)
    return _framed(page, Range(at, end + 1), Range(end + 1, stop) if stop > end + 1 else None, sentence)


def _name(page: Page, words: Range, sentence: Range) -> Frame | None:
    """A frame with a noun phrase."""
    at, end = words
    if end >= sentence.last or at in page.covered:
        return None
    prepositional = page.keys[at].endswith(("وفقا", "طبقا"))
    if end - at == 1 and not prepositional and page.keys[end] in word_class("adjunct"):
        return None
    # The first word bears the preposition of the frame, which would end any other phrase.
    stop = phrase_end(page, end + (prepositional and end not in page.mentions), sentence.last)
    if stop == end or not can_speak(page, end, stop):
        return None
    return _framed(page, Range(at, end), Range(end, stop), sentence)


def _framed(page: Page, cue: Range, source: Range | None, sentence: Range) -> Frame | None:
    """The frame with its clause: what stands before it in the sentence, or behind it where it begins the sentence."""
    behind = source.last if source is not None else cue.last
    if cue.first - sentence.first <= 2:
        first = behind
        while first < sentence.last and not page.forms[first].letters:
            first += 1
        for index in range(behind, min(behind + _LEAD_REACH, sentence.last)):
            if page.keys[index] in COMMAS or page.keys[index] in word_class("then"):
                first = index + 1
                break
        if first < sentence.last and page.keys[first] in word_class("then"):
            first += 1
        content = Range(first, sentence.last)
    else:
        content = Range(_behind_dateline(page, sentence.first, cue.first), cue.first)
    cut = int(page.keys[cue.first] not in _heads())
    return Frame(cue, source, content, cut) if content.first < content.last else None


@cache
def _heads() -> frozenset[str]:
    """The first words of frames without a conjunction before them."""
    return frozenset(fold(words.split()[0]) for words, _ in table("frames"))


def _behind_dateline(page: Page, first: int, limit: int) -> int:
    """The word behind a dateline (place, agency and colon) at the beginning of a sentence."""
    for index in range(first, min(first + 12, limit - 1)):
        if page.keys[index] == ":":
            return index + 1
    return first
