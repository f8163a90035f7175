"""The curve of claims over the threshold that pairs need: each of its points is `Claims` at that threshold."""

import pytest
from hypothesis import given, settings

from harness.data.types import InputError
from harness.scoring.claims import Claims
from harness.scoring.claims_overlap import ClaimsOverlap
from harness.scoring.corpus import Corpus
from tests.scoring.test_claims import claim, corpora, corpus_of


def scores_of(corpus: Corpus, scorer: Claims | ClaimsOverlap) -> dict[str, float]:
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


@given(corpora())
@settings(max_examples=30)
def test_each_point_is_that_of_the_scorer_at_its_threshold(corpus: Corpus) -> None:
    found = scores_of(corpus, ClaimsOverlap())
    for threshold in (0.1, 0.5, 1.0):
        alone = scores_of(corpus, Claims(threshold))
        for label in ("content_soft", "relation"):
            assert found[f"{label}/f1_at_{threshold}"] == pytest.approx(alone[f"{label}/f1"], nan_ok=True)


def test_the_curve_by_hand() -> None:
    # 2 of 4 words, all of the prediction: Dice 2 * 2 / 6; soft precision 1, recall 1/2, so F1 2/3.
    corpus = corpus_of([claim("السفن غادرت الميناء القديم")], [claim("السفن غادرت")])
    found = scores_of(corpus, ClaimsOverlap((0.6, 0.7, 1.0)))
    curve = [found[f"content_soft/f1_at_{threshold}"] for threshold in ("0.6", "0.7", "1.0")]
    assert curve == pytest.approx([2 / 3, 0, 0])
    # A triangle of width 0.1 of the range 0.4.
    assert found["content_soft/f1_auc"] == pytest.approx(2 / 3 / 2 * 0.1 / 0.4)
    assert found["relation/f1_auc"] == 0


def test_support_is_gold_claims() -> None:
    scorer = ClaimsOverlap((0.5, 0.9))
    totals = scorer.counts(corpus_of([claim("أمس"), claim("بعد")], [claim("أمس")])).totals
    assert {label: int(count) for label, count in scorer.support(totals).items()} == {"content_soft": 2, "relation": 2}


@pytest.mark.parametrize("thresholds", [(), (0.0,), (0.5, 0.5), (1.1,)])
def test_thresholds_that_make_no_curve_are_refused(thresholds: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="thresholds: found"):
        ClaimsOverlap(thresholds)
