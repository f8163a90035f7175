"""Precision, recall, F and support of counted mentions by seqeval 1.2.2's arithmetic, which is scikit-learn's.

Its types of numbers, its warnings and their texts are the same, so that what takes its place can be compared with it.
"""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from harness.scoring.chunks import Counts

ZeroDivision = Literal["warn"] | float
Scores = tuple[Any, Any, Any, Any]


def measured(
    counts: Counts, average: str | None, warn_for: Sequence[str], beta: float, zero_division: ZeroDivision
) -> Scores:
    """Precision, recall, F and support of counts, by seqeval's arithmetic and with its types of numbers."""
    _, both, predicted, gold = counts
    if not counts.names:
        both, predicted, gold = (np.zeros(0, dtype=np.int32) for _ in range(3))
    if average == "micro":
        both, predicted, gold = (np.array([numbers.sum()]) for numbers in (both, predicted, gold))
    precision = _ratio(both, predicted, ("precision", "predicted"), warn_for, zero_division)
    recall = _ratio(both, gold, ("recall", "true"), warn_for, zero_division)
    if zero_division == "warn" and warn_for == ("f-score",) and ((gold == 0) & (predicted == 0)).any():
        _warn("F-score is", "true nor predicted", len(gold))
    if np.isposinf(beta):
        score = recall
    else:
        below = beta**2 * precision + recall
        below[below == 0] = 1
        score = (1 + beta**2) * precision * recall / below
    if average is None:
        return precision, recall, score, gold
    if average == "weighted" and gold.sum() == 0:
        nothing = _nothing(zero_division)
        other = nothing if predicted.sum() == 0 else 0.0
        return other, nothing, other, sum(gold)
    weights = gold if average == "weighted" else None
    return (*(np.average(values, weights=weights) for values in (precision, recall, score)), sum(gold))


def _ratio(
    both: NDArray[Any],
    whole: NDArray[Any],
    names: tuple[str, str],
    warn_for: Sequence[str],
    zero_division: ZeroDivision,
) -> NDArray[np.float64]:
    """Both by the whole; `names` are the measure's, and that of the samples that are missing where the whole is 0."""
    empty = whole == 0
    shares: NDArray[np.float64] = both / np.where(empty, 1, whole)
    if empty.any():
        shares[empty] = _nothing(zero_division)
        if zero_division == "warn" and names[0] in warn_for:
            title = names[0].title()
            _warn(f"{title} and F-score are" if "f-score" in warn_for else f"{title} is", names[1], len(shares))
    return shares


def _nothing(zero_division: ZeroDivision) -> float:
    return 0.0 if zero_division in ("warn", 0) else 1.0


def _warn(subject: str, missing: str, size: int) -> None:
    where = "due to" if size == 1 else "in labels with"
    text = f"{subject} ill-defined and being set to 0.0 {where} no {missing} samples."
    warnings.warn(
        f"{text} Use `zero_division` parameter to control this behavior.", undefined_metric_warning(), stacklevel=2
    )


@cache
def undefined_metric_warning() -> type[Warning]:
    """The category of warnings of undefined measures; scikit-learn is imported when the first is given."""
    try:
        from sklearn.exceptions import UndefinedMetricWarning
    except ImportError:
        return type("UndefinedMetricWarning", (UserWarning,), {"__module__": "harness.seqeval"})
    category: type[Warning] = UndefinedMetricWarning
    return category
