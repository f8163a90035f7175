"""Chunks of tag sequences by array arithmetic: where seqeval 1.2.2 finds them, in well-formed tags and in others.

Two ways to read tags, both seqeval's (Nakayama 2018):

* by default as conlleval.pl does (Tjong Kim Sang and Buchholz 2000), with S- beside B-, I- and E-. Any other letter
  goes on with what is under way, and a sentence stands between two tags O;
* strictly by a scheme, which says between which two tags a chunk starts, goes on and ends. What starts and does not
  end as the scheme wants it is no chunk.

Each is a table over the letter before, the letter here and whether both are of one type, so that a corpus is read by
looking every pair of neighbours up. Positions are token numbers over all sentences.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Sentences = Sequence[Sequence[str]]
Positions = NDArray[np.int64]
Codes = NDArray[np.uint8] | NDArray[np.int64]

UNTYPED: Final = "_"
"""The type of a tag that is a letter alone."""

# What a letter is in the tables; `.` opens nothing in conlleval.pl, and `*` stands for every letter that it has no
# rule for.
LETTERS: Final = "OBIESLU.*"
START, INSIDE, END = 1, 2, 4


class _Rules(NamedTuple):
    """Where a chunk starts, goes on and ends: the letter before (? for any), the letter here, and the types.

    `=` is for two tags of one type, `/` for two of different types, `-` for either.
    """

    letters: str
    starts: str
    inside: str
    ends: str


_CONLLEVAL: Final = _Rules(
    "OBIES.",
    starts="?B- ?S- OI- OE- EI- EE- SI- SE- ?I/ ?E/ ?*/",
    inside="",
    ends="E?- S?- BB- BS- BO- IB- IS- IO- B?/ I?/ *?/",
)
SCHEMES: Final[Mapping[str, _Rules]] = {
    "IOB1": _Rules("IOB", "OI- II/ BI- IB= BB=", "BI= II=", "II/ IO- IB- BO- BI/ BB="),
    "IOE1": _Rules("IOE", "OI- II/ EI- EE=", "II= IE=", "II/ IO- IE/ EI= EE="),
    "IOB2": _Rules("IOB", "?B-", "BI= II=", "IO- II/ IB- BO- BI/ BB-"),
    "IOE2": _Rules("IOE", "OI- OE- EI- EE- II/ IE/", "IE= II=", "E?-"),
    "IOBES": _Rules("IOBES", "?B- ?S-", "BI= BE= II= IE=", "S?- E?-"),
    "BILOU": _Rules("IOBUL", "?B- ?U-", "BI= BL= II= IL=", "U?- L?-"),
}
"""By the name of a scheme its letters, in the order in which seqeval lists them, and its rules."""


@dataclass(frozen=True)
class Reading:
    """How tags are read: by default, or strictly by a scheme; with `suffix` the letter stands last, as in `PER-B`."""

    scheme: str | None = None
    suffix: bool = False

    def parse(self, tag: Any) -> tuple[str, str]:
        """The letter and the type of a tag. By default it warns of a tag that is none of BIOES.

        Raises:
            IndexError: the tag is empty.
            KeyError: in a scheme, no scheme has the letter.
            ValueError: in a scheme, others have it.
            TypeError, AttributeError: it is no string.
        """
        letter, kind = self.cut(tag)
        if self.scheme is not None and letter not in SCHEMES[self.scheme].letters:
            allowed = "|".join(SCHEMES[self.scheme].letters)
            raise ValueError(f"Invalid token is found: {tag}. Allowed prefixes are: {allowed}.")
        return letter, kind

    def cut(self, tag: Any) -> tuple[str, str]:
        """The same of a tag that need not be one of the scheme's."""
        if self.scheme is not None:
            letter, kind = (tag[-1], tag[:-1]) if self.suffix else (tag[0], tag[1:])
            return _KNOWN[letter], kind.strip("-") or UNTYPED
        if tag not in ("O", "B", "I", "E", "S") and not (
            tag.endswith(("-B", "-I", "-E", "-S")) if self.suffix else tag.startswith(("B-", "I-", "E-", "S-"))
        ):
            warnings.warn(f"{tag} seems not to be NE tag.", stacklevel=2)
        if self.suffix:
            return tag[-1], tag[:-1].rsplit("-", maxsplit=1)[0] or UNTYPED
        return tag[0], tag[1:].split("-", maxsplit=1)[-1] or UNTYPED

    def refuse(self, sentences: Sentences) -> None:
        """Raise what seqeval does, if a tag is wrong: in a sentence first of tags that are none of any scheme."""
        for tags in sentences:
            for tag in tags:
                self.cut(tag)
            for tag in tags:
                self.parse(tag)


# Another letter is a KeyError that names it, as in seqeval.
_KNOWN: Final = {letter: letter for letter in "IOBESUL"}


class Chunks(NamedTuple):
    """First and last token, both inclusive, and the number of the type of each chunk; in order of their ends.

    Three arrays of one length. No two chunks end at one token.
    """

    firsts: Positions
    lasts: Positions
    kinds: NDArray[np.int32]


class Read(NamedTuple):
    """The chunks of each side, and the names of the types that their numbers stand for."""

    sides: list[Chunks]
    names: list[str]


class Numbering(dict[Any, int]):
    """Numbers new tags as they come, O first: a lookup in C for every other token."""

    def __init__(self) -> None:
        super().__init__(O=0)

    def __missing__(self, tag: Any) -> int:
        self[tag] = len(self)
        return self[tag]


class Stretches(NamedTuple):
    """What stands between tags O: numbers of tags with one O (0) before and behind each stretch, and their tokens.

    Both arrays have one length. An O has the number of the token behind the stretch before it; before all tokens stands
    0, or -1 where the first sentence is empty.
    """

    codes: Codes
    tokens: Positions


def read(sides: Sequence[Sentences], lengths: Sequence[int], reading: Reading) -> Read:
    """The chunks of the sentences of each side, which have the same lengths.

    Raises:
        IndexError, KeyError, ValueError, TypeError, AttributeError: as `Reading.parse`, of the first wrong tag.
    """
    numbering = Numbering()
    try:
        edges = np.cumsum(np.array(lengths, dtype=np.int64))
        stretches = [stretches_of(numbered(side, numbering), edges) for side in sides]
        return find(stretches, list(numbering), reading)
    except (LookupError, ValueError, TypeError):
        # Tags were parsed as they were numbered, and what is no string at all may not even have a hash.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for side in sides:
                reading.refuse(side)
        raise


def numbered(sentences: Sentences, numbering: Numbering) -> Codes:
    """The number of every tag; as bytes, which is twice as fast, unless there are too many."""
    try:
        return np.frombuffer(bytes(map(numbering.__getitem__, chain.from_iterable(sentences))), dtype=np.uint8)
    except ValueError:
        return np.fromiter(map(numbering.__getitem__, chain.from_iterable(sentences)), dtype=np.int64)


def stretches_of(codes: Codes, edges: Positions) -> Stretches:
    """The stretches of sentences that end before the tokens `edges`; most tokens are in none, and cost no more time."""
    # An empty sentence at the beginning makes the first token one behind an O.
    fresh = np.zeros(1 + len(codes), dtype=np.bool_)
    fresh[edges] = True
    inside = np.flatnonzero(codes != 0)
    parted = fresh[inside]
    parted |= np.diff(inside, prepend=-1) != 1
    places = 1 + np.arange(len(inside)) + np.cumsum(parted)
    size = 2 + len(inside) + np.count_nonzero(parted)
    wide = np.zeros(size, dtype=codes.dtype)
    wide[places] = codes[inside]
    tokens = np.full(size, -int(fresh[0]), dtype=np.int64)
    tokens[places + 1] = inside + 1
    tokens[places] = inside
    return Stretches(wide, tokens)


def find(sides: Sequence[Stretches], tags: Sequence[str], reading: Reading) -> Read:
    """The chunks of each side, whose numbers are those of `tags`; tag 0 is O.

    Raises:
        IndexError, KeyError, ValueError, TypeError, AttributeError: as `Reading.parse`.
    """
    parsed = [reading.parse(tag) for tag in tags]
    numbers: dict[str, int] = {}
    kinds = np.array([numbers.setdefault(kind, len(numbers)) for _, kind in parsed], dtype=np.int32)
    known = LETTERS if reading.scheme else _CONLLEVAL.letters
    letters = np.array([LETTERS.index(letter if letter in known else "*") for letter, _ in parsed], dtype=np.uint8)
    table = transitions(reading.scheme)
    found = []
    for codes, tokens in sides:
        flags = _look_up(table, letters[codes], kinds[codes])
        if reading.scheme:
            firsts, behind = _chunks_of_scheme(flags)
            typed = firsts + 1
        else:
            # Before the very first token seqeval has a type that no tag has.
            flags[0] = table[0, letters[codes[1]], 0]
            firsts, behind = _chunks_by_default(flags)
            typed = behind
        found.append(Chunks(tokens[firsts + 1], tokens[behind], kinds[codes[typed]]))
    return Read(found, list(numbers))


def detect(sentences: Sentences, suffix: bool = False) -> str:
    """The name of the scheme that tags are written in, of IOB2, IOE2, IOBES and BILOU.

    Raises:
        ValueError: no scheme has such a letter, or such letters together.
        IndexError, TypeError: a tag is none at all.
    """
    letters = set()
    for tag in dict.fromkeys(chain.from_iterable(sentences)):
        letter = tag[-1] if suffix else tag[0]
        if letter not in _KNOWN:
            raise ValueError(f"This scheme is not supported: {tag}")
        letters.add(letter)
    for needed, allowed, scheme in _DETECTED:
        if {*needed} <= letters <= {*allowed}:
            return scheme
    raise ValueError(f"This scheme is not supported: {letters or set()}")


_DETECTED: Final = (
    ("B", "IOB", "IOB2"),
    ("E", "IOE", "IOE2"),
    ("BE", "IOBES", "IOBES"),
    # S with O alone is none to seqeval; so with U.
    ("S", "S", "IOBES"),
    ("BL", "IOBUL", "BILOU"),
    ("U", "U", "BILOU"),
)


@cache
def transitions(scheme: str | None) -> NDArray[np.uint8]:
    """Flags of shape (letters before, letters here, of one type): what a chunk does between the two tags."""
    rules = SCHEMES[scheme] if scheme else _CONLLEVAL
    table = np.zeros((len(LETTERS), len(LETTERS), 2), dtype=np.uint8)
    for flag, patterns in ((START, rules.starts), (INSIDE, rules.inside), (END, rules.ends)):
        for before, here, types in map(tuple, patterns.split()):
            row = slice(None) if before == "?" else LETTERS.index(before)
            column = slice(None) if here == "?" else LETTERS.index(here)
            table[row, column, {"=": slice(1, 2), "/": slice(0, 1), "-": slice(0, 2)}[types]] |= np.uint8(flag)
    return table


def _look_up(table: NDArray[np.uint8], letters: NDArray[np.uint8], kinds: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The flags between each tag and the next, shape (tags - 1,)."""
    _, columns, _ = table.shape
    # 162 cells: their numbers fit into bytes.
    cells = letters[:-1] * np.uint8(2 * columns) + letters[1:] * np.uint8(2) + (kinds[:-1] == kinds[1:])
    flags: NDArray[np.uint8] = table.ravel().take(cells)
    return flags


def _chunks_by_default(flags: NDArray[np.uint8]) -> tuple[Positions, Positions]:
    """Before which tag each chunk starts, and behind which it ends: for every end the latest start before it."""
    events = np.flatnonzero((flags & (START | END)) != 0)
    starts = np.where((flags[events] & START) != 0, events, 0)
    latest = np.concatenate(([0], np.maximum.accumulate(starts)))
    ending = np.flatnonzero((flags[events] & END) != 0)
    return latest[ending], events[ending]


def _chunks_of_scheme(flags: NDArray[np.uint8]) -> tuple[Positions, Positions]:
    """The same for a scheme: the first start of every stretch that goes on, where that ends as it should."""
    stops = np.flatnonzero((flags & INSIDE) == 0)
    starts = np.flatnonzero((flags & START) != 0)
    # The number of stops up to a start is the number of the stop behind it.
    stretches = np.searchsorted(stops, starts, "right")
    first = np.diff(stretches, prepend=-1) > 0
    firsts, behind = starts[first], stops[stretches[first]]
    ended = (flags[behind] & END) != 0
    return firsts[ended], behind[ended]


class Counts(NamedTuple):
    """By type, in order of their names, the chunks that both sides have and those of each: arrays of shape (types,)."""

    names: list[str]
    both: NDArray[Any]
    predicted: NDArray[Any]
    gold: NDArray[Any]


def count(found: Read) -> Counts:
    """How many chunks of each type gold and prediction have, and how many are equal; of types that either has."""
    gold, predicted = found.sides
    # The number of the gold chunk that ends at a token, plus one.
    ending = np.zeros(1 + max(gold.lasts.max(initial=0), predicted.lasts.max(initial=0)), dtype=np.int32)
    ending[gold.lasts] = np.arange(1, 1 + len(gold.lasts))
    beside = ending[predicted.lasts] - 1
    equal = beside >= 0
    equal[equal] = (gold.firsts[beside[equal]] == predicted.firsts[equal]) & (
        gold.kinds[beside[equal]] == predicted.kinds[equal]
    )
    kinds = (predicted.kinds[equal], predicted.kinds, gold.kinds)
    by_type = np.array([np.bincount(each, minlength=len(found.names)) for each in kinds])
    numbers = sorted(np.flatnonzero(by_type.any(axis=0)).tolist(), key=found.names.__getitem__)
    return Counts([found.names[number] for number in numbers], *by_type[:, numbers])
