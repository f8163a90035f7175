"""What is known of a model beside its weights."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A model's licence, what it was trained on, and where that is said.

    `not_for` names the data sets, or the tag sets of data sets, whose scores say nothing because the model has learned
    from them. None: not known.
    """

    licence: str | None
    training_data: str
    not_for: Sequence[str]
    source: str
