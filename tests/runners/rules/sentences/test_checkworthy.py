import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic import segment
from harness.data.types import Entity
from harness.runners.rules.claims.claims import find_claims
from harness.runners.rules.sentences.checkworthy import label_sentences
from tests.runners.rules.claims.examples import laid_out
from tests.runners.rules.claims.test_claims import PROSE
from tests.schemas import SENTENCE_LABELS


def labels(text: str) -> list[str]:
    page = laid_out(text)
    return [one.label for one in label_sentences(page, find_claims(page))]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("قال سامر الحلبي إن الحوار أفضل الحلول.", "CFS"),
        ("زار سامر الحلبي كينيا يوم الثلاثاء.", "CFS"),
        ("وأعرب سامر الحلبي عن شكره لحفاوة الاستقبال.", "UFS"),
        ("العلاقات بين الهند وكينيا في عام جديد", "NFS"),
        ("صورة من لقاء سامر الحلبي في كينيا", "UFS"),
        ("فهل ينجح الحوار بعد كل هذا؟", "NFS"),
        ("ومن المرجح أن يكون المستقبل أسوأ من الحاضر.", "NFS"),
        ("وهو نوع من الشجر أو النبات.", "UFS"),
    ],
)
def test_one_sentence(text: str, label: str) -> None:
    assert labels(text) == [label]


def test_every_sentence_of_a_quotation_is_reported_speech() -> None:
    text = "قالت ليلى حداد: “نعمل معا. المستقبل أفضل.”"
    assert labels(text) == ["CFS", "CFS"]


def test_no_text_has_no_sentences() -> None:
    assert label_sentences(laid_out(""), []) == ()
    assert label_sentences(laid_out("\n \n"), []) == ()


def test_all_entity_types_are_known() -> None:
    kinds = ("PRODUCT", "LANGUAGE", "EVENT", "LAW", "NORP", "ORDINAL")
    entities = [Entity(0, 3, kind, 0.5) for kind in kinds]
    assert len(label_sentences(laid_out("نعم هذا نص قصير.", entities), [])) == 1


@given(st.one_of(PROSE, st.text(max_size=80)))
def test_sentences_are_those_of_the_segmenter(text: str) -> None:
    page = laid_out(text)
    found = label_sentences(page, find_claims(page))
    assert [one[:2] for one in found] == segment.sentences(text)
    assert all(one.label in SENTENCE_LABELS for one in found)
    assert all(one.score is not None and 0 <= one.score <= 1 for one in found)
