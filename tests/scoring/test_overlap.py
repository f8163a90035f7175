"""Overlap at thresholds against every pairing there is, and by hand."""

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.overlap import EntitiesOverlap
from tests.oracles.pairings import best, ratio
from tests.oracles.sets import doubled, mentions, reordered, turned
from tests.strategies import tiny_corpora

THRESHOLDS = EntitiesOverlap().thresholds


def scores_of(corpus: Corpus) -> dict[str, float]:
    scorer = EntitiesOverlap()
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


@given(tiny_corpora(), st.sampled_from(THRESHOLDS))
def test_as_many_pairs_as_any_assignment_has(corpus: Corpus, threshold: float) -> None:
    gold, predicted = mentions(corpus, "word")
    assume(0 < len(gold) <= 5 and len(predicted) <= 5)
    (most,) = best(
        gold,
        predicted,
        lambda one, other: one[3] == other[3] and ratio(one, other) >= max(threshold - 1e-9, 1e-9),
        lambda pairs: (len(pairs),),
    )
    assert scores_of(corpus)[f"micro/f1_at_{threshold}"] == pytest.approx(2 * most / (len(gold) + len(predicted)))


@settings(max_examples=50)
@given(tiny_corpora())
def test_the_curve_falls_to_exact_matching(corpus: Corpus) -> None:
    found = scores_of(corpus)
    totals = EntitiesStrict().counts(corpus).totals
    assert found["micro/f1_at_1.0"] == pytest.approx(
        float(EntitiesStrict().scores(totals, totals)["micro/f1"]), nan_ok=True
    )
    curve = [found[f"micro/f1_at_{threshold}"] for threshold in THRESHOLDS]
    assert all(left >= right - 1e-12 for left, right in itertools.pairwise(curve) if left == left)
    if curve[0] == curve[0]:
        assert min(curve) - 1e-12 <= found["micro/f1_auc"] <= max(curve) + 1e-12


@settings(max_examples=50)
@given(tiny_corpora())
def test_order_changes_nothing(corpus: Corpus) -> None:
    assert scores_of(corpus) == pytest.approx(scores_of(reordered(corpus)), nan_ok=True)


@settings(max_examples=50)
@given(tiny_corpora())
def test_exchanging_the_sides_changes_no_f1(corpus: Corpus) -> None:
    assert scores_of(corpus) == pytest.approx(scores_of(turned(corpus)), nan_ok=True)


def test_by_hand() -> None:
    gold = Annotation(entities=(Entity(0, 9, "ORG"), Entity(10, 14, "GPE")))
    predicted = Annotation(entities=(Entity(5, 9, "ORG"), Entity(10, 14, "GPE")))
    found = scores_of(Corpus([Document("d", "abcd efgh ijkl")], [gold], [predicted]))
    # 4 of 9 characters: a pair up to 0.4, none from 0.5 on. F1 is 1 at 0.1 to 0.4 and 1/2 from 0.5 to 1.0; by the
    # trapezoid rule (3 * 0.1 * 1 + 0.1 * 0.75 + 5 * 0.1 * 0.5) / 0.9.
    assert found["micro/f1_at_0.4"] == 1
    assert found["micro/f1_at_0.5"] == pytest.approx(0.5)
    assert found["micro/f1_auc"] == pytest.approx((0.3 + 0.075 + 0.25) / 0.9)


@settings(max_examples=40)
@given(tiny_corpora())
def test_a_corpus_twice_over_scores_the_same(corpus: Corpus) -> None:
    assert scores_of(doubled(corpus)) == pytest.approx(scores_of(corpus), nan_ok=True)
