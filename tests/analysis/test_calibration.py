"""Calibration by hand, against scikit-learn, and on scores that mean what they say."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.analysis.calibration import (
    FEWEST,
    Scored,
    bins_for,
    brier,
    by_chance,
    calibration,
    expected_error,
    reliability,
    scored,
    squared_error,
)
from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from tests.oracles.sets import reordered
from tests.strategies import tiny_corpora

TEXT = "زار سامي كندا وطوكيو ثم عاد"


def corpus_of(gold: list[Entity], predicted: list[Entity], text: str = TEXT) -> Corpus:
    return Corpus([Document("d", text)], [Annotation(entities=tuple(gold))], [Annotation(entities=tuple(predicted))])


def known(scores: list[float], right: list[bool]) -> Scored:
    return Scored(np.array(scores), np.array(right), np.zeros(len(scores), dtype=np.int64))


def test_calibration_by_hand() -> None:
    gold = [Entity(4, 8, "PERS"), Entity(9, 13, "GPE"), Entity(15, 20, "GPE")]
    predicted = [
        Entity(4, 8, "PERS", 0.9),
        Entity(9, 13, "ORG", 0.6),
        Entity(14, 20, "GPE", 0.8),
        Entity(24, 27, "GPE"),
    ]
    found = calibration(corpus_of(gold, predicted), bins=3)
    assert found is not None
    assert found["without_score"] == 1
    # Right: 0.9 and, in word view, 0.8; the type of 0.6 is wrong.
    assert found["all"]["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    # (0.1² + 0.6² + 0.2²) / 3.
    assert found["all"]["brier"] == pytest.approx(0.41 / 3, abs=1e-6)
    # Three mentions are one bin, and too few for an error of calibration.
    assert [row["accuracy"] for row in found["all"]["reliability"]] == [pytest.approx(2 / 3, abs=1e-6)]
    assert [found["all"][name] for name in ("ece", "ece_by_chance", "rms_error")] == [None] * 3
    assert found["types"] == {}


def test_one_bin_weighs_everything() -> None:
    # Mean score 0.6, 1 of 2 right.
    assert expected_error(reliability(known([0.4, 0.8], [False, True]), 1)) == pytest.approx(0.1)


def test_three_bins_of_one_by_hand() -> None:
    rows = reliability(known([0.9, 0.6, 0.8], [True, False, True]), 3)
    assert [row["accuracy"] for row in rows] == [0, 1, 1]
    assert expected_error(rows) == pytest.approx(0.3)


@pytest.mark.parametrize(("mentions", "bins"), [(1, 1), (39, 1), (40, 2), (199, 9), (200, 10), (5000, 10)])
def test_a_bin_holds_twenty_mentions_or_more(mentions: int, bins: int) -> None:
    assert bins_for(mentions, 10) == bins
    assert bins_for(mentions, 1) == 1


def test_what_chance_makes_is_binomial() -> None:
    # Forty mentions of 0.75, sixty of 0.5: the share right of a calibrated system is binomial in each bin.
    chance = by_chance(known([0.75] * 40 + [0.5] * 60, [True] * 100), 2)
    assert chance.shape[1] == 2
    for column, (number, score) in enumerate(((60, 0.5), (40, 0.75))):
        counts = np.bincount(np.rint(chance[:, column] * number).astype(int), minlength=number + 1) / len(chance)
        # 1,000 draws tell a share to 0.016 at most.
        assert counts == pytest.approx(binom.pmf(np.arange(number + 1), number, score), abs=0.045)
    many = by_chance(known([0.25] * 4000, [True] * 4000), 1)
    assert many.std() == pytest.approx(np.sqrt(0.25 * 0.75 / 4000), rel=0.1)


def test_a_calibrated_system_has_an_ece_by_chance_and_no_debiased_error() -> None:
    random = np.random.default_rng(4)
    plain, squares, below = [], [], 0
    for _ in range(200):
        scores = random.uniform(0.5, 1, 60)
        found = Scored(scores, random.random(60) < scores, np.zeros(60, dtype=np.int64))
        rows = reliability(found, bins_for(60, 10))
        chance = by_chance(found, bins_for(60, 10))
        sizes, means = (np.array([row[key] for row in rows]) for key in ("mentions", "score"))
        high = np.quantile((np.abs(chance - means) * sizes).sum(axis=1) / 60, 0.95)
        plain.append(expected_error(rows))
        squares.append(squared_error(rows))
        below += plain[-1] <= high
    assert np.mean(plain) > 0.05
    # The standard error of a mean over 200 is 0.0005.
    assert np.mean(squares) == pytest.approx(0, abs=0.002)
    # 200 samples tell a share of 0.95 to 0.015.
    assert below / 200 == pytest.approx(0.95, abs=0.045)


def test_a_debiased_error_is_the_gap_of_a_system_that_is_too_sure() -> None:
    random = np.random.default_rng(5)
    scores = random.uniform(0.6, 1, 20_000)
    found = Scored(scores, random.random(20_000) < scores - 0.2, np.zeros(20_000, dtype=np.int64))
    assert squared_error(reliability(found, 10)) == pytest.approx(0.04, abs=0.003)


def test_equal_mentions_count_once_with_the_highest_score() -> None:
    # Both are طوكيو, with a space and without; without a score is less than any score.
    predicted = [Entity(15, 20, "GPE", 0.3), Entity(15, 21, "GPE", 0.7), Entity(15, 20, "GPE")]
    found, unscored = scored(corpus_of([Entity(15, 20, "GPE")], predicted))
    assert (found.scores.tolist(), found.right.tolist(), unscored) == ([0.7], [True], 0)


def test_no_scores_no_calibration() -> None:
    assert calibration(corpus_of([Entity(4, 8, "PERS")], [Entity(4, 8, "PERS")]), 10) is None
    assert calibration(corpus_of([], []), 10) is None


@pytest.mark.parametrize(("number", "there"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_type_with_enough_predictions_is_described(number: int, there: bool) -> None:
    text = "ا " * number
    predicted = [Entity(2 * at, 2 * at + 1, "GPE", at / number) for at in range(number)]
    found = calibration(corpus_of([], predicted, text), 5)
    assert found is not None
    assert ("GPE" in found["types"]) == there
    if there:
        assert found["types"]["GPE"] == found["all"]


@given(
    st.lists(st.tuples(st.integers(0, 20).map(lambda twentieth: twentieth / 20), st.booleans()), min_size=1),
    st.integers(1, 6),
)
@settings(deadline=None)
def test_bins_part_no_tie_and_hold_everything(pairs: list[tuple[float, bool]], bins: int) -> None:
    rows = reliability(known([score for score, _ in pairs], [right for _, right in pairs]), bins)
    assert sum(row["mentions"] for row in rows) == len(pairs)
    assert len(rows) <= bins
    assert all(row["low"] <= row["score"] + 1e-12 and row["score"] <= row["high"] + 1e-12 for row in rows)
    assert all(one["high"] < other["low"] for one, other in pairwise(rows))


def test_scores_that_mean_what_they_say_have_no_error() -> None:
    # Of ten with 0.2 two are right, and so on: each score is a bin of its own.
    scores = [tenths / 10 for tenths in range(1, 11) for _ in range(10)]
    right = [number < tenths for tenths in range(1, 11) for number in range(10)]
    assert expected_error(reliability(known(scores, right), 10)) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.sampled_from((2, 5, 10)))
@settings(max_examples=30, deadline=None)
def test_scikit_learn_agrees_where_no_scores_are_equal(seed: int, bins: int) -> None:
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    random = np.random.default_rng(seed)
    scores = random.permutation(np.linspace(0.01, 0.99, 20 * bins))
    right = random.random(len(scores)) < scores
    found = Scored(scores, right, np.zeros(len(scores), dtype=np.int64))
    rows = reliability(found, bins)
    accuracy, mean = calibration_curve(right, scores, n_bins=bins, strategy="quantile")
    assert [row["accuracy"] for row in rows] == pytest.approx(accuracy)
    assert [row["score"] for row in rows] == pytest.approx(mean)
    assert expected_error(rows) == pytest.approx(np.abs(accuracy - mean).mean())
    assert brier(found) == pytest.approx(brier_score_loss(right, scores))


@given(tiny_corpora())
@settings(max_examples=40, deadline=None)
def test_order_changes_nothing(corpus: Corpus) -> None:
    scored_side = [
        Annotation(entities=tuple(entity._replace(score=entity.end / 10) for entity in side.entities or ()))
        for side in corpus.predicted
    ]
    scored_corpus = Corpus(corpus.documents, corpus.gold, scored_side)
    one, other = calibration(scored_corpus, 3), calibration(reordered(scored_corpus), 3)
    assert one == other
