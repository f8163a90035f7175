"""Answers of a model: the JSON Schema that they are asked in, and what can be read of what came."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from harness.data.jsonl import one_line
from harness.data.schema import Schema, name_fault
from harness.data.types import LAYERS

T = TypeVar("T", bound=BaseModel)

_OPENING: Final = re.compile(r"\{\s*[\"“”„‟}]|\[\s*[{\]]")
_THOUGHT: Final = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS: Final = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_THOUGHT_BEGINS: Final = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_DIGITS: Final = 10
"""Digits that the number of a sentence has fewer of."""
_DECODER: Final = json.JSONDecoder(strict=False)


class MalformedAnswer(ValueError):  # noqa: N818 -- what it is, as InputError's message has it
    """An answer of which nothing can be used.

    `reason` is one of `empty` (there is nothing), `no_json` (there is text, but no JSON object or list),
    `invalid_json` (there is what looks like one, and is none), `cut` (it ends before it is closed) and `other_json` (it
    has none of the keys that were asked for); `detail` is one line.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def _named(value: str) -> str:
    wanted = name_fault(value)
    if wanted is not None:
        raise ValueError(wanted)
    return value


Name = Annotated[str, AfterValidator(_named)]
"""A type or a label that can be used."""


class Item(BaseModel):
    """What all items have: other keys than those of their class are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @field_validator("sentence", mode="before", check_fields=False)
    @classmethod
    def _number(cls, value: object) -> object:
        """Models write the number as it stands in the prompt, too: `[3]`; and in the digits of Arabic."""
        if isinstance(value, bool):
            raise ValueError("no number")
        if not isinstance(value, str):
            return value
        number = value.strip(" []")
        return int(number) if number.isdecimal() and len(number) < _DIGITS else number


class Quote(Item):
    """A stretch of the text: the number of a sentence, and words of it."""

    sentence: int
    quote: str

    @field_validator("quote")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("blank")
        return value


class MentionItem(Quote):
    """A mention with its type."""

    type: Name


class LabelItem(Item):
    """A sentence with its label."""

    sentence: int
    label: Name


class ClaimItem(BaseModel):
    """A claim; `attributes` are all further keys with a name as value."""

    model_config = ConfigDict(frozen=True)

    content: Quote
    cue: Quote
    source: Quote | None = None
    speaker: str | None = None
    attributes: Mapping[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _parts(cls, value: object) -> object:
        """The keys of a claim by part. A role that is a mere string stands in the sentence of the claim."""
        if not isinstance(value, dict):
            return value
        parts: dict[str, object] = {}
        for role in ("content", "cue", "source"):
            given = value.get(role)
            parts[role] = {"sentence": value.get("sentence"), "quote": given} if isinstance(given, str) else given
        source = parts["source"]
        # Models write what is absent as an empty object or quote as well.
        if isinstance(source, dict) and not str(source.get("quote") or "").strip():
            parts["source"] = None
        speaker = value.get("speaker")
        parts["speaker"] = None if isinstance(speaker, str) and not speaker.strip() else speaker
        further = {key: given for key, given in value.items() if key not in parts and isinstance(given, str)}
        parts["attributes"] = {key: given for key, given in further.items() if name_fault(given) is None}
        return parts


@dataclass(frozen=True)
class ParsedAnswer:
    """The items of an answer by layer, in its order; `malformed` counts those that lack a field or are no items."""

    entities: tuple[MentionItem, ...] = ()
    claims: tuple[ClaimItem, ...] = ()
    sentences: tuple[LabelItem, ...] = ()
    malformed: int = 0


def answer_format(schema: Schema, layers: Sequence[str]) -> dict[str, Any]:
    """The JSON Schema of an answer in the names of `schema`, of those of its layers that are in `layers`.

    It keeps to what the strict modes of servers take: every key is required, no other is allowed.
    """
    items: dict[str, dict[str, object]] = {
        "entities": {**_QUOTE, "type": _names(schema.types)},
        "claims": {
            "sentence": _NUMBER,
            "content": _object(_QUOTE),
            "cue": _object(_QUOTE),
            "source": {"anyOf": [_object(_QUOTE), {"type": "null"}]},
            "speaker": {"type": ["string", "null"]},
            **{name: _names(values) for name, values in schema.attributes.items()},
        },
        "sentences": {"sentence": _NUMBER, "label": _names(schema.sentence_labels)},
    }
    asked = [layer for layer in LAYERS if layer in layers and layer in schema.layers]
    return _object({layer: {"type": "array", "items": _object(items[layer])} for layer in asked})


_NUMBER: Final = {"type": "integer"}
_QUOTE: Final = {"sentence": _NUMBER, "quote": {"type": "string"}}


def _object(properties: Mapping[str, object]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _names(names: Sequence[str]) -> dict[str, object]:
    # An empty enum is no schema that a server takes.
    return {"type": "string", "enum": list(names)} if names else {"type": "string"}


def parse_answer(text: str) -> ParsedAnswer:
    """What `text` answers.

    Reasoning in `<think>` is passed over, and so is all text around the JSON object, code fences included; quotation
    marks of print around keys and values, and commas before a closing bracket, are read as they are meant. Of several
    objects the last one with a key counts for that key. A list that is absent is empty if another is there. A bare list
    is read by what its items are.

    Raises:
        MalformedAnswer: there is no such object, or it was cut.
    """
    found: dict[str, object] = {}
    for value in _values(text):
        found |= _by_layer(value)
    if not found:
        raise MalformedAnswer("other_json", f"found {_shown(text)}, wanted one of the keys {', '.join(LAYERS)}")
    lists = {layer: [] if found.get(layer) is None else found[layer] for layer in LAYERS}
    odd = sum(not isinstance(value, list) for value in lists.values())
    mentions, lost_mentions = _items(lists["entities"], MentionItem)
    claims, lost_claims = _items(lists["claims"], ClaimItem)
    labels, lost_labels = _items(lists["sentences"], LabelItem)
    return ParsedAnswer(mentions, claims, labels, odd + lost_mentions + lost_claims + lost_labels)


def _items(values: object, kind: type[T]) -> tuple[tuple[T, ...], int]:
    """The items of a list, and how many were none."""
    items, lost = [], 0
    for value in values if isinstance(values, list) else ():
        try:
            # Half a surrogate pair, as models write them when they spell an emoji, fits in no file.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
            items.append(kind.model_validate(value))
        except (ValidationError, UnicodeEncodeError):
            lost += 1
    return tuple(items), lost


def _by_layer(value: object) -> dict[str, object]:
    """The lists of an object under known keys; of a bare list under the keys that its items have."""
    if isinstance(value, dict):
        return {layer: value[layer] for layer in LAYERS if layer in value}
    if not isinstance(value, list):
        return {}
    lists: dict[str, list[object]] = {"entities": []} if not value else {}
    telling = {"content": "claims", "label": "sentences", "type": "entities"}
    for item in value:
        layer = next((telling[key] for key in telling if isinstance(item, dict) and key in item), None)
        if layer is not None:
            lists.setdefault(layer, []).append(item)
    return {**lists}


def _values(text: str) -> Iterator[object]:
    """The JSON objects and lists in `text`, outermost ones only, in order."""
    try:
        whole = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict | list):
        yield whole
        return
    if not text.strip():
        raise MalformedAnswer("empty", "found no text, wanted a JSON object")
    text = _without_thoughts(text)
    # Every repair is of one character by one, so that places stay.
    repaired = _repaired(text)
    position, count, broken = 0, 0, ""
    while opening := _OPENING.search(text, position):
        start = opening.start()
        for version in (text, repaired):
            try:
                value, position = _DECODER.raw_decode(version, start)
            except (ValueError, RecursionError) as error:
                broken = str(error)
                continue
            count += 1
            yield value
            break
        else:
            end = _closing(repaired, start)
            if end is None:
                raise MalformedAnswer("cut", f"found {_shown(text[start:])}, which nothing closes")
            position = end
    if not count and broken:
        raise MalformedAnswer("invalid_json", f"found {_shown(text)}, wanted JSON: {one_line(broken)}")
    if not count:
        raise MalformedAnswer("no_json", f"found {_shown(text)}, wanted a JSON object")


def _without_thoughts(text: str) -> str:
    """`text` without reasoning; raises where it does not end."""
    text = _THOUGHT.sub("", text)
    # Some servers leave out the mark that opens it.
    text = _THOUGHT_ENDS.split(text)[-1]
    opening = _THOUGHT_BEGINS.search(text)
    if opening is not None and _OPENING.search(text, 0, opening.start()) is None:
        raise MalformedAnswer("cut", "found reasoning that does not end, wanted a JSON object behind it")
    return text


def _repaired(text: str) -> str:
    text = re.sub(r"(?<=[{\[,:])(\s*)[“”„‟]", r'\1"', text)
    text = re.sub(r"[“”„‟](\s*[:,}\]])", r'"\1', text)
    return re.sub(r",(\s*[}\]])", r" \1", text)


def _closing(text: str, start: int) -> int | None:
    """The place behind the bracket that closes the one at `start`; None where none does."""
    depth, quoted = 0, False
    for match in re.finditer(r"\\.|[\"{}\[\]]", text[start:], re.DOTALL):
        char = match.group()
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "{[":
            depth += 1
        elif not quoted and char in "}]":
            depth -= 1
            if not depth:
                return start + match.end()
    return None


def _shown(text: str) -> str:
    return repr(one_line(text))
