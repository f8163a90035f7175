"""The layers of an annotation as JSON records, and back: every key, type and choice that the format knows."""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from harness.data.jsonl import FieldError, Record, one_line, shown
from harness.data.near import guess, listed
from harness.data.schema import CLAIM_PARTS, Schema, attribute_fault, name_fault, text_fault
from harness.data.types import LAYERS, ROLES, Annotation, Claim, Entity, Sentence, Span, Unplaced

T = TypeVar("T")

_SPAN_KEYS: Final = frozenset({"start", "end", "text"})
_ENTITY_KEYS: Final = _SPAN_KEYS | {"type", "score"}
_SENTENCE_KEYS: Final = _SPAN_KEYS | {"label", "score"}
_UNPLACED_KEYS: Final = frozenset({"layer", "label", "quote", "at"})
_PARTS: Final = frozenset(CLAIM_PARTS)
_GOLD_PARTS: Final = _PARTS - {"score"}


@dataclass
class Vocabulary:
    """The names that a file may use; None in the place of a collection: any that `schema.name_fault` takes.

    The claims of gold have all the same attributes: where `attributes` is None, those of the first claim that is read.
    """

    types: Collection[str] | None = None
    sentence_labels: Collection[str] | None = None
    attributes: Mapping[str, Collection[str] | None] | None = None
    claim_keys: frozenset[str] = field(default=_PARTS, init=False)

    def __post_init__(self) -> None:
        if self.attributes is not None:
            self.learn(self.attributes)

    def learn(self, attributes: Mapping[str, Collection[str] | None]) -> None:
        """Take `attributes` for those of all claims."""
        self.attributes = attributes
        self.claim_keys = _PARTS.union(attributes)

    @classmethod
    def of(cls, schema: Schema | None, types: Collection[str] | None = None) -> "Vocabulary":
        """The names of a schema; without one any. `types` take the place of its own."""
        if schema is None:
            return cls(types)
        return cls(schema.types if types is None else types, schema.sentence_labels, schema.attributes)


@dataclass(frozen=True)
class LayerReader:
    """How to read the annotation of one text."""

    text: str
    gold: bool
    vocabulary: Vocabulary

    def annotation(self, record: Record) -> Annotation:
        """The layers that `record` holds; raises FieldError where one is not as the format says."""
        return Annotation(
            entities=self._once(self._layer(record, "entities", self._entity)),
            claims=self._layer(record, "claims", self._claim),
            sentences=self._apart(self._layer(record, "sentences", self._sentence)),
            unplaced=() if self.gold else self._layer(record, "unplaced", self._unplaced) or (),
        )

    def _layer(self, record: Record, name: str, read: Callable[[object, str], T]) -> tuple[T, ...] | None:
        if name not in record:
            return None
        values = record[name]
        if not isinstance(values, list):
            raise FieldError(name, values, "a list")
        return tuple(read(value, f"{name}[{index}]") for index, value in enumerate(values))

    def _once(self, items: tuple[Entity, ...] | None) -> tuple[Entity, ...] | None:
        """Each mention once; gold may not repeat one, of repeated predictions the first counts."""
        if items is None:
            return None
        first: dict[tuple[int, int, str], Entity] = {}
        for index, entity in enumerate(items):
            if first.setdefault(entity[:3], entity) is not entity and self.gold:
                raise FieldError(f"entities[{index}]", entity[:3], "each start, end and type once")
        return items if len(first) == len(items) else tuple(first.values())

    def _apart(self, items: tuple[Sentence, ...] | None) -> tuple[Sentence, ...] | None:
        """Each sentence once: with every label on every sentence, all of them would be right."""
        seen: set[tuple[int, int]] = set()
        for index, sentence in enumerate(items or ()):
            if sentence[:2] in seen:
                raise FieldError(f"sentences[{index}]", sentence[:2], "each start and end once")
            seen.add(sentence[:2])
        return items

    def _entity(self, value: object, field: str) -> Entity:
        record = _object(value, field, _ENTITY_KEYS)
        start, end = self._edges(record, field, needs_text=self.gold)
        return Entity(start, end, self._name(record, "type", self.vocabulary.types, field), _score(record, field))

    def _sentence(self, value: object, field: str) -> Sentence:
        record = _object(value, field, _SENTENCE_KEYS)
        start, end = self._edges(record, field, needs_text=False)
        label = self._name(record, "label", self.vocabulary.sentence_labels, field)
        return Sentence(start, end, label, _score(record, field))

    def _unplaced(self, value: object, field: str) -> Unplaced:
        record = _object(value, field, _UNPLACED_KEYS)
        layer, quote, at = record.get("layer"), record.get("quote"), record.get("at", 0)
        if layer not in LAYERS:
            raise FieldError(f"{field}.layer", layer, f"one of {', '.join(LAYERS)}")
        known = {
            "entities": self.vocabulary.types,
            "claims": ROLES,
            "sentences": self.vocabulary.sentence_labels,
        }[layer]
        label = self._name(record, "label", known, field)
        if not isinstance(quote, str):
            raise FieldError(f"{field}.quote", quote, "what was answered")
        # type() and not isinstance(): true is no offset.
        if type(at) is not int or not 0 <= at <= len(self.text):
            raise FieldError(f"{field}.at", at, f"a whole number from 0 to {len(self.text)}")
        return Unplaced(layer, label, quote, at)

    def _claim(self, value: object, field: str) -> Claim:
        record = _object(value, field)
        attributes = self._attributes(record, field)
        wanted = _GOLD_PARTS.union(attributes) if self.gold else {"content", "cue"}
        missing = sorted(wanted - record.keys())
        if missing:
            raise FieldError(field, sorted(record), f"the keys {', '.join(missing)} too")
        source, speaker = record.get("source"), record.get("speaker")
        if speaker is not None and not isinstance(speaker, str):
            raise FieldError(f"{field}.speaker", speaker, "a name or null")
        return Claim(
            content=self._span(record["content"], f"{field}.content"),
            cue=self._span(record["cue"], f"{field}.cue"),
            source=None if source is None else self._span(source, f"{field}.source"),
            speaker=speaker,
            attributes={
                key: self._name(record, key, values, field)
                for key, values in attributes.items()
                if self.gold or record.get(key) is not None
            },
            score=_score(record, field),
        )

    def _attributes(self, record: Record, field: str) -> Mapping[str, Collection[str] | None]:
        """The attributes that a claim may have, with their values."""
        known = self.vocabulary.attributes
        if known is not None:
            if not record.keys() <= self.vocabulary.claim_keys:
                refuse_unknown(record, self.vocabulary.claim_keys, f"{field}.")
            return known
        found = dict.fromkeys(key for key in record if key not in _PARTS)
        for key in found:
            wanted = attribute_fault(key)
            if wanted is not None:
                raise FieldError(f"{field}.{one_line(key)}", "an unknown key", wanted)
            value, place = record[key], f"{field}.{one_line(key)}"
            if value is None and self.gold:
                raise FieldError(place, value, "a name")
            if value is not None and not isinstance(value, str):
                wanted = f"one of {', '.join(sorted(_PARTS))}, or an attribute with a name for value"
                raise FieldError(place, "an unknown key", wanted)
        if self.gold:
            self.vocabulary.learn(found)
        return found

    def _name(self, record: Record, key: str, known: Collection[str] | None, field: str) -> str:
        """The name at `key`: one of `known`, or any that can be used where that is None."""
        value = record.get(key)
        wanted: str | None = "a name"
        if isinstance(value, str):
            if known is None:
                # Predictions are renamed by a map, or found to be unknown, when they meet the gold.
                wanted = name_fault(value) if self.gold else text_fault(value)
            elif value in known:
                wanted = None
            if wanted is None:
                return value
        if known is not None:
            wanted = f"one of {listed(known) or 'none'}{guess(value, known) if isinstance(value, str) else ''}"
        raise FieldError(f"{field}.{one_line(key)}", value, str(wanted))

    def _span(self, value: object, field: str) -> Span:
        return self._edges(_object(value, field, _SPAN_KEYS), field, needs_text=self.gold)

    def _edges(self, record: Record, field: str, *, needs_text: bool) -> Span:
        start, end = record.get("start"), record.get("end")
        # type() and not isinstance(): true is no offset.
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(self.text):
            raise FieldError(field, [start, end], f"whole numbers 0 <= start < end <= {len(self.text)}")
        if needs_text or "text" in record:
            slice_ = self.text[start:end]
            if record.get("text") != slice_:
                raise FieldError(f"{field}.text", record.get("text"), shown(slice_))
        return Span(start, end)


def _object(value: object, field: str, keys: frozenset[str] | None = None) -> Record:
    if not isinstance(value, dict):
        raise FieldError(field, value, "an object")
    if keys is not None and not value.keys() <= keys:
        refuse_unknown(value, keys, f"{field}.")
    return value


def refuse_unknown(record: Record, keys: Collection[str], prefix: str) -> None:
    """Raise FieldError for the first key of `record` that is not among `keys`."""
    for key in record:
        if key not in keys:
            wanted = f"one of {', '.join(sorted(keys))}{guess(key, sorted(keys))}"
            raise FieldError(f"{prefix}{one_line(key)}", "an unknown key", wanted)


def _score(record: Record, field: str) -> float | None:
    return number(record, "score", 1.0, f"{field}.")


def number(record: Record, key: str, most: float, prefix: str) -> float | None:
    """The number at `key`, from 0 to `most`, None where it is missing or null; raises FieldError for anything else."""
    value = record.get(key)
    if value is None:
        return None
    # A bool is an int to isinstance(), and an int may be too large for float().
    largest = min(most, sys.float_info.max)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
        raise FieldError(f"{prefix}{key}", value, f"a number from 0 to {most:g} or null")
    return float(value)


def is_sound(annotation: Annotation, text: str) -> bool:
    """Whether `annotation` of `text` is well formed at a glance: what is written of it can surely be read again.

    False says nothing. Other classes than the format's own, as numpy's numbers, and scores just above 1, which are
    rounded, are for `LayerReader` to judge.
    """
    if type(annotation) is not Annotation:
        return False
    layers = (annotation.entities, annotation.claims, annotation.sentences)
    if (
        any(layer is not None and type(layer) is not tuple for layer in layers)
        or type(annotation.unplaced) is not tuple
    ):
        return False
    entities, claims, sentences = annotation.entities or (), annotation.claims or (), annotation.sentences or ()
    size = len(text)
    sound = (
        all(
            type(entity) is Entity and _is_edge(entity, size) and _is_name(entity.type) and _is_score(entity.score)
            for entity in entities
        )
        and all(type(claim) is Claim and _is_claim(claim, size) for claim in claims)
        and all(
            type(sentence) is Sentence and _is_edge(sentence, size) and _is_name(sentence.label)
            and _is_score(sentence.score)
            for sentence in sentences
        )
        and len({sentence[:2] for sentence in sentences}) == len(sentences)
        and all(_is_unplaced(item, size) for item in annotation.unplaced)
    )  # fmt: skip
    if not sound:
        return False
    written = {text, *(entity.type for entity in entities), *(claim.speaker or "" for claim in claims)}
    written.update(quote for _, _, quote, _ in annotation.unplaced)
    try:
        "".join(written).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_claim(claim: Claim, size: int) -> bool:
    spans = (claim.content, claim.cue) if claim.source is None else (claim.content, claim.cue, claim.source)
    return (
        all(type(span) is Span and _is_edge(span, size) for span in spans)
        and (claim.speaker is None or type(claim.speaker) is str)
        and type(claim.attributes) is dict
        and all(
            type(name) is str and attribute_fault(name) is None and _is_name(value)
            for name, value in claim.attributes.items()
        )
        and _is_score(claim.score)
    )


def _is_unplaced(item: Unplaced, size: int) -> bool:
    return (
        type(item) is Unplaced
        and item.layer in LAYERS
        and (item.label in ROLES if item.layer == "claims" else _is_name(item.label))
        and type(item.quote) is str
        and type(item.at) is int
        and 0 <= item.at <= size
    )


def _is_name(value: object) -> bool:
    return type(value) is str and text_fault(value) is None


def _is_edge(span: Span | Entity | Sentence, size: int) -> bool:
    return type(span[0]) is int and type(span[1]) is int and 0 <= span[0] < span[1] <= size


def _is_score(score: float | None) -> bool:
    return score is None or ((type(score) is float or type(score) is int) and 0 <= score <= 1)


def layer_records(annotation: Annotation, text: str) -> Record:
    """The annotated layers as records, and `unplaced`; absent ones stay out."""
    layers: Record = {}
    if annotation.entities is not None:
        layers["entities"] = [_entity_record(entity, text) for entity in annotation.entities]
    if annotation.claims is not None:
        layers["claims"] = [_claim_record(claim, text) for claim in annotation.claims]
    if annotation.sentences is not None:
        layers["sentences"] = [
            _scored({"start": start, "end": end, "label": label}, score)
            for start, end, label, score in annotation.sentences
        ]
    unplaced = [answer._asdict() for answer in annotation.unplaced]
    if unplaced:
        layers["unplaced"] = unplaced
    return layers


def _entity_record(entity: Entity, text: str) -> Record:
    start, end, kind, score = entity
    return _scored({"start": start, "end": end, "text": text[start:end], "type": kind}, score)


def _claim_record(claim: Claim, text: str) -> Record:
    def span(where: Span | None) -> Record | None:
        return (
            None if where is None else {"start": where.start, "end": where.end, "text": text[where.start : where.end]}
        )

    record: Record = {"content": span(claim.content), "cue": span(claim.cue), "source": span(claim.source)}
    return _scored({**record, "speaker": claim.speaker, **claim.attributes}, claim.score)


def _scored(record: Record, score: float | None) -> Record:
    return record if score is None else record | {"score": round(score, 6)}
