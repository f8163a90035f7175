"""Gamma, which aligns and categorises at once (Mathet, Widlöcher and Métivier 2015), where it is installed."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from harness.data.extras import install
from harness.data.types import Annotation, Document

PACKAGE: Final = "pygamma_agreement"
ABSENT: Final = f"gamma: pygamma-agreement is not installed ({install('gamma')})"


def is_installed() -> bool:
    """Whether gamma can be computed here."""
    return find_spec(PACKAGE) is not None


def gamma(documents: Sequence[Document], first: Sequence[Annotation], second: Sequence[Annotation]) -> float | None:
    """The mean over documents of gamma over their mentions; None where the package or every mention is absent.

    The chance level is sampled from numpy's global generator: two decimals are what repeats.
    """
    if not is_installed():
        return None
    values = [
        _gamma(first_annotation, second_annotation)
        for _, first_annotation, second_annotation in zip(documents, first, second, strict=True)
        if first_annotation.entities and second_annotation.entities
    ]
    return round(sum(values) / len(values), 2) if values else None


def _gamma(first: Annotation, second: Annotation) -> float:
    from pyannote.core import Segment
    from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum

    continuum = Continuum()
    for name, annotation in (("first", first), ("second", second)):
        for start, end, kind, _ in annotation.entities or ():
            continuum.add(name, Segment(start, end), kind)
    return float(continuum.compute_gamma(CombinedCategoricalDissimilarity()).gamma)
