"""Partial credit against every pairing there is, and by hand."""

import math

import pytest
from hypothesis import assume, given, settings

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.partial import EntitiesPartial, all_categories, categories
from tests.oracles.pairings import best, shared
from tests.oracles.sets import Mention, doubled, mentions, reordered, turned
from tests.strategies import tiny_corpora


def scores_of(corpus: Corpus) -> dict[str, float]:
    scorer = EntitiesPartial()
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def quality(pairs: list[tuple[Mention, Mention]]) -> tuple[float, ...]:
    exact = [one[1:3] == other[1:3] for one, other in pairs]
    same = [one[3] == other[3] for one, other in pairs]
    return (sum(map(all, zip(exact, same, strict=True))), sum(exact), sum(same), len(pairs))


@given(tiny_corpora())
def test_micro_scores_are_those_of_the_best_pairing(corpus: Corpus) -> None:
    gold, predicted = mentions(corpus, "word")
    assume(len(gold) <= 5 and len(predicted) <= 5)
    strict, exact, same, pairs = best(gold, predicted, lambda one, other: shared(one, other) > 0, quality)
    right = {"strict": strict, "exact": exact, "partial": exact + (pairs - exact) / 2, "type": same}
    found = scores_of(corpus)
    for measure, count in right.items():
        for name, size in (("precision", len(predicted)), ("recall", len(gold))):
            value = found[f"micro/{measure}_{name}"]
            assert math.isnan(value) if size == 0 else value == pytest.approx(count / size)


@settings(max_examples=50)
@given(tiny_corpora())
def test_strict_is_exact_matching_by_sets(corpus: Corpus) -> None:
    strict = EntitiesStrict()
    totals = strict.counts(corpus).totals
    found = scores_of(corpus)
    for name, value in strict.scores(totals, totals).items():
        label, _, measure = name.partition("/")
        assert found[f"{label}/strict_{measure}"] == pytest.approx(float(value), nan_ok=True)


@settings(max_examples=50)
@given(tiny_corpora())
def test_order_changes_nothing(corpus: Corpus) -> None:
    assert scores_of(corpus) == pytest.approx(scores_of(reordered(corpus)), nan_ok=True)


@settings(max_examples=50)
@given(tiny_corpora())
def test_exchanging_the_sides_leaves_micro_f1(corpus: Corpus) -> None:
    one, other = scores_of(corpus), scores_of(turned(corpus))
    for measure in ("strict", "exact", "partial", "type"):
        name = f"micro/{measure}_f1"
        assert one[name] == pytest.approx(other[name], nan_ok=True)


@settings(max_examples=50)
@given(tiny_corpora())
def test_categories_sum_to_gold_and_spurious(corpus: Corpus) -> None:
    totals = EntitiesPartial().counts(corpus).totals
    for label in corpus.types:
        for measure in ("strict", "exact", "partial", "type"):
            found = categories(totals, label, measure)
            assert sum(map(float, found.values())) == totals[f"{label}/gold"] + totals[f"{label}/spurious"]
            assert min(map(float, found.values())) >= 0


def test_by_hand() -> None:
    text = "abcd efgh ijkl mnop qrst"
    gold = [Entity(0, 9, "ORG"), Entity(10, 14, "PERS"), Entity(15, 19, "GPE"), Entity(20, 24, "GPE")]
    predicted = [Entity(5, 9, "ORG"), Entity(10, 14, "GPE"), Entity(15, 19, "GPE"), Entity(0, 4, "LOC")]
    sides = [Annotation(entities=tuple(side)) for side in (gold, predicted)]
    found = scores_of(Corpus([Document("d", text)], [sides[0]], [sides[1]]))
    # ORG pairs with the half of its own type, not with LOC: type right, boundaries not. PERS: boundaries right, type
    # not. GPE 15-19: all right. GPE 20-24 missed, LOC spurious. Four mentions on either side.
    # strict 1/4; exact 2/4; partial (2 + 1/2)/4; type 2/4.
    expected = {"strict": 1 / 4, "exact": 2 / 4, "partial": 2.5 / 4, "type": 2 / 4}
    for measure, value in expected.items():
        assert found[f"micro/{measure}_f1"] == pytest.approx(value)
    # Each type has its own side of a mixed pair: PERS recalls its boundaries, GPE is precise in 2 of 2.
    assert found["PERS/exact_recall"] == 1
    assert found["GPE/exact_precision"] == 1
    assert found["GPE/type_precision"] == pytest.approx(1 / 2)


def test_one_mention_over_the_whole_text_earns_one_pair_at_most() -> None:
    text = "ab cd ef gh"
    gold = Annotation(entities=tuple(Entity(start, start + 2, "GPE") for start in (0, 3, 6, 9)))
    found = scores_of(Corpus([Document("d", text)], [gold], [Annotation(entities=(Entity(0, 11, "GPE"),))]))
    assert found["micro/type_recall"] == pytest.approx(1 / 4)


@settings(max_examples=40)
@given(tiny_corpora())
def test_a_corpus_twice_over_scores_the_same(corpus: Corpus) -> None:
    # Ten mentions may be reached by doubling.
    once, again = (
        {name: value for name, value in scores_of(one).items() if not name.startswith("macro10")}
        for one in (corpus, doubled(corpus))
    )
    assert again == pytest.approx(once, nan_ok=True)


@settings(max_examples=30)
@given(tiny_corpora())
def test_all_categories_are_those_of_each_type_and_their_sum(corpus: Corpus) -> None:
    totals = EntitiesPartial().counts(corpus).totals
    for measure, found in all_categories(totals).items():
        for label in corpus.types:
            assert found[label] == {name: int(count) for name, count in categories(totals, label, measure).items()}
        assert sum(found["micro"].values()) == sum(sum(found[label].values()) for label in corpus.types)
