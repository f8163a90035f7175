"""What each class of boundary errors costs, by hand and as sums."""

from functools import partial

import pytest
from hypothesis import given, settings

from harness.analysis.ledger import EXAMPLES, ledger
from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from tests.builders import entity_corpus
from tests.oracles.sets import reordered
from tests.strategies import tiny_corpora

TEXT = "سافر الوزير سامي النجار لكندا وطوكيو ثم عاد إلى الرباط"


def mention(words: str, kind: str = "GPE", text: str = TEXT) -> Entity:
    start = text.index(words)
    return Entity(start, start + len(words), kind)


corpus_of = partial(entity_corpus, text=TEXT)


def test_points_by_hand() -> None:
    gold = [mention("كندا"), mention("طوكيو"), mention("الرباط"), mention("سامي النجار", "PERS")]
    predicted = [mention("لكندا"), mention("وطوكيو"), mention("الرباط"), mention("سامي", "PERS")]
    found = ledger(corpus_of(gold, predicted)).summary()
    # Char view: 1 of 4 and 4 is right, F1 2 / 8; each mention forgiven gives 2 / 8 more.
    assert found["f1"]["char"] == 25
    assert found["lost"]["char"] == 75
    assert [(row["class"], row["detail"], row["count"], row["points"]["char"]) for row in found["classes"]] == [
        ("proclitic", "ل", 1, 25),
        ("proclitic", "و", 1, 25),
        ("tail", None, 1, 25),
    ]
    assert found["clitics"] == {"count": 2, "points": {"char": 50, "word": 0}}
    assert found["all"] == {"count": 3, "points": {"char": 75, "word": 25}}
    # Word view: the proclitics are no errors there, so that F1 is 6 / 8 and they cost nothing; the name still does.
    assert found["f1"]["word"] == 75
    assert [row["points"]["word"] for row in found["classes"]] == [0, 0, 25]
    assert [(row["longer"], row["shorter"]) for row in found["classes"]] == [(1, 0), (1, 0), (0, 1)]


def test_examples_say_where() -> None:
    found = ledger(corpus_of([mention("كندا")], [mention("لكندا")])).summary()
    at = TEXT.index("كندا")
    assert found["classes"][0]["examples"] == [
        {
            "document": "d",
            "type": "GPE",
            "gold": {"start": at, "end": at + 4, "text": "كندا"},
            "predicted": {"start": at - 1, "end": at + 4, "text": "لكندا"},
        }
    ]


def test_examples_are_few_and_the_first_by_document() -> None:
    documents = [Document(name, "لكندا") for name in "gfedcba"]
    gold, predicted = Annotation(entities=(Entity(1, 5, "GPE"),)), Annotation(entities=(Entity(0, 5, "GPE"),))
    (row,) = ledger(Corpus(documents, [gold] * 7, [predicted] * 7)).summary()["classes"]
    assert row["count"] == 7
    assert [example["document"] for example in row["examples"]] == list("abcdefg")[:EXAMPLES]


def test_other_types_and_other_places_are_no_boundary_errors() -> None:
    gold = [mention("كندا"), mention("طوكيو")]
    found = ledger(corpus_of(gold, [mention("لكندا", "ORG"), mention("الرباط")])).summary()
    assert (found["classes"], found["all"]["count"], found["f1"]["char"]) == ([], 0, 0)


def test_a_right_mention_is_not_the_partner_of_a_wrong_one() -> None:
    # The exact one is right; the longer one is spurious, and no gold mention is left to be its partner.
    assert ledger(corpus_of([mention("كندا")], [mention("لكندا"), mention("كندا")])).summary()["all"]["count"] == 0


def test_nothing_at_all_is_undefined() -> None:
    assert ledger(corpus_of([], [])).summary()["f1"] == {"char": None, "word": None}
    assert ledger(corpus_of([mention("كندا")], [])).summary()["f1"] == {"char": 0, "word": 0}


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_classes_are_disjoint_and_their_points_add_up(corpus: Corpus) -> None:
    found = ledger(corpus).summary()
    rows = found["classes"]
    assert sum(row["count"] for row in rows) == found["all"]["count"]
    assert all(row["longer"] + row["shorter"] + row["crossing"] == row["count"] > 0 for row in rows)
    if found["f1"]["char"] is not None:
        assert sum(row["points"]["char"] for row in rows) == pytest.approx(found["all"]["points"]["char"], abs=1e-4)
        assert all(row["points"]["char"] > 0 for row in rows)
        assert found["all"]["points"]["char"] <= found["lost"]["char"] + 1e-6


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_f1_is_that_of_the_scorer(corpus: Corpus) -> None:
    for view, value in ledger(corpus).f1s.items():
        scorer = EntitiesStrict(view)  # type: ignore[arg-type]
        totals = scorer.counts(corpus).totals
        assert value == pytest.approx(100 * float(scorer.scores(totals, totals)["micro/f1"]), nan_ok=True)


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_order_changes_nothing(corpus: Corpus) -> None:
    assert ledger(reordered(corpus)).summary() == ledger(corpus).summary()
