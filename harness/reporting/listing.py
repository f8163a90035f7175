"""The errors of a document as a list, each with its text and what stands around it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harness.data.types import LAYERS, ROLES, Document, Span, Unplaced
from harness.reporting.differences import Part, Stretch, compare_spans, compare_values, shorten
from harness.reporting.documents import ShownRun, View
from harness.reporting.kinds import Error, Shown
from harness.scoring.claims import SPEAKER

_AROUND: Final = 40


def show_errors(number: int, document: Document, runs: Sequence[ShownRun]) -> list[Shown]:
    """The errors of all runs in a document by layer and position."""
    view = View(number, document, runs, ())
    keys = [_keys(view, place) for place in range(len(runs))]
    every = [
        (place, error, any(_key(view, place, error) & other for other in (*keys[:place], *keys[place + 1 :])))
        for place, run in enumerate(runs)
        for error in run.errors.get(document.id, ())
    ]
    every.sort(key=lambda row: (LAYERS.index(row[1].layer), row[1].start, row[0]))
    return [_shown(view, index, *row) for index, row in enumerate(every, start=1)]


def _keys(view: View, place: int) -> frozenset[tuple[object, ...]]:
    errors = view.runs[place].errors.get(view.document.id, ())
    return frozenset(key for error in errors for key in _key(view, place, error))


def _key(view: View, place: int, error: Error) -> frozenset[tuple[object, ...]]:
    """What an error is about, the same for every run: gold items, or the spans or quotes that are spurious."""
    about: list[tuple[object, ...]] = [("gold", number) for number in error.gold]
    if not error.gold:
        about = [("spurious", *_span(view, error.layer, place, number), *error.labels) for number in error.predicted]
    if error.unplaced is not None:
        about = [("unplaced", *_quoted(view, place, error))]
    return frozenset((error.layer, scorer, *one) for scorer in error.scorers for one in about)


def _shown(view: View, index: int, place: int, error: Error, shared: bool) -> Shown:
    if error.unplaced is not None:
        quote = shorten(_quoted(view, place, error).quote)
        parts = (Part("", None, (Stretch(quote, differs=False),)),)
        # There is nothing in the text to lead to, and nothing that stands around it.
        return Shown(f"{view.id}e{index}", view.id, view.runs[place].letter, error, shared, parts, quote, "", "")
    text = view.document.text
    gold = _span(view, error.layer, None, error.gold[0]) if error.gold else None
    predicted = _span(view, error.layer, place, error.predicted[0]) if error.predicted else None
    start, end = gold or predicted or Span(0, 0)
    before, after = _around(text, start, end)
    item = view.item(error.layer, None if gold else place, (error.gold or error.predicted)[0])
    # A mention of nothing but line feeds is marked nowhere.
    marked = error.layer == "claims" or any(start < line.end and end > line.start for line in view.lines)
    return Shown(
        id=f"{view.id}e{index}",
        place=item if marked else view.id,
        run=view.runs[place].letter,
        error=error,
        shared=shared,
        parts=tuple(_parts(view, place, error)),
        item=shorten(text[start:end]),
        before=before,
        after=after,
    )


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a stretch in its line; a word at the far edge, which may be cut, is left out."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = re.sub(r"^\S*\s+", "", before)
    if end + _AROUND < len(text):
        after = re.sub(r"\s+\S*$", "", after)
    return before.rpartition("\n")[2], after.partition("\n")[0]


def _span(view: View, layer: str, place: int | None, number: int) -> Span:
    item = getattr(view.side(layer, place), layer)[number]
    return item.content if layer == "claims" else Span(item.start, item.end)


def _quoted(view: View, place: int, error: Error) -> Unplaced:
    """The answer of run `place` that has no place."""
    return view.side(error.layer, place).unplaced[error.unplaced or 0]


def _parts(view: View, place: int, error: Error) -> Iterator[Part]:
    """What differs between the sides of an error."""
    text, layer = view.document.text, error.layer
    if error.kind != "parts":
        gold = _span(view, layer, None, error.gold[0]) if error.gold else None
        predicted = _span(view, layer, place, error.predicted[0]) if error.predicted else None
        yield compare_spans(text, gold, predicted)
        return
    gold_claim = (view.side(layer, None).claims or ())[error.gold[0]]
    answer = (view.side(layer, place).claims or ())[error.predicted[0]]
    for name in error.labels:
        if name in ROLES:
            yield compare_spans(text, getattr(gold_claim, name), getattr(answer, name), name)
        elif name == SPEAKER:
            yield compare_values(gold_claim.speaker, answer.speaker, name)
        else:
            yield compare_values(gold_claim.attributes.get(name), answer.attributes.get(name), name)
