"""Offsets of other programs: proved by quotes, in the unit that fits them all."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import InputError, Span
from harness.data.units import UNITS, AnyUnit, Place, Unit, in_unit, prove

TEXT = "😊 قالَ 𞸀 بكين\nولندن 👩‍👩‍👧 نعم."


def places(text: str, spans: Sequence[Span], unit: Unit, *, quoted: bool = True) -> list[Place]:
    return [
        Place(f"T{n}", *found, text[span.start : span.end] if quoted else None)
        for n, (span, found) in enumerate(zip(spans, in_unit(text, spans, unit), strict=True), 1)
    ]


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    # Few letters, so that a quote stands in several places.
    text = draw(st.text(st.sampled_from("ab😊 \nبَ"), min_size=1, max_size=12))
    edges = st.integers(0, len(text))
    drawn = draw(st.lists(st.tuples(edges, edges), min_size=1, max_size=4))
    return text, [Span(min(pair), max(pair)) for pair in drawn if pair[0] != pair[1]]


@given(texts_with_spans(), st.sampled_from(["utf16", "code_points", "bytes"]))
def test_a_named_unit_gives_back_every_span(drawn: tuple[str, list[Span]], unit: Unit) -> None:
    text, spans = drawn
    assert prove(text, places(text, spans, unit), unit, "f").spans == spans
    assert prove(text, places(text, spans, unit, quoted=False), unit, "f").spans == spans


@given(texts_with_spans(), st.sampled_from(UNITS))
def test_whatever_auto_takes_has_the_quotes(drawn: tuple[str, list[Span]], unit: Unit) -> None:
    text, spans = drawn
    written = places(text, spans, unit)
    try:
        proved = prove(text, written, "auto", "f")
    except InputError:
        # A span that ends inside a grapheme was widened, and its quote is no longer the slice.
        assert unit == "graphemes"
        return
    assert [text[s.start : s.end] for s in proved.spans] == [text[s.start : s.end] for s in spans]


@pytest.mark.parametrize("unit", UNITS)
def test_all_quotes_of_a_text_are_taken_in_one_unit(unit: Unit) -> None:
    # The second quote fits by chance as code points too, one place on; the first only in its own unit.
    text = "😊 بكين و aaaaaaaa"
    spans = [Span(2, 6), Span(9, 11)]
    proved = prove(text, places(text, spans, unit), "auto", "f")
    assert (proved.spans, proved.mixed) == (spans, False)


def test_a_file_of_two_programs_is_read_mark_by_mark() -> None:
    text = "😊 بكين وباريس"
    spans = [Span(2, 6), Span(8, 13)]
    mixed = [places(text, spans, "utf16")[0], places(text, spans, "code_points")[1]]
    proved = prove(text, mixed, "auto", "f")
    assert (proved.spans, proved.mixed) == (spans, True)


def test_a_family_is_one_grapheme_and_a_letter_with_its_mark_another() -> None:
    start = TEXT.index("نعم")
    assert in_unit(TEXT, [Span(start, start + 3)], "graphemes") == [Span(21, 24)]
    assert prove(TEXT, [Place("T1", 21, 24)], "graphemes", "f").spans == [Span(start, start + 3)]


def test_a_line_end_may_be_written_as_a_space() -> None:
    start = TEXT.index("بكين")
    assert prove(TEXT, [Place("T1", start, start + 10, "بكين ولندن")], "auto", "f").spans == [Span(start, start + 10)]


@pytest.mark.parametrize(
    ("place", "unit", "message"),
    [
        (
            Place("T1", 0, 3, "xyz"),
            "auto",
            r"^f: T1: found \"😊 ق\" at \[0, 3\], wanted .*\"xyz\", in code points or in any",
        ),
        (Place("T1", 2, 99), "auto", r"^f: T1: found \[2, 99\], wanted edges of characters in a text of 30"),
        (Place("T1", 3, 3), "code_points", r"^f: T1: found \[3, 3\], wanted a start before its end"),
        (Place("T1", 5, 2), "code_points", r"wanted a start before its end"),
        (Place("T1", -2, 2), "code_points", r"wanted edges"),
        (Place("T1", 1, 3), "utf16", r"^f: T1: found \[1, 3\], wanted edges of characters"),
        (Place("T1", 3, 7, "قالَ"), "code_points", r"dataset\.unit=utf16 fits$"),
    ],
)
def test_what_does_not_fit_is_named(place: Place, unit: AnyUnit, message: str) -> None:
    with pytest.raises(InputError, match=message):
        prove(TEXT, [place], unit, "f")
