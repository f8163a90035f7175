import math
from collections import defaultdict

import pytest
from hypothesis import given, settings

from harness.data.types import Annotation, Document, Entity
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.distinct import EntitiesDistinct
from harness.scoring.strings import named_sides
from tests.oracles.sets import reordered, turned
from tests.scoring.test_uncommon import MENTIONS, TEXT
from tests.strategies import TINY_TYPES, tiny_corpora


def scores_of(corpus: Corpus) -> dict[str, float]:
    scorer = EntitiesDistinct()
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def test_each_string_of_a_type_weighs_the_same() -> None:
    # كندا: 2 of 3 found. قطر: 1 of 2, the other is called ORG. عمان found, سامي missed; صباح is no mention.
    predicted = [*MENTIONS[1:3], MENTIONS[3]._replace(type="ORG"), MENTIONS[4], MENTIONS[5]]
    start = TEXT.index("صباح")
    predicted.append(Entity(start, start + 4, "DATE"))
    corpus = Corpus(
        [Document("d", TEXT)], [Annotation(entities=tuple(MENTIONS))], [Annotation(entities=tuple(predicted))]
    )
    found = scores_of(corpus)
    recall = (2 / 3 + 1 / 2 + 1 + 0) / 4
    # Predicted pairs: كندا, قطر GPE and عمان right; قطر ORG and صباح wrong.
    precision = 3 / 5
    assert found["micro/recall"] == pytest.approx(recall)
    assert found["micro/precision"] == pytest.approx(precision)
    assert found["micro/f1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert found["PERS/recall"] == found["PERS/f1"] == 0
    assert found["GPE/recall"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert found["macro/recall"] == pytest.approx((found["GPE/recall"] + 0) / 2)
    totals = EntitiesDistinct().counts(corpus).totals
    support = EntitiesDistinct().support(totals)
    assert [float(support[label]) for label in ("micro", "GPE", "PERS", "ORG")] == [4, 3, 1, 0]


def by_definition(corpus: Corpus, label: int | None) -> tuple[float, float]:
    """Precision and recall as means over distinct pairs; NaN where there are none."""
    sides = named_sides(corpus, "word")
    rows = [{(int(s), int(e), kind): (string, kind) for s, e, (string, kind) in
             zip(side.spans.starts, side.spans.ends, side.pairs, strict=True)} for side in sides]  # fmt: skip
    means = []
    for own, other in ((1, 0), (0, 1)):
        shares: dict[tuple[str, int], list[bool]] = defaultdict(list)
        for place, pair in rows[own].items():
            if label is None or pair[1] == label:
                shares[pair].append(place in rows[other])
        each = [sum(found) / len(found) for found in shares.values()]
        means.append(sum(each) / len(each) if each else math.nan)
    return means[0], means[1]


@settings(max_examples=80)
@given(tiny_corpora())
def test_scores_are_means_over_distinct_pairs(corpus: Corpus) -> None:
    found = scores_of(corpus)
    for name, label in (("micro", None), *((one, corpus.types.index(one)) for one in TINY_TYPES)):
        precision, recall = by_definition(corpus, label)
        assert found[f"{name}/precision"] == pytest.approx(precision, nan_ok=True)
        assert found[f"{name}/recall"] == pytest.approx(recall, nan_ok=True)


@settings(max_examples=40)
@given(tiny_corpora())
def test_order_and_repetition_change_nothing(corpus: Corpus) -> None:
    found = scores_of(corpus)
    assert scores_of(reordered(corpus)) == pytest.approx(found, nan_ok=True)
    twice = Corpus([*corpus.documents] * 2, [*corpus.gold] * 2, [*corpus.predicted] * 2)
    assert scores_of(twice) == pytest.approx(found, nan_ok=True)


@settings(max_examples=40)
@given(tiny_corpora())
def test_support_is_whole_and_shares_are_shares(corpus: Corpus) -> None:
    scorer = EntitiesDistinct()
    support = scorer.support(scorer.counts(corpus).totals)
    assert all(float(count).is_integer() for count in support.values())
    assert all(math.isnan(value) or -1e-12 <= value <= 1 + 1e-12 for value in scores_of(corpus).values())
    assert len(scores_of(turned(corpus))) == len(scores_of(corpus))


def test_repeating_a_famous_name_does_not_move_it() -> None:
    def corpus_of(times: int) -> Corpus:
        text = "كندا " * times + "عمان"
        gold = [Entity(5 * number, 5 * number + 4, "GPE") for number in range(times + 1)]
        return Corpus(
            [Document("d", text)], [Annotation(entities=tuple(gold))], [Annotation(entities=tuple(gold[:-1]))]
        )

    assert scores_of(corpus_of(1)) == pytest.approx(scores_of(corpus_of(9)), nan_ok=True)
    assert scores_of(corpus_of(9))["micro/recall"] == pytest.approx(1 / 2)


def test_its_intervals_hold_the_value() -> None:
    documents, gold, predicted = [], [], []
    for number in range(12):
        text = f"كندا مدينة{number}"
        mentions = (Entity(0, 4, "GPE"), Entity(5, len(text), "GPE"))
        documents.append(Document(str(number), text))
        gold.append(Annotation(entities=mentions))
        predicted.append(Annotation(entities=mentions if number % 3 else mentions[:1]))
    scorer = EntitiesDistinct()
    table = scorer.counts(Corpus(documents, gold, predicted))
    found = scorer.scores(table.totals, table.totals)
    low, high = Bootstrap(resamples=500).intervals(scorer, table)["micro/recall"]
    # 8 of 12 towns, and كندا.
    assert float(found["micro/recall"]) == pytest.approx(9 / 13)
    assert low < 9 / 13 < high
