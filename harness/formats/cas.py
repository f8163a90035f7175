"""UIMA CAS, as INCEpTION, WebAnno and other tools write it: XMI with a type system, or JSON. Through dkpro-cassis.

Offsets in the file are UTF-16, which dkpro-cassis takes to code points and back.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from harness.data.encodings import decode
from harness.data.extras import require
from harness.data.jsonl import one_line, shown
from harness.data.types import LAYERS, Document, InputError
from harness.formats.export import Export, Format, Written, lost
from harness.formats.files import file_names
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking, marks_of

NAMED_ENTITY: Final = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
CLAIM: Final = "webanno.custom.ClaimSpan"
SENTENCE: Final = "webanno.custom.SentenceLabel"
RELATION: Final = "webanno.custom.ClaimRelation"
SPANS: Final = {NAMED_ENTITY: "value", CLAIM: "label", SENTENCE: "label"}
"""The types of spans that are marks, with the feature that is their label."""
RELATIONS: Final = {RELATION: "label"}

Unlabelled = Literal["error", "skip"]
TYPE_SYSTEM: Final = "TypeSystem.xml"

_STRING: Final = "uima.cas.String"
_META: Final = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_DOCTYPE: Final = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LARGEST: Final = 1 << 28
"""Bytes that a file in an archive may unpack to."""


@dataclass(frozen=True)
class Reading:
    """How the files are read; the keys of the data set of this name."""

    marking: Marking = field(default_factory=Marking)
    spans: Mapping[str, str] = field(default_factory=lambda: SPANS)
    relations: Mapping[str, str] = field(default_factory=lambda: RELATIONS)
    attributes: Sequence[str] = ()
    view: str | None = None
    typesystem: Path | None = None
    unlabelled: Unlabelled = "error"


def read_file(path: Path, name: str, reading: Reading, counts: Counter[str]) -> MarkedText:
    """The document in a file .xmi, .json, or .zip with one of them; `name` is its id unless it has one of its own.

    Raises:
        InputError: dkpro-cassis is not installed, the file is no CAS, or a mark has no label; the message names it.
    """
    cassis = require("cassis", "cas", "dataset=cas")
    kind, content, types = _contents(path, reading)
    try:
        if kind == ".json":
            cas = cassis.load_cas_from_json(io.BytesIO(content))
        else:
            types = cassis.load_typesystem(io.BytesIO(types)) if types is not None else None
            cas = cassis.load_cas_from_xmi(io.BytesIO(content), typesystem=types)
        if reading.view is not None:
            cas = cas.get_view(reading.view)
        text = cas.sofa_string
    # The package raises errors of many kinds on what is no CAS.
    except Exception as error:
        hint = (
            "" if types is not None or kind == ".json" else f", with {TYPE_SYSTEM} beside it or dataset.typesystem=FILE"
        )
        found = one_line(str(error)) or type(error).__name__
        raise InputError(f"{path}: found {found}, wanted a UIMA CAS{hint}") from error
    if not isinstance(text, str):
        raise InputError(f"{path}: found no text, wanted a CAS with one in the view {reading.view or '_InitialView'}")
    known = {found.name for found in cas.typesystem.get_types()}
    if not known & set(reading.spans):
        own = sorted(name for name in known if not name.startswith("uima."))
        wanted = f"dataset.spans to name one of the types of the file: {', '.join(own[:20]) or 'it has none'}"
        raise InputError(f"{path}: found none of {', '.join(reading.spans)}, wanted {wanted}")
    marks, names = [], {}
    for type_name, feature in reading.spans.items():
        for structure in cas.select(type_name) if type_name in known else ():
            mark = _mark(path, structure, type_name, feature, text, reading, counts)
            if mark is not None:
                marks.append(mark)
                names[structure.xmiID] = mark.id
    links = []
    for type_name, feature in reading.relations.items():
        for structure in cas.select(type_name) if type_name in known else ():
            ends = [getattr(_feature(structure, end), "xmiID", None) for end in ("Governor", "Dependent")]
            if any(end not in names for end in ends):
                counts["relations of other spans"] += 1
                continue
            label = _feature(structure, feature)
            links.append(Link(label if isinstance(label, str) else "", names[ends[0]], names[ends[1]]))
    return MarkedText(Document(_id_of(cas, known) or name, text), marks, links, str(path))


def _contents(path: Path, reading: Reading) -> tuple[str, bytes, bytes | None]:
    """The form of a file, its bytes, and those of its type system if there is one."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found = [one for one in archive.infolist() if one.filename.endswith((".xmi", ".json"))]
                if len(found) != 1:
                    listed = ", ".join(one.filename for one in found) or "none"
                    raise InputError(f"{path}: found {listed}, wanted one file .xmi or .json in it")
                types = [one for one in archive.infolist() if one.filename.lower().endswith(TYPE_SYSTEM.lower())]
                odd = next((one for one in (*found, *types) if one.file_size > _LARGEST), None)
                if odd is not None:
                    found_size = f"{odd.file_size} bytes in {odd.filename}"
                    raise InputError(f"{path}: found {found_size}, wanted at most {_LARGEST}")
                kind, content = Path(found[0].filename).suffix, archive.read(found[0])
                system = archive.read(types[0]) if types else None
        else:
            kind, content = path.suffix, path.read_bytes()
            beside = reading.typesystem or path.parent / TYPE_SYSTEM
            system = beside.read_bytes() if beside.is_file() or reading.typesystem is not None else None
    except OSError as error:
        place = error.filename or path
        raise InputError(f"{place}: found {error.strerror or error}, wanted a readable file") from error
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"{path}: found {one_line(str(error))}, wanted a zip archive without a password") from error
    for document in (content, system):
        if document is not None and kind != ".json" and _DOCTYPE.search(decode(document, str(path))):
            raise InputError(f"{path}: found a document type (DOCTYPE), wanted XML without: it can name other files")
    return kind, content, system


def _mark(
    path: Path, structure: Any, type_name: str, feature: str, text: str, reading: Reading, counts: Counter[str]
) -> Mark | None:
    label, place = _feature(structure, feature), f"{type_name.rpartition('.')[2]} {structure.xmiID}"
    start, end = structure.begin, structure.end
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        wanted = "a stretch of the text, between its characters"
        raise InputError(f"{path}: {place}: found [{shown(start)}, {shown(end)}], wanted {wanted}")
    if not isinstance(label, str) or not label:
        if reading.unlabelled == "error":
            wanted = "a label; dataset.unlabelled=skip leaves such spans out"
            raise InputError(f"{path}: {place}: found no {feature} on {shown(text[start:end])}, wanted {wanted}")
        counts["spans without a label"] += 1
        return None
    given = {name: _feature(structure, name) for name in (*reading.attributes, SPEAKER)}
    return Mark(place, start, end, label, {name: value for name, value in given.items() if isinstance(value, str)})


def _feature(structure: Any, name: str) -> Any:
    """The value of a feature; None where the type has none of that name."""
    return structure.get(name) if any(found.name == name for found in structure.type.all_features) else None


def _id_of(cas: Any, known: set[str]) -> str | None:
    """The id that a tool gave the document."""
    if _META not in known:
        return None
    value = next((_feature(structure, "documentId") for structure in cas.select(_META)), None)
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True)
class Cas(Format):
    """An .xmi for each document and their TypeSystem.xml, for INCEpTION and what else reads UIMA."""

    marking: Marking = field(default_factory=Marking)

    def write(self, export: Export, out: Path) -> Written:
        """Write the files.

        Raises:
            InputError: dkpro-cassis is not installed, two things have one label, or a text has what XML cannot hold.
        """
        cassis = require("cassis", "cas", "format=cas")
        self.marking.check(export.schema)
        system = _type_system(cassis, export)
        names = file_names(example.document.id for example in export.examples)
        files = [out / TYPE_SYSTEM]
        system.to_xml(files[0])
        for example in export.examples:
            document = example.document
            marked = marks_of(example, self.marking)
            values = [
                document.text,
                document.id,
                *(value for mark in marked.marks for value in mark.attributes.values()),
            ]
            odd = next((char for value in values for char in value if _is_no_xml(char)), None)
            if odd is not None:
                found = f"{shown(document.id)}: found the character U+{ord(odd):04X}"
                raise InputError(f"{found}, wanted a text, ids and names that XML can hold")
            cas = cassis.Cas(
                typesystem=system, sofa_string=document.text, sofa_mime="text/plain", document_language="ar"
            )
            _fill(cas, marked, export)
            path = out / f"{names[document.id]}.xmi"
            cas.to_xmi(path)
            files.append(path)
        return Written(files, lost(export.examples, (*LAYERS, "attributes", "speakers")))


def _is_no_xml(char: str) -> bool:
    """Whether XML 1.0 has no place for a character; a carriage return it would read as a line feed."""
    return char == "\r" or (char < " " and char not in "\t\n") or char in "\ufffe\uffff" or "\ud800" <= char <= "\udfff"


def _type_system(cassis: Any, export: Export) -> Any:
    system = cassis.TypeSystem()
    features = {
        NAMED_ENTITY: ("value", "identifier"),
        CLAIM: ("label", *export.schema.attributes, SPEAKER),
        SENTENCE: ("label",),
        RELATION: ("label",),
    }
    for name, several in features.items():
        made = system.create_type(name)
        for feature in several:
            system.create_feature(made, feature, _STRING)
    for end in ("Dependent", "Governor"):
        system.create_feature(system.get_type(RELATION), end, CLAIM)
    meta = system.create_type(_META, "uima.tcas.DocumentAnnotation")
    for feature in ("documentTitle", "documentId"):
        system.create_feature(meta, feature, _STRING)
    return system


def _fill(cas: Any, marked: MarkedText, export: Export) -> None:
    """Put the marks and links of a text into a CAS."""
    labels = frozenset(export.schema.sentence_labels)
    roles = {link_end for link in marked.links for link_end in (link.head, link.tail)}
    get, document = cas.typesystem.get_type, marked.document
    cas.add(get(_META)(begin=0, end=len(document.text), documentTitle=document.id, documentId=document.id))
    made = {}
    for mark in marked.marks:
        values: dict[str, Any] = {"begin": mark.start, "end": mark.end}
        if mark.id in roles:
            made[mark.id] = get(CLAIM)(label=mark.label, **values, **mark.attributes)
        elif mark.label in labels:
            made[mark.id] = get(SENTENCE)(label=mark.label, **values)
        else:
            made[mark.id] = get(NAMED_ENTITY)(value=mark.label, **values)
        cas.add(made[mark.id])
    for link in marked.links:
        head, tail = made[link.head], made[link.tail]
        # A relation stands where its dependent does, as in INCEpTION.
        ends = {"Governor": head, "Dependent": tail}
        cas.add(get(RELATION)(begin=tail.begin, end=tail.end, label=link.label, **ends))


def files_in(path: Path) -> Iterator[Path]:
    """The files of documents: `path`, or those in the folder and below it.

    Raises:
        InputError: there is none.
    """
    if not path.is_dir():
        yield path
        return
    files = sorted(file for file in path.rglob("*") if file.suffix in (".xmi", ".json", ".zip") and file.is_file())
    files = [file for file in files if not file.name.startswith(".")]
    if not files:
        raise InputError(f"{path}: found no file .xmi, .json or .zip, wanted some")
    yield from files
