"""What differs between two spans, and between two values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Span
from harness.reporting.differences import Stretches, compare_spans, compare_values, shorten


def side(pieces: Stretches | None) -> str | None:
    """A side with what differs in brackets."""
    return None if pieces is None else "".join(f"[{text}]" if differs else text for text, differs in pieces)


@pytest.mark.parametrize(
    ("gold", "predicted", "shown"),
    [
        ((0, 3), (0, 6), ("abc", "abc[def]")),
        ((2, 5), (0, 3), ("c[de]", "[ab]c")),
        ((1, 2), (0, 6), ("b", "[a]b[cdef]")),
        ((0, 2), (2, 4), ("[ab]", "[cd]")),
        ((0, 2), None, ("ab", None)),
        ((0, 2), (0, 2), ("ab", "ab")),
    ],
)
def test_what_lies_outside_of_the_other_span_differs(
    gold: tuple[int, int], predicted: tuple[int, int] | None, shown: tuple[str, str | None]
) -> None:
    part = compare_spans("abcdef", Span(*gold), None if predicted is None else Span(*predicted))
    assert (side(part.gold), side(part.predicted)) == shown


@pytest.mark.parametrize(
    ("gold", "predicted", "shown"),
    [
        ("شي جين بينغ", "شي جينبين بعضهما", ("شي [جين بينغ]", "شي [جينبين بعضهما]")),
        ("سامي النجار", "النجار", ("[سامي] النجار", "النجار")),
        ("direct", None, ("[direct]", None)),
        ("asserted", "hedged", ("[asserted]", "[hedged]")),
    ],
)
def test_values_differ_by_words(gold: str, predicted: str | None, shown: tuple[str, str | None]) -> None:
    part = compare_values(gold, predicted, "speaker")
    assert (side(part.gold), side(part.predicted)) == shown


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(" ".join)


@given(WORDS, WORDS)
def test_a_value_is_shown_whole_whatever_differs(gold: str, predicted: str) -> None:
    part = compare_values(gold, predicted, "speaker")
    for pieces, value in ((part.gold, gold), (part.predicted, predicted)):
        assert "".join(text for text, _ in pieces or ()) == value
    marked = any(differs for pieces in (part.gold, part.predicted) for _, differs in pieces or ())
    assert marked == (gold != predicted)


def test_a_long_stretch_lacks_its_middle() -> None:
    long = "أول " * 100 + "آخر"
    shown = shorten(long)
    assert len(shown) < 170
    assert shown.startswith("أول أول")
    assert shown.endswith("آخر")
    assert "…" in shown
