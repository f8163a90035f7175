"""Standoff of brat: a text in ID.txt, its annotation beside it in ID.ann, and how a collection is configured.

https://brat.nlplab.org/standoff.html. Offsets are code points; in the quote of a span a line end is a space, and the
pieces of a discontinuous span are joined by one. A name in brat has letters of ASCII, digits, `-` and `_`: any other
character of a name is written `_xHHHH_`, its code in hexadecimal.
"""

import json
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.data.jsonl import shown
from harness.data.schema import Schema
from harness.data.types import LAYERS, Document, InputError, Span
from harness.data.units import Place, Prove
from harness.formats.export import Export, Format, Written, lost
from harness.formats.files import file_names
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking, marks_of

Discontinuous = Literal["error", "hull", "parts"]

DOCUMENTS: Final = "documents.json"
"""Beside the files: the ids and the meta of their documents, which brat has no place for and passes over."""

_LINE_END: Final = re.compile("[\n\r\t\v\f\x85\u2028\u2029]")
_EDGES: Final = re.compile(r"\d+ \d+(?:;\d+ \d+)*")
_ODD: Final = re.compile(r"[^A-Za-z0-9_-]|_(?=x[0-9A-F]{2,6}_)")
_ESCAPED: Final = re.compile(r"_x([0-9A-F]{2,6})_")
# What people write in the one field for notes, as in `speaker: NAME; rule: C5; note: the reason`.
_NOTED: Final = re.compile(r"(?:^|; )(speaker|rule|note): ")
_NOTES: Final = "AnnotatorNotes"
_COLOURS: Final = 12


def escaped(name: str) -> str:
    """A name as brat can have it; names of ASCII letters, digits, `-` and `_` stay."""
    return _ODD.sub(lambda match: f"_x{ord(match[0]):04X}_", name)


def unescaped(name: str) -> str:
    """The name that was written as `name`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if int(match[1], 16) < 0x110000 else match[0], name)


@dataclass(frozen=True)
class Reading:
    """How standoff is read; the keys of the data set of this name."""

    marking: Marking = field(default_factory=Marking)
    discontinuous: Discontinuous = "error"
    events: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class _Event(NamedTuple):
    id: str
    type: str
    trigger: str
    arguments: Mapping[str, str]


def read_pair(
    document: Document, annotation: str, where: str, reading: Reading, prove: Prove, counts: Counter[str]
) -> MarkedText:
    """A text with the annotation of its .ann file, which is `where`; `counts` gets what is passed over, by what it is.

    Raises:
        InputError: a line is malformed, refers to nothing, or has offsets that are not proved; the message names it.
    """
    places: list[Place] = []
    labels: dict[str, list[tuple[str, str]]] = {}
    links: list[Link] = []
    events: list[_Event] = []
    attributes: dict[str, dict[str, str]] = {}
    notes: dict[str, dict[str, str]] = {}
    ids: set[str] = set()
    for number, line in enumerate(annotation.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        place = f"{where}:{number}"
        name, *cells = line.split("\t")
        if name[:1] in "TREAMN" and name in ids:
            raise InputError(f"{place}: found {shown(name)} again, wanted each once")
        ids.add(name)
        match name[:1]:
            case "T":
                kind, pieces = _span(place, name, cells, document.text, reading.discontinuous, counts)
                labels[name] = [(piece.item, unescaped(kind)) for piece in pieces]
                places += pieces
            case "R":
                kind, *arguments = _words(place, cells, 3)
                ends = [_argument(place, argument)[1] for argument in arguments[:2]]
                links.append(Link(unescaped(kind), *ends))
            case "E":
                head, *arguments = _words(place, cells, 1)
                kind, trigger = _argument(place, head)
                events.append(_Event(name, unescaped(kind), trigger, dict(_argument(place, one) for one in arguments)))
            case "A" | "M":
                kind, target, *value = _words(place, cells, 2)
                attributes.setdefault(target, {})[unescaped(kind)] = unescaped(value[0]) if value else "true"
            case "#":
                _, target, *_ = _words(place, cells, 2)
                notes.setdefault(target, {}).update(_note("\t".join(cells[1:])))
            case "N" | "*":
                counts["normalizations" if name[0] == "N" else "equivalences"] += 1
            case _:
                raise InputError(
                    f"{place}: found {shown(line)}, wanted a line that begins with T, R, E, A, M, N, # or *"
                )
    spans = iter(prove(document.text, places, where).spans)
    marks = [
        _mark(item, next(spans), label, [name], attributes, notes)
        for name, several in labels.items()
        for item, label in several
    ]
    by_id = {mark.id: mark for mark in marks}
    claims, more = _claims(where, events, by_id, reading, counts)
    contents = {event.id: event.trigger if role == "trigger" else event.arguments[role] for event, role in claims}
    made = [
        _mark(event, by_id[target].span, reading.marking.content, [target, event], attributes, notes)
        for event, target in contents.items()
    ]
    taken = set(contents.values())
    cues = {link.tail for link in more if link.label == reading.marking.cue_link}
    kept = [
        replace(mark, label=reading.marking.cue) if mark.id in cues and mark.label in reading.events else mark
        for mark in marks
        if mark.id not in taken
    ]
    known = _known(where, [*links, *more], {mark.id for mark in (*kept, *made)}, events, counts)
    return MarkedText(document, [*kept, *made], known, where)


def _words(place: str, cells: Sequence[str], least: int) -> list[str]:
    words = cells[0].split() if cells else []
    if len(words) < least:
        raise InputError(f"{place}: found {shown(' '.join(words))}, wanted at least {least} words behind the tab")
    return words


def _argument(place: str, text: str) -> tuple[str, str]:
    role, colon, target = text.partition(":")
    if not (role and colon and target):
        raise InputError(f"{place}: found {shown(text)}, wanted ROLE:ID")
    return role, target


def _span(
    place: str, name: str, cells: Sequence[str], text: str, discontinuous: Discontinuous, counts: Counter[str]
) -> tuple[str, list[Place]]:
    """The type of a text-bound annotation, and its pieces."""
    kind, _, edges = cells[0].partition(" ") if cells else ("", "", "")
    if not kind or not _EDGES.fullmatch(edges) or not edges.isascii():
        raise InputError(
            f"{place}: found {shown(cells[0] if cells else '')}, wanted TYPE START END, or more START END behind ;"
        )
    numbers = [[int(number) for number in pair.split(" ")] for pair in edges.split(";")]
    quote = "\t".join(cells[1:]) if len(cells) > 1 else None
    if len(numbers) == 1:
        return kind, [Place(name, numbers[0][0], numbers[0][1], quote)]
    counts["discontinuous spans"] += discontinuous != "error"
    if discontinuous == "error":
        wanted = "one piece; dataset.discontinuous=hull takes all from its first letter to its last, =parts each piece"
        raise InputError(f"{place}: {name}: found {len(numbers)} pieces, wanted {wanted}")
    pieces, begin = [], 0
    for number, (start, end) in enumerate(numbers, 1):
        # Only in code points are the pieces of the quote as long as those of the span.
        said = None if quote is None or end > len(text) else quote[begin : begin + end - start]
        begin += end - start + 1
        pieces.append(Place(f"{name}.{number}", start, end, said))
    if discontinuous == "parts":
        return kind, pieces
    return kind, [Place(name, min(start for start, _ in numbers), max(end for _, end in numbers))]


def _mark(
    name: str,
    span: Span,
    label: str,
    owners: Sequence[str],
    attributes: Mapping[str, Mapping[str, str]],
    notes: Mapping[str, Mapping[str, str]],
) -> Mark:
    """A mark with the attributes and notes of its owners, the later ones first."""
    given = {key: value for owner in owners for key, value in attributes.get(owner, {}).items()}
    noted = {key: value for owner in owners for key, value in notes.get(owner, {}).items()}
    if SPEAKER in noted:
        given[SPEAKER] = noted.pop(SPEAKER)
    return Mark(name, span.start, span.end, label, given, note=noted)


def _claims(
    where: str, events: Sequence[_Event], marks: Mapping[str, Mark], reading: Reading, counts: Counter[str]
) -> tuple[list[tuple[_Event, str]], list[Link]]:
    """The events that are claims, each with the role of its content, and the links to their cues and sources."""
    claims, links = [], []
    for event in events:
        roles = reading.events.get(event.type)
        if roles is None:
            counts[f"events of type {event.type}"] += 1
            continue
        named = {role: roles.get(role, role) for role in ("content", "cue", "source")}
        fillers = {
            role: event.trigger if name == "trigger" else event.arguments.get(name) for role, name in named.items()
        }
        for role, filler in fillers.items():
            if filler is None and role == "content":
                raise InputError(f"{where}: {event.id}: found no {named[role]}, wanted the content of the claim")
            if filler is not None and filler not in marks:
                raise InputError(f"{where}: {event.id}: found {shown(filler)}, wanted a T of this file, not in parts")
        claims.append((event, named["content"]))
        for role, label in (("cue", reading.marking.cue_link), ("source", reading.marking.source_link)):
            filler = fillers[role]
            if filler is not None:
                links.append(Link(label, event.id, filler))
    return claims, links


def _known(
    where: str, links: Sequence[Link], marks: Container[str], events: Sequence[_Event], counts: Counter[str]
) -> list[Link]:
    """The links between marks; those of events are counted, and one to what is nowhere is refused."""
    known = []
    for link in links:
        odd = next((end for end in (link.head, link.tail) if end not in marks), None)
        if odd is None:
            known.append(link)
        elif any(event.id == odd for event in events):
            counts["relations of events"] += 1
        else:
            raise InputError(f"{where}: {link.label}: found {shown(odd)}, wanted a T of this file, not in parts")
    return known


def _note(text: str) -> dict[str, str]:
    """The fields of a note; one without any is the reason."""
    found = list(_NOTED.finditer(text))
    if not found or found[0].start():
        return {"note": text} if text else {}
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {match[1]: _plain(text[match.end() : end]) for match, end in zip(found, ends, strict=True)}


def _plain(text: str) -> str:
    if text.startswith('"'):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return value if isinstance(value, str) else text
    return text


def _noted(fields: Mapping[str, str]) -> str:
    """Fields as one note, which `_note` reads; what could be read otherwise stands in quotation marks, as in JSON."""
    written = []
    for name, value in fields.items():
        odd = value != value.strip() or value.startswith('"') or ";" in value or _LINE_END.search(value) or not value
        written.append(f"{name}: {json.dumps(value) if odd else value}")
    return "; ".join(written)


@dataclass(frozen=True)
class Brat(Format):
    """A collection: a pair of files a document, its configuration, and `documents.json`; `marking` labels claims."""

    marking: Marking = field(default_factory=Marking)

    def write(self, export: Export, out: Path) -> Written:
        """Write the collection.

        Raises:
            InputError: two things have one label.
        """
        self.marking.check(export.schema)
        names = file_names(example.document.id for example in export.examples)
        files, kept = [], {}
        for example in export.examples:
            document, name = example.document, names[example.document.id]
            # Bytes: line ends stay as they are.
            (out / f"{name}.txt").write_bytes(document.text.encode())
            (out / f"{name}.ann").write_bytes(_dumped(marks_of(example, self.marking)).encode())
            files += [out / f"{name}.txt", out / f"{name}.ann"]
            kept[name] = {"id": document.id, "meta": dict(document.meta)}
        contents = {
            "annotation.conf": annotation_conf(export.schema, self.marking),
            "visual.conf": visual_conf(export.schema, self.marking),
            DOCUMENTS: f"{json.dumps(kept, ensure_ascii=False, indent=1)}\n",
        }
        for name, content in contents.items():
            (out / name).write_bytes(content.encode())
            files.append(out / name)
        return Written(files, lost(export.examples, ("meta", *LAYERS, "attributes", "speakers")))


def _dumped(marked: MarkedText) -> str:
    """The lines of an .ann file."""
    text = marked.document.text
    lines: list[str] = []
    extra: list[str] = []
    for mark in marked.marks:
        quote = _LINE_END.sub(" ", text[mark.start : mark.end])
        lines.append(f"{mark.id}\t{escaped(mark.label)} {mark.start} {mark.end}\t{quote}")
        for name, value in mark.attributes.items():
            if name == SPEAKER:
                extra.append(f"#{len(extra) + 1}\t{_NOTES} {mark.id}\t{_noted({name: value})}")
            else:
                extra.append(f"A{len(extra) + 1}\t{escaped(name)} {mark.id} {escaped(value)}")
    for number, link in enumerate(marked.links, 1):
        lines.append(f"R{number}\t{escaped(link.label)} Arg1:{link.head} Arg2:{link.tail}\t")
    return "".join(f"{line}\n" for line in (*lines, *extra))


def annotation_conf(schema: Schema, marking: Marking) -> str:
    """What can be marked in a collection."""
    has_claims = "claims" in schema.layers
    roles = marking.roles if has_claims else ()
    labels = [*schema.types, *roles, *schema.sentence_labels]
    lines = ["[entities]", *map(escaped, labels), "", "[relations]"]
    lines.append("<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>")
    if has_claims:
        content = escaped(marking.content)
        lines += [f"{escaped(link)}\tArg1:{content}, Arg2:<ENTITY>" for link in (marking.cue_link, marking.source_link)]
    lines += ["", "[events]", "", "[attributes]"]
    for name, values in schema.attributes.items() if has_claims else ():
        lines.append(f"{escaped(name)}\tArg:{escaped(marking.content)}, Value:{'|'.join(map(escaped, values))}")
    return "".join(f"{line}\n" for line in lines)


def visual_conf(schema: Schema, marking: Marking) -> str:
    """How it looks: right to left, each label in full and short, with a colour of its own."""
    labels = [*schema.types, *marking.roles, *schema.sentence_labels]
    lines = ["[labels]"]
    lines += [f"{escaped(label)} | {label.replace('|', ' ')}" for label in labels if escaped(label) != label]
    lines += ["", "[options]", "Arcs\tbundle:all", "Text\tdirection:rtl", "", "[drawing]"]
    lines += [
        "SPAN_DEFAULT\tfgColor:black, bgColor:#ddeeff, borderColor:darken",
        "ARC_DEFAULT\tcolor:black, arrowHead:triangle-5",
    ]
    lines += [f"{escaped(label)}\tbgColor:{_colour(number)}" for number, label in enumerate(labels)]
    lines += ["ATTRIBUTE_DEFAULT\tglyph:*"]
    return "".join(f"{line}\n" for line in lines)


def _colour(number: int) -> str:
    """One of twelve light colours, going round the wheel; the same every time."""
    import colorsys

    red, green, blue = colorsys.hls_to_rgb(
        (number * 5 % _COLOURS) / _COLOURS, 0.82 - 0.06 * (number // _COLOURS % 3), 0.7
    )
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))


def read_documents_file(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The ids and meta that were written beside a collection, by file name; empty where there are none.

    Raises:
        InputError: the file is malformed.
    """
    path = folder / DOCUMENTS
    if not path.is_file():
        return {}
    from harness.data.files import read_json

    found = read_json(path)
    for name, value in found.items():
        fits = isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("meta"), dict)
        if not fits or not value["id"]:
            raise InputError(f"{path}: {name}: found {shown(value)}, wanted an object with id and meta")
    return found
