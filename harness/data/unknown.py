"""Predicted names that the gold side does not know: found, told, and left out where they are to be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.data.near import guess, listed
from harness.data.schema import Schema
from harness.data.types import Annotation, Claim, InputError

Place = tuple[str, ...]
"""`("types",)`, `("sentence_labels",)`, `("attributes",)` or `("attributes", NAME)`."""
Counts = Mapping[Place, Counter[str]]

_MOST: Final = 8
"""So many names are listed with how often each occurs."""


def unknown_names(annotations: Iterable[Annotation], schema: Schema) -> Counts:
    """How often each name that `schema` does not know occurs, by its place; layers that it lacks are passed over."""
    types, labels = frozenset(schema.types), frozenset(schema.sentence_labels)
    with_claims = "claims" in schema.layers
    found: dict[Place, Counter[str]] = {}
    kinds: Counter[str] = Counter()
    labelled: Counter[str] = Counter()
    for annotation in annotations:
        if "entities" in schema.layers:
            kinds.update(annotation.types())
        if "sentences" in schema.layers:
            labelled.update(annotation.sentence_labels())
        for claim in (annotation.claims or ()) if with_claims else ():
            for name, value in claim.attributes.items():
                if name not in schema.attributes:
                    found.setdefault(("attributes",), Counter())[name] += 1
                elif value not in schema.attributes[name]:
                    found.setdefault(("attributes", name), Counter())[value] += 1
    for place, counted, known in ((("types",), kinds, types), (("sentence_labels",), labelled, labels)):
        strange = Counter({name: count for name, count in counted.items() if name not in known})
        if strange:
            found[place] = strange
    return dict(sorted(found.items(), key=lambda row: row[0] != ("types",)))


def refusal(where: str, unknown: Counts, schema: Schema, first: str) -> InputError:
    """The error that lists unknown names, guesses what was meant, and names the ways on; `first` is a document."""
    parts = []
    for place, counts in unknown.items():
        known = _known(schema, place)
        parts.append(f"{_called(place, counts)} {_counted(counts, known)}")
    wanted = [
        f"those of {schema.label} ({_all_known(schema, next(iter(unknown)))})",
        "a map that names them (runner.labels=MAP)",
        "runner.unknown=drop or count",
        "a schema that has them (dataset.schema=FILE)",
    ]
    found = f"found the unknown {'; '.join(parts)}, first in document {first}"
    return InputError(f"{where}: {found}, wanted {', '.join(wanted[:-1])}, or {wanted[-1]}")


def told(unknown: Counts) -> str:
    """Unknown names with how often each occurs, for a remark."""
    return "; ".join(f"{_called(place, counts)} {_counted(counts)}" for place, counts in unknown.items())


def without(annotation: Annotation, unknown: Counts) -> Annotation:
    """`annotation` without mentions, sentences and attributes under unknown names, and answers that have no place."""
    types, labels = (unknown.get(place, Counter()) for place in (("types",), ("sentence_labels",)))
    left_out = {"entities": types, "claims": (), "sentences": labels}
    entities, sentences, claims = annotation.entities, annotation.sentences, annotation.claims
    if entities is not None and types:
        entities = tuple(entity for entity in entities if entity.type not in types)
    if sentences is not None and labels:
        sentences = tuple(sentence for sentence in sentences if sentence.label not in labels)
    if claims is not None and any(place[0] == "attributes" for place in unknown):
        claims = tuple(_bare(claim, unknown) for claim in claims)
    unplaced = tuple(item for item in annotation.unplaced if item.label not in left_out[item.layer])
    return Annotation(entities, claims, sentences, unplaced)


def _bare(claim: Claim, unknown: Counts) -> Claim:
    names = unknown.get(("attributes",), Counter())
    attributes = {
        name: value
        for name, value in claim.attributes.items()
        if name not in names and value not in unknown.get(("attributes", name), {})
    }
    return claim if attributes == claim.attributes else replace(claim, attributes=attributes)


def _known(schema: Schema, place: Place) -> Sequence[str]:
    if place == ("types",):
        return schema.types
    if place == ("sentence_labels",):
        return schema.sentence_labels
    return schema.attributes[place[1]] if place[1:] else tuple(schema.attributes)


def _all_known(schema: Schema, place: Place) -> str:
    return listed(_known(schema, place)) or "none"


def _called(place: Place, counts: Mapping[str, int]) -> str:
    several = len(counts) > 1
    if place == ("types",):
        return "types" if several else "type"
    if place == ("sentence_labels",):
        return "sentence labels" if several else "sentence label"
    noun = "attribute" if not place[1:] else f"{place[1]} value"
    return f"{noun}s" if several else noun


def _counted(counts: Counter[str], known: Sequence[str] | None = None) -> str:
    """The commonest names with their counts, each with a guess among `known`."""
    shown = []
    for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        meant = "" if known is None else guess(name, known).removeprefix("; ")
        shown.append(f"{name} ({count}{'; ' + meant if meant else ''})")
    return listed(shown, _MOST)
