"""UIMA CAS as programs store it: XMI beside a TypeSystem.xml, JSON, zips of these, and exported projects of INCEpTION.

A file is what its content says it is. A document type is refused, and so no entity is ever looked up. A type system is
checked before cassis has it: it makes classes out of the names there, as source code.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from harness.data.encodings import decode
from harness.data.extras import require
from harness.data.jsonl import one_line, parse_json, shown
from harness.data.near import listed
from harness.data.types import InputError

INITIAL: Final = "INITIAL_CAS"
"""What INCEpTION calls the state of a document before anybody annotated it."""
TYPE_SYSTEM: Final = "TypeSystem.xml"
TAG_SETS: Final = "tagsets"
"""The folder beside written files that is for INCEpTION alone."""

_EXPORTED: Final = re.compile(r"(?:^|/)(?:annotation|curation)/([^/]+)/([^/]+?)\.(?:zip|xmi|json|xml)(?:/|$)")
_PROJECT: Final = "exportedproject"
"""How the file begins that describes an exported project of INCEpTION."""
_SUFFIXES: Final = (".xmi", ".xml", ".json")
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_DECLARATION: Final = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
_UNMAPPED: Final = re.compile(r"Not mapping external offset \[([^\]]*)\]")
_LARGEST: Final = 1 << 30
"""Bytes of one file in a zip: what is larger is taken for an attack."""
_ZIP: Final = b"PK\x03\x04"
_FEATURES: Final = "%FEATURE_STRUCTURES"
_TYPES: Final = "%TYPES"


@dataclass(frozen=True)
class File:
    """A file, alone or in a zip; `where` is what messages call it, `path` is where it is below the root."""

    where: str
    path: PurePosixPath
    load: Callable[[], bytes] = field(compare=False)

    @cached_property
    def content(self) -> bytes:
        """Its bytes, read once."""
        return self.load()

    @property
    def is_type_system(self) -> bool:
        """Whether it is called as one."""
        return self.path.name.casefold() == TYPE_SYSTEM.casefold()

    @property
    def exported(self) -> tuple[str, str] | None:
        """The document and the annotator, if it is part of an exported project."""
        match = _EXPORTED.search(str(self.path))
        return None if match is None else (match[1], match[2])


@dataclass(frozen=True)
class Source:
    """A CAS that is not parsed yet, and the type system that belongs to it; `id` is what it is called."""

    file: File
    type_system: File | None
    id: str


def sources(path: Path, typesystem: str | None, annotator: str | None, counts: Counter[str]) -> Iterator[Source]:
    """The CAS below `path`, in the order of their names; `counts` gets what was left out.

    Raises:
        InputError: a file or a zip cannot be read, or several people annotated a document and `annotator` is None.
    """
    given = None if typesystem is None else _file(Path(typesystem))
    if not path.exists():
        raise InputError(f"{path}: found no such file, wanted XMI, CAS as JSON, a zip, or a folder of these")
    files = list(_files(path))
    systems = {file.path.parent: file for file in files if file.is_type_system}
    if path.is_file() and path.parent.is_dir() and not systems:
        systems = {PurePosixPath(): _file(near) for near in path.parent.iterdir() if near.name == TYPE_SYSTEM}
    candidates = [file for file in files if not file.is_type_system]
    if len(files) > 1 or path.is_dir():
        candidates = [file for file in candidates if _is_candidate(file, counts)]
    is_project = any(file.path.name.startswith(_PROJECT) for file in files)
    chosen = (
        _by_annotator(path, candidates, annotator, counts) if is_project else ((f, f.path.stem) for f in candidates)
    )
    if annotator is not None and not is_project:
        raise InputError(f"{path}: found no exported project, wanted one, or no dataset.annotator")
    for file, doc_id in chosen:
        near_by = (systems[parent] for parent in file.path.parents if parent in systems)
        yield Source(file, given or next(near_by, None), doc_id)


def _file(path: Path, name: PurePosixPath | None = None) -> File:
    def load() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error

    return File(str(path), name or PurePosixPath(path.name), load)


def _files(path: Path) -> Iterator[File]:
    """The files below `path`, those inside zips too."""
    if path.is_file():
        yield from _unzipped(_file(path), is_named=True)
        return
    for file in sorted(path.rglob("*")):
        name = PurePosixPath(file.relative_to(path).as_posix())
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield from _unzipped(_file(file, name))


def _unzipped(file: File, depth: int = 0, *, is_named: bool = False) -> Iterator[File]:
    """The file, or if it is a zip what is inside; `is_named` looks at the content whatever the file is called."""
    if file.path.suffix.casefold() != ".zip" and not (is_named and file.content.startswith(_ZIP)):
        yield file
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.content))
        members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"{file.where}: found {one_line(str(error))}, wanted a zip") from error
    for member in members:
        name = PurePosixPath(member.filename)
        if member.is_dir() or any(part.startswith(".") or part == "__MACOSX" for part in name.parts):
            continue
        # The zip that is named is the root itself.
        inside = name if is_named else file.path / name
        found = File(f"{file.where}: {member.filename}", inside, _member(archive, member, file.where))
        # A project holds a zip for each document.
        yield from _unzipped(found, depth + 1) if depth < 2 else (found,)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> Callable[[], bytes]:
    def load() -> bytes:
        place = f"{where}: {one_line(member.filename)}"
        if member.file_size > _LARGEST:
            raise InputError(f"{place}: found {member.file_size:,} bytes, wanted at most {_LARGEST:,}")
        try:
            return archive.read(member)
        # An encrypted file is a RuntimeError.
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
            raise InputError(f"{place}: found {one_line(str(error))}, wanted a file that can be unpacked") from error

    return load


def _is_candidate(file: File, counts: Counter[str]) -> bool:
    """Whether a file among others can be a CAS."""
    if file.path.suffix.casefold() not in _SUFFIXES or TAG_SETS in file.path.parts:
        return False
    if file.path.name.startswith(_PROJECT):
        return False
    is_other = file.path.suffix.casefold() == ".json" and _FEATURES.encode() not in file.content
    counts["files of JSON that are no CAS"] += is_other
    return not is_other


def _by_annotator(
    path: Path, files: Sequence[File], annotator: str | None, counts: Counter[str]
) -> Iterator[tuple[File, str]]:
    """The files to read, each with what its document is called: those of one annotator, in an exported project."""
    by_document: dict[str, dict[str, File]] = defaultdict(dict)
    for file in files:
        if file.exported is not None:
            document, person = file.exported
            by_document[document][person] = file
    for document, people in by_document.items():
        if annotator is None:
            # Where a person annotated it, the state before that is none of the answers.
            known = [name for name in people if name != INITIAL]
            if len(known) > 1:
                wanted = f"dataset.annotator= to name one of {listed(known)}"
                raise InputError(f"{path}: {document}: found {len(known)} annotators, {wanted}")
            chosen = people[known[0]] if known else None
        else:
            chosen = people.get(annotator)
        by = "" if annotator is None else f" by {annotator}"
        counts[f"documents without annotation{by}, left out"] += chosen is None
        if chosen is not None:
            yield chosen, document


class Parser:
    """Parses one CAS after another; type systems that are the same are parsed once."""

    def __init__(self, encoding: str | None) -> None:
        self._cassis = require("cassis", "cas", "dataset=cas")
        self._encoding = encoding
        self._systems: dict[bytes, Any] = {}

    def parse(self, source: Source) -> Any:
        """The CAS, an object of cassis, with offsets in code points.

        Raises:
            InputError: it is malformed, or does not fit its type system.
        """
        where = source.file.where
        text = _decoded(source.file.content, where, self._encoding)
        head = text.lstrip("\ufeff \t\r\n")[:1]
        if head == "{":
            record = _checked_json(text, where)
            has_types = _TYPES in record
            # What is beside such a file is for others.
            system = None if has_types or source.type_system is None else self._system(source.type_system)
            if not has_types and system is None:
                raise InputError(f"{where}: found no {_TYPES}, wanted types in the file, or dataset.typesystem=FILE")
            return self._loaded(
                where,
                lambda: self._cassis.load_cas_from_json(text, typesystem=system, merge_typesystem=has_types),
                lambda offset: _json_item(record, offset),
            )
        if head != "<":
            found = shown(text[:20]) if text.strip() else "nothing"
            raise InputError(f"{where}: found {found}, wanted XMI, CAS as JSON, or a zip of these")
        if source.type_system is None:
            wanted = f"one beside it, or dataset.typesystem=FILE; {TYPE_SYSTEM} is exported with it"
            raise InputError(f"{where}: found no {TYPE_SYSTEM}, wanted {wanted}")
        system, content = self._system(source.type_system), _plain_xml(text, where)
        return self._loaded(
            where,
            # Long texts and many members are long attributes. Without entities nothing grows beyond the file itself.
            lambda: self._cassis.load_cas_from_xmi(io.BytesIO(content), typesystem=system, trusted=True),
            lambda offset: _xml_item(text, offset),
        )

    def _loaded(self, where: str, load: Callable[[], Any], named: Callable[[str], str]) -> Any:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                cas = load()
            # A file that is not as cassis thinks ends in almost any error.
            except Exception as error:
                found = one_line(f"{type(error).__name__}: {error}", 160)
                wanted = "a CAS that fits its type system (dataset.typesystem=FILE)"
                raise InputError(f"{where}: found what cassis cannot read ({found}), wanted {wanted}") from error
        for warning in caught:
            match = _UNMAPPED.match(str(warning.message))
            if match is not None:
                wanted = "edges of characters, in units of UTF-16"
                raise InputError(f"{where}: {named(match[1])}: found the offset {one_line(match[1])}, wanted {wanted}")
        return cas

    def _system(self, file: File) -> Any:
        if file.content not in self._systems:
            content = _plain_xml(_decoded(file.content, file.where, self._encoding), file.where)
            _check_names(_names_in_xml(content, file.where), file.where)
            self._systems[file.content] = self._loaded(
                file.where, lambda: self._cassis.load_typesystem(io.BytesIO(content)), lambda _: ""
            )
        return self._systems[file.content]


def _decoded(content: bytes, where: str, encoding: str | None) -> str:
    declared = _DECLARED.match(content)
    if encoding is None and declared is not None and not declared[1].lower().startswith((b"utf-8", b"utf-16")):
        encoding = declared[1].decode("ascii")
    return decode(content, where, encoding)


def _plain_xml(text: str, where: str) -> bytes:
    """XML in UTF-8 without its declaration, which may name another encoding, or version 1.1, which lxml does not have.

    Raises:
        InputError: it has a document type, in which entities could be declared.
    """
    # As markup it can stand nowhere else: in text and in attributes the bracket is escaped.
    if "<!DOCTYPE" in text:
        raise InputError(f"{where}: found a document type (<!DOCTYPE), wanted XML without one")
    return _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).encode()


def _names_in_xml(content: bytes, where: str) -> Iterator[tuple[str, str]]:
    etree = require("lxml.etree", "cas", "dataset=cas")
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise InputError(f"{where}: found {one_line(str(error))}, wanted a type system in XML") from error
    if etree.QName(root).localname != "typeSystemDescription":
        raise InputError(f"{where}: found <{one_line(etree.QName(root).localname)}>, wanted <typeSystemDescription>")
    for described in root.iterfind(".//{*}typeDescription"):
        name = described.findtext("{*}name") or ""
        yield name, ""
        for feature in described.iterfind(".//{*}featureDescription"):
            yield name, feature.findtext("{*}name") or "?"


def _check_names(names: Iterable[tuple[str, str]], where: str) -> None:
    """Refuse names that are no names: cassis makes source code of them, and runs it."""
    for type_name, feature in names:
        fits = all(part.isidentifier() for part in type_name.strip().split("."))
        if not fits or (feature and not feature.strip().isidentifier()):
            found = f"{type_name}: {feature}" if feature else type_name
            raise InputError(f"{where}: found the name {shown(found)}, wanted letters, digits and _")


def _checked_json(text: str, where: str) -> Mapping[str, Any]:
    """The object of a CAS as JSON, its names and offsets checked."""
    try:
        record = parse_json(text.lstrip("\ufeff").encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise InputError(f"{where}: found {one_line(str(error))}, wanted a CAS as JSON") from error
    if not isinstance(record, dict) or not isinstance(record.get(_FEATURES), list | dict):
        raise InputError(f"{where}: found no {_FEATURES}, wanted a CAS as JSON, of version 0.4 or what follows it")
    types = record.get(_TYPES, {})
    if not isinstance(types, dict) or not all(isinstance(described, dict) for described in types.values()):
        raise InputError(f"{where}: {_TYPES}: found {shown(types)}, wanted an object for each type")
    features = ((name, key) for name, described in types.items() for key in described if not key.startswith("%"))
    _check_names([*((name.removesuffix("[]"), "") for name in types), *features], where)
    for item in _items(record):
        if not isinstance(item, dict):
            raise InputError(f"{where}: {_FEATURES}: found {shown(item)}, wanted objects")
        for key in ("begin", "end"):
            # A boolean is an integer to Python, and 7.0 is 7.
            if item.get(key) is not None and type(item[key]) is not int:
                found = f"{where}: {_json_name(item)}: {key}: found {shown(item[key])}"
                raise InputError(f"{found}, wanted a whole number")
    return record


def _items(record: Mapping[str, Any]) -> Sequence[Any]:
    structures = record[_FEATURES]
    if isinstance(structures, list):
        return structures
    # The older form: by id.
    return [{"%ID": name, **item} if isinstance(item, dict) else item for name, item in structures.items()]


def _json_name(item: Mapping[str, Any]) -> str:
    kind = item.get("%TYPE")
    return f"{one_line(str(kind)).rpartition('.')[2]}#{one_line(str(item.get('%ID')))}"


def _json_item(record: Mapping[str, Any], offset: str) -> str:
    edges = ((str(item.get(key)), item) for item in _items(record) for key in ("begin", "end"))
    return next((_json_name(item) for value, item in edges if value == offset), "an annotation")


def _xml_item(text: str, offset: str) -> str:
    """What messages call the first element that has an offset."""
    found = re.search(rf"<([\w:.]+)[^<>]*\s(?:begin|end)=\"{re.escape(offset)}\"[^<>]*>", text)
    number = found and re.search(r"\bxmi:id=\"(\d+)\"", found[0])
    if found is None or number is None:
        return "an annotation"
    return f"{found[1].rpartition(':')[2]}#{number[1]}"
