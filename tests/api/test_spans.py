"""Mentions as people write them, and the line that says what is wrong with them."""

from typing import Any

import numpy as np
import pytest

from harness.api.spans import annotation_of
from harness.data.types import Annotation, Claim, Entity, InputError, Prediction, Sentence, Span

TEXT = "قال الوزير إن بكين قريبة."


@pytest.mark.parametrize(
    "mention",
    [
        (4, 10, "OCC"),
        [4, 10, "OCC"],
        Entity(4, 10, "OCC"),
        {"start": 4, "end": 10, "type": "OCC"},
        {"start": 4, "end": 10, "label": "OCC", "text": "الوزير"},
        {"start": np.int64(4), "end": np.int32(10), "entity_group": "OCC", "word": "##وزير", "score": None},
        (np.int64(4), np.int64(10), "OCC"),
    ],
)
def test_a_mention_is_written_in_many_ways(mention: object) -> None:
    assert annotation_of([mention], TEXT, "here") == Annotation(entities=(Entity(4, 10, "OCC"),))


def test_scores_come_along() -> None:
    answers: list[object] = [
        (4, 10, "OCC", 0.5),
        {"start": 4, "end": 10, "type": "OCC", "score": np.float32(0.5)},
        Entity(4, 10, "OCC", 0.5),
    ]
    for answer in answers:
        (entity,) = annotation_of([answer], TEXT, "here").entities or ()
        assert entity == Entity(4, 10, "OCC", 0.5)
        assert type(entity.score) is float


def test_no_mentions_are_an_empty_layer_and_other_layers_are_none() -> None:
    assert annotation_of([], TEXT, "here") == Annotation(entities=())
    assert annotation_of(iter(()), TEXT, "here") == Annotation(entities=())


def test_layers_come_in_a_dict() -> None:
    answer = {
        "entities": [(4, 10, "OCC")],
        "claims": [{"content": (14, 24), "cue": {"start": 0, "end": 3, "text": "قال"}, "source": Span(4, 10)}],
        "sentences": [(0, 25, "CFS"), {"start": 0, "end": 24, "label": "UFS", "score": 1}],
    }
    assert annotation_of(answer, TEXT, "here") == Annotation(
        (Entity(4, 10, "OCC"),),
        (Claim(Span(14, 24), Span(0, 3), Span(4, 10)),),
        (Sentence(0, 25, "CFS"), Sentence(0, 24, "UFS", 1.0)),
    )
    assert annotation_of({"claims": None}, TEXT, "here") == Annotation()


def test_our_own_types_stay_as_they_are() -> None:
    annotation = Annotation(claims=(Claim(Span(0, 1), Span(1, 2)),))
    assert annotation_of(annotation, TEXT, "here") is annotation
    assert annotation_of(Prediction("d", annotation), TEXT, "here") is annotation
    assert annotation_of({"claims": annotation.claims}, TEXT, "here") == annotation


SLIPS: list[tuple[Any, str]] = [
    (None, "here: found None, wanted a list of mentions"),
    ("OCC", "here: found 'OCC', wanted a list of mentions"),
    ([(0, 6)], r"here: mentions\[0\]: found \(0, 6\), wanted \(start, end, type\)"),
    ([(0, 3, "OCC"), (0, 6, "OCC", 1, 2)], r"here: mentions\[1\]: found \(0, 6, 'OCC', 1, 2\)"),
    (["OCC"], r"mentions\[0\]: found 'OCC'"),
    ([(0.0, 6, "OCC")], r"mentions\[0\]: found the offset 0.0, wanted a whole number"),
    ([(True, 6, "OCC")], "found the offset True"),
    ([(0, 6, None)], "found the label None, wanted a name"),
    ([(0, 6, "OCC", "high")], "found the score 'high'"),
    ([{"start": 0, "end": 6}], r"mentions\[0\]: found \{'start': 0, 'end': 6\}, wanted \(start, end, type\)"),
    ([{"start": 0, "end": 6, "type": "OCC", "kind": 1}], "'kind'"),
    ([{"start": 0, "end": 3, "type": "OCC", "text": "بكين"}], "found the text 'بكين', wanted 'قال' as the offsets say"),
    ({"entitys": []}, "here: found the key 'entitys', wanted layers: entities, claims, sentences"),
    ({"entities": "OCC"}, "here: entities: found 'OCC', wanted a list"),
    ({"entities": {"a": 1}}, "here: entities: found {'a': 1}, wanted a list"),
    ({"claims": [(0, 3)]}, r"here: claims\[0\]: found \(0, 3\), wanted a dict with content and cue"),
    ({"claims": [{"content": (0, 3), "cue": 4}]}, r"claims\[0\].cue: found 4, wanted \(start, end\)"),
    (
        {"claims": [{"content": (0, 3), "cue": (0, 3), "mood": 1}]},
        "found 'mood': 1, wanted content, cue",
    ),
    ({"claims": [{"content": (0, 3), "cue": (0, 3), "speaker": 1}]}, "found the speaker 1, wanted a name or None"),
    ({"sentences": [(0, 3)]}, r"here: sentences\[0\]: found \(0, 3\), wanted \(start, end, label\)"),
]


@pytest.mark.parametrize(("answer", "message"), SLIPS)
def test_a_slip_is_named_with_its_place(answer: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        annotation_of(answer, TEXT, "here")
    assert "\n" not in str(caught.value)
