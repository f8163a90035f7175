from hypothesis import given

from harness.arabic.segment import snap
from harness.data.types import Span
from harness.runners.rules.entities.entities import find_entities
from tests.runners.rules.marking import marked
from tests.schemas import ENTITY_TYPES
from tests.strategies import texts

PROSE = (
    "وقال وزير الخارجية النرويجي أولاف هانسن، يوم الإثنين، إن حكومته “ستدعم” البرازيل بـ 20 مليون دولار؛ "
    "وأضاف هانسن أن 35% من المساعدات (نحو 7 ملايين دولار) ستصل إلى ريو دي جانيرو في آذار/مارس 2019."
)


def test_prose_with_attached_punctuation() -> None:
    assert marked(PROSE) == {
        ("وزير الخارجية النرويجي", "OCC"),
        ("النرويجي", "NORP"),
        ("أولاف هانسن", "PERS"),
        ("يوم الإثنين", "DATE"),
        ("البرازيل", "GPE"),
        ("20 مليون دولار", "MONEY"),
        ("هانسن", "PERS"),
        ("35%", "PERCENT"),
        ("7 ملايين دولار", "MONEY"),
        ("ريو دي جانيرو", "GPE"),
        ("آذار/مارس 2019", "DATE"),
    }


def test_text_without_anything_to_find() -> None:
    assert find_entities("") == ()
    assert find_entities(" \n\u200f ") == ()
    assert find_entities("... !؟ ـ ()") == ()


def test_latin_text_does_not_fail() -> None:
    assert marked("The quick brown fox, 42.") == {("42", "CARDINAL")}


def test_the_same_text_gives_the_same_entities() -> None:
    assert find_entities(PROSE) == find_entities(PROSE)


def test_a_higher_threshold_leaves_a_subset() -> None:
    every, sure = find_entities(PROSE), find_entities(PROSE, 0.95)
    assert set(sure) < set(every)
    assert all(one.score is not None and one.score >= 0.95 for one in sure)


@given(texts())
def test_spans_are_whole_and_inside_any_text(text: str) -> None:
    found = find_entities(text)
    assert len({one[:3] for one in found}) == len(found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.type in ENTITY_TYPES
        assert one.score is not None
        assert 0 <= one.score <= 1
        assert snap(text, Span(one.start, one.end)) == (one.start, one.end)
        assert not text[one.start].isspace()
        assert not text[one.end - 1].isspace()
