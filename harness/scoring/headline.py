"""Which of a scorer's many measures stand for it: in tables, in tests that are adjusted together, in trackers."""

from collections.abc import Container
from typing import Final

_SHOWN_LABELS: Final = frozenset(
    {"micro", "macro", "macro10", "content", "content_soft", "cue", "source", "relation", "all", "edges", "wrong_level"}
)
_SHOWN: Final = frozenset(
    {"precision", "recall", "f1", "accuracy", "rate"}
    | {"strict_f1", "exact_f1", "partial_f1", "type_f1", "f1_at_0.5", "f1_auc"}
)
_ATTRIBUTES: Final = frozenset({"speaker", "quote", "polarity", "certainty"})
"""Of claims: shown with the accuracy over pairs and the recall over all gold claims."""
_ONE_FOR_ALL: Final = frozenset(
    {"micro/f1", "content_soft/f1", "relation/f1", "all/f1", "micro/partial_f1"}
    | {"micro/f1_auc", "content_soft/f1_auc", "relation/f1_auc"}
)


def is_shown(measure: str) -> bool:
    """Whether `label/name` is among the measures that a table of a run shows: no single types."""
    label, _, name = measure.partition("/")
    if label in _ATTRIBUTES:
        return name in ("accuracy", "recall")
    return name in _SHOWN and (label in _SHOWN_LABELS or name == "accuracy")


def is_summary(label: str) -> bool:
    """Whether a label stands for a whole layer, level or role, and not for a single type or class."""
    return label in _SHOWN_LABELS


def is_headline(measure: str, measures: Container[str]) -> bool:
    """Whether `label/name`, one of a scorer's `measures`, is among the few that a decision may hang on: one or two.

    `macro/f1` is where the scorer has no `micro/f1`, as for sentence labels: their accuracy hangs on how common the
    commonest label is, so that answering nothing else scores high.
    """
    return measure in _ONE_FOR_ALL or (measure == "macro/f1" and "micro/f1" not in measures)
