"""Offsets in the units of other programs, taken to code points, and proved by the text that they are said to bear.

Arabic letters are one code point and one UTF-16 unit each: only a character beyond U+FFFF, such as an emoji, tells the
two apart. Marks tell code points from graphemes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, Literal, NamedTuple, get_args

from harness.data.jsonl import shown
from harness.data.types import InputError, Span

Unit = Literal["code_points", "utf16", "graphemes", "bytes"]
"""What offsets count; bytes are those of UTF-8."""
AnyUnit = Literal["auto", "code_points", "utf16", "graphemes", "bytes"]
"""`auto`: the first unit in which every quote stands where it is said to stand; without quotes code points."""

UNITS: Final[Sequence[Unit]] = get_args(Unit)

_LAST_OF_ONE_UNIT: Final = "\uffff"
# Tools write what parts lines as a space, or as another of these; none of them can make two places look alike.
_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\n\r\t\v\f\x85\u2028\u2029", " "))


class Place(NamedTuple):
    """Where an item is said to stand, in the units of its file; `quote` is its text there, None where none is given.

    `item` is what messages call it.
    """

    item: str
    start: int
    end: int
    quote: str | None = None


class Proved(NamedTuple):
    """The spans of places in code points, in their order; `unit` is what their offsets counted.

    `mixed` says that no unit fits them all, and each was taken in the first that fits it.
    """

    spans: Sequence[Span]
    unit: Unit
    mixed: bool = False


Prove = Callable[[str, Sequence[Place], str], Proved]
"""Texts, places in them, and what messages call them, to spans in code points: `prove` in a unit that is settled."""


def prove(text: str, places: Sequence[Place], unit: AnyUnit, where: str, owner: str = "dataset") -> Proved:
    """The spans of `places` in `text`.

    With `auto` all places of a text are taken in one unit if one fits them all, since a single quote can stand by
    chance where another unit puts it. A quote is the slice, but for what stands for the end of a line.

    Raises:
        InputError: an edge is outside the text or inside a character, a span is empty, or a quote is another text; the
            message begins with `where` and names the item.
    """
    candidates: Sequence[Unit] = UNITS if unit == "auto" else (unit,)
    if unit == "auto" and all(place.quote is None for place in places):
        candidates = ("code_points",)
    edges = {candidate: _Edges(text, candidate) for candidate in candidates}
    for candidate in candidates:
        spans = [edges[candidate].span(place) for place in places]
        if all(span is not None for span in spans):
            return Proved([span for span in spans if span is not None], candidate)
    found = [next(((e.span(place), e.unit) for e in edges.values() if e.span(place)), None) for place in places]
    odd = next((place for place, fit in zip(places, found, strict=True) if fit is None), None)
    if odd is not None:
        raise InputError(
            f"{where}: {odd.item}: {_fault(text, odd, edges[candidates[0]])}{_hint(text, odd, unit, owner)}"
        )
    fitting = [fit for fit in found if fit is not None]
    return Proved([span for span, _ in fitting if span is not None], fitting[0][1], mixed=True)


def in_unit(text: str, spans: Iterable[Span], unit: Unit) -> list[Span]:
    """Spans of code points in another unit, for a file that counts in it; inside a grapheme, its own edges."""
    points = _points(text, unit)
    if unit == "code_points":
        return list(spans)
    starts: dict[int, int] = {}
    for offset, point in points.items():
        starts.setdefault(point, offset)
    known = sorted(starts)

    def at(point: int, *, end: bool) -> int:
        if point in starts:
            return starts[point]
        return (
            starts[next(edge for edge in known if edge > point)] if end else starts[max(e for e in known if e < point)]
        )

    return [Span(at(span.start, end=False), at(span.end, end=True)) for span in spans]


class _Edges:
    """The offsets of a text in one unit; `span` is None where a place does not fit."""

    def __init__(self, text: str, unit: Unit) -> None:
        self.text, self.unit = text, unit
        self._known: Mapping[int, int] | None = None

    def point(self, offset: int) -> int | None:
        """The code point at an offset; None outside the text or inside a character."""
        if self.unit == "code_points":
            return offset if 0 <= offset <= len(self.text) else None
        if self._known is None:
            self._known = _points(self.text, self.unit)
        return self._known.get(offset)

    def span(self, place: Place) -> Span | None:
        start, end = self.point(place.start), self.point(place.end)
        if start is None or end is None or start >= end:
            return None
        if place.quote is not None and not is_quote(place.quote, self.text[start:end]):
            return None
        return Span(start, end)


def is_quote(quote: str, piece: str) -> bool:
    """Whether `quote` is `piece`, but for what stands for the end of a line."""
    return quote == piece or quote.translate(_LINE_ENDS) == piece.translate(_LINE_ENDS)


def _points(text: str, unit: Unit) -> Mapping[int, int]:
    """The offset in code points of each offset in `unit` that parts no character."""
    match unit:
        case "code_points":
            return {point: point for point in range(len(text) + 1)}
        case "utf16":
            sizes = [2 if char > _LAST_OF_ONE_UNIT else 1 for char in text]
        case "bytes":
            sizes = [len(char.encode("utf-8", "surrogatepass")) for char in text]
        case "graphemes":
            # Here: the package is not needed for any other unit.
            import regex

            ends = accumulate((len(cluster) for cluster in regex.findall(r"\X", text)), initial=0)
            return dict(enumerate(ends))
    return {offset: point for point, offset in enumerate(accumulate(sizes, initial=0))}


def _fault(text: str, place: Place, edges: _Edges) -> str:
    """What was found of a place, and what was wanted."""
    start, end = edges.point(place.start), edges.point(place.end)
    at = f"[{place.start}, {place.end}]"
    if start is None or end is None:
        return f"found {at}, wanted edges of characters in a text of {len(text)} code points"
    if start >= end:
        return f"found {at}, wanted a start before its end"
    return f"found {shown(text[start:end])} at {at}, wanted the text it is said to be: {shown(place.quote)}"


def _hint(text: str, place: Place, unit: AnyUnit, owner: str) -> str:
    """The unit that would fit, where one was named that does not."""
    if unit == "auto":
        return "" if place.quote is None else f", in code points or in any of {', '.join(UNITS[1:])}"
    fitting = next((other for other in UNITS if other != unit and _Edges(text, other).span(place)), None)
    return "" if fitting is None or place.quote is None else f"; {owner}.unit={fitting} fits"
