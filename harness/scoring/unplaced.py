"""How much of what an extractor answered has no place in the text."""

from collections.abc import Mapping

from harness.data.types import ROLES, Annotation
from harness.scoring.corpus import Corpus


def unplaced_shares(corpora: Mapping[str, Corpus]) -> dict[str, dict[str, float]]:
    """By layer, of those in which any answer lacks a place: `answers`, `unplaced` among them, and their `share`.

    The answers are those that are scored, each as often as it was given: mentions, labels of sentences, of claims the
    roles that they have.
    """
    found = {}
    for layer, corpus in corpora.items():
        unplaced = sum(len(annotation.unplaced_in(layer)) for annotation in corpus.predicted)
        if unplaced:
            answers = unplaced + sum(_placed(annotation, layer) for annotation in corpus.predicted)
            found[layer] = {"answers": answers, "unplaced": unplaced, "share": unplaced / answers}
    return found


def _placed(annotation: Annotation, layer: str) -> int:
    if layer == "claims":
        return sum(getattr(claim, role) is not None for claim in annotation.claims or () for role in ROLES)
    return len(getattr(annotation, layer) or ())
