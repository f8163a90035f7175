"""The chunks that conlleval.pl finds (Tjong Kim Sang, version of 2004-01-26): its rules startOfChunk and endOfChunk.

A tag is split at its first hyphen into letter and type; a sentence stands between two letters O without a type. Bracket
tags are left out.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

STARTS = {"BB", "IB", "OB", "OI", "EE", "EI", "OE"}
ENDS = {"BB", "BO", "IB", "IO", "EE", "EI", "EO"}


def chunks(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """First token, token behind the last, and type of each chunk, in order."""
    return list(_chunks(tags))


def _chunks(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    split = [_split(tag) for tag in ("O", *tags, "O")]
    begun: int | None = None
    for place, ((before, old), (letter, new)) in enumerate(pairwise(split)):
        if begun is not None and (before + letter in ENDS or (before != "O" and old != new)):
            yield begun, place, old
            begun = None
        if before + letter in STARTS or (letter != "O" and old != new):
            begun = place


def _split(tag: str) -> tuple[str, str]:
    letter, _, kind = tag.partition("-")
    return letter, kind
