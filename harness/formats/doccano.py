"""doccano's JSON Lines: spans as [START, END, LABEL], or as objects with relations between them.

doccano has no quotes: what its offsets count is a setting of the project, code points, or graphemes where it says
"count grapheme clusters as one character". It has no attributes either. So the values of a claim's attributes stand in
the label of its content, as `Content quote=direct certainty=asserted`, and its speaker in the meta of the document.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

from harness.data.jsonl import Record, dump, shown
from harness.data.schema import Schema
from harness.data.types import LAYERS, Document, InputError
from harness.data.units import Place, Prove, Unit, in_unit
from harness.formats.export import Export, Format, Written, lost
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking, marks_of
from harness.formats.records import id_of, objects_in, read_objects, text_of, whole_number, words_in

SPEAKERS: Final = "speakers"
"""The key of meta that keeps the speakers of claims, by the offsets of their contents."""

_IDS: Final = ("doc_id", "document_id", "id")
_OWN: Final = ("id", "text", "data", "label", "labels", "entities", "relations", "Comments", "comments", "cats")
_COLOURS: Final = (
    "#209cee",
    "#ffcc00",
    "#f44236",
    "#7c20e0",
    "#4caf50",
    "#ff9800",
    "#00bcd4",
    "#9c27b0",
    "#795548",
    "#607d8b",
)
_KEYS: Final = "1234567890abcdefghijklmnopqrstuvwxyz"
_MOST: Final = 200
"""Labels of contents, beyond which the values of attributes are not written into them."""


@dataclass(frozen=True)
class Reading:
    """How the lines are read; the keys of the data set of this name."""

    marking: Marking = field(default_factory=Marking)
    text_key: str = "text"
    id_key: str | None = None


def read_file(
    path: Path, encoding: str | None, reading: Reading, prove: Prove, counts: Counter[str]
) -> Iterator[MarkedText]:
    """The documents of a file in its order; `counts` gets what is passed over, by what it is.

    Raises:
        InputError: it is malformed, or an offset is outside its text; the message names the line.
    """
    for number, (where, record) in enumerate(read_objects(path, encoding, "the JSON Lines of doccano"), 1):
        key = reading.text_key if reading.text_key in record or "data" not in record else "data"
        text = text_of(record, where, key)
        name, id_key = id_of(record, where, reading.id_key, _IDS, f"{path.stem}:{number}")
        meta = {name: value for name, value in record.items() if name not in (*_OWN, key, id_key, "meta")}
        own = record.get("meta")
        meta |= own if isinstance(own, dict) else {}
        speakers = meta.pop(SPEAKERS, {})
        if not isinstance(speakers, dict):
            raise InputError(f"{where}: {SPEAKERS}: found {shown(speakers)}, wanted names by the offsets of contents")
        places, labels = _places(record, where)
        spans = prove(text, places, where).spans
        marks = []
        for place, label, span in zip(places, labels, spans, strict=True):
            head, given = _attributes(label, reading.marking.content)
            speaker = speakers.get(f"{span.start}-{span.end}") if head == reading.marking.content else None
            if speaker is not None and not isinstance(speaker, str):
                raise InputError(f"{where}: {SPEAKERS}: found {shown(speaker)}, wanted names by offsets of contents")
            given |= {} if speaker is None else {SPEAKER: speaker}
            marks.append(Mark(place.item, span.start, span.end, head, given))
        contents = {f"{mark.start}-{mark.end}" for mark in marks if mark.label == reading.marking.content}
        counts["speakers of contents that stand nowhere any more"] += len(speakers.keys() - contents)
        links = [
            Link(
                words_in(relation.get("type"), f"{where}: relations[{number}].type"),
                *(f"entity {relation.get(end)}" for end in ("from_id", "to_id")),
            )
            for number, relation in enumerate(objects_in(record, "relations", where))
        ]
        yield MarkedText(Document(name, text, meta), marks, links, where)


def _places(record: Record, where: str) -> tuple[list[Place], list[str]]:
    """The spans of a record, and the label of each."""
    places, labels = [], []
    for number, entity in enumerate(objects_in(record, "entities", where)):
        at = f"{where}: entities[{number}]"
        edges = [whole_number(entity.get(key), f"{at}.{key}") for key in ("start_offset", "end_offset")]
        places.append(Place(f"entity {entity.get('id', number)}", edges[0], edges[1]))
        labels.append(words_in(entity.get("label"), f"{at}.label"))
    key = "label" if "label" in record else "labels"
    spans = record.get(key)
    if spans is None and "entities" not in record:
        raise InputError(f"{where}: found no label and no entities, wanted the spans of sequence labelling")
    if spans is not None and not isinstance(spans, list):
        raise InputError(f"{where}: {key}: found {shown(spans)}, wanted a list")
    for number, span in enumerate(spans or ()):
        at = f"{where}: {key}[{number}]"
        if not isinstance(span, list) or len(span) != 3:
            raise InputError(f"{at}: found {shown(span)}, wanted [START, END, LABEL]: the export of sequence labelling")
        edges = [whole_number(edge, at) for edge in span[:2]]
        places.append(Place(f"{key}[{number}]", edges[0], edges[1]))
        labels.append(words_in(span[2], at))
    return places, labels


def _attributes(label: str, content: str) -> tuple[str, dict[str, str]]:
    """The label of a mark, and the attributes that stand in it if it is a content's."""
    if not label.startswith(f"{content} "):
        return label, {}
    given = [part.partition("=") for part in label.removeprefix(f"{content} ").split(" ")]
    if not all(equals and name and value for name, equals, value in given):
        return label, {}
    return content, {name: value for name, _, value in given}


@dataclass(frozen=True)
class Doccano(Format):
    """A file NAME.jsonl to import, and the labels of the project; `unit` is what the project counts."""

    marking: Marking = field(default_factory=Marking)
    unit: Unit = "code_points"

    def write(self, export: Export, out: Path) -> Written:
        """Write the file, label_config.json and, where claims are annotated, relation_config.json.

        Raises:
            InputError: two things have one label.
        """
        schema = export.schema
        self.marking.check(schema)
        contents = content_labels(schema, self.marking)
        has_claims = "claims" in schema.layers
        lines = [
            dump(self._record(marks_of(example, self.marking), contents, has_claims)) for example in export.examples
        ]
        labels = [*schema.types, *((*contents.values(), *self.marking.roles[1:]) if has_claims else ())]
        files = {
            f"{export.name}.jsonl": "".join(f"{line}\n" for line in lines),
            "label_config.json": _configured([*labels, *schema.sentence_labels]),
        }
        if has_claims:
            files["relation_config.json"] = _configured([self.marking.cue_link, self.marking.source_link])
        for name, content in files.items():
            (out / name).write_bytes(content.encode())
        held = ("meta", *LAYERS, "speakers", *(["attributes"] if len(contents) > 1 or not schema.attributes else []))
        return Written([out / name for name in files], lost(export.examples, held))

    def _record(
        self, marked: MarkedText, contents: Mapping[frozenset[tuple[str, str]], str], has_claims: bool
    ) -> Record:
        document = marked.document
        spans = in_unit(document.text, (mark.span for mark in marked.marks), self.unit)
        labels = [self._label(mark, contents) for mark in marked.marks]
        record: Record = {"text": document.text, "doc_id": document.id}
        if has_claims:
            numbers = {mark.id: number for number, mark in enumerate(marked.marks)}
            record["entities"] = [
                {"id": number, "start_offset": span.start, "end_offset": span.end, "label": label}
                for number, (span, label) in enumerate(zip(spans, labels, strict=True))
            ]
            record["relations"] = [
                {"id": number, "from_id": numbers[link.head], "to_id": numbers[link.tail], "type": link.label}
                for number, link in enumerate(marked.links)
            ]
        else:
            record["label"] = [[*span, label] for span, label in zip(spans, labels, strict=True)]
        speakers = {
            f"{mark.start}-{mark.end}": mark.attributes[SPEAKER] for mark in marked.marks if SPEAKER in mark.attributes
        }
        record["meta"] = {**document.meta, **({SPEAKERS: speakers} if speakers else {})}
        return record

    def _label(self, mark: Mark, contents: Mapping[frozenset[tuple[str, str]], str]) -> str:
        if mark.label != self.marking.content:
            return mark.label
        written = {name: value for name, value in mark.attributes.items() if name != SPEAKER}
        return contents.get(frozenset(written.items()), mark.label)


def content_labels(schema: Schema, marking: Marking) -> dict[frozenset[tuple[str, str]], str]:
    """The label of a content for each combination of values of the attributes; one alone where there are too many."""
    combinations = list(product(*schema.attributes.values()))
    names = [*schema.attributes, *(value for values in schema.attributes.values() for value in values)]
    if len(combinations) > _MOST or any(set(name) & set(" =\t\n") for name in names):
        return {frozenset(): marking.content}
    labels = {}
    for values in combinations:
        pairs = list(zip(schema.attributes, values, strict=True))
        labels[frozenset(pairs)] = " ".join([marking.content, *(f"{name}={value}" for name, value in pairs)])
    return labels


def _configured(labels: Sequence[str]) -> str:
    """Labels as doccano imports them, each with a colour, and a key while there are some."""
    configured = [
        {
            "text": label,
            "suffix_key": _KEYS[number] if number < len(_KEYS) else None,
            "background_color": _COLOURS[number % len(_COLOURS)],
            "text_color": "#ffffff",
        }
        for number, label in enumerate(labels)
    ]
    return f"{json.dumps(configured, ensure_ascii=False, indent=1)}\n"
