"""Change a text and carry spans forward and back.

A text is never edited in place. A `Rewrite` is a value: the source text, the edits, the target text, and the way of
a span in both directions.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harness.data.types import Span


class Edit(NamedTuple):
    """Replace `source[start:end]`; start == end inserts, an empty replacement deletes."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Rewrite:
    """A text, and the edits that turn it into another.

    Raises:
        ValueError: an edit lies outside the text, or two edits overlap or are out of order.
    """

    source: str
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        last = 0
        for edit in self.edits:
            if not last <= edit.start <= edit.end <= len(self.source):
                raise ValueError(f"edit {edit}: wanted {last} <= start <= end <= {len(self.source)}")
            last = edit.end

    @cached_property
    def target(self) -> str:
        """The changed text."""
        pieces: list[str] = []
        last = 0
        for edit in self.edits:
            pieces += (self.source[last : edit.start], edit.replacement)
            last = edit.end
        return "".join((*pieces, self.source[last:]))

    @cached_property
    def _changes(self) -> tuple[tuple[Span, Span], ...]:
        """Each edit as (source span, target span)."""
        changes: list[tuple[Span, Span]] = []
        shift = 0
        for edit in self.edits:
            start = edit.start + shift
            changes.append((Span(edit.start, edit.end), Span(start, start + len(edit.replacement))))
            shift += len(edit.replacement) - (edit.end - edit.start)
        return tuple(changes)

    @cached_property
    def _changes_back(self) -> tuple[tuple[Span, Span], ...]:
        return tuple((target, source) for source, target in self._changes)

    def forward(self, span: Span) -> Span:
        """The part of the target that stands for `span` of the source, widened over edits it cuts into."""
        return _carry(span, self._changes)

    def back(self, span: Span) -> Span:
        """The part of the source that `span` of the target stands for, widened over edits it cuts into."""
        return _carry(span, self._changes_back)

    def then(self, edits: Iterable[Edit]) -> "Chain":
        """This rewrite followed by `edits` of its target."""
        return Chain((self, Rewrite(self.target, tuple(edits))))


@dataclass(frozen=True)
class Chain:
    """Rewrites one after the other, each over the target of the one before."""

    steps: tuple[Rewrite, ...]

    @property
    def source(self) -> str:
        """The text before the first step."""
        return self.steps[0].source

    @property
    def target(self) -> str:
        """The text after the last step."""
        return self.steps[-1].target

    def forward(self, span: Span) -> Span:
        """`span` of the source, carried through every step."""
        for step in self.steps:
            span = step.forward(span)
        return span

    def back(self, span: Span) -> Span:
        """`span` of the target, carried back through every step."""
        for step in reversed(self.steps):
            span = step.back(span)
        return span


def _carry(span: Span, changes: tuple[tuple[Span, Span], ...]) -> Span:
    """`span` on the first side of `changes`, carried to the second.

    The start goes past an edit that ends there and the end stays before one that begins there, so that a pure
    insertion or deletion at an edge stays outside and a copied stretch keeps exactly its own letters. A span inside
    text that has no counterpart becomes empty.
    """
    start, end = _shift(span.start, changes, leading=True), _shift(span.end, changes, leading=False)
    return Span(start, max(start, end))


def _shift(position: int, changes: tuple[tuple[Span, Span], ...], *, leading: bool) -> int:
    """One edge, carried across; inside an edit it goes to that edit's own edge."""
    index = bisect_right(changes, position, key=lambda change: change[0].start) - 1
    # An edit that begins exactly at the end of a span is not part of it.
    while index >= 0 and not leading and changes[index][0].start >= position:
        index -= 1
    if index < 0:
        return position
    here, there = changes[index]
    if position < here.end:
        return there.start if leading else there.end
    return there.end + position - here.end
