"""Ranked sentences by hand, against scikit-learn, and against every order of ties."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.analysis.ranking import CUTOFFS, rank, ranking, worth
from harness.data.types import Annotation, Document, Sentence
from harness.scoring.corpus import Corpus
from tests.oracles.sets import reordered

Row = tuple[float, bool]
Labelled = Sequence[tuple[str, str, float | None]]
ROWS = st.lists(st.tuples(st.sampled_from((0.1, 0.5, 0.9)), st.booleans()), min_size=1, max_size=6)


def corpus_of(*documents: Labelled) -> Corpus:
    """Documents of sentences of four characters: the gold label, the predicted one, and its score."""

    def side(rows: Labelled, gold: bool) -> Annotation:
        return Annotation(
            sentences=tuple(
                Sentence(5 * at, 5 * at + 4, row[0] if gold else row[1], None if gold else row[2])
                for at, row in enumerate(rows)
            )
        )

    return Corpus(
        [Document(str(number), "قال. " * len(rows)) for number, rows in enumerate(documents)],
        [side(rows, True) for rows in documents],
        [side(rows, False) for rows in documents],
    )


def test_a_label_other_than_worthy_turns_the_score() -> None:
    assert worth(Sentence(0, 1, "CFS", 0.8), "CFS") == 0.8
    assert worth(Sentence(0, 1, "NFS", 0.8), "CFS") == pytest.approx(0.2)
    assert (worth(Sentence(0, 1, "CFS"), "CFS"), worth(Sentence(0, 1, "UFS"), "CFS")) == (1, 0)


def test_ranking_by_hand() -> None:
    one = [("CFS", "CFS", 0.9), ("NFS", "CFS", 0.8), ("CFS", "NFS", 0.4)]
    two = [("NFS", "CFS", 0.7), ("CFS", "CFS", 0.5)]
    found = ranking(corpus_of(one, two, [("NFS", "NFS", 0.9)]))
    assert found is not None
    # Scores .9 .8 .6 and .7 .5 and .1: relevant at ranks 1, 4 and 5 of all six, (1/1 + 2/4 + 3/5) / 3.
    assert found["average_precision"] == pytest.approx(2.1 / 3, abs=1e-6)
    assert (found["ranked"], found["relevant"], found["by_document"]["documents"]) == (6, 3, 2)
    # By document ranks 1 and 3, and rank 2: ((1/1 + 2/3) / 2 + 1/2) / 2.
    assert found["by_document"]["average_precision"] == pytest.approx((5 / 6 + 1 / 2) / 2, abs=1e-6)
    assert found["by_document"]["reciprocal_rank"] == pytest.approx((1 + 1 / 2) / 2)
    # Of the first two one is right, of the first one none.
    assert found["by_document"]["r_precision"] == pytest.approx((1 / 2 + 0) / 2)
    # At 5 there are 2 and 1 right ones, and places left empty.
    assert found["by_document"]["precision_at"]["1"] == 0.5
    assert found["by_document"]["precision_at"]["5"] == pytest.approx((2 / 5 + 1 / 5) / 2)


def test_what_is_never_ranked_is_never_retrieved() -> None:
    corpus = corpus_of([("CFS", "CFS", 0.9), ("CFS", "CFS", 0.8)])
    half = Annotation(sentences=(corpus.predicted[0].sentences or ())[:1])
    found = ranking(Corpus(corpus.documents, corpus.gold, [half]))
    assert found is not None
    assert found["average_precision"] == 0.5
    # A sentence with other boundaries is another sentence, and no relevant one.
    other = Annotation(sentences=(Sentence(0, 9, "CFS", 0.9), Sentence(5, 9, "CFS", 0.5)))
    found = ranking(Corpus(corpus.documents, corpus.gold, [other]))
    assert found is not None
    assert found["average_precision"] == pytest.approx(1 / 2 / 2)


def test_a_sentence_said_twice_counts_once_with_the_higher_score() -> None:
    twice = Annotation(sentences=(Sentence(0, 4, "CFS", 0.3), Sentence(0, 4, "NFS", 0.1)))
    found = ranking(Corpus([Document("d", "قال.")], [Annotation(sentences=(Sentence(0, 4, "CFS"),))], [twice]))
    assert found is not None
    assert (found["ranked"], found["average_precision"]) == (1, 1)


def test_no_scores_no_ranking_and_nothing_worthy_is_undefined() -> None:
    assert ranking(corpus_of([("CFS", "CFS", None)])) is None
    assert ranking(corpus_of([])) is None
    found = ranking(corpus_of([("NFS", "CFS", 0.5)]))
    assert found is not None
    assert (found["average_precision"], found["by_document"]) == (None, None)


def test_a_missing_score_is_certainty() -> None:
    found = ranking(corpus_of([("CFS", "CFS", 0.9), ("NFS", "CFS", None)]))
    assert found is not None
    assert (found["without_score"], found["average_precision"]) == (1, 0.5)


@given(ROWS)
@settings(deadline=None)
def test_average_precision_is_that_of_scikit_learn(rows: list[Row]) -> None:
    from sklearn.metrics import average_precision_score

    scores, relevant = np.array([score for score, _ in rows]), np.array([right for _, right in rows])
    if relevant.any():
        found = rank(scores, relevant, int(relevant.sum())).average_precision()
        assert found == pytest.approx(average_precision_score(relevant, scores))


@given(ROWS)
@settings(max_examples=50, deadline=None)
def test_ties_are_what_random_orders_give(rows: list[Row]) -> None:
    scores, relevant = np.array([score for score, _ in rows]), np.array([right for _, right in rows])
    found = rank(scores, relevant, int(relevant.sum()))
    falling = sorted(scores.tolist(), reverse=True)
    orders = [[right for _, right in order] for order in permutations(rows) if [one[0] for one in order] == falling]
    for cutoff in CUTOFFS[:4]:
        expected = np.mean([sum(order[:cutoff]) / cutoff for order in orders])
        assert found.precision_at(cutoff) == pytest.approx(expected)
    if relevant.any():
        assert found.reciprocal_rank() == pytest.approx(np.mean([1 / (order.index(True) + 1) for order in orders]))


LABELS = st.sampled_from(("CFS", "NFS"))


@given(
    st.lists(
        st.lists(st.tuples(LABELS, LABELS, st.sampled_from((None, 0.2, 0.5, 0.9))), max_size=5), min_size=1, max_size=3
    )
)
@settings(deadline=None)
def test_order_changes_nothing(documents: list[Labelled]) -> None:
    corpus = corpus_of(*documents)
    assert ranking(reordered(corpus)) == ranking(corpus)
