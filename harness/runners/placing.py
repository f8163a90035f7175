"""From the spans that a library answers to mentions of the raw text."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter

from harness.arabic.clitics import CONJUNCTIONS, OPENERS, PREPOSITIONS, analyse
from harness.arabic.lexicon import SPELLED
from harness.arabic.segment import words
from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Entity, Span, Unplaced
from harness.runners.carried import carry_entities


def place_mentions(answered: Sequence[Entity], rewrite: Rewrite, clitics: bool) -> Annotation:
    """`answered`, spans of the target of `rewrite`, as mentions of its source, in order.

    A mention is of whole letters, without white space and invisible marks at its edges; of two that become one the
    surer stays. An answer without a letter or a digit, such as a comma by itself, is `unplaced`. With `clitics`
    mentions begin behind the proclitics of their first word.
    """
    mentions = carry_entities(answered, rewrite)
    if clitics:
        mentions = carry_entities(behind_proclitics(rewrite.source, mentions), Rewrite(rewrite.source))
    # As for mentions, what is said twice counts once.
    unplaced = dict.fromkeys(
        Unplaced("entities", kind, rewrite.target[start:end], rewrite.back(Span(start, end)).start)
        for start, end, kind, _ in answered
        if not carry_entities([Entity(start, end, kind)], rewrite)
    )
    return Annotation(entities=tuple(sorted(mentions)), unplaced=tuple(unplaced))


def behind_proclitics(text: str, mentions: Iterable[Entity]) -> list[Entity]:
    """`mentions` of `text`, those that start within the sure proclitics of a word moved behind these.

    For extractors whose words cannot be parted. It is the clitic view of the scorers for one side by itself: proclitics
    of which the analyser is not sure stay, and so does the article.
    """
    found = words(text)
    return [mention._replace(start=_start(text, found, mention)) for mention in mentions]


def _start(text: str, found: Sequence[Span], mention: Entity) -> int:
    first = last = bisect_right(found, mention.start, key=attrgetter("start")) - 1
    if first < 0:
        return mention.start
    while first > 0 and _is_parted(text, found[first - 1], found[first]):
        first -= 1
    while last + 1 < len(found) and _is_parted(text, found[last], found[last + 1]):
        last += 1
    start = found[first].start
    prefix = analyse(text[start : found[last].end])
    behind = start + prefix.length
    return behind if prefix.sure and mention.start < behind < mention.end else mention.start


def _is_parted(text: str, word: Span, following: Span) -> bool:
    """Whether quotation marks alone part `word`, one or two proclitics, from the word that it is written onto."""
    between = text[word.end : following.start]
    letters = [letter for letter in SPELLED.fold(text[word.start : word.end]) if letter.isalnum()]
    return (
        between != ""
        and not between.strip(OPENERS)
        and 0 < len(letters) <= 2
        and all(letter in CONJUNCTIONS + PREPOSITIONS for letter in letters)
    )
