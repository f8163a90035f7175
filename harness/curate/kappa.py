"""Cohen's kappa between two annotations: agreement beyond what their own label frequencies give by chance."""

import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from harness.arabic.segment import words
from harness.data.extras import require
from harness.data.types import Annotation, Document, Entity

Numbers = dict[str, float | int | None]

OUTSIDE: Final = "O"


def label_kappa(first: Sequence[Annotation], second: Sequence[Annotation]) -> Numbers:
    """Kappa over the sentences that both sides labelled, with how many, and the share with equal labels."""
    left: list[str] = []
    right: list[str] = []
    for one, other in zip(first, second, strict=True):
        labels = {(start, end): label for start, end, label, _ in other.sentences or ()}
        shared = [sentence for sentence in one.sentences or () if sentence[:2] in labels]
        left += [sentence.label for sentence in shared]
        right += [labels[sentence.start, sentence.end] for sentence in shared]
    return _numbers(left, right, "sentences")


def word_kappa(documents: Sequence[Document], first: Sequence[Annotation], second: Sequence[Annotation]) -> Numbers:
    """Kappa over words between white space: the type of the longest mention that touches the word, or O."""
    left: list[str] = []
    right: list[str] = []
    for document, one, other in zip(documents, first, second, strict=True):
        left += word_labels(document.text, one.entities or ())
        right += word_labels(document.text, other.entities or ())
    return _numbers(left, right, "words")


def word_labels(text: str, entities: Sequence[Entity]) -> list[str]:
    """For each word of `text` the type of the longest mention that touches it, or O; of equal ones the first type.

    Stretches of nothing but punctuation are no words.
    """
    found = words(text)
    starts, ends = [word.start for word in found], [word.end for word in found]
    labels = [OUTSIDE] * len(found)
    for start, end, kind, _ in sorted(entities, key=lambda one: (one.start - one.end, one.type), reverse=True):
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        labels[first:last] = [kind] * (last - first)
    return labels


def _numbers(left: Sequence[str], right: Sequence[str], unit: str) -> Numbers:
    equal = sum(one == other for one, other in zip(left, right, strict=True))
    share = equal / len(left) if left else None
    return {unit: len(left), "agreement": share, "kappa": _kappa(left, right)}


def _kappa(left: Sequence[str], right: Sequence[str]) -> float | None:
    """Cohen (1960) as scikit-learn computes it; None where it is undefined: nothing labelled, or one label only."""
    require("sklearn", "agreement", "kappa")
    from sklearn.metrics import cohen_kappa_score

    if len({*left, *right}) < 2:
        return None
    with warnings.catch_warnings():
        # scikit-learn warns where it returns NaN, which is caught below.
        warnings.simplefilter("ignore")
        value = float(cohen_kappa_score(left, right))
    return None if value != value else value
