import numpy as np

from harness.data.types import Annotation
from harness.runners.transformer.joint.heads import GOLD
from harness.runners.transformer.joint.reading import Words, read_document
from harness.runners.transformer.joint.words import cut_words
from tests.runners.transformer.joint.marked import GROUPS

SENTENCE = GROUPS[-1]


def test_a_sentence_has_the_label_with_the_highest_mean_over_its_words() -> None:
    text = "نعم لا ربما. نعم"
    words = cut_words(text)  # نعم لا ربما . نعم
    logits = np.zeros((len(words), SENTENCE.first + 3), np.float32)
    # CFS leads by 2 at the first word, UFS by 1 at each of the three others: by 1 / 4 in the mean.
    logits[:4, SENTENCE.first + 1] = 1
    logits[0, SENTENCE.first] = 3
    logits[4, SENTENCE.first + 2] = 9
    found = read_document(text, [Words(words, logits)], GROUPS, GOLD)
    assert [one[:3] for one in found.sentences or ()] == [(0, 12, "UFS"), (13, 16, "NFS")]


def test_a_sentence_without_words_has_no_label() -> None:
    words = cut_words("نعم.")
    logits = np.zeros((len(words), SENTENCE.first + 3), np.float32)
    found = read_document("نعم.\n\u200f", [Words(words, logits)], GROUPS, GOLD)
    assert [one[:2] for one in found.sentences or ()] == [(0, 4)]


def test_a_text_without_words_has_empty_layers() -> None:
    assert read_document("", [], GROUPS, GOLD) == Annotation((), (), ())
