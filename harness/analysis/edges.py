"""What makes the boundaries of two mentions differ: a proclitic, the article, a suffix, a word, or a mark.

Only the letters between the two boundaries are looked at, and the word they stand in. Whether they are a clitic there
is for gold to know: where the prediction cuts ب off بوتين, the difference is that of the proclitic ب, too short.
"""

import re
from typing import Final, NamedTuple

from harness.arabic.lexicon import SPELLED
from harness.arabic.segment import edge_punctuation
from harness.data.types import Span

CLITICS: Final = ("proclitic", "article", "proclitic_article", "suffix")
"""The classes that a clitic view of whole words would forgive, the article and endings among them."""

_PREFIX: Final = re.compile(r"(?P<conjunction>[وف])?(?P<preposition>[بلك])?(?P<article>ال|(?<=ل)ل)?")
# Pronouns, and the endings of gender, number and relation.
_SUFFIXES: Final = frozenset(
    {"ه", "ها", "هم", "هن", "هما", "ك", "كم", "كن", "كما", "نا", "ني", "ي"}
    | {"ة", "ات", "ان", "ين", "ون", "ية", "يا", "يين", "يون", "يات", "ا", "ت"}
)
_REACH: Final = 16
"""How far to look for the edge of the word: clitics stand at it, and a text may have no spaces."""


class Edge(NamedTuple):
    """The class of a difference, and more of it: the letters of a clitic, or the classes of both edges."""

    kind: str
    detail: str = ""


def classify(text: str, gold: Span, predicted: Span) -> Edge:
    """The class of two spans that overlap and are not equal.

    `proclitic`, `article` (ال, or the ل it becomes after ل), `proclitic_article`, `head` (words more or less at the
    start), `suffix`, `tail` (words more or less at the end), `punctuation` (no letter, marks and spaces included),
    `both_edges` with the class of each as detail, or `other`.
    """
    start = _start(text, *sorted((gold.start, predicted.start)))
    end = _end(text, *sorted((gold.end, predicted.end)))
    if start is None or end is None:
        return start or end or Edge("other")
    return start if start == end == Edge("punctuation") else Edge("both_edges", f"{start.kind}+{end.kind}")


def direction(gold: Span, predicted: Span) -> str:
    """`longer` where the prediction holds the gold span, `shorter` where it lies inside it, else `crossing`."""
    if predicted.start <= gold.start and predicted.end >= gold.end:
        return "longer"
    return "shorter" if predicted.start >= gold.start and predicted.end <= gold.end else "crossing"


def _start(text: str, first: int, last: int) -> Edge | None:
    """The class of `text[first:last]` between two starts; None where they are equal."""
    if first == last:
        return None
    stretch = text[first:last]
    letters = _letters(stretch)
    if not letters:
        return Edge("punctuation")
    parted = _is_parted(stretch[_first_letter(stretch) :])
    return _proclitic(_before(text, first), letters, parted) or Edge("head" if parted else "other")


def _proclitic(before: str | None, letters: str, parted: bool) -> Edge | None:
    """The clitics that `letters` are, `before` being those of their word in front of them."""
    match = None if before is None else _PREFIX.fullmatch(before + letters)
    # An article stands in no word of its own: بال is one.
    if before is None or match is None or (parted and match["article"]):
        return None
    pieces = [match["conjunction"] or "", match["preposition"] or "", match["article"] or ""]
    if len(before) not in (0, len(pieces[0]), len(pieces[0] + pieces[1])):
        return None
    proclitics = (pieces[0] + pieces[1])[len(before) :]
    if not pieces[2]:
        return Edge("proclitic", proclitics)
    return Edge("proclitic_article" if proclitics else "article", letters)


def _end(text: str, first: int, last: int) -> Edge | None:
    """The class of `text[first:last]` between two ends; None where they are equal."""
    if first == last:
        return None
    stretch = text[first:last]
    letters = _letters(stretch)
    if not letters:
        return Edge("punctuation")
    if _is_parted(stretch[: len(stretch) - _first_letter(stretch[::-1])]):
        return Edge("tail")
    rest = re.match(r"\S*", text[last : last + _REACH])
    ends_word = rest is not None and not _letters(rest.group())
    return Edge("suffix" if ends_word and letters in _SUFFIXES else "other")


def _before(text: str, position: int) -> str | None:
    """The letters of the word at `position` in front of it; None where its start is out of reach."""
    behind = text[max(0, position - _REACH) : position]
    found = re.search(r"\S*\Z", behind)
    if found is None or (len(found.group()) == len(behind) and position > _REACH):
        return None
    return _letters(found.group())


def _letters(text: str) -> str:
    return "".join(char for char in SPELLED.fold(text) if char.isalnum())


def _first_letter(text: str) -> int:
    return next((at for at, char in enumerate(text) if char.isalnum()), len(text))


def _is_parted(text: str) -> bool:
    """Whether white space or punctuation stands in `text`: it holds the edge of a word."""
    return any(char.isspace() or char in edge_punctuation() for char in text)
