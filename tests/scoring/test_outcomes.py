"""Outcomes: what they add up to, and what a scorer of one's own gets by telling them."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.comparison.disputes import disputes
from harness.data.types import Annotation, Document, Entity, Span
from harness.gating.changed import Count, changed
from harness.reporting.errors import find_errors
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.outcomes import BOUNDARY, TYPE, Itemised, Outcome, Outcomes, item
from harness.scoring.partial import EntitiesPartial
from harness.scoring.table import Counts, Table, Totals
from tests.strategies import tiny_corpora

TEXT = "زار الوزير لبنان ثم عاد إلى الرباط."
GOLD = (Entity(4, 10, "OCC"), Entity(11, 16, "GPE"), Entity(28, 34, "GPE"))


def corpus(*predicted: Entity) -> Corpus:
    return Corpus([Document("خبر", TEXT)], [Annotation(entities=GOLD)], [Annotation(entities=predicted)])


def test_every_mention_is_told_once_with_what_is_wrong() -> None:
    given = corpus(Entity(4, 10, "OCC"), Entity(11, 16, "LOC"), Entity(17, 19, "GPE"), Entity(24, 34, "GPE"))
    assert EntitiesStrict().outcomes(given).items == [
        Outcome(0, (0,), (0,), right=True, edges=Span(4, 10)),
        Outcome(0, (1,), (1,), right=False, edges=Span(11, 16), wrong=(TYPE,)),
        Outcome(0, (2,), (3,), right=False, edges=Span(24, 34), wrong=(BOUNDARY,)),
        Outcome(0, (), (2,), right=False, edges=Span(17, 19)),
    ]


@given(tiny_corpora(), st.sampled_from(("char", "word", "clitic")))
def test_right_outcomes_are_what_the_scorer_counts_as_right(given: Corpus, boundary: Boundary) -> None:
    scorer = EntitiesStrict(boundary)
    items, totals = scorer.outcomes(given).items, scorer.counts(given).totals
    right = Counter(item(given.gold[one.document], "entities", one.gold[0]).type for one in items if one.right)
    assert right == {
        name.removesuffix("/tp"): count for name, count in totals.items() if name.endswith("/tp") and count
    }
    for side, annotations in (("gold", given.gold), ("predicted", given.predicted)):
        told = [(one.document, number) for one in items for number in getattr(one, side)]
        every = [(at, number) for at, one in enumerate(annotations) for number in range(len(one.entities or ()))]
        assert sorted(told) == every


@dataclass(frozen=True)
class Starts:
    """Mentions are right if they begin where one of the gold does, whatever their type."""

    layer: ClassVar[str] = "entities"

    def counts(self, corpus: Corpus) -> Table:
        found = np.isin(corpus.gold_entities.starts, corpus.predicted_entities.starts)
        return Table(("any/found",), np.array([[float(found.sum())]]))

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        return {"any/found": totals["any/found"]}

    def support(self, totals: Totals) -> dict[str, Counts]:
        return {"any": totals["any/found"]}

    def outcomes(self, corpus: Corpus) -> Outcomes:
        items = []
        for document, (gold, predicted) in enumerate(zip(corpus.gold, corpus.predicted, strict=True)):
            places = {one.start: number for number, one in enumerate(predicted.entities or ())}
            for number, one in enumerate(gold.entities or ()):
                place = places.pop(one.start, None)
                answers = () if place is None else (place,)
                items.append(Outcome(document, (number,), answers, place is not None, Span(one.start, one.end)))
            for start, number in places.items():
                items.append(Outcome(document, (), (number,), False, Span(start, start)))
        return Outcomes(items)


def test_a_scorer_of_ones_own_has_errors_disputes_and_changes() -> None:
    a, b = corpus(Entity(4, 8, "PERS"), Entity(11, 16, "GPE")), corpus(Entity(11, 12, "ORG"), Entity(20, 23, "ORG"))
    scorers = {"starts": Starts()}
    assert isinstance(Starts(), Itemised)
    errors = find_errors({"entities": b}, scorers)["خبر"]
    assert [(one.kind, one.gold, one.predicted, one.scorers) for one in errors] == [
        ("missed", (0,), (), ("starts",)),
        ("spurious", (), (1,), ("starts",)),
        ("missed", (2,), (), ("starts",)),
    ]
    (dispute,) = disputes(({"entities": a}, {"entities": b}), scorers)["starts"]
    assert (dispute.text, dispute.type, dispute.right) == ("الوزير", "OCC", "a")
    assert changed({"entities": a}, {"entities": b}, scorers)["starts"].count() == Count(lost=1, found=0, wrong=1)


def test_scorers_of_partial_credit_tell_no_outcomes_but_list_what_is_unequal_in_their_view() -> None:
    assert not isinstance(EntitiesPartial(), Itemised)
    given = corpus(*GOLD[:2])
    partial, strict = (
        find_errors({"entities": given}, {"it": scorer}) for scorer in (EntitiesPartial(), EntitiesStrict())
    )
    assert partial == strict
    assert len(partial["خبر"]) == 1
