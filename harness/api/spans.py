"""Annotations as people write them in Python, to the types: tuples, dicts, objects, by layer or entities alone."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from harness.data.jsonl import one_line
from harness.data.schema import CLAIM_PARTS
from harness.data.types import LAYERS, Annotation, Claim, Entity, InputError, Prediction, Sentence, Span, Unplaced

T = TypeVar("T")

_TYPE_KEYS: Final = ("type", "label", "entity_group", "entity")
"""Where a mention's type stands: ours, spaCy's, and those of the pipelines of transformers."""
_BESIDE: Final = frozenset({"start", "end", "score", "text", "word", "index"})
_SPAN_KEYS: Final = frozenset({"start", "end", "text"})
_ENTITY: Final = "(start, end, type), (start, end, type, score) or a dict with start, end and type"


def annotation_of(answer: object, text: str, where: str) -> Annotation:
    """What `answer` says of `text`: an iterable of mentions, a mapping of layers, or one of our own types.

    A mention is (start, end, type), with a score behind it or not, or a mapping with `start`, `end` and `type`, `label`
    or `entity_group`. Offsets are not compared with the length of the text.

    Raises:
        InputError: it is none of these; the message begins with `where`.
    """
    if isinstance(answer, Annotation):
        return answer
    if isinstance(answer, Prediction):
        return answer.annotation
    if isinstance(answer, Mapping):
        return _layers(answer, text, where)
    if isinstance(answer, str | bytes) or not isinstance(answer, Iterable):
        raise InputError(f"{where}: found {_shown(answer)}, wanted a list of mentions: {_ENTITY}")
    return Annotation(entities=_each(answer, _entity, text, f"{where}: mentions"))


def _shown(value: object) -> str:
    return one_line(repr(value))


def _layers(answer: Mapping[Any, Any], text: str, where: str) -> Annotation:
    odd = [key for key in answer if key not in (*LAYERS, "unplaced")]
    if odd:
        raise InputError(f"{where}: found the key {_shown(odd[0])}, wanted layers: {', '.join(LAYERS)}")
    for name, values in answer.items():
        if values is not None and (isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable)):
            raise InputError(f"{where}: {name}: found {_shown(values)}, wanted a list")
    return Annotation(
        entities=_each(answer.get("entities"), _entity, text, f"{where}: entities"),
        claims=_each(answer.get("claims"), _claim, text, f"{where}: claims"),
        sentences=_each(answer.get("sentences"), _sentence, text, f"{where}: sentences"),
        unplaced=_each(answer.get("unplaced"), _unplaced, text, f"{where}: unplaced") or (),
    )


def _each(
    values: Iterable[object] | None, read: Callable[[object, str, str], T], text: str, where: str
) -> tuple[T, ...] | None:
    if values is None:
        return None
    return tuple(read(value, text, f"{where}[{index}]") for index, value in enumerate(values))


def _entity(value: object, text: str, where: str) -> Entity:
    if isinstance(value, Mapping):
        named = [key for key in _TYPE_KEYS if key in value]
        odd = [key for key in value if key not in _BESIDE and key not in _TYPE_KEYS]
        if not named or odd or not {"start", "end"} <= value.keys():
            raise InputError(f"{where}: found {_shown(value)}, wanted {_ENTITY}")
        start, end = _edges(value, text, where)
        return Entity(start, end, _label(value[named[0]], where), _score(value.get("score"), where))
    if not isinstance(value, tuple | list) or len(value) not in (3, 4):
        raise InputError(f"{where}: found {_shown(value)}, wanted {_ENTITY}")
    return Entity(
        _offset(value[0], where), _offset(value[1], where), _label(value[2], where), _score([*value, None][3], where)
    )


def _sentence(value: object, text: str, where: str) -> Sentence:
    if isinstance(value, Mapping) and _SPAN_KEYS | {"label", "score"} >= value.keys() >= {"start", "end", "label"}:
        start, end = _edges(value, text, where)
        return Sentence(start, end, _label(value["label"], where), _score(value.get("score"), where))
    if not isinstance(value, tuple | list) or len(value) not in (3, 4):
        raise InputError(f"{where}: found {_shown(value)}, wanted (start, end, label) or a dict with these keys")
    return Sentence(
        _offset(value[0], where), _offset(value[1], where), _label(value[2], where), _score([*value, None][3], where)
    )


def _unplaced(value: object, text: str, where: str) -> Unplaced:
    del text
    items = [*value] if isinstance(value, tuple | list) else []
    if isinstance(value, Mapping) and {*Unplaced._fields} >= value.keys() >= {"layer", "label", "quote"}:
        items = [value["layer"], value["label"], value["quote"], value.get("at", 0)]
    if len(items) not in (3, 4) or not all(isinstance(item, str) for item in items[:3]):
        raise InputError(f"{where}: found {_shown(value)}, wanted (layer, label, quote, at) or a dict with these keys")
    return Unplaced(items[0], _label(items[1], where), items[2], _offset([*items, 0][3], where))


def _claim(value: object, text: str, where: str) -> Claim:
    if isinstance(value, Claim):
        return value
    if not isinstance(value, Mapping) or not {"content", "cue"} <= value.keys():
        raise InputError(f"{where}: found {_shown(value)}, wanted a dict with content and cue, or a Claim")
    source, speaker = value.get("source"), value.get("speaker")
    if speaker is not None and not isinstance(speaker, str):
        raise InputError(f"{where}: found the speaker {_shown(speaker)}, wanted a name or None")
    attributes = {key: said for key, said in value.items() if key not in CLAIM_PARTS and said is not None}
    for key, said in attributes.items():
        if not isinstance(key, str) or not isinstance(said, str):
            found = f"{_shown(key)}: {_shown(said)}"
            raise InputError(f"{where}: found {found}, wanted {', '.join(CLAIM_PARTS)}, or an attribute with a name")
    return Claim(
        content=_span(value["content"], text, f"{where}.content"),
        cue=_span(value["cue"], text, f"{where}.cue"),
        source=None if source is None else _span(source, text, f"{where}.source"),
        speaker=speaker,
        attributes=attributes,
        score=_score(value.get("score"), where),
    )


def _span(value: object, text: str, where: str) -> Span:
    if isinstance(value, Mapping) and _SPAN_KEYS >= value.keys() >= {"start", "end"}:
        return _edges(value, text, where)
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise InputError(f"{where}: found {_shown(value)}, wanted (start, end) or a dict with these keys")
    return Span(_offset(value[0], where), _offset(value[1], where))


def _edges(value: Mapping[Any, Any], text: str, where: str) -> Span:
    span = Span(_offset(value["start"], where), _offset(value["end"], where))
    written, slice_ = value.get("text"), text[span.start : span.end]
    if written is not None and written != slice_:
        raise InputError(f"{where}: found the text {_shown(written)}, wanted {_shown(slice_)} as the offsets say")
    return span


def _offset(value: object, where: str) -> int:
    # Numbers of numpy too; true is none.
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InputError(f"{where}: found the offset {_shown(value)}, wanted a whole number")
    return operator.index(value)


def _label(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise InputError(f"{where}: found the label {_shown(value)}, wanted a name")
    return str(value)


def _score(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, str | bool) or not hasattr(value, "__float__"):
        raise InputError(f"{where}: found the score {_shown(value)}, wanted a number from 0 to 1")
    return float(value)
