"""Prodigy's JSON Lines, which are spaCy's too: a text with spans, the tokens they begin and end at, and relations.

Offsets are code points. Spans have no text of their own, but tokens do, and prove them. A span may have keys that are
not Prodigy's: `id`, `text`, and `attributes` of claims with their speaker.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.data.jsonl import Record, dump, shown
from harness.data.types import LAYERS, Document, InputError
from harness.data.units import Place, Prove
from harness.formats.export import Export, Format, Written, lost
from harness.formats.marks import Link, Mark, MarkedText, Marking, marks_of
from harness.formats.records import id_of, objects_in, read_objects, text_of, whole_number, words_in
from harness.formats.tokens import tokenized

_IDS: Final = ("doc_id", "document_id", "id")
_ANSWER: Final = "answer"
_ACCEPTED: Final = "accept"


@dataclass(frozen=True)
class Reading:
    """How the lines are read; the keys of the data set of this name."""

    marking: Marking = field(default_factory=Marking)
    id_key: str | None = None
    annotator: str | None = None


@dataclass(frozen=True)
class Answered:
    """A task that somebody answered; tasks of one `input` are of one text: its id, else Prodigy's hash of it."""

    where: str
    record: Record
    document: Document
    answer: str
    annotator: str | None
    input: str


def read_tasks(path: Path, encoding: str | None, reading: Reading) -> Iterator[Answered]:
    """The tasks of a file in its order, whatever was answered.

    Raises:
        InputError: the file is malformed.
    """
    for number, (where, record) in enumerate(read_objects(path, encoding, "the JSON Lines of Prodigy or spaCy"), 1):
        otherwise = f"{path.stem}:{number}"
        text = text_of(record, where)
        meta = record.get("meta")
        meta = dict(meta) if isinstance(meta, dict) else {}
        if any(key in record for key in ([reading.id_key] if reading.id_key else _IDS)) or not meta:
            name, _ = id_of(record, where, reading.id_key, _IDS, otherwise)
        else:
            name, _ = id_of(meta, f"{where}: meta", reading.id_key, _IDS, otherwise)
        answer = record.get(_ANSWER, _ACCEPTED)
        annotator = record.get("_annotator_id") or record.get("_session_id")
        if annotator is not None and not isinstance(annotator, str):
            raise InputError(f"{where}: _annotator_id: found {shown(annotator)}, wanted a name")
        # Prodigy gives no ids: without one of the user's, the answers of several people have only the input in common.
        shared = record.get("_input_hash", text if annotator is not None else None)
        task_input = f"input {shared}" if name == otherwise and shared is not None else f"id {name}"
        document = Document(name, text, meta)
        yield Answered(where, record, document, words_in(answer, f"{where}: {_ANSWER}"), annotator, task_input)


def marked_text(task: Answered, prove: Prove) -> MarkedText:
    """The spans and relations of a task.

    Raises:
        InputError: a span or a relation is malformed, or an offset is not proved.
    """
    record, where, text = task.record, task.where, task.document.text
    tokens = []
    for number, token in enumerate(objects_in(record, "tokens", where)):
        at = f"{where}: tokens[{number}]"
        tokens.append(Place(f"tokens[{number}]", *_edges(token, at), words_in(token.get("text"), f"{at}.text")))
    places, labels, given, scores = [], [], [], []
    for item, span in _spans(record, where):
        at = f"{where}: {item}"
        start, end = _edges(span, at)
        _check_tokens(at, span, (start, end), tokens)
        quote, name, score = span.get("text"), span.get("id"), span.get("score")
        named = name if isinstance(name, str) and name else item
        places.append(Place(named, start, end, quote if isinstance(quote, str) else None))
        labels.append(words_in(span.get("label"), f"{at}.label"))
        given.append(_attributes(span.get("attributes"), f"{at}.attributes"))
        # Models of other people give what they like.
        is_score = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
        scores.append(float(score) if is_score else None)  # type: ignore[arg-type]
    spans = prove(text, [*places, *tokens], where).spans[: len(places)]
    marks = [
        Mark(place.item, span.start, span.end, label, attributes, score)
        for place, span, label, attributes, score in zip(places, spans, labels, given, scores, strict=True)
    ]
    return MarkedText(task.document, marks, list(_links(record, where, places, labels, marks)), where)


def _spans(record: Record, where: str) -> Iterator[tuple[str, Record]]:
    """The spans of a record under whatever key: Prodigy's, those of a Doc, or those of training data."""
    for key in ("spans", "ents"):
        for number, span in enumerate(objects_in(record, key, where)):
            yield f"{key}[{number}]", span
    entities = record.get("entities", [])
    if not isinstance(entities, list):
        raise InputError(f"{where}: entities: found {shown(entities)}, wanted a list")
    for number, entity in enumerate(entities):
        item = f"entities[{number}]"
        if isinstance(entity, dict):
            yield item, entity
        elif isinstance(entity, list) and len(entity) == 3:
            yield item, {"start": entity[0], "end": entity[1], "label": entity[2]}
        else:
            raise InputError(f"{where}: {item}: found {shown(entity)}, wanted [START, END, LABEL]")


def _edges(span: Mapping[str, object], where: str) -> tuple[int, int]:
    return whole_number(span.get("start"), f"{where}.start"), whole_number(span.get("end"), f"{where}.end")


def _check_tokens(where: str, span: Mapping[str, object], edges: tuple[int, int], tokens: Sequence[Place]) -> None:
    """Hold a span against the tokens that it says it begins and ends with."""
    first, last = span.get("token_start"), span.get("token_end")
    if first is None or last is None or not tokens:
        return
    first, last = whole_number(first, f"{where}.token_start"), whole_number(last, f"{where}.token_end")
    if not 0 <= first <= last < len(tokens) or (tokens[first].start, tokens[last].end) != edges:
        wanted = f"the edges of the tokens {first} to {last}"
        raise InputError(f"{where}: found {list(edges)}, wanted {wanted}")


def _attributes(value: object, where: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{where}: found {shown(value)}, wanted an object")
    odd = next((name for name, text in value.items() if not isinstance(text, str)), None)
    if odd is not None:
        raise InputError(f"{where}.{odd}: found {shown(value[odd])}, wanted a text")
    return value


def _links(
    record: Record, where: str, places: Sequence[Place], labels: Sequence[str], marks: Sequence[Mark]
) -> Iterator[Link]:
    """The relations: by the ids of spans, by their edges and labels, or by their last tokens."""
    ids = {mark.id for mark in marks}
    by_edges = {(place.start, place.end, label): place.item for place, label in zip(places, labels, strict=True)}
    lasts = (span.get("token_end") for _, span in _spans(record, where))
    last_tokens = [(place.item, last) for place, last in zip(places, lasts, strict=True)]
    for number, relation in enumerate(objects_in(record, "relations", where)):
        at = f"{where}: relations[{number}]"
        ends = []
        for end in ("head", "child"):
            span, name = relation.get(f"{end}_span"), relation.get(f"{end}_id")
            if span is None and type(relation.get(end)) is int:
                # Without a span, the index of the token that it ends with.
                ending = [item for item, last in last_tokens if last == relation[end]]
                if len(ending) != 1:
                    wanted = "the last token of one span"
                    raise InputError(f"{at}.{end}: found {relation[end]}, that of {len(ending)} spans, wanted {wanted}")
                ends.append(ending[0])
                continue
            if not isinstance(span, dict):
                raise InputError(f"{at}.{end}_span: found {shown(span)}, wanted the span that it relates")
            key = (*_edges(span, f"{at}.{end}_span"), str(span.get("label")))
            found = name if isinstance(name, str) and name in ids else by_edges.get(key)
            if found is None:
                raise InputError(f"{at}.{end}_span: found {shown(list(key))}, wanted one of the spans")
            ends.append(found)
        yield Link(words_in(relation.get("label"), f"{at}.label"), *ends)


@dataclass(frozen=True)
class Prodigy(Format):
    """A file NAME.jsonl, labels.txt, and a prodigy.json that writes from right to left.

    Gold is accepted; the answers of a run are left to be answered. Tokens are parted at white space, and cut where a
    span begins or ends inside a word.
    """

    marking: Marking = field(default_factory=Marking)

    def write(self, export: Export, out: Path) -> Written:
        """Write the files.

        Raises:
            InputError: two things have one label.
        """
        schema, marking = export.schema, self.marking
        marking.check(schema)
        lines = [dump(_record(marks_of(example, marking), export.system is None)) for example in export.examples]
        labels = [*schema.types, *(marking.roles if "claims" in schema.layers else ()), *schema.sentence_labels]
        files = {
            f"{export.name}.jsonl": "".join(f"{line}\n" for line in lines),
            "labels.txt": "".join(f"{label}\n" for label in labels),
            "prodigy.json": f"{json.dumps({'writing_dir': 'rtl'})}\n",
        }
        for name, content in files.items():
            (out / name).write_bytes(content.encode())
        held = ("meta", *LAYERS, "attributes", "speakers", "scores")
        return Written([out / name for name in files], lost(export.examples, held))


def _record(marked: MarkedText, is_gold: bool) -> Record:
    document = marked.document
    text = document.text
    tokens = tokenized(text, [mark.span for mark in marked.marks])
    first = {token.start: number for number, token in enumerate(tokens)}
    last = {token.end: number for number, token in enumerate(tokens)}
    spans: dict[str, Record] = {}
    for mark in marked.marks:
        span: Record = {"start": mark.start, "end": mark.end, "label": mark.label}
        span |= {"token_start": first[mark.start], "token_end": last[mark.end], "text": text[mark.start : mark.end]}
        span |= {"id": mark.id}
        span |= {"attributes": dict(mark.attributes)} if mark.attributes else {}
        spans[mark.id] = span | ({"score": mark.score} if mark.score is not None else {})
    relations = []
    for link in marked.links:
        ends = {
            end: {key: spans[name][key] for key in ("start", "end", "token_start", "token_end", "label")}
            for end, name in (("head", link.head), ("child", link.tail))
        }
        relation: Record = {end: span["token_end"] for end, span in ends.items()}
        relation |= {f"{end}_span": span for end, span in ends.items()}
        relations.append(relation | {"head_id": link.head, "child_id": link.tail, "label": link.label})
    record: Record = {"text": text, "doc_id": document.id, "meta": dict(document.meta)}
    record["tokens"] = [
        {
            "text": text[token.start : token.end],
            "start": token.start,
            "end": token.end,
            "id": number,
            "ws": text[token.end : token.end + 1].isspace(),
        }
        for number, token in enumerate(tokens)
    ]
    record["spans"] = list(spans.values())
    if relations:
        record["relations"] = relations
    return record | ({_ANSWER: _ACCEPTED} if is_gold else {})
