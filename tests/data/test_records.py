"""What is taken for well formed at a glance is what the reader takes, whatever an extractor may answer."""

from dataclasses import replace
from enum import IntEnum
from typing import Any, TypeVar, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data import codec
from harness.data.jsonl import FieldError, Record, dump, parse_json
from harness.data.records import LayerReader, Vocabulary, is_sound, layer_records
from harness.data.types import Annotation, Claim, Entity, Sentence, Span, Unplaced
from tests.schemas import said
from tests.strategies import annotations, texts

T = TypeVar("T")

TEXT = "قال بوتين إنه سيزور الصين."
CLAIM = Claim(Span(14, 25), Span(0, 3), Span(4, 9), "بوتين", said("indirect", "affirms", "asserted"), 0.25)
SOUND = Annotation((Entity(4, 9, "PERS", 0.5),), (CLAIM,), (Sentence(0, 26, "CFS", 1.0),))


class Place(IntEnum):
    FIRST = 1


JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, -1, 10**400, 0.5, 1.0, -0.5, 1.01, 1.0000001, float("nan"), float("inf"),
    "", "x", "PERS", "CFS", "direct", "\ud800", Place.FIRST, np.int64(1), np.float64(0.5), np.float32(0.5),
    np.str_("PERS"), (), [], [[]], {}, object(), Span(0, 1), Span(1, 1), (0, 1), Entity(0, 1, "PERS"),
    Sentence(0, 1, "CFS"), CLAIM, frozenset({Entity(0, 1, "PERS")}), Unplaced("claims", "cue", "قال"), "claims", "cue",
)  # fmt: skip


def reads(annotation: Annotation, text: str) -> bool:
    """Whether an annotation can be written and read again, by writing and reading it."""
    try:
        record = parse_json(dump(layer_records(annotation, text)).encode("utf-8"))
        LayerReader(text, False, Vocabulary()).annotation(cast("Record", record))
    except (FieldError, TypeError, ValueError, AttributeError):
        return False
    return True


@st.composite
def texts_with_answers(draw: st.DrawFn) -> tuple[str, Annotation]:
    """A text and what an extractor may answer: a well-formed annotation with junk in up to three places."""
    text = draw(texts(min_size=1))
    annotation = draw(annotations(text, gold=False))
    for _ in range(draw(st.integers(0, 3))):
        annotation = spoiled(draw, annotation)
    return text, annotation


def spoiled(draw: st.DrawFn, annotation: Annotation) -> Annotation:
    """`annotation` with junk in the place of a layer, of an item, or of something in it; or with an item twice."""
    name = draw(st.sampled_from(["entities", "claims", "sentences", "unplaced"]))
    layer: Any = getattr(annotation, name)
    if not isinstance(layer, tuple) or not layer or draw(st.integers(0, 5)) == 0:
        return changed(annotation, name, draw(st.sampled_from(JUNK)))
    index = draw(st.integers(0, len(layer) - 1))
    item: Any = draw(st.sampled_from([*JUNK, layer[-1]])) if draw(st.integers(0, 5)) == 0 else layer[index]
    junk = draw(st.sampled_from(JUNK))
    if isinstance(item, Claim):
        key = draw(st.sampled_from(Claim.__slots__))
        span: Any = getattr(item, key)
        edge = draw(st.sampled_from(["start", "end"]))
        item = changed(item, key, span._replace(**{edge: junk}) if isinstance(span, Span) else junk)
    elif isinstance(item, tuple) and item:
        place = draw(st.integers(0, len(item) - 1))
        values = [*item[:place], junk, *item[place + 1 :]]
        item = type(item)(*values) if hasattr(item, "_fields") else tuple(values)
    return changed(annotation, name, (*layer[:index], item, *layer[index + 1 :]))


def changed(whole: T, key: str, value: object) -> T:
    """`whole`, a dataclass, with a value of any type at `key`."""
    make: Any = replace
    made: T = make(whole, **{key: value})
    return made


@given(texts_with_answers())
def test_what_is_sound_at_a_glance_can_be_written_and_read(answer: tuple[str, Annotation]) -> None:
    text, annotation = answer
    assert not is_sound(annotation, text) or reads(annotation, text)


@given(texts_with_answers())
def test_a_fault_is_found_where_writing_and_reading_fails(answer: tuple[str, Annotation]) -> None:
    text, annotation = answer
    assert (codec.fault(annotation, text) is None) == reads(annotation, text)


@given(st.data())
def test_what_an_extractor_should_answer_is_sound_at_a_glance(data: st.DataObject) -> None:
    text = data.draw(texts(min_size=1))
    annotation = data.draw(annotations(text, gold=False))
    # The reader takes a mention twice, and no sentence.
    assert is_sound(annotation, text) == reads(annotation, text)
    assert is_sound(SOUND, TEXT)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: type(junk).__name__)
@pytest.mark.parametrize("field", Claim.__slots__)
def test_every_field_of_a_claim_is_looked_at(field: str, junk: Any) -> None:
    annotation = changed(SOUND, "claims", (changed(CLAIM, field, junk),))
    assert not is_sound(annotation, TEXT) or reads(annotation, TEXT)
    assert (codec.fault(annotation, TEXT) is None) == reads(annotation, TEXT)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: type(junk).__name__)
@pytest.mark.parametrize("place", range(4))
def test_every_field_of_a_mention_and_a_sentence_is_looked_at(place: int, junk: Any) -> None:
    for name, item in (("entities", Entity(4, 9, "PERS", 0.5)), ("sentences", Sentence(0, 26, "CFS", 1.0))):
        values: list[Any] = [*item[:place], junk, *item[place + 1 :]]
        kind: Any = type(item)
        annotation = changed(SOUND, name, (kind(*values),))
        assert not is_sound(annotation, TEXT) or reads(annotation, TEXT)
        assert (codec.fault(annotation, TEXT) is None) == reads(annotation, TEXT)


def test_letters_that_utf8_cannot_write_are_a_fault_wherever_they_stand() -> None:
    text = "قال \ud800 أمس"
    assert codec.fault(Annotation((Entity(4, 5, "PERS"),)), text) is not None
    assert codec.fault(Annotation((Entity(0, 3, "PERS"),)), text) is None
    assert codec.fault(replace(SOUND, claims=(replace(CLAIM, speaker="\ud800"),)), TEXT) is not None
    assert codec.fault(Annotation((Entity(0, 3, "\ud800"),)), TEXT) is not None


def test_an_answer_that_is_no_annotation_is_a_fault() -> None:
    answers: tuple[Any, ...] = (None, {}, "text", SOUND.entities)
    assert all(codec.fault(answer, TEXT) is not None for answer in answers)


@pytest.mark.parametrize(
    ("edges", "sound"),
    [((0, 26), True), ((0, 27), False), ((26, 27), False), ((26, 26), False), ((-1, 2), False), ((3, 2), False)],
)
def test_spans_lie_inside_the_text(edges: tuple[int, int], sound: bool) -> None:
    assert len(TEXT) == 26
    span = Span(*edges)
    for annotation in (
        Annotation((Entity(*span, "PERS"),)),
        Annotation(sentences=(Sentence(*span, "CFS"),)),
        *(Annotation(claims=(changed(CLAIM, role, span),)) for role in ("content", "cue", "source")),
    ):
        assert is_sound(annotation, TEXT) == reads(annotation, TEXT) == sound
        assert (codec.fault(annotation, TEXT) is None) == sound


def test_a_sentence_twice_is_a_fault_and_a_mention_twice_is_none() -> None:
    sentences = (Sentence(0, 26, "CFS"), Sentence(0, 26, "NFS"))
    assert codec.fault(Annotation(sentences=sentences), TEXT) is not None
    assert codec.fault(Annotation((Entity(4, 9, "PERS"), Entity(4, 9, "PERS", 0.5))), TEXT) is None
