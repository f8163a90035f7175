"""Words and boundary views a second time, from the written definitions alone.

A separator between letters parts; edge punctuation is cut; spans widen to whole words, but where two mentions of one
side would become one. Where the definitions leave a choice, this is what was read first and what is taken now:

- Widening was read as going to the ends of words, which have no edge punctuation; the second cut then has nothing to
  do. A span goes to the ends of the pieces that words are cut out of, and the second cut takes what is edge punctuation
  there: `ا ب` in `(ا ب)` becomes `(ا ب)`, and `( ب )` in `ا( ب )` becomes `ا( ب )`, which stayed what they were. A
  bracket that the first cut keeps widens in a piece without a word, too.
- A span of `%` alone was read as one of nothing but punctuation, which keeps its offsets. `%` is no edge punctuation,
  so the span is not empty after the cut, and widens as any other.
- The clitic view was read as the word view with another start. It moves the start only; the end stays exact, mentions
  that become equal count once, and the two letters that must remain are those of the mention.
"""

import unicodedata
from collections.abc import Sequence, Set
from functools import cache
from itertools import combinations

from harness.arabic.clitics import analyse

Word = tuple[int, int]
Mention = tuple[int, int, str]

DOTS = ".…۔·‥․‧"
SLASHES = "/\\／"
QUOTATION_MARKS = '"«»“”„‟‹›＂〝〞〟⹂「」『』｢｣﹁﹂﹃﹄'
OPENING = set('"«“„‟‹＂〝”')
PREPENDED = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
IGNORABLE = {
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
}
BRACKETS = {")": "(", "]": "[", "}": "{"}


def punctuation(character: str) -> bool:
    """Whether Unicode calls it punctuation."""
    return unicodedata.category(character).startswith("P")


def invisible(character: str) -> bool:
    """Whether it is a format or default-ignorable character that shows nothing."""
    code = ord(character)
    return code in IGNORABLE or (unicodedata.category(character) == "Cf" and code not in PREPENDED)


def separator(character: str) -> bool:
    """Whether it parts words where it stands between letters."""
    return unicodedata.category(character) == "Pd" or character in SLASHES + DOTS + QUOTATION_MARKS


def between_letters(text: str, at: int) -> bool:
    """Whether the nearest characters around `at` that are no punctuation, mark or invisible mark are letters."""
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(text) and (
            punctuation(text[i]) or invisible(text[i]) or unicodedata.category(text[i]).startswith("M")
        ):
            i += step
        if not (0 <= i < len(text) and text[i].isalpha()):
            return False
    return True


def partnered(text: str, start: int, end: int) -> set[int]:
    """Positions of the brackets of text[start:end] whose partner is in it too, each kind by itself."""
    found: set[int] = set()
    for closing, opening in BRACKETS.items():
        stack: list[int] = []
        for i in range(start, end):
            if text[i] == opening:
                stack.append(i)
            elif text[i] == closing and stack:
                found |= {i, stack.pop()}
    return found


def cut(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without white space and edge punctuation at its ends."""
    kept = partnered(text, start, end)

    def edge(i: int) -> bool:
        if text[i].isspace() or invisible(text[i]):
            return True
        return punctuation(text[i]) and text[i] not in "%٪" and i not in kept

    while start < end and edge(start):
        start += 1
    while start < end and edge(end - 1):
        end -= 1
    return start, end


def hollow(text: str) -> bool:
    """Whether there is nothing in it but punctuation (no percent sign), invisible marks and white space."""
    return all(c.isspace() or invisible(c) or (punctuation(c) and c not in "%٪") for c in text)


@cache
def pieces(text: str) -> tuple[Word, ...]:
    """What lies between white space and separators that stand between letters, in order."""
    found = []
    start = 0
    for i in range(len(text) + 1):
        if i == len(text) or text[i].isspace() or (separator(text[i]) and between_letters(text, i)):
            found.append((start, i))
            start = i + 1
    return tuple(found)


@cache
def words(text: str) -> tuple[Word, ...]:
    """Every word of a text, in order: the pieces without their edge punctuation, but those of nothing else."""
    return tuple(cut(text, *piece) for piece in pieces(text) if not hollow(text[slice(*piece)]))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span after the first cut; one of nothing but punctuation stays as it is."""
    return (start, end) if hollow(text[start:end]) else cut(text, start, end)


def piece_at(text: str, position: int) -> Word | None:
    """The piece that holds the character at a position, None where it is a space or parts words."""
    return next((piece for piece in pieces(text) if piece[0] <= position < piece[1]), None)


def widened(
    text: str,
    span: tuple[int, int],
    fixed_starts: Set[Word | None] = frozenset(),
    fixed_ends: Set[Word | None] = frozenset(),
) -> tuple[int, int]:
    """The word view of a trimmed span: to whole pieces but those given, then cut again."""
    start, end = span
    if hollow(text[start:end]):
        return span
    first, last = piece_at(text, start), piece_at(text, end - 1)
    if first and first not in fixed_starts:
        start = first[0]
    if last and last not in fixed_ends:
        end = last[1]
    return cut(text, start, end)


def view(text: str, boundary: str, sides: Sequence[Sequence[Mention]]) -> list[set[Mention]]:
    """Both sides in a boundary view, equal mentions once."""
    if boundary == "word":
        return word_view(text, sides)
    if boundary == "clitic":
        starts = {start for side in sides for start, _, _ in side}
        return [{(clitic_start(text, s, e, starts), e, label) for s, e, label in side} for side in sides]
    return [set(side) for side in sides]


def word_view(text: str, sides: Sequence[Sequence[Mention]]) -> list[set[Mention]]:
    """Both sides in whole words, but where two mentions of one side would become one."""
    trim = [{(*trimmed(text, start, end), label) for start, end, label in side} for side in sides]
    fixed_starts: set[Word | None] = set()
    fixed_ends: set[Word | None] = set()
    for side in trim:
        for one, other in combinations(side, 2):
            if one[2] != other[2] or widened(text, one[:2]) != widened(text, other[:2]):
                continue
            if one[0] != other[0]:
                fixed_starts |= {piece_at(text, one[0]), piece_at(text, other[0])}
            if one[1] != other[1]:
                fixed_ends |= {piece_at(text, one[1] - 1), piece_at(text, other[1] - 1)}
    return [{(*widened(text, (s, e), fixed_starts, fixed_ends), label) for s, e, label in side} for side in trim]


def clitic_start(text: str, start: int, end: int, starts: Set[int]) -> int:
    """Where a mention begins in the clitic view: behind the prefix that it begins in, or where it did.

    `starts`: where the mentions of both sides begin.
    """
    for first, stem, last, sure in prefixes(text):
        if first <= start < stem:
            counts = sure or any(stem <= other < last for other in starts)
            letters = sum(c.isalpha() and c != "ـ" for c in text[stem:end])
            return stem if counts and letters >= 2 else start
    return start


@cache
def prefixes(text: str) -> tuple[tuple[int, int, int, bool], ...]:
    """Where each word starts, where its proclitic prefix ends, where the word ends, and whether the analyser is sure.

    Proclitics alone before an opening quotation mark are read together with the next word, as one.
    """
    found = []
    rest = list(words(text))
    while rest:
        start, end = rest.pop(0)
        own = end - start
        letters = [c for c in text[start:end] if c.isalpha() and c != "ـ"]
        between = {c for c in text[end : rest[0][0]] if not invisible(c)} if rest else set()
        if letters and set(letters) <= set("وفبلك") and OPENING & between and OPENING | set("([{") >= between:
            following = rest.pop(0)
            prefix = analyse(text[start:end] + text[slice(*following)])
            stem = following[0] + prefix.length - own if prefix.length >= own else start + prefix.length
            found.append((start, stem, following[1], prefix.sure))
        else:
            prefix = analyse(text[start:end])
            found.append((start, start + prefix.length, end, prefix.sure))
    return tuple(found)
