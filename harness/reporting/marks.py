"""Text with marked stretches as HTML: each under a line of its own, named by a label at its end.

Nothing stands between letters but at the end of a mark: an inline element without room at its sides leaves Arabic
letters joined, and a proclitic keeps the form that it has before its name.
"""

import heapq
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from markupsafe import Markup

from harness.data.types import Span

DEEPEST: Final = 5
"""Lines that are told apart under one another; a mark that holds deeper ones has the lowest."""

_OPEN: Final = Markup('<mark class="h{}" data-label="{}"{}{}>')
_LABEL: Final = Markup('<span class="tag"><bdi>{}</bdi>{}</span>')
_LINK: Final = Markup('<a href="#{}">{}</a>')
_NOTE: Final = Markup(' <bdi><a class="note {}" href="#{}">{}</a></bdi>')
_JOINER: Final = Markup('<span class="join">&zwj;</span>')


class Note(NamedTuple):
    """What is wrong with a marked stretch: its kind, in words, and the id of the error."""

    kind: str
    words: str
    error: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to mark; `id` is where links lead to, `link` where its label leads to, `group` binds several marks."""

    start: int
    end: int
    label: str
    id: str
    notes: tuple[Note, ...] = ()
    link: str = ""
    group: str = ""


@dataclass(slots=True)
class _Opened:
    """A mark, or a piece of one, whose end is still to come."""

    end: int
    mark: Mark
    place: int
    first: bool
    height: int = 0


def mark_up(text: str, line: Span, marks: Iterable[Mark]) -> Markup:
    """`text` within `line`, escaped, with the parts of `marks` that lie in it.

    Marks that cross are cut: the piece at the start of one has its id, the piece at its end the label, so that marks
    must begin and end in a line that is shown.
    """
    waiting = [
        (max(mark.start, line.start), -min(mark.end, line.end), order, mark)
        for order, mark in enumerate(marks)
        if mark.start < line.end and mark.end > line.start
    ]
    heapq.heapify(waiting)
    opened: list[_Opened] = []
    parts: list[Markup] = []
    position = line.start
    while waiting or opened:
        if opened and (not waiting or opened[-1].end <= waiting[0][0]):
            one = opened.pop()
            parts.append(Markup.escape(text[position : one.end]))
            position = one.end
            _close(parts, one, text)
            if opened:
                opened[-1].height = max(opened[-1].height, one.height + 1)
            continue
        start, end, order, mark = heapq.heappop(waiting)
        parts.append(Markup.escape(text[position:start]))
        position = start
        if opened and -end > opened[-1].end:
            heapq.heappush(waiting, (opened[-1].end, end, order, mark))
            end = -opened[-1].end
        opened.append(_Opened(-end, mark, len(parts), start == mark.start))
        parts.append(Markup())
    parts.append(Markup.escape(text[position : line.end]))
    return Markup().join(parts)


def clip(mark: Mark, shown: Sequence[Span]) -> Mark | None:
    """`mark` without what lies before, behind and outside of the lines that are shown; None where nothing is left."""
    touched = [line for line in shown if mark.start < line.end and mark.end > line.start]
    if not touched:
        return None
    return replace(mark, start=max(mark.start, touched[0].start), end=min(mark.end, touched[-1].end))


def lines(text: str) -> list[Span]:
    """The lines of `text` that hold more than white space."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def _close(parts: list[Markup], one: _Opened, text: str) -> None:
    """Write the start of a mark, now that its height is known, and its end."""
    mark = one.mark
    named = Markup(' id="{}"').format(mark.id) if one.first else Markup()
    group = Markup(' data-group="{}"').format(mark.group) if mark.group else Markup()
    parts[one.place] = _OPEN.format(min(one.height, DEEPEST), mark.label, named, group)
    if one.end == mark.end:
        joiner = _JOINER if _is_joined(text, one.end) else Markup()
        label = _LINK.format(mark.link, mark.label) if mark.link else Markup.escape(mark.label)
        notes = Markup().join(_NOTE.format(note.kind, note.error, note.words) for note in mark.notes)
        parts.append(joiner + _LABEL.format(label, notes) + joiner)
    parts.append(Markup("</mark>"))


def _is_joined(text: str, position: int) -> bool:
    """Whether `position` lies between letters of one Arabic word, which a label would part."""
    around = text[max(0, position - 1) : position + 1]
    return len(around) == 2 and all(unicodedata.bidirectional(char) in ("AL", "NSM") for char in around)
