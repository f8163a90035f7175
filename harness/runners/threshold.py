"""Any runner without the answers that it is not sure enough of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from harness.data.types import Annotation, InputError
from harness.runners.processed import Processed


@dataclass(frozen=True)
class Threshold(Processed):
    """Mentions stay whose score is `score` at least, or that of their type in `types`; the score itself is enough.

    What has no score is sure: it stays, and so does what has no place in the text. Claims and sentence labels stay as
    they are, unless `claims` and `sentences` name thresholds of their own: their scores are not on the scale of those
    of mentions, and a sentence without a label counts as a wrong one.
    """

    score: float = 0.5
    types: Mapping[str, float] | None = None
    claims: float | None = None
    sentences: float | None = None

    done: ClassVar[str] = "threshold"

    def __post_init__(self) -> None:
        super().__post_init__()
        named = {f"types.{kind}": least for kind, least in (self.types or {}).items()}
        for key, least in {"score": self.score, **named, "claims": self.claims, "sentences": self.sentences}.items():
            if least is not None and not 0 <= least <= 1:
                raise InputError(f"{key}: found {least}, wanted a number from 0 to 1")

    def process(self, text: str, annotation: Annotation) -> Annotation:
        """The answer without what is below its threshold."""
        del text
        entities, claims, sentences = annotation.entities, annotation.claims, annotation.sentences
        if entities is not None:
            own = self.types or {}
            entities = tuple(entity for entity in entities if _is_sure(entity.score, own.get(entity.type, self.score)))
        if claims is not None:
            claims = tuple(claim for claim in claims if _is_sure(claim.score, self.claims))
        if sentences is not None:
            sentences = tuple(sentence for sentence in sentences if _is_sure(sentence.score, self.sentences))
        return replace(annotation, entities=entities, claims=claims, sentences=sentences)


def _is_sure(score: float | None, least: float | None) -> bool:
    return score is None or least is None or score >= least
