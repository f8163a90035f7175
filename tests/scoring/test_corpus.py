"""Two sides on one text: which layers and documents are scored, and who is the same speaker."""

from collections.abc import Mapping, Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction, Sentence
from harness.scoring.corpus import Boundary, Corpus, pair, scored_layers
from harness.scoring.entities import EntitiesStrict
from tests.schemas import ENTITY_TYPES
from tests.strategies import any_texts

FULL = Annotation(entities=(), claims=(), sentences=())
ONE = Annotation(entities=(Entity(0, 1, "GPE"),))


def corpus_of(gold: Annotation, predicted: Annotation, speakers: Mapping[str, Sequence[str]] | None = None) -> Corpus:
    return Corpus([Document("d", "ابت")], [gold], [predicted], speakers=speakers or {})


def test_spans_of_later_documents_are_shifted() -> None:
    documents = [Document("a", "اب"), Document("b", ""), Document("c", "ابت")]
    side = [Annotation(entities=()), Annotation(), Annotation(entities=(Entity(1, 3, "GPE"),))]
    corpus = Corpus(documents, side, side)
    spans = corpus.entities(side)
    # "اب" + "\n" + "" + "\n": the third document begins at 4.
    assert (spans.starts.tolist(), spans.ends.tolist()) == ([5], [7])
    assert [corpus.types[number] for number in spans.labels.tolist()] == ["GPE"]


def test_types_are_those_of_the_gold_standard_unless_others_occur() -> None:
    assert corpus_of(ONE, Annotation(entities=())).types == ENTITY_TYPES
    assert corpus_of(ONE, Annotation(entities=(Entity(0, 1, "MISC"),))).types == ("GPE", "MISC")


def test_sentences_are_numbered_by_the_labels_of_the_schema() -> None:
    side = Annotation(sentences=(Sentence(0, 1, "UFS"), Sentence(1, 3, "CFS")))
    corpus = corpus_of(side, side)
    assert corpus.sentences([side]).labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, None, True),
        (None, "ترامب", False),
        ("ترامب", None, False),
        ("دونالد ترامب", "الرئيس الأمريكي", True),
        ("الرئيس الاميركي", "ترامب", False),
        ("الرئيس الامريكي", "تَرامب", True),
        ("إيلون  ماسك ", "ايلون ماسك", True),
        ("شي", "تشي", False),
        ("Trump", "TRUMP", True),
        ("رئاسة", "رئاسه", True),
        ("مسؤول", "مسوول", True),
        ("trump", "ترامب", True),
    ],
)
def test_a_speaker_is_the_same_entry_or_the_same_spelling(one: str | None, other: str | None, *, same: bool) -> None:
    corpus = corpus_of(FULL, FULL, {"دونالد ترامب": ["ترامب", "الرئيس الأمريكي", "Trump"]})
    assert corpus.same_speaker(one, other) is same


@given(any_texts(), any_texts())
def test_sameness_of_speakers_goes_both_ways(one: str, other: str) -> None:
    corpus = corpus_of(FULL, FULL, {one: [other]})
    assert corpus.same_speaker(one, one)
    assert corpus.same_speaker(one, other)
    assert corpus.same_speaker(other, one)
    assert corpus_of(FULL, FULL).same_speaker(one, other) == corpus_of(FULL, FULL).same_speaker(other, one)


def test_a_layer_is_scored_if_both_sides_have_it() -> None:
    gold = [Annotation(entities=(), claims=()), Annotation(sentences=())]
    assert scored_layers(gold, [Prediction("d", Annotation(claims=(), sentences=()))]) == ["claims", "sentences"]
    assert scored_layers(gold, [Prediction("d", Annotation())]) == []
    assert scored_layers([Annotation()], [Prediction("d", FULL)]) == []


def test_a_system_that_failed_everywhere_is_scored_on_every_layer_of_gold() -> None:
    gold = [Annotation(entities=(), claims=())]
    assert scored_layers(gold, [Prediction("d", Annotation(), error="no")]) == ["entities", "claims"]
    assert scored_layers(gold, []) == ["entities", "claims"]


def test_what_a_failed_prediction_holds_says_nothing_about_the_system() -> None:
    predictions = [Prediction("a", FULL, error="no"), Prediction("b", Annotation(entities=()))]
    assert scored_layers([FULL], predictions) == ["entities"]


@given(st.lists(st.booleans(), min_size=1, max_size=5))
def test_documents_without_the_layer_in_gold_are_left_out(annotated: list[bool]) -> None:
    examples = [
        Example(Document(str(number), "ابت"), ONE if has else Annotation(claims=()))
        for number, has in enumerate(annotated)
    ]
    rows = pair(examples, {}, "entities")
    assert [document.id for document, _, _ in rows] == [str(number) for number, has in enumerate(annotated) if has]


def test_missing_and_failed_predictions_are_empty() -> None:
    examples = [Example(Document(name, "ابت"), ONE) for name in "abc"]
    predictions = {"b": Prediction("b", ONE, error="no"), "c": Prediction("c", ONE)}
    assert [predicted for _, _, predicted in pair(examples, predictions, "entities")] == [FULL, FULL, ONE]


def test_a_variant_of_two_speakers_is_refused() -> None:
    corpus = Corpus([Document("d", "")], [Annotation()], [Annotation()], speakers={"أحمد": ["هو"], "سعاد": ["هو"]})
    with pytest.raises(InputError, match="found 'هو' under 'أحمد' and 'سعاد'"):
        corpus.same_speaker("هو", "أحمد")


def test_in_doubt_equal_mentions_stay_equal() -> None:
    # A spurious mention behind the ب of بكين is no reason to lose the right one.
    gold = Annotation(entities=(Entity(0, 4, "GPE"),))
    predicted = Annotation(entities=(Entity(0, 4, "GPE"), Entity(1, 4, "NORP")))
    corpus = Corpus([Document("d", "بكين")], [gold], [predicted])
    left, right = corpus.entities(corpus.gold), corpus.entities(corpus.predicted)
    views = corpus.view(left, right, "clitic"), corpus.view(right, left, "clitic")
    assert [view.starts.tolist() for view in views] == [[1], [1, 1]]


def test_other_predictions_beside_the_same_gold_are_scored_as_a_corpus_of_their_own() -> None:
    document = Document("d", "زار بوتين الصين\nوعاد")
    gold = [Annotation(entities=(Entity(4, 9, "PERS"), Entity(10, 15, "GPE")))]
    corpus = Corpus([document], gold, gold)
    assert len(corpus.gold_entities) == 2
    for answered in (Annotation(entities=(Entity(4, 8, "PERS"),)), Annotation(entities=(Entity(4, 9, "MISC"),))):
        other, alone = corpus.answered_by([answered]), Corpus([document], gold, [answered])
        assert other.text is corpus.text
        assert other.types == alone.types
        for boundary in get_args(Boundary):
            found, wanted = (EntitiesStrict(boundary).counts(side) for side in (other, alone))
            assert found.columns == wanted.columns
            assert (found.values == wanted.values).all()
