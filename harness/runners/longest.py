"""Any runner with the longest of mentions that overlap."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from harness.data.types import Annotation, Entity, InputError
from harness.runners.processed import Processed


@dataclass(frozen=True)
class Longest(Processed):
    """Of mentions that share a character the longest stays: of those of one type (`within="type"`), or of any.

    Of equally long ones the surer stays (no score is a sure one), then the one that begins first, then the first by the
    name of its type. A mention goes only for one that stays: what a third one overlaps that went itself is not lost.
    """

    within: Literal["type", "any"] = "type"

    done: ClassVar[str] = "longest"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.within not in ("type", "any"):
            raise InputError(f"within: found {self.within!r}, wanted type or any")

    def process(self, text: str, annotation: Annotation) -> Annotation:
        """The answer with mentions that do not overlap, in their order."""
        del text
        if annotation.entities is None:
            return annotation
        kept: set[Entity] = set()
        spans_by_type: dict[str, list[tuple[int, int]]] = {}
        for entity in sorted({*annotation.entities}, key=_rank):
            # In order, and apart from each other.
            spans = spans_by_type.setdefault(entity.type if self.within == "type" else "", [])
            place = bisect_left(spans, entity[:2])
            if all(entity.end <= start or end <= entity.start for start, end in spans[max(0, place - 1) : place + 1]):
                spans.insert(place, entity[:2])
                kept.add(entity)
        return replace(annotation, entities=tuple(entity for entity in annotation.entities if entity in kept))


def _rank(entity: Entity) -> tuple[int, float, int, str]:
    """The longest first, then as the class says."""
    return entity.start - entity.end, -(1.0 if entity.score is None else entity.score), entity.start, entity.type
