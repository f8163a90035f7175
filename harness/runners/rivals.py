"""Mentions of one name by several extractors: which of them stays."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from harness.arabic.clitics import analyse
from harness.arabic.segment import trim
from harness.data.types import Entity, Span

_WORD: Final = re.compile(r"\S+")


def settle(
    text: str, mentions: Collection[Entity], answers: Sequence[Collection[tuple[int, int, str]]]
) -> list[Entity]:
    """The `mentions` of `text`, in order, without those that answer a second time for one name.

    `answers` are the (start, end, type) that each extractor gave. Two mentions are rivals if they have one type and
    begin and end in the same words; or if no extractor gave both, and they have one type and overlap, or two types on
    one span. Of rivals in the same words the one stays that begins where a proclitic surely ends, else the surer; of
    one type otherwise the longer; of two types the surer.
    """
    ordered = sorted(mentions)
    lost: set[Entity] = set()
    for number, mention in enumerate(ordered):
        for later in ordered[number + 1 :]:
            if later.start >= mention.end or mention in lost:
                break
            if later not in lost:
                together = any(mention[:3] in given and later[:3] in given for given in answers)
                loser = _loser(text, mention, later, together=together)
                lost |= set() if loser is None else {loser}
    return [mention for mention in ordered if mention not in lost]


def _loser(text: str, mention: Entity, later: Entity, *, together: bool) -> Entity | None:
    """Which of two overlapping mentions goes, None where both stay."""
    rivals = (mention, later)
    if mention.type == later.type:
        edges = ((mention.start, later.start), (mention.end, later.end))
        same_words = not any(char.isspace() for edge in edges for char in text[min(edge) : max(edge)])
        if same_words:
            return min(rivals, key=lambda rival: (_begins_behind_proclitic(text, rival), rival.score or 0))
        return None if together else min(rivals, key=lambda rival: (rival.end - rival.start, rival.score or 0))
    if together or mention[:2] != later[:2]:
        return None
    return min(rivals, key=lambda rival: rival.score or 0)


def _begins_behind_proclitic(text: str, mention: Entity) -> bool:
    """Whether a mention begins where the analyser of proclitics is sure that its word begins."""
    start = mention.start
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    word = trim(text, Span(*_WORD.match(text, start).span()))  # type: ignore[union-attr]  # a mention has a letter
    length, sure = analyse(text[word.start : word.end])
    return sure and mention.start == word.start + length
