"""Check-worthiness against scikit-learn, and what disagreeing boundaries cost."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, InputError, Sentence
from harness.scoring.checkworthy import CheckWorthy, labelled_twice
from harness.scoring.corpus import Corpus
from harness.scoring.text import Text
from tests.schemas import SENTENCE_LABELS

LABELS = st.sampled_from(SENTENCE_LABELS)
PAIRS = st.lists(st.lists(st.tuples(LABELS, LABELS), max_size=5), min_size=1, max_size=3)


def scores_of(corpus: Corpus) -> dict[str, float]:
    totals = CheckWorthy().counts(corpus).totals
    return {name: float(value) for name, value in CheckWorthy().scores(totals, totals).items()}


def labelled(labels: list[str]) -> Annotation:
    """Sentences of four characters with a space between."""
    return Annotation(sentences=tuple(Sentence(5 * at, 5 * at + 4, label) for at, label in enumerate(labels)))


def corpus_of(pairs: list[list[tuple[str, str]]]) -> Corpus:
    return Corpus(
        [Document(str(number), "قال. " * len(one)) for number, one in enumerate(pairs)],
        [labelled([gold for gold, _ in one]) for one in pairs],
        [labelled([predicted for _, predicted in one]) for one in pairs],
    )


# The first example pays for the import.
@settings(deadline=None, max_examples=60)
@given(PAIRS)
def test_equal_boundaries_score_as_in_scikit_learn(pairs: list[list[tuple[str, str]]]) -> None:
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    flat = [pair for one in pairs for pair in one]
    scores = scores_of(corpus_of(pairs))
    if not flat:
        assert all(math.isnan(value) for value in scores.values())
        return
    gold, predicted = [list(side) for side in zip(*flat, strict=True)]
    table = precision_recall_fscore_support(gold, predicted, labels=list(SENTENCE_LABELS), zero_division=np.nan)
    for name, values in zip(("precision", "recall", "f1"), table, strict=False):
        for label, value in zip(SENTENCE_LABELS, values, strict=True):
            assert scores[f"{label}/{name}"] == pytest.approx(value, abs=1e-12, nan_ok=True)
    assert scores["micro/accuracy"] == pytest.approx(accuracy_score(gold, predicted))
    held = [value for label, value in zip(SENTENCE_LABELS, table[2], strict=True) if label in gold]
    assert scores["macro/f1"] == pytest.approx(np.mean(held))


def test_a_sentence_with_other_boundaries_is_missed_and_spurious() -> None:
    document = Document("d", "قال نعم. ثم لا.")
    gold = Annotation(sentences=(Sentence(0, 8, "CFS"), Sentence(9, 15, "NFS")))
    predicted = Annotation(sentences=(Sentence(0, 3, "CFS"), Sentence(9, 14, "NFS")))
    scores = scores_of(Corpus([document], [gold], [predicted]))
    # The full stop at the end of the second is no difference in word view. One right of two in gold and one spurious.
    assert scores["micro/accuracy"] == 1 / 3
    assert scores["CFS/precision"] == scores["CFS/recall"] == 0
    assert scores["NFS/f1"] == 1
    # UFS has no gold: macro is over two labels.
    assert scores["macro/f1"] == 1 / 2
    assert math.isnan(scores["UFS/f1"])


def test_silence_costs_accuracy() -> None:
    scores = scores_of(Corpus([Document("d", "قال.")], [labelled(["CFS"])], [Annotation(sentences=())]))
    assert scores["micro/accuracy"] == scores["macro/f1"] == 0


def test_spurious_sentences_cost_accuracy() -> None:
    document = Document("d", "قال نعم. ثم لا.")
    gold = Annotation(sentences=(Sentence(0, 8, "CFS"), Sentence(9, 15, "NFS")))
    spurious = (Sentence(0, 3, "CFS"), Sentence(4, 8, "NFS"))
    scores = scores_of(Corpus([document], [gold], [Annotation(sentences=(*(gold.sentences or ()), *spurious))]))
    assert scores["micro/accuracy"] == 2 / 4


@pytest.mark.parametrize("side", ["gold", "predictions"])
@pytest.mark.parametrize("second", [Sentence(0, 8, "NFS"), Sentence(1, 7, "CFS")])
def test_two_labels_for_what_becomes_one_sentence_are_refused(side: str, second: Sentence) -> None:
    documents = [Document("before", "لا."), Document("d", "قال نعم. ثم لا.")]
    once = Annotation(sentences=(Sentence(0, 7, "CFS"), Sentence(9, 15, "NFS")))
    twice = Annotation(sentences=(*(once.sentences or ()), second))
    sides = (twice, once) if side == "gold" else (once, twice)
    none = Annotation(sentences=())
    where = re.escape(f"{side}: document d: sentences: found [0, 7) and [{second.start}, {second.end})")
    with pytest.raises(InputError, match=where):
        CheckWorthy().counts(Corpus(documents, [none, sides[0]], [none, sides[1]]))
    text = Text([document.text for document in documents])
    assert labelled_twice(text, [none, once]) == {}
    assert list(labelled_twice(text, [none, twice])) == [1]


def test_a_full_stop_between_words_parts_two_sentences() -> None:
    gold = Annotation(sentences=(Sentence(0, 9, "CFS"), Sentence(9, 13, "NFS")))
    scores = scores_of(Corpus([Document("d", "قال نعم.ثم لا")], [gold], [gold]))
    assert scores["micro/accuracy"] == scores["NFS/f1"] == 1


def test_measures_are_those_of_the_contract() -> None:
    assert set(scores_of(corpus_of([[("CFS", "NFS")]]))) == {"macro/f1", "micro/accuracy"} | {
        f"{label}/{name}" for label in SENTENCE_LABELS for name in ("precision", "recall", "f1")
    }


def test_support_counts_gold_sentences() -> None:
    totals = CheckWorthy().counts(corpus_of([[("CFS", "NFS"), ("CFS", "CFS"), ("UFS", "NFS")]])).totals
    support = {label: int(count) for label, count in CheckWorthy().support(totals).items()}
    assert support == {"micro": 3, "CFS": 2, "UFS": 1, "NFS": 0}
