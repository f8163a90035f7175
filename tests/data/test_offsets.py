"""Rewrites: the way there and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.segment import snap
from harness.data.offsets import Chain, Edit, Rewrite
from harness.data.types import Span

LETTERS = "ابت"
MARKS = "\u064e\u0651"


@st.composite
def rewrites(draw: st.DrawFn, alphabet: str = LETTERS) -> Rewrite:
    """A short text with any lawful edits, insertions and deletions at its edges included."""
    text = draw(st.text(alphabet, max_size=8))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6).filter(lambda found: len(found) % 2 == 0)))
    pairs = zip(cuts[::2], cuts[1::2], strict=True)
    return Rewrite(text, tuple(Edit(start, end, draw(st.text("xyz", max_size=3))) for start, end in pairs))


def spans(text: str) -> st.SearchStrategy[Span]:
    places = st.integers(0, len(text))
    return st.tuples(places, places).map(lambda pair: Span(min(pair), max(pair)))


@given(st.text(LETTERS + MARKS, max_size=8), st.data())
def test_no_edits_change_nothing(text: str, data: st.DataObject) -> None:
    rewrite, span = Rewrite(text), data.draw(spans(text))
    assert rewrite.target == text
    assert rewrite.forward(span) == span == rewrite.back(span)


@given(rewrites(), st.data())
def test_carried_spans_lie_inside_the_other_text(rewrite: Rewrite, data: st.DataObject) -> None:
    there, back = rewrite.forward(data.draw(spans(rewrite.source))), rewrite.back(data.draw(spans(rewrite.target)))
    assert 0 <= there.start <= there.end <= len(rewrite.target)
    assert 0 <= back.start <= back.end <= len(rewrite.source)


@given(rewrites(), st.data())
def test_a_copied_stretch_keeps_its_letters_and_comes_back(rewrite: Rewrite, data: st.DataObject) -> None:
    span = data.draw(spans(rewrite.source))
    touched = any(edit.start < span.end and edit.end > span.start for edit in rewrite.edits)
    inserted = any(edit.start == edit.end and span.start < edit.start < span.end for edit in rewrite.edits)
    if span.start == span.end or touched or inserted:
        return
    there = rewrite.forward(span)
    assert rewrite.target[slice(*there)] == rewrite.source[slice(*span)]
    assert rewrite.back(there) == span


@given(rewrites(), st.data())
def test_a_span_with_its_edges_outside_edits_comes_back(rewrite: Rewrite, data: st.DataObject) -> None:
    span = data.draw(spans(rewrite.source))
    parted = any(edit.start < edge < edit.end for edge in span for edit in rewrite.edits)
    at_edge = any(edge in (edit.start, edit.end) for edge in span for edit in rewrite.edits)
    if span.start < span.end and not parted and not at_edge:
        assert rewrite.back(rewrite.forward(span)) == span


@given(rewrites(), st.data())
def test_coming_back_never_loses_a_copied_letter(rewrite: Rewrite, data: st.DataObject) -> None:
    # Every copied letter of the target span is a letter of the source span it goes back to, in order.
    span = data.draw(spans(rewrite.target))
    copied = [char for char in rewrite.target[slice(*span)] if char in LETTERS]
    source = iter(rewrite.source[slice(*rewrite.back(span))])
    assert all(char in source for char in copied)


@given(rewrites(), st.data())
def test_a_wider_span_is_carried_to_a_wider_one(rewrite: Rewrite, data: st.DataObject) -> None:
    outer = data.draw(spans(rewrite.source))
    inner = Span(*(place + outer.start for place in data.draw(spans(rewrite.source[slice(*outer)]))))
    if inner.start < inner.end and rewrite.forward(inner).start < rewrite.forward(inner).end:
        wide, narrow = rewrite.forward(outer), rewrite.forward(inner)
        assert wide.start <= narrow.start
        assert narrow.end <= wide.end


@pytest.mark.parametrize(
    ("edit", "span", "there"),
    [
        (Edit(0, 0, "xx"), Span(0, 2), Span(2, 4)),  # an insertion before the span stays outside
        (Edit(2, 2, "xx"), Span(0, 2), Span(0, 2)),  # and so does one after it
        (Edit(1, 1, "xx"), Span(0, 2), Span(0, 4)),  # one inside it belongs to it
        (Edit(3, 3, "x"), Span(1, 3), Span(1, 3)),
        (Edit(0, 1, ""), Span(0, 2), Span(0, 1)),
        (Edit(2, 3, ""), Span(1, 3), Span(1, 2)),
        (Edit(0, 3, ""), Span(1, 2), Span(0, 0)),  # nothing is left of it
        (Edit(0, 2, "x"), Span(1, 3), Span(0, 2)),  # widened over the edit it cuts into
    ],
)
def test_edges(edit: Edit, span: Span, there: Span) -> None:
    assert Rewrite("ابت", (edit,)).forward(span) == there


def test_what_was_deleted_at_the_edge_stays_outside_on_the_way_back() -> None:
    rewrite = Rewrite("xابx", (Edit(0, 1, ""), Edit(3, 4, "")))
    assert rewrite.target == "اب"
    assert rewrite.back(Span(0, 2)) == (1, 3)


@given(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=6), st.data())
def test_a_bare_quote_comes_back_as_whole_letters(letters: list[str], data: st.DataObject) -> None:
    vocalised = [letter + data.draw(st.text(MARKS, max_size=2)) for letter in letters]
    text = "".join(vocalised)
    rewrite = Rewrite(text, tuple(Edit(at, at + 1, "") for at, char in enumerate(text) if char in MARKS))
    span = data.draw(spans(rewrite.target))
    if span.start < span.end:
        back = snap(text, rewrite.back(span))
        assert text[slice(*back)] == "".join(vocalised[span.start : span.end])


@given(rewrites(), st.data())
def test_a_chain_is_its_steps_in_turn(first: Rewrite, data: st.DataObject) -> None:
    edits = (Edit(0, 0, "q"), Edit(len(first.target), len(first.target), "r"))
    chain, second = first.then(edits), Rewrite(first.target, edits)
    assert (chain.source, chain.target) == (first.source, "q" + first.target + "r")
    there, back = data.draw(spans(first.source)), data.draw(spans(chain.target))
    assert chain.forward(there) == second.forward(first.forward(there))
    assert chain.back(back) == first.back(second.back(back))
    assert Chain((first,)).back(Span(0, 0)) == first.back(Span(0, 0))


@pytest.mark.parametrize(
    "edits",
    [
        (Edit(2, 3, ""), Edit(0, 1, "")),
        (Edit(0, 2, ""), Edit(1, 3, "")),
        (Edit(1, 0, ""),),
        (Edit(-1, 1, ""),),
        (Edit(2, 4, ""),),
    ],
    ids=["out of order", "overlapping", "backwards", "before the text", "past the text"],
)
def test_unlawful_edits_are_refused(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(ValueError, match="wanted"):
        Rewrite("ابت", edits)
