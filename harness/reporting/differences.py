"""In what gold and prediction differ: two spans of one text, or two values, as stretches that are equal or not."""

from difflib import SequenceMatcher
from typing import Final, NamedTuple

from harness.data.types import Span

_LONGEST: Final = 160
"""Characters of an equal stretch that are shown."""


class Stretch(NamedTuple):
    """A piece of one side, and whether the other side lacks it."""

    text: str
    differs: bool


Stretches = tuple[Stretch, ...]


class Part(NamedTuple):
    """What is wrong, on both sides; a side is None where it has nothing there.

    `name` is that of the role or attribute of a claim, empty for what has no parts.
    """

    name: str
    gold: Stretches | None
    predicted: Stretches | None


def compare_spans(text: str, gold: Span | None, predicted: Span | None, name: str = "") -> Part:
    """Two spans of a text; what lies outside of the other one differs, and all of a span that stands alone does not."""
    return Part(name, _outside(text, gold, predicted), _outside(text, predicted, gold))


def compare_values(gold: str | None, predicted: str | None, name: str) -> Part:
    """Two values of an attribute, by words; None of them where a side has none."""
    if gold is None or predicted is None:
        sides = (None if value is None else (Stretch(value, differs=True),) for value in (gold, predicted))
        return Part(name, *sides)
    left, right = gold.split(), predicted.split()
    pieces: tuple[list[Stretch], list[Stretch]] = ([], [])
    for kind, *places in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, words in zip(pieces, (left[slice(*places[:2])], right[slice(*places[2:])]), strict=True):
            if words:
                side.append(Stretch(" ".join(words), kind != "equal"))
    return Part(name, *(_spaced(side) for side in pieces))


def shorten(text: str) -> str:
    """A long text without its middle: what differs stands at its edges."""
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half].rpartition(' ')[0] or text[:half]} … {text[-half:].partition(' ')[2] or text[-half:]}"


def _outside(text: str, span: Span | None, other: Span | None) -> Stretches | None:
    """A span, in which what lies outside of the other differs."""
    if span is None:
        return None
    if other is None:
        return (Stretch(shorten(text[span.start : span.end]), differs=False),)
    first, last = (min(max(edge, span.start), span.end) for edge in other)
    if first == last:
        first = last = span.end
    edges = (Span(span.start, first), Span(first, last), Span(last, span.end))
    stretches = (
        Stretch(shorten(text[start:end]), place != 1) for place, (start, end) in enumerate(edges) if start < end
    )
    return tuple(stretches)


def _spaced(stretches: list[Stretch]) -> Stretches:
    """The stretches with one space between two of them, in an equal one."""
    spaced = []
    for place, stretch in enumerate(stretches):
        before = " " if place and stretches[place - 1].differs else ""
        after = " " if place + 1 < len(stretches) else ""
        spaced.append(stretch if stretch.differs else stretch._replace(text=f"{before}{stretch.text}{after}"))
    return tuple(spaced)
