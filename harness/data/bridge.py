"""The tag-set bridge: what two sides in unlike tag sets can both say.

Two sides are compared in the coarser scheme that both can express, and both sides are projected to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from harness.data.tagsets import GOLD, TagSet, labels_of, tag_set
from harness.data.types import ENTITY_TYPES, Annotation, Entity, InputError


@dataclass(frozen=True)
class Bridge:
    """What two sides can both say; None is a side that speaks the gold's own types.

    Labels of either side that share a type, directly or through others, become one label, named after the types behind
    it. Where one side cannot say one of these types, the whole is left out on both: a mention of it could be of any of
    them, and the other side would seem to miss or to add what only differs in words. Where one side marks outermost
    mentions only, both sides are reduced to these *after* that: what was dropped hides nothing. A mention is outermost
    unless another of the same side is longer and covers it; equal and crossing spans are all kept. What becomes equal
    counts once.

    Two sides with the same map are compared in its tag set, all labels, as they are.

    Raises:
        InputError: nothing is left that both sides can say, or two unlike maps bear the same name and version.
    """

    gold: TagSet | None = None
    predicted: TagSet | None = None

    def __post_init__(self) -> None:
        sides = [side.label for side in (self.gold, self.predicted) if side is not None]
        if len({*sides}) < len(sides) and self.gold != self.predicted:
            raise InputError(f"labels: found two unlike maps {sides[0]}, wanted another name or version for one")
        if not self.scheme:
            why = "".join(f" ({remark.removeprefix('labels: ')})" for remark in self.remarks)
            named = " and ".join(sides)
            raise InputError(f"labels: found no type that both sides of {named} can express{why}, wanted one")

    @property
    def label(self) -> str | None:
        """`NAME@VERSION`, both maps joined by + where both sides have one; None where none has."""
        return "+".join(side.label for side in (self.gold, self.predicted) if side is not None) or None

    @property
    def gold_labels(self) -> Collection[str]:
        """The labels that the gold side may bear."""
        return labels_of(self.gold)

    @property
    def predicted_labels(self) -> Collection[str]:
        """The labels that the predicted side may bear."""
        return labels_of(self.predicted)

    @cached_property
    def scheme(self) -> Mapping[str, tuple[str, ...]]:
        """The labels after projection with the types behind each, in the order of the gold's types."""
        ours, theirs = self.gold or GOLD, self.predicted or GOLD
        if ours == theirs:
            return ours.labels
        return {"-".join(types): types for types in self._tied if ours.types & theirs.types >= set(types)}

    @property
    def remarks(self) -> Sequence[str]:
        """Which labels are left out although the other side covers types of theirs."""
        sides = (self.gold or GOLD, self.predicted or GOLD)
        shared = sides[0].types & sides[1].types
        lost = [types for types in self._tied if shared.intersection(types) and not shared.issuperset(types)]
        if not lost or sides[0] == sides[1]:
            return ()
        kinds = {kind for types in lost for kind in types}
        alone = ", ".join(kind for types in lost for kind in types if kind not in shared)
        named = []
        for side in sides:
            labels = [label for label, covered in side.labels.items() if kinds.intersection(covered)]
            named.append(f"{', '.join(labels)} of {side.label}")
        return (f"labels: found {' and '.join(named)} tied to {alone}, which only one side covers; left out on both",)

    @cached_property
    def _tied(self) -> Sequence[tuple[str, ...]]:
        """The types that either side covers, together where labels tie them, in the order of the gold's types."""
        ours, theirs = self.gold or GOLD, self.predicted or GOLD
        group = {kind: frozenset({kind}) for kind in ours.types | theirs.types}
        for covered in (*ours.labels.values(), *theirs.labels.values()):
            joined = frozenset().union(*(group[kind] for kind in covered))
            group |= dict.fromkeys(joined, joined)
        ordered = (
            tuple(kind for kind in ENTITY_TYPES if kind in group[first]) for first in ENTITY_TYPES if first in group
        )
        return list(dict.fromkeys(ordered))

    def project_gold(self, annotations: Sequence[Annotation]) -> list[Annotation]:
        """The gold side's annotations in the common scheme.

        Raises:
            InputError: the side's map does not name a label.
        """
        return self._project(annotations, self.gold or GOLD, "gold")

    def project_predicted(self, annotations: Sequence[Annotation]) -> list[Annotation]:
        """The predicted side's annotations in the common scheme.

        Raises:
            InputError: the side's map does not name a label.
        """
        return self._project(annotations, self.predicted or GOLD, "predictions")

    def record(self) -> dict[str, object]:
        """Both maps as plain values; `stored_bridge` reads them back."""
        return {
            "gold": self.gold and self.gold.record(),
            "predicted": self.predicted and self.predicted.record(),
        }

    @property
    def _outermost(self) -> bool:
        return self.gold != self.predicted and "outermost" in {
            (self.gold or GOLD).nesting,
            (self.predicted or GOLD).nesting,
        }

    def _project(self, annotations: Sequence[Annotation], side: TagSet, where: str) -> list[Annotation]:
        if self.label is None:
            return list(annotations)
        used = {entity.type for annotation in annotations for entity in annotation.entities or ()}
        unknown = sorted(used - side.labels.keys())
        if unknown:
            raise InputError(f"{where}: found the labels {', '.join(unknown)}, wanted those of {side.label}")
        names = {kind: name for name, types in self.scheme.items() for kind in types}
        if self.gold == self.predicted:
            renamed: dict[str, str] = {label: label for label in side.labels}
        else:
            renamed = {
                label: names[kind] for label, covered in side.labels.items() for kind in covered if kind in names
            }
        return [relabel(annotation, renamed, flat=self._outermost) for annotation in annotations]


NO_BRIDGE: Final = Bridge()
"""Both sides speak the gold's own types."""


def stored_bridge(record: Mapping[str, object] | None, where: str) -> Bridge:
    """The bridge that a run's provenance keeps; one without a record has none.

    Raises:
        InputError: it holds no maps; the message begins with `where`.
    """
    sides = {
        side: None if value is None else tag_set(value, f"{where}: {side}") for side, value in (record or {}).items()
    }
    return Bridge(sides.get("gold"), sides.get("predicted"))


def outermost(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The mentions that no longer one covers, in their order."""
    mentions = tuple(entities)
    kept: set[tuple[int, int]] = set()
    reached = -1
    # A span that covers another comes before it: it starts earlier, or there and ends later.
    for start, end in sorted({entity[:2] for entity in mentions}, key=lambda span: (span[0], -span[1])):
        if end > reached:
            kept.add((start, end))
        reached = max(reached, end)
    return tuple(entity for entity in mentions if entity[:2] in kept)


def relabel(annotation: Annotation, names: Mapping[str, str], *, flat: bool) -> Annotation:
    """`annotation` with entities under their new names, those without one left out, and each once.

    Of those that become equal the highest score is kept. With `flat`, outermost ones only.
    """
    if annotation.entities is None:
        return annotation
    kept: dict[tuple[int, int, str], Entity] = {}
    for start, end, label, score in annotation.entities:
        if label in names:
            key = (start, end, names[label])
            scores = [given for given in (score, kept[key].score if key in kept else None) if given is not None]
            kept[key] = Entity(*key, max(scores, default=None))
    entities = tuple(kept.values())
    return replace(annotation, entities=outermost(entities) if flat else entities)
