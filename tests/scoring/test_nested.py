"""Levels of nesting against their definitions, and by hand."""

import pytest
from hypothesis import given, settings

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import DEEPEST, EntitiesNested
from tests.oracles.sets import Mention, divide, doubled, mentions, reordered
from tests.strategies import tiny_corpora


def scores_of(corpus: Corpus) -> dict[str, float]:
    scorer = EntitiesNested()
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def holders(one: Mention, side: set[Mention]) -> set[Mention]:
    return {
        other
        for other in side
        if other[0] == one[0] and other[1] <= one[1] and one[2] <= other[2] and other[1:3] != one[1:3]
    }


def level(side: set[Mention], name: str) -> set[Mention]:
    if name == "all":
        return side
    if name == "outermost":
        return {one for one in side if not holders(one, side)}
    if name == "innermost":
        return {one for one in side if not any(one in holders(other, side) for other in side)}
    if name == "same_type":
        return {one for one in side if any(other[3] == one[3] for other in holders(one, side))}
    wanted = int(name.removeprefix("depth_"))
    return {one for one in side if min(DEEPEST, 1 + len({other[:3] for other in holders(one, side)})) == wanted}


@given(tiny_corpora())
def test_levels_are_as_defined(corpus: Corpus) -> None:
    gold, predicted = mentions(corpus, "word")
    found = scores_of(corpus)
    names = ("all", "outermost", "innermost", "same_type", *(f"depth_{depth}" for depth in range(1, DEEPEST + 1)))
    for name in names:
        on_gold, on_predicted = level(gold, name), level(predicted, name)
        recall = divide(len(on_gold & predicted), len(on_gold))
        precision = divide(len(on_predicted & gold), len(on_predicted))
        assert found[f"{name}/recall"] == pytest.approx(recall, nan_ok=True)
        assert found[f"{name}/precision"] == pytest.approx(precision, nan_ok=True)


def parents(one: Mention, side: set[Mention]) -> set[Mention]:
    around = holders(one, side)
    shortest = min((other[2] - other[1] for other in around), default=0)
    return {other for other in around if other[2] - other[1] == shortest}


@given(tiny_corpora())
def test_edges_and_wrong_levels_are_as_defined(corpus: Corpus) -> None:
    sides = mentions(corpus, "word")
    gold, predicted = ({(parent, one) for one in side for parent in parents(one, side)} for side in sides)
    found = scores_of(corpus)
    assert found["edges/precision"] == pytest.approx(divide(len(gold & predicted), len(predicted)), nan_ok=True)
    assert found["edges/recall"] == pytest.approx(divide(len(gold & predicted), len(gold)), nan_ok=True)
    matched = sides[0] & sides[1]
    depths = [[len({other[:3] for other in holders(one, side)}) for side in sides] for one in matched]
    wrong = sum(one != other for one, other in depths)
    assert found["wrong_level/rate"] == pytest.approx(divide(wrong, len(matched)), nan_ok=True)


def test_a_right_mention_at_the_wrong_level_is_seen() -> None:
    text = "abcd efgh ijkl"
    gold = Annotation(entities=(Entity(0, 14, "ORG"), Entity(0, 9, "ORG"), Entity(5, 9, "GPE")))
    predicted = Annotation(entities=(Entity(0, 14, "ORG"), Entity(5, 9, "GPE")))
    found = scores_of(Corpus([Document("d", text)], [gold], [predicted]))
    # Gold: 0-9 stands in 0-14, 5-9 in 0-9. The prediction hangs 5-9 on 0-14, one level up.
    assert found["edges/precision"] == found["edges/recall"] == 0
    assert found["wrong_level/rate"] == 1 / 2


@settings(max_examples=50)
@given(tiny_corpora())
def test_all_levels_together_are_exact_matching(corpus: Corpus) -> None:
    totals = EntitiesStrict().counts(corpus).totals
    strict = EntitiesStrict().scores(totals, totals)
    found = scores_of(corpus)
    for name in ("precision", "recall", "f1"):
        assert found[f"all/{name}"] == pytest.approx(float(strict[f"micro/{name}"]), nan_ok=True)


@settings(max_examples=50)
@given(tiny_corpora())
def test_order_changes_nothing(corpus: Corpus) -> None:
    assert scores_of(corpus) == pytest.approx(scores_of(reordered(corpus)), nan_ok=True)


def test_by_hand() -> None:
    # ORG holds GPE 0-4 and ORG 5-9, the same type again; the prediction misses the outer mention.
    gold = Annotation(entities=(Entity(0, 9, "ORG"), Entity(0, 4, "GPE"), Entity(5, 9, "ORG")))
    predicted = Annotation(entities=(Entity(0, 4, "GPE"), Entity(5, 9, "ORG")))
    found = scores_of(Corpus([Document("d", "abcd efgh")], [gold], [predicted]))
    assert found["outermost/recall"] == 0
    # What is predicted stands outermost on its own side, and is right: the missed outer mention costs it nothing.
    assert found["outermost/precision"] == 1
    assert found["depth_2/recall"] == 1
    assert found["same_type/recall"] == 1
    assert found["innermost/f1"] == 1


@settings(max_examples=40)
@given(tiny_corpora())
def test_a_corpus_twice_over_scores_the_same(corpus: Corpus) -> None:
    assert scores_of(doubled(corpus)) == pytest.approx(scores_of(corpus), nan_ok=True)
