"""Tags of tokens to mentions, under the schemes that corpora are written and models answer in.

A token may carry several tags. Each type is decoded for itself, so mentions of unlike types may nest or cross. Of two
tags of one type on a token the first belongs to the outer mention and the second to the inner, as in the published
sample of Wojood; files that keep one tag a type cannot write a mention inside another of its type.

IO, IOB1 and IOB2 mark the same mentions in the same tags and differ in which of them are ill formed. They are read as
conlleval.pl reads them (Tjong Kim Sang and Buchholz 2000, its startOfChunk and endOfChunk): a mention begins at a tag
of its type behind none of its type, at B- behind B- or I-, and at E- or I- behind E-. Any other letter goes on with
what is under way. conlleval.pl knows no S-; BIOES is read as its successors with S- do (seqeval): B- and S- begin a
mention, E- and S- end one, and what should go on or be closed and is not begins or ends where its tags do.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, NamedTuple

Scheme = Literal["IO", "IOB1", "IOB2", "BIOES"]

OUTSIDE: Final = "O"
ORPHAN: Final = "nothing to continue"
UNCLOSED: Final = "never closed"
PREFIX: Final = "unknown prefix"
REPEATED: Final = "one mention twice"
NEEDLESS: Final = "B- where nothing of its type stands before"

_LETTERS: Final = {"IO": "I", "IOB1": "BI", "IOB2": "BI", "BIOES": "BIES"}
# BILOU is BIOES with other letters.
_SAME: Final = {"L": "E", "U": "S"}
PREFIXES: Final = frozenset("BIESLU")
"""The letters that some scheme writes before a type."""

# Of schemes with equally few ill-formed tags the first is the one that is named.
_COMMON_FIRST: Final[tuple[Scheme, ...]] = ("IOB2", "IOB1", "IO", "BIOES")
# conlleval.pl: the letter before and the letter here of two tags of one type between which a mention ends.
_PARTED: Final = frozenset({("B", "B"), ("I", "B"), ("E", "E"), ("E", "I")})


class Fault(NamedTuple):
    """An ill-formed tag: the number of its token, the tag, and what is wrong."""

    token: int
    tag: str
    problem: str


class Mention(NamedTuple):
    """Tokens `first` to `last`, half open, of one type; `sound` unless one of its tags is ill-formed."""

    first: int
    last: int
    type: str
    sound: bool


class Decoded(NamedTuple):
    """The mentions of a sentence, sorted, and its faults in the order of tokens."""

    mentions: list[Mention]
    faults: list[Fault]


def decode(tags: Sequence[Sequence[str]], scheme: Scheme) -> Decoded:
    """The mentions in the tags of a sentence's tokens."""
    decoder = _Decoder(scheme)
    for number, several in enumerate(tags):
        decoder.take(number, several)
    decoder.take(len(tags), ())
    return Decoded(sorted(decoder.mentions.values()), sorted(decoder.faults))


class Fit(NamedTuple):
    """A scheme, and how many tags are ill formed under it."""

    scheme: Scheme
    faults: int


def better_fit(sentences: Iterable[Sequence[Sequence[str]]], scheme: Scheme) -> Fit | None:
    """The scheme under which the fewest tags are ill formed, if they are fewer than half of those under `scheme`.

    None where there is no such scheme, or no ill-formed tag.
    """
    known = list(sentences)
    now = sum(len(decode(tags, scheme).faults) for tags in known)
    best, most = None, (now - 1) // 2
    for other in _COMMON_FIRST if now else ():
        faults = _count_faults(known, other, most)
        if other != scheme and faults <= most:
            # Another one has to have fewer still.
            best, most = Fit(other, faults), faults - 1
    return best


def _count_faults(sentences: Sequence[Sequence[Sequence[str]]], scheme: Scheme, most: int) -> int:
    """How many tags are ill formed; it stops counting where there are more than `most`."""
    faults = 0
    for tags in sentences:
        faults += len(decode(tags, scheme).faults)
        if faults > most:
            break
    return faults


@cache
def parse(tag: str, scheme: Scheme) -> tuple[str, str]:
    """Prefix and type of a tag; the prefix is empty where it is none of the scheme's.

    In IO a bare type is well formed: `PER` is `I-PER`.
    """
    prefix, hyphen, kind = tag.partition("-")
    if not hyphen:
        return ("I" if scheme == "IO" else ""), tag
    if scheme == "BIOES":
        prefix = _SAME.get(prefix, prefix)
    return (prefix if prefix and prefix in _LETTERS[scheme] else ""), kind


Track = tuple[str, int]
"""A type, and how many mentions of it are open around."""


@dataclass
class _Open:
    """A mention under way: its first token, the last tag, and whether its tags are well formed so far."""

    first: int
    tag: str
    sound: bool


@dataclass
class _Decoder:
    scheme: Scheme
    mentions: dict[tuple[int, int, str], Mention] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _open: dict[Track, _Open] = field(default_factory=dict)

    def take(self, number: int, tags: Sequence[str]) -> None:
        """The tags of the next token; none close all that is open."""
        parsed: dict[Track, tuple[str, str]] = {}
        depths: Counter[str] = Counter()
        for tag in tags:
            if tag == OUTSIDE:
                continue
            if tag.startswith(f"{OUTSIDE}-"):
                self.faults.append(Fault(number, tag, PREFIX))
            else:
                prefix, kind = parse(tag, self.scheme)
                parsed[kind, depths[kind]] = (prefix, tag)
                depths[kind] += 1
        for track in [track for track in self._open if track not in parsed]:
            self._end(track, number)
        for track, (prefix, tag) in parsed.items():
            self._step(number, track, prefix, tag)

    def _step(self, number: int, track: Track, prefix: str, tag: str) -> None:
        under_way = track in self._open
        begins = not under_way or self._parts(self._open[track].tag, tag, prefix)
        problem = self._problem(prefix, under_way, begins)
        if problem:
            self.faults.append(Fault(number, tag, problem))
        if begins and under_way:
            self._end(track, number)
        mention = self._open.setdefault(track, _Open(number, tag, True))
        mention.tag, mention.sound = tag, mention.sound and not problem
        if self.scheme == "BIOES" and prefix in ("E", "S"):
            self._close(track, number + 1)

    def _parts(self, before: str, tag: str, prefix: str) -> bool:
        """Whether a mention ends between two tags of its type on neighbouring tokens."""
        # Where E- and S- end mentions, none of them is under way here.
        return prefix in ("B", "S") if self.scheme == "BIOES" else (_letter(before), _letter(tag)) in _PARTED

    def _problem(self, prefix: str, under_way: bool, begins: bool) -> str | None:
        """What is wrong with a tag of this prefix, behind one of its type or not."""
        if not prefix:
            return PREFIX
        if prefix == "B":
            return NEEDLESS if self.scheme == "IOB1" and not under_way else None
        return ORPHAN if prefix in ("I", "E") and self.scheme in ("IOB2", "BIOES") and begins else None

    def _end(self, track: Track, number: int) -> None:
        """End what is open before token `number`; in BIOES it should have ended itself."""
        mention = self._open[track]
        if self.scheme == "BIOES" and mention.sound:
            mention.sound = False
            self.faults.append(Fault(number - 1, mention.tag, UNCLOSED))
        self._close(track, number)

    def _close(self, track: Track, number: int) -> None:
        done = self._open.pop(track)
        mention = Mention(done.first, number, track[0], done.sound)
        if self.mentions.setdefault(mention[:3], mention) is not mention:
            self.faults.append(Fault(number - 1, done.tag, REPEATED))


def _letter(tag: str) -> str:
    """What stands before the type, known to the scheme or not."""
    return tag.partition("-")[0] if "-" in tag else ""
