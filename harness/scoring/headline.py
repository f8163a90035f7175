"""Which of a scorer's many measures stand for it: in tables, in tests that are adjusted together, in trackers."""

from typing import Final

_SHOWN_LABELS: Final = frozenset({"micro", "macro", "content", "content_soft", "cue", "source", "relation", "all"})
_SHOWN: Final = frozenset(
    {"precision", "recall", "f1", "accuracy", "strict_f1", "exact_f1", "partial_f1", "type_f1", "f1_at_0.5", "f1_auc"}
)
_ONE_FOR_ALL: Final = frozenset(
    {"micro/f1", "micro/accuracy", "content_soft/f1", "relation/f1", "micro/partial_f1", "micro/f1_auc", "all/f1"}
)


def is_shown(measure: str) -> bool:
    """Whether `label/name` is among the measures that a table of a run shows: no single types."""
    label, _, name = measure.partition("/")
    return name in _SHOWN and (label in _SHOWN_LABELS or name == "accuracy")


def is_summary(label: str) -> bool:
    """Whether a label stands for a whole layer, level or role, and not for a single type or class."""
    return label in _SHOWN_LABELS


def is_headline(measure: str) -> bool:
    """Whether `label/name` is among the few that a decision may hang on: one or two a scorer."""
    return measure in _ONE_FOR_ALL
