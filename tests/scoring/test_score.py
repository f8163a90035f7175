"""From predictions to scores: failures, layers, signatures."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import t

from harness import __version__
from harness.data.types import (
    Annotation,
    Claim,
    Document,
    Entity,
    Example,
    InputError,
    Passes,
    Prediction,
    Sentence,
    Span,
)
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import Gold, Measure, Score, agreement, measure
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer, Table
from tests.builders import score_of
from tests.schemas import said

TEXT = "زار بوتين الصين"
FULL = Annotation(
    (Entity(4, 9, "PERS"), Entity(10, 15, "GPE")),
    (Claim(Span(4, 9), Span(0, 3), None, None, said("direct", "affirms", "asserted")),),
    (Sentence(0, 15, "CFS"),),
)
SCORERS: dict[str, Scorer] = {
    "entities": EntitiesStrict(),
    "char": EntitiesStrict("char"),
    "claims": Claims(),
    "checkworthy": CheckWorthy(),
}
IDS = tuple("abcdefgh")
GOLD = Gold("v1", "0123456789abcdef", [Example(Document(one, TEXT), FULL) for one in IDS])
BOOTSTRAP = Bootstrap(resamples=100)


def answers(annotation: Annotation = FULL, error: str | None = None) -> dict[str, Prediction]:
    return {one: Prediction(one, annotation, error=error) for one in IDS}


def scored(predictions: dict[str, Prediction], gold: Gold = GOLD) -> dict[str, Score]:
    return score_of(gold, predictions, Scoring(SCORERS, "paragraph", BOOTSTRAP))


def test_what_is_right_is_right_everywhere() -> None:
    found = scored(answers())
    assert found.keys() == SCORERS.keys()
    for scorer, name in (("entities", "micro/f1"), ("claims", "relation/f1"), ("checkworthy", "micro/accuracy")):
        value, low, high, *by_document = found[scorer].measures[name]
        assert (value, high) == (1, 1)
        # From 8 documents of one unit each nobody knows that a system makes no mistakes.
        assert low is not None
        assert 0.3 < low < 0.9
        assert by_document == [low, high]


def test_intervals_over_documents_are_those_of_the_jackknife_over_them() -> None:
    # Four documents of three paragraphs; the last document is always wrong.
    documents = np.repeat(np.arange(4), 3)
    tp = np.where(documents < 3, 4.0, 1.0)
    table = Table(("GPE/tp", "GPE/fp", "GPE/fn"), np.stack([tp, 0 * tp, 5 - tp], axis=1))
    found = measure(EntitiesStrict(), table, documents, BOOTSTRAP)["micro/recall"]
    assert found.value == 39 / 60
    assert None not in found
    assert found.document_high is not None
    assert found.document_low is not None
    left_out = [27 / 45] * 3 + [36 / 45]
    spread = sqrt(3 / 4 * sum((one - 39 / 60) ** 2 for one in left_out))
    # As wide as Student's interval with 3 degrees of freedom, up to what Wilson's form takes off near the edges.
    assert 0.5 < (found.document_high - found.document_low) / (2 * t.ppf(0.975, 3) * spread) < 1
    percentiles = measure(EntitiesStrict(), table, documents, replace(BOOTSTRAP, method="percentile"))["micro/recall"]
    assert percentiles[3:] == found[3:]
    three = measure(EntitiesStrict(), table, np.repeat(np.arange(3), 4), BOOTSTRAP)["micro/recall"]
    assert three[3:] == (None, None)
    each = measure(EntitiesStrict(), table, np.arange(12), BOOTSTRAP)["micro/recall"]
    assert each[1:3] == each[3:]


@pytest.mark.parametrize("how", ["missing", "error"])
def test_a_failure_counts_as_empty_whatever_it_holds(how: str) -> None:
    predictions = answers()
    if how == "missing":
        del predictions["a"], predictions["h"]
    else:
        predictions |= {one: replace(predictions[one], error="no") for one in "ah"}
    found = scored(predictions)
    # 6 of 8 documents: recall 6/8, precision 1, F1 2 * 12 / (2 * 12 + 4).
    assert found["entities"].measures["micro/recall"].value == 6 / 8
    assert found["entities"].measures["micro/precision"].value == 1
    assert found["entities"].measures["micro/f1"].value == pytest.approx(24 / 28)
    assert found["claims"].measures["content/recall"].value == 6 / 8
    assert found["checkworthy"].measures["micro/accuracy"].value == 6 / 8
    assert found["entities"].support == {"micro": 16, "PERS": 8, "GPE": 8} | dict.fromkeys(
        set(found["entities"].support) - {"micro", "PERS", "GPE"}, 0
    )


def test_a_system_without_a_layer_is_not_scored_on_it() -> None:
    assert scored(answers(Annotation(entities=()))).keys() == {"entities", "char"}


def test_one_document_without_the_layer_is_empty_there() -> None:
    predictions = answers() | {"a": Prediction("a", Annotation(claims=()))}
    assert scored(predictions)["entities"].measures["micro/recall"].value == 7 / 8


@pytest.mark.parametrize("predictions", [answers(Annotation(), error="no"), {}], ids=["errors", "missing"])
def test_a_system_that_failed_everywhere_found_nothing(predictions: dict[str, Prediction]) -> None:
    found = scored(predictions)
    assert found.keys() == SCORERS.keys()
    assert found["entities"].measures["micro/f1"].value == 0
    assert found["entities"].measures["micro/precision"] == Measure(None, None, None)


def test_a_document_whose_gold_lacks_the_layer_is_no_false_positive() -> None:
    examples = [*GOLD.examples, Example(Document("x", TEXT), Annotation(sentences=FULL.sentences))]
    predictions = answers() | {"x": Prediction("x", FULL)}
    found = scored(predictions, replace(GOLD, examples=examples))
    assert found["entities"].measures["micro/precision"].value == 1
    assert set(found["entities"].unit_documents) == set(IDS)
    assert found["checkworthy"].support["micro"] == 9


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [(Annotation(), FULL), (FULL, Annotation()), (Annotation(claims=()), Annotation(entities=()))],
)
def test_nothing_to_score_is_an_error(gold: Annotation, predicted: Annotation) -> None:
    examples = [Example(Document(one, TEXT), gold) for one in IDS]
    with pytest.raises(InputError, match=r"v1: found no layer .* wanted claims, entities, sentences"):
        scored(answers(predicted), replace(GOLD, examples=examples))


def test_no_documents_and_no_scorers_are_errors() -> None:
    with pytest.raises(InputError, match="found no layer"):
        scored({}, replace(GOLD, examples=[]))
    with pytest.raises(InputError, match="wanted a scorer"):
        score_of(GOLD, answers(), Scoring({}))
    with pytest.raises(InputError, match="units: found 'page'"):
        score_of(GOLD, answers(), Scoring(SCORERS, "page", BOOTSTRAP))


def test_few_units_have_a_value_without_an_interval() -> None:
    found = scored(answers(), replace(GOLD, examples=GOLD.examples[:4]))
    assert found["entities"].measures["micro/f1"] == Measure(1, None, None)


def test_the_signature_says_what_was_computed() -> None:
    found = scored(answers())
    tail = f"|gold:v1#012345|units:paragraph:8|bs:100:wilson|seed:13|level:0.95|v:{__version__}"
    assert found["entities"].signature == f"entities_strict(boundary=word){tail}"
    assert found["char"].signature == f"entities_strict(boundary=char){tail}"
    assert found["claims"].signature == f"claims(threshold=0.5){tail}"
    assert found["checkworthy"].signature == f"check_worthy(){tail}"


def test_whatever_changes_the_numbers_changes_the_signature() -> None:
    def signed(gold: Gold = GOLD, units: str = "paragraph", bootstrap: Bootstrap = BOOTSTRAP) -> str:
        return score_of(gold, answers(), Scoring({"e": SCORERS["entities"]}, units, bootstrap))["e"].signature

    others = [
        signed(replace(GOLD, sha256="f" * 16)),
        signed(units="sentence"),
        signed(bootstrap=Bootstrap(101)),
        signed(bootstrap=Bootstrap(100, seed=14)),
        signed(bootstrap=Bootstrap(100, level=0.9)),
        signed(bootstrap=Bootstrap(100, method="bca")),
    ]
    assert len({signed(), *others}) == 7


def test_rows_of_the_table_are_named_by_their_document() -> None:
    examples = [
        Example(Document("two", f"{TEXT}\n{TEXT}"), FULL),
        Example(Document("none", ""), Annotation((), (), ())),
        Example(Document("one", TEXT), FULL),
    ]
    found = scored({}, replace(GOLD, examples=examples))["entities"]
    assert found.unit_documents == ["two", "two", "none", "one"]
    assert found.table.rows["PERS/fn"].tolist() == [1, 0, 0, 1]


def test_effective_units_are_those_of_the_largest_support() -> None:
    # 8 units with 2 mentions each are 8; one of them empty in gold leaves 7.
    assert scored(answers())["entities"].effective_units == pytest.approx(8)
    empty = Example(Document("a", TEXT), Annotation((), (), ()))
    found = scored(answers(), replace(GOLD, examples=[empty, *GOLD.examples[1:]]))
    assert found["entities"].effective_units == pytest.approx(7)


def test_agreement_is_the_mean_over_pairs_of_passes() -> None:
    document = Document("d", "ab cd ef")
    everything, one, nothing = (
        Annotation(entities=tuple(Entity(*span, "GPE") for span in spans))
        for spans in (((0, 2), (3, 5)), ((0, 2),), ())
    )
    passes = Passes("one model", [[everything], [one], [nothing]])
    gold = Gold("g", "0" * 64, [Example(document, everything)], passes=passes)
    # F1: 2 and 1 mentions with one shared, 2/3; 2 and 0, 0; 1 and 0, 0. Recall 1/2, 0, 0; precision 1, then undefined.
    found = agreement(gold, EntitiesStrict(), "paragraph")
    assert found["micro/f1"] == pytest.approx((2 / 3) / 3)
    assert found["micro/recall"] == pytest.approx(0.5 / 3)
    assert "micro/precision" not in found
    predictions = {"d": Prediction("d", everything)}
    scored = score_of(gold, predictions, Scoring({"entities": EntitiesStrict()}, "paragraph", Bootstrap(resamples=10)))
    assert scored["entities"].agreement == found


def test_without_passes_there_is_no_agreement() -> None:
    gold = Gold("g", "0" * 64, [Example(Document("d", "ab"), Annotation(entities=()))])
    assert agreement(gold, EntitiesStrict(), "paragraph") == {}


def test_the_interval_over_documents_is_told_where_it_is_another_than_the_one_over_units() -> None:
    found = Measure(0.5, 0.4, 0.6, 0.2, 0.8)
    assert found.documents == (0.2, 0.8)
    assert found._replace(document_low=0.4, document_high=0.6).documents is None
    assert Measure(0.5, 0.4, 0.6).documents is None
