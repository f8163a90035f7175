"""The tag-set bridge: what two sides in unlike tag sets can both say.

Two sides are compared in the coarser scheme that both can express, and both sides are projected to it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, get_args

from harness.data.near import listed
from harness.data.schema import GOLD_NAME, Schema, name_fault, read_schema
from harness.data.tagsets import TagSet, own_types, tag_set
from harness.data.types import Annotation, Entity, InputError

Unknown = Literal["error", "drop", "count"]
"""What becomes of predicted names that the gold side does not know."""

_JOINERS: Final = ("-", "+", "|")


@dataclass(frozen=True)
class Bridge:
    """What two sides can both say; None is a side that has no map and speaks the types of a schema.

    Labels of either side that share a type, directly or through others, become one label, named after the types behind
    it. Where one side cannot say one of these types, the whole is left out on both: a mention of it could be of any of
    them, and the other side would seem to miss or to add what only differs in words. Where one side marks outermost
    mentions only, both sides are reduced to these *after* that: what was dropped hides nothing. A mention is outermost
    unless another of the same side is longer and covers it; equal and crossing spans are all kept. What becomes equal
    counts once.

    Two sides with the same map are compared in its tag set, all labels, as they are.

    `schema` is what the gold side annotates, in its own labels; `spoken` what the predicted side says it answers in,
    if it says so and has no map. Maps of both sides lead to the types of one schema; a side without a map has to speak
    that. With `unknown="count"` labels of the predicted side that its map does not name stay as they are.

    Raises:
        InputError: nothing is left that both sides can say, two unlike maps bear the same name and version, or a map
            leads to the types of another schema than the other side's.
    """

    gold: TagSet | None = None
    predicted: TagSet | None = None
    schema: Schema = field(default_factory=lambda: read_schema(GOLD_NAME))
    spoken: Schema | None = None
    unknown: Unknown = "error"

    def __post_init__(self) -> None:
        sides = [side.label for side in (self.gold, self.predicted) if side is not None]
        if len({*sides}) < len(sides) and self.gold != self.predicted:
            raise InputError(f"labels: found two unlike maps {sides[0]}, wanted another name or version for one")
        if not sides:
            return
        self._check_targets()
        if not self.scheme:
            why = "".join(f" ({remark.removeprefix('labels: ')})" for remark in self.remarks)
            named = " and ".join(sides)
            raise InputError(f"labels: found no type that both sides of {named} can express{why}, wanted one")
        strange = next((label for label in self.scheme if name_fault(label)), None)
        if strange is not None:
            raise InputError(f"labels: found {strange!r} on both sides, wanted {name_fault(strange)}")

    def _check_targets(self) -> None:
        """Refuse sides that do not meet in one schema."""
        if self.gold is not None and self.predicted is not None:
            first, second = self.gold.schema, self.predicted.schema
            if {*first.types} != {*second.types}:
                found = (
                    f"the map {self.gold.label} to types of {first.label}, and {self.predicted.label} to {second.label}"
                )
                raise InputError(f"labels: found {found}, wanted maps to one schema")
            return
        mapped = self.gold or self.predicted
        own, side = (self.spoken, "predictions") if self.predicted is None else (self.schema, "gold")
        if mapped is None or own is None:
            return
        strange = [kind for kind in own.types if kind not in mapped.schema.types]
        if strange:
            found = f"the map {mapped.label} to types of {mapped.schema.label}, and {side} in those of {own.label}"
            wanted = f"a map whose schema: has {listed(strange, 6)}, or a map for the {side} too"
            raise InputError(f"labels: found {found}, wanted {wanted}")

    @property
    def label(self) -> str | None:
        """`NAME@VERSION`, both maps joined by + where both sides have one; None where none has."""
        return "+".join(side.label for side in (self.gold, self.predicted) if side is not None) or None

    @property
    def answerable(self) -> Schema:
        """The names that predictions are held against: the gold side's, with the labels of the predicted side's map."""
        if self.predicted is not None:
            side, types = self.predicted, tuple(self.predicted.labels)
        elif self.gold is not None:
            side, types = own_types(self.gold.schema), self.gold.schema.types
        else:
            return self.schema
        return replace(self.schema.with_types(types), name=side.name, version=side.version)

    @cached_property
    def _sides(self) -> tuple[TagSet, TagSet]:
        """What the sides speak; one without a map the types that the other's map leads to."""
        mapped = self.gold or self.predicted
        plain = own_types(self.schema if mapped is None else mapped.schema)
        return self.gold or plain, self.predicted or plain

    @cached_property
    def scheme(self) -> Mapping[str, tuple[str, ...]]:
        """The labels after projection with the types behind each, in the order of the schema's types."""
        ours, theirs = self._sides
        if ours == theirs:
            return ours.labels
        return {
            _joined(types, ours.schema.types): types for types in self._tied if ours.types & theirs.types >= set(types)
        }

    @property
    def remarks(self) -> Sequence[str]:
        """Which labels are left out although the other side covers types of theirs."""
        sides = self._sides
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
        """The types that either side covers, together where labels tie them, in the order of the schema's types."""
        ours, theirs = self._sides
        group = {kind: frozenset({kind}) for kind in ours.types | theirs.types}
        for covered in (*ours.labels.values(), *theirs.labels.values()):
            joined = frozenset().union(*(group[kind] for kind in covered))
            group |= dict.fromkeys(joined, joined)
        every = ours.schema.types
        ordered = (tuple(kind for kind in every if kind in group[first]) for first in every if first in group)
        return list(dict.fromkeys(ordered))

    def scheme_name(self, label: str) -> str | None:
        """What a label of the predicted side is called in the scheme; None where it is unknown or dropped."""
        if self.label is None or self.gold == self.predicted:
            return label if label in self._sides[1].labels else None
        return self._names(self._sides[1]).get(label)

    def project_gold(self, annotations: Sequence[Annotation]) -> list[Annotation]:
        """The gold side's annotations in the common scheme.

        Raises:
            InputError: the side's map does not name a label.
        """
        return self._project(annotations, self._sides[0], "gold")

    def project_predicted(self, annotations: Sequence[Annotation]) -> list[Annotation]:
        """The predicted side's annotations in the common scheme; with `unknown="count"` and labels beside it.

        Raises:
            InputError: the side's map does not name a label, or one that is to be counted is called like a label of
                the scheme.
        """
        return self._project(annotations, self._sides[1], "predictions", keeping=self.unknown == "count")

    def record(self) -> dict[str, object]:
        """Both maps as plain values, and what becomes of unknown names; `stored_bridge` reads it back."""
        policy = {} if self.unknown == "error" else {"unknown": self.unknown}
        return {
            "gold": self.gold and self.gold.record(),
            "predicted": self.predicted and self.predicted.record(),
            **policy,
        }

    @property
    def _outermost(self) -> bool:
        return self.gold != self.predicted and "outermost" in {side.nesting for side in self._sides}

    def _names(self, side: TagSet) -> dict[str, str]:
        """The labels of a side with what they are called in the scheme."""
        if self.gold == self.predicted:
            return {label: label for label in side.labels}
        names = {kind: name for name, types in self.scheme.items() for kind in types}
        return {label: names[kind] for label, covered in side.labels.items() for kind in covered if kind in names}

    def _project(
        self, annotations: Sequence[Annotation], side: TagSet, where: str, *, keeping: bool = False
    ) -> list[Annotation]:
        if self.label is None:
            return list(annotations)
        used = {kind for annotation in annotations for kind in annotation.types()}
        unknown = sorted(used - side.labels.keys())
        if unknown and not keeping:
            raise InputError(f"{where}: found the labels {', '.join(unknown)}, wanted those of {side.label}")
        alike = [label for label in unknown if label in self.scheme]
        if alike:
            wanted = "a map that names them, since labels of the comparison are called so"
            raise InputError(f"{where}: found the unknown labels {', '.join(alike)} to count, wanted {wanted}")
        renamed = self._names(side) | {label: label for label in unknown}
        return [relabel(annotation, renamed, flat=self._outermost) for annotation in annotations]


def _joined(types: Sequence[str], every: Sequence[str]) -> str:
    """Types in one name that no other types have: joined by a sign that is in none of `every`, else quoted."""
    if len(types) == 1:
        return types[0]
    joiner = next((sign for sign in _JOINERS if not any(sign in kind for kind in every)), None)
    if joiner is not None:
        return joiner.join(types)
    return " & ".join(json.dumps(kind, ensure_ascii=False) for kind in types)


NO_BRIDGE: Final = Bridge()
"""Both sides speak the types of the gold standard's schema."""


def project_alike(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether the bridges of two records (`Bridge.record`) project answers alike.

    A run that refuses unknown names had none: it would have the same scores if they were counted.
    """
    left, right = ({name: value for name, value in side.items() if (name, value) != ("unknown", "count")}
                   for side in (one, other))  # fmt: skip
    return left == right


def stored_bridge(record: Mapping[str, object] | None, where: str, schema: Schema | None = None) -> Bridge:
    """The bridge that a run's provenance keeps; one without a record has none.

    `schema` is that of the run's gold, None: the gold standard's.

    Raises:
        InputError: it holds no maps; the message begins with `where`.
    """
    kept = record or {}
    gold, predicted = (
        None if kept.get(side) is None else tag_set(kept[side], f"{where}: {side}") for side in ("gold", "predicted")
    )
    unknown: Any = kept.get("unknown", "error")
    if unknown not in get_args(Unknown):
        raise InputError(f"{where}: unknown: found {unknown!r}, wanted one of {', '.join(get_args(Unknown))}")
    return Bridge(gold, predicted, schema or read_schema(GOLD_NAME), unknown=unknown)


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

    Of those that become equal the highest score is kept. With `flat`, outermost ones only. Of entities that have no
    place all are kept that have a new name.
    """
    if annotation.unplaced:
        unplaced = (
            item._replace(label=names.get(item.label, "")) if item.layer == "entities" else item
            for item in annotation.unplaced
        )
        annotation = replace(annotation, unplaced=tuple(item for item in unplaced if item.label))
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
