"""Proclitics: the one-letter words و ف ب ل ك that Arabic writes as the head of the next word.

A name is often written with them (لروسيا), and as often begins with the same letter (لبنان). Nothing but knowledge
of the words tells the two apart, so an analysis says how sure it is. The future س belongs to its verb and the article
ال to its noun: neither is cut. In للصين the second ل is the article and stays with the name.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from harness.arabic.lexicon import SPELLED, Knowledge, is_function_word, is_name, is_spelled, may_be_name, weigh

CONJUNCTIONS: Final = "وف"
PREPOSITIONS: Final = "بلك"
# What may stand between a proclitic and its word: و«بكين.
OPENERS: Final = "«“”\"‘'‹„‟〝＂([﴿{"


class Prefix(NamedTuple):
    """The proclitics at the head of a word.

    `length` counts code points, marks and tatweel included, 0 where there is no proclitic. With `sure` False the
    prefix is only possible: it may as well be part of the word.
    """

    length: int
    sure: bool


@lru_cache(maxsize=1 << 17)
def analyse(word: str) -> Prefix:
    """The proclitic prefix of `word`, a word without punctuation at its edges.

    Where the first of two proclitics is sure and the second is not (وبوتين), the prefix is the first alone, and sure:
    the rest is a word that would be undecided on its own. `stem_starts` names both places.
    """
    cuts = _cuts(word)
    sure = [length for length, certain in cuts if certain]
    if sure:
        return Prefix(sure[-1], True)
    return Prefix(cuts[0][0], False) if cuts else Prefix(0, True)


@lru_cache(maxsize=1 << 17)
def stem_starts(word: str) -> tuple[int, ...]:
    """Where in `word` a name could begin: 0, and after each plausible proclitic, in order."""
    return (0, *(length for length, _ in _cuts(word)))


def _cuts(word: str) -> list[tuple[int, bool]]:
    """The plausible proclitics of `word` in order: the offset after each, and whether it is sure.

    A cut that follows an unsure one is itself unsure.
    """
    pairs = [(letter, offset) for offset, char in enumerate(word) for letter in SPELLED.fold(char) if letter.isalnum()]
    letters, cuts, certain = "".join(letter for letter, _ in pairs), [], True
    allowed = CONJUNCTIONS + PREPOSITIONS
    for place in range(min(2, len(pairs) - 1)):
        start, end = pairs[place][1], pairs[place + 1][1]
        between = SPELLED.fold(word[start + 1 : end])
        verdict = (
            _is_proclitic(letters[place:], allowed) if not between else _is_parted(letters[place:], between, allowed)
        )
        # A ligature of presentation forms holds two letters that no offset parts.
        if verdict is False or start == end:
            break
        certain = certain and verdict is True
        cuts.append((end, certain))
        if letters[place] in PREPOSITIONS:
            break
        allowed = PREPOSITIONS
    return cuts


def _is_parted(word: str, between: str, allowed: str) -> bool:
    """Whether punctuation after the first letter of `word` makes it a proclitic: و«بكين is cut, و.م.أ is not."""
    return word[0] in allowed and len(word) > 2 and not between.strip(OPENERS)


def _is_proclitic(word: str, allowed: str) -> bool | None:
    """Whether the first letter of `word` is a proclitic out of `allowed`; None: undecided.

    What the lexicons know better wins: the whole word, or what the cut leaves. A name that they list (بكين, لبنان) is
    never cut, unless its rest is listed as a name too (كريم).
    """
    head, rest = word[:1], word[1:]
    if head not in allowed or len(rest) < 2:
        return False
    if rest[0] in "أإآ" and not is_spelled(word):
        return True
    if is_function_word(word):
        return False
    if is_name(word) and not may_be_name(rest):
        return False
    whole, left = weigh(word), weigh(rest)
    if whole == Knowledge.NONE and _shows_a_cut(head, rest):
        return True
    if whole > left:
        return False
    if left > whole:
        return None if len(rest) == 2 and head in PREPOSITIONS else True
    return None if whole != Knowledge.NONE else _guess(head, rest)


def _shows_a_cut(head: str, rest: str) -> bool:
    """Whether the spelling of `rest` tells that a proclitic `head` stands before it."""
    if rest[0].isdigit():
        return True
    if head == "ل":
        return rest[0] == "ل"
    if rest.startswith("ال") and len(rest) > 3:
        return True
    return head in CONJUNCTIONS and _is_proclitic(rest, PREPOSITIONS) is True


def _guess(head: str, rest: str) -> bool | None:
    """The verdict on a word of which nothing is known.

    The Arabic stems in و are few and listed; a foreign name in W, or in L, mostly goes on with ا, و or ي.
    """
    return True if len(rest) > {"و": 2, "ل": 3}.get(head, len(rest)) and rest[0] not in "اوي" else None
