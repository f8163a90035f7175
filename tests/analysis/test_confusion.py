from functools import partial

import numpy as np
from hypothesis import given, settings

from harness.analysis.confusion import confusion
from harness.data.types import Entity
from harness.scoring.corpus import Corpus
from tests.builders import entity_corpus
from tests.oracles.sets import mentions, reordered
from tests.strategies import tiny_corpora

TEXT = "زار الوزير لكندا وزار الرباط"


corpus_of = partial(entity_corpus, text=TEXT)


def cell(found: dict[str, list[list[int]]], gold: str, predicted: str, name: str = "pairs") -> int:
    return found[name][found["types"].index(gold)][found["types"].index(predicted)]  # type: ignore[arg-type]


def test_confusion_by_hand() -> None:
    gold = [Entity(4, 10, "OCC"), Entity(12, 16, "GPE"), Entity(22, 28, "GPE")]
    # The minister is longer and of another type, Canada is right in word view, Rabat is missed, and a verb is made up.
    predicted = [Entity(0, 10, "PERS"), Entity(11, 16, "GPE"), Entity(17, 21, "EVENT")]
    found = confusion(corpus_of(gold, predicted))
    assert (cell(found, "OCC", "PERS"), cell(found, "OCC", "PERS", "exact")) == (1, 0)
    assert (cell(found, "GPE", "GPE"), cell(found, "GPE", "GPE", "exact")) == (1, 1)
    assert np.sum(found["pairs"]) == 2
    named = {name: dict(zip(found["types"], found[name], strict=True)) for name in ("missed", "spurious")}
    assert {name: {kind for kind, number in row.items() if number} for name, row in named.items()} == {
        "missed": {"GPE"},
        "spurious": {"EVENT"},
    }


def test_nested_mentions_each_have_their_own_partner() -> None:
    nested = [Entity(4, 16, "ORG"), Entity(12, 16, "GPE")]
    found = confusion(corpus_of(nested, [Entity(4, 16, "FAC"), Entity(12, 16, "LOC")]))
    assert cell(found, "ORG", "FAC", "exact") == cell(found, "GPE", "LOC", "exact") == 1
    assert np.sum(found["pairs"]) == 2


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_margins_are_the_mentions_of_both_sides(corpus: Corpus) -> None:
    found = confusion(corpus)
    pairs = np.array(found["pairs"])
    gold, predicted = mentions(corpus, "word")
    for number, kind in enumerate(found["types"]):
        assert pairs[number].sum() + found["missed"][number] == sum(one[3] == kind for one in gold)
        assert pairs[:, number].sum() + found["spurious"][number] == sum(one[3] == kind for one in predicted)
    # What is right is never aligned otherwise.
    assert np.trace(found["exact"]) == len(gold & predicted)
    assert (np.array(found["exact"]) <= pairs).all()


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_order_changes_nothing(corpus: Corpus) -> None:
    assert confusion(reordered(corpus)) == confusion(corpus)
