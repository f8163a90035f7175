"""Annotation written as UIMA CAS, in layers that INCEpTION makes of the type system that is written with it."""

import json
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final, Literal, get_args

from harness.data.extras import require
from harness.data.schema import Schema
from harness.data.types import LAYERS, Example, InputError, Span
from harness.formats.cas_files import TAG_SETS, TYPE_SYSTEM
from harness.formats.cas_layers import (
    CLAIM,
    CLAIM_RELATION,
    DEPENDENT,
    GOVERNOR,
    LABELLED_SENTENCE,
    META,
    METADATA,
    NAMED_ENTITY,
    feature_name,
)
from harness.formats.export import Export, Format, Written, lost
from harness.formats.files import file_names
from harness.formats.marks import SPEAKER, Marking, marks_of

Form = Literal["xmi", "json"]

_SEGMENTATION: Final = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
_STRING: Final = "uima.cas.String"
_WORD: Final = "LMN"
"""The first letters of the categories of characters in words: letters, marks, numbers."""


@dataclass(frozen=True)
class Cas(Format):
    """A file a document, their type system, and tag sets for INCEpTION; `form` is xmi or json."""

    form: Form = "xmi"
    marking: Marking = field(default_factory=Marking)

    def __post_init__(self) -> None:
        if self.form not in get_args(Form):
            raise InputError(f"format.form: found {self.form!r}, wanted one of {', '.join(get_args(Form))}")

    def write(self, export: Export, out: Path) -> Written:
        """Write the files.

        Raises:
            InputError: cassis is not installed, or a text has a character that XML has not.
        """
        cassis = require("cassis", "cas", "format=cas")
        types = _type_system(cassis, export.schema)
        files = []
        names = file_names(example.document.id for example in export.examples)
        for example in export.examples:
            path = out / f"{names[example.document.id]}.{self.form}"
            cas = _cas(cassis, types, example, self.marking)
            try:
                # An edge inside no character: cassis would say so and go on.
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    content = cas.to_json() if self.form == "json" else cas.to_xmi()
            except ValueError as error:
                wanted = "characters of XML; format.form=json has them all"
                raise InputError(f"{example.document.id}: found a character that is none, wanted {wanted}") from error
            path.write_bytes(content.encode())
            files.append(path)
        path = out / TYPE_SYSTEM
        path.write_bytes(types.to_xml().encode())
        (out / TAG_SETS).mkdir(exist_ok=True)
        files += [path, *_write_tag_sets(export.schema, out / TAG_SETS)]
        return Written(files, lost(export.examples, ("meta", *LAYERS, "attributes", "speakers")))


def _type_system(cassis: Any, schema: Schema) -> Any:
    """The types of the layers; INCEpTION takes one with Governor and Dependent, and no other link, for relations."""
    types = cassis.TypeSystem()

    def add(name: str, features: Mapping[str, str], description: str = "", above: str = "uima.tcas.Annotation") -> None:
        types.create_type(name, above, description or None)
        for feature, said in features.items():
            types.create_feature(name, feature, _STRING, description=said or None)

    add(METADATA, dict.fromkeys(("documentTitle", "documentId"), ""), above="uima.tcas.DocumentAnnotation")
    add(META, {"key": "", "value": "JSON"}, "What is known of the document", "uima.cas.AnnotationBase")
    for kind in ("Sentence", "Token"):
        add(f"{_SEGMENTATION}.{kind}", {})
    add(NAMED_ENTITY, {"value": _listed(schema, ("types",), schema.types), "identifier": ""})
    if "sentences" in schema.layers:
        label = _listed(schema, ("sentence_labels",), schema.sentence_labels)
        add(LABELLED_SENTENCE, {"label": label}, "A sentence and its label")
    if "claims" in schema.layers:
        attributes = {
            feature_name(name): _listed(schema, ("attributes", name), values)
            for name, values in schema.attributes.items()
        }
        said = "A part of a claim; attributes and speaker are those of its content"
        add(CLAIM, {"part": "", SPEAKER: "Who speaks", **attributes}, said)
        add(CLAIM_RELATION, {"role": ""}, "From the content of a claim to its cue, and to its source")
        for end in (GOVERNOR, DEPENDENT):
            types.create_feature(CLAIM_RELATION, end, CLAIM)
    return types


def _listed(schema: Schema, path: tuple[str, ...], names: Sequence[str]) -> str:
    """Names with their descriptions, a line each."""
    lines = []
    for name in names:
        said = " · ".join(filter(None, schema.describe(*path, name)))
        lines.append(f"{name}: {said}" if said else name)
    return "\n".join(lines)


def _cas(cassis: Any, types: Any, example: Example, marking: Marking) -> Any:
    """The document as an object of cassis."""
    document = example.document
    cas = cassis.Cas(typesystem=types, sofa_string=document.text, sofa_mime="text/plain")

    def add(kind: str, start: int | None = None, end: int | None = None, **features: Any) -> Any:
        edges = {} if start is None else {"begin": start, "end": end}
        item = types.get_type(kind)(**edges, **features)
        cas.add(item)
        return item

    title = {"documentTitle": document.id, "documentId": document.id}
    add(METADATA, 0, len(document.text), language="ar", **title)
    for key, value in document.meta.items():
        add(META, key=key, value=json.dumps(value, ensure_ascii=False))
    spans = [Span(*item[:2]) for layer in (example.gold.entities, example.gold.sentences) for item in layer or ()]
    claims = marks_of(replace(example, gold=replace(example.gold, entities=None, sentences=None)), marking)
    spans += [mark.span for mark in claims.marks]
    starts = {sentence.start for sentence in example.gold.sentences or ()}
    for sentence in _sentences(document.text, starts):
        add(f"{_SEGMENTATION}.Sentence", *sentence)
    for token in _tokens(document.text, spans):
        add(f"{_SEGMENTATION}.Token", *token)
    for entity in example.gold.entities or ():
        add(NAMED_ENTITY, entity.start, entity.end, value=entity.type)
    for sentence_ in example.gold.sentences or ():
        add(LABELLED_SENTENCE, sentence_.start, sentence_.end, label=sentence_.label)
    parts = {}
    for mark in claims.marks:
        said = {name if name == SPEAKER else feature_name(name): value for name, value in mark.attributes.items()}
        parts[mark.id] = add(CLAIM, mark.start, mark.end, part=mark.label, **said)
    for link in claims.links:
        head, tail = parts[link.head], parts[link.tail]
        # INCEpTION has relations where their dependents are.
        add(CLAIM_RELATION, tail.begin, tail.end, role=link.label, **{GOVERNOR: head, DEPENDENT: tail})
    return cas


def _sentences(text: str, starts: set[int]) -> Iterator[Span]:
    """The lines, parted where a labelled sentence begins too: INCEpTION shows what is in sentences alone."""
    breaks = {number + 1 for number, char in enumerate(text) if char == "\n"}
    for start, end in pairwise(sorted({0, len(text), *breaks, *starts})):
        piece = text[start:end]
        if piece.strip():
            yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _tokens(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Words, and what is between them, cut at the edges of spans: INCEpTION anchors annotations at tokens."""
    cuts = sorted({0, len(text), *(edge for span in spans for edge in span)})
    for start, end in pairwise(cuts):
        for kind, chars in groupby(range(start, end), key=lambda number: _kind(text[number])):
            numbers = list(chars)
            if kind != "blank":
                yield Span(numbers[0], numbers[-1] + 1)


def _kind(char: str) -> str:
    if char.isspace():
        return "blank"
    category = unicodedata.category(char)
    # What joins letters or parts them belongs to the word.
    return "word" if category[0] in _WORD or category == "Cf" else "other"


def _write_tag_sets(schema: Schema, folder: Path) -> Iterator[Path]:
    """Tag sets as INCEpTION imports them."""
    sets: list[tuple[str, tuple[str, ...], Sequence[str]]] = [("types", ("types",), schema.types)]
    if "sentences" in schema.layers:
        sets.append(("sentence labels", ("sentence_labels",), schema.sentence_labels))
    if "claims" in schema.layers:
        sets += [(name, ("attributes", name), values) for name, values in schema.attributes.items()]
    names = file_names(name for name, _, _ in sets)
    for name, path, values in sets:
        tags = [
            {"tag_name": value, "tag_description": " · ".join(filter(None, schema.describe(*path, value)))}
            for value in values
        ]
        described = {"name": f"{schema.name}: {name}", "description": "", "language": "ar", "tags": tags}
        file = folder / f"{names[name]}.json"
        content = json.dumps({**described, "create_tag": False}, ensure_ascii=False, indent=1)
        file.write_bytes(f"{content}\n".encode())
        yield file
