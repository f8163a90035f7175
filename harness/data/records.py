"""The layers of an annotation as JSON records, and back: every key, type and choice that the format knows."""

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from harness.data.jsonl import FieldError, Record, one_line, shown
from harness.data.types import (
    CERTAINTIES,
    POLARITIES,
    QUOTES,
    SENTENCE_LABELS,
    Annotation,
    Claim,
    Entity,
    Sentence,
    Span,
)

T = TypeVar("T")

_SPAN_KEYS: Final = frozenset({"start", "end", "text"})
_ENTITY_KEYS: Final = _SPAN_KEYS | {"type", "score"}
_SENTENCE_KEYS: Final = _SPAN_KEYS | {"label", "score"}
_ATTRIBUTES: Final = {"quote": QUOTES, "polarity": POLARITIES, "certainty": CERTAINTIES}
_CLAIM_KEYS: Final = frozenset({"content", "cue", "source", "speaker", "score", *_ATTRIBUTES})
_GOLD_CLAIM_KEYS: Final = _CLAIM_KEYS - {"score"}


@dataclass(frozen=True)
class LayerReader:
    """How to read the annotation of one text."""

    text: str
    gold: bool
    types: Collection[str]

    def annotation(self, record: Record) -> Annotation:
        """The layers that `record` holds; raises FieldError where one is not as the format says."""
        return Annotation(
            entities=self._once(self._layer(record, "entities", self._entity)),
            claims=self._layer(record, "claims", self._claim),
            sentences=self._apart(self._layer(record, "sentences", self._sentence)),
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
        kind = record.get("type")
        if not isinstance(kind, str) or kind not in self.types:
            raise FieldError(f"{field}.type", kind, f"one of {', '.join(sorted(self.types))}")
        return Entity(start, end, kind, _score(record, field))

    def _sentence(self, value: object, field: str) -> Sentence:
        record = _object(value, field, _SENTENCE_KEYS)
        start, end = self._edges(record, field, needs_text=False)
        return Sentence(start, end, _choice(record, "label", SENTENCE_LABELS, field), _score(record, field))

    def _claim(self, value: object, field: str) -> Claim:
        record = _object(value, field, _CLAIM_KEYS)
        wanted = _GOLD_CLAIM_KEYS if self.gold else {"content", "cue"}
        missing = sorted(wanted - record.keys())
        if missing:
            raise FieldError(field, sorted(record), f"the keys {', '.join(missing)} too")
        source, speaker = record.get("source"), record.get("speaker")
        if speaker is not None and not isinstance(speaker, str):
            raise FieldError(f"{field}.speaker", speaker, "a name or null")
        chosen = {
            key: _choice(record, key, choices, field)
            for key, choices in _ATTRIBUTES.items()
            if self.gold or record.get(key) is not None
        }
        return Claim(
            content=self._span(record["content"], f"{field}.content"),
            cue=self._span(record["cue"], f"{field}.cue"),
            source=None if source is None else self._span(source, f"{field}.source"),
            speaker=speaker,
            score=_score(record, field),
            **chosen,
        )

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


def _object(value: object, field: str, keys: frozenset[str]) -> Record:
    if not isinstance(value, dict):
        raise FieldError(field, value, "an object")
    if not value.keys() <= keys:
        refuse_unknown(value, keys, f"{field}.")
    return value


def refuse_unknown(record: Record, keys: frozenset[str], prefix: str) -> None:
    """Raise FieldError for the first key of `record` that is not among `keys`."""
    for key in record:
        if key not in keys:
            raise FieldError(f"{prefix}{one_line(key)}", "an unknown key", f"one of {', '.join(sorted(keys))}")


def _choice(record: Record, key: str, choices: Sequence[str], field: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or value not in choices:
        raise FieldError(f"{field}.{key}", value, f"one of {', '.join(choices)}")
    return value


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


def is_sound(annotation: Annotation, text: str, types: Collection[str]) -> bool:
    """Whether `annotation` of `text` is well formed at a glance: what is written of it can surely be read again.

    False says nothing. Other classes than the format's own, as numpy's numbers, and scores just above 1, which are
    rounded, are for `LayerReader` to judge.
    """
    if type(annotation) is not Annotation:
        return False
    layers = (annotation.entities, annotation.claims, annotation.sentences)
    if any(layer is not None and type(layer) is not tuple for layer in layers):
        return False
    entities, claims, sentences = annotation.entities or (), annotation.claims or (), annotation.sentences or ()
    size = len(text)
    sound = (
        all(
            type(entity) is Entity and _is_edge(entity, size) and type(entity.type) is str and entity.type in types
            and _is_score(entity.score)
            for entity in entities
        )
        and all(type(claim) is Claim and _is_claim(claim, size) for claim in claims)
        and all(
            type(sentence) is Sentence and _is_edge(sentence, size) and type(sentence.label) is str
            and sentence.label in SENTENCE_LABELS and _is_score(sentence.score)
            for sentence in sentences
        )
        and len({sentence[:2] for sentence in sentences}) == len(sentences)
    )  # fmt: skip
    if not sound:
        return False
    written = {text, *(entity.type for entity in entities), *(claim.speaker or "" for claim in claims)}
    try:
        "".join(written).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_claim(claim: Claim, size: int) -> bool:
    spans = (claim.content, claim.cue) if claim.source is None else (claim.content, claim.cue, claim.source)
    chosen = ((claim.quote, QUOTES), (claim.polarity, POLARITIES), (claim.certainty, CERTAINTIES))
    return (
        all(type(span) is Span and _is_edge(span, size) for span in spans)
        and (claim.speaker is None or type(claim.speaker) is str)
        and all(value is None or (type(value) is str and value in choices) for value, choices in chosen)
        and _is_score(claim.score)
    )


def _is_edge(span: Span | Entity | Sentence, size: int) -> bool:
    return type(span[0]) is int and type(span[1]) is int and 0 <= span[0] < span[1] <= size


def _is_score(score: float | None) -> bool:
    return score is None or ((type(score) is float or type(score) is int) and 0 <= score <= 1)


def layer_records(annotation: Annotation, text: str) -> Record:
    """The annotated layers as records; absent ones stay out."""
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
    record |= {"speaker": claim.speaker, "quote": claim.quote, "polarity": claim.polarity, "certainty": claim.certainty}
    return _scored(record, claim.score)


def _scored(record: Record, score: float | None) -> Record:
    return record if score is None else record | {"score": round(score, 6)}
