"""CoNLL-U with mentions, both ways: brackets in MISC as CorefUD has them (`Entity=(GPE`), or BIO tags in MISC.

https://universaldependencies.org/format.html, https://ufal.mff.cuni.cz/corefud/format. The raw text of a sentence is
its line `# text`; tokens are found in it one after another. A multi-word token such as وبكين stands for the words و and
بكين: a mention of one of them is its letters, if those of the words in a row are those of the token. An empty node has
no letters. In the type of a bracket, what would be read as something else is written as in addresses: `%2D` for `-`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import unquote

from harness.data.bio import OUTSIDE, Scheme, decode
from harness.data.encodings import read_text
from harness.data.extras import require
from harness.data.jsonl import one_line, shown
from harness.data.types import Document, InputError
from harness.formats.export import Export, Format, Written, lost
from harness.formats.marks import Mark, MarkedText
from harness.formats.tokens import UNSEEN, Line, lines_of

Parts = Literal["error", "word"]
COLUMN: Final = "misc"
KEY: Final = "Entity"

_TAG: Final = re.compile(r"(?:O|[BIESLU]-.+)")
_BRACKETS: Final = re.compile(r"\((?P<opened>[^()]*)(?P<closed>\))?|(?P<ended>[^()]+)\)")
_FORMAT: Final = "global.Entity"
_COLUMNS: Final = re.compile(r"\s*#[ \t]*global\.columns[ \t]*=[ \t]*([^\n]*)")
_ODD: Final = re.compile(r"[-()|=%\s]")


@dataclass(frozen=True)
class Reading:
    """How the file is read; the keys of the data set of this name."""

    column: str = COLUMN
    key: str | None = KEY
    scheme: Scheme = "IOB2"
    parts: Parts = "error"
    sentences: int | None = 1


class _Word(NamedTuple):
    """A syntactic word where it stands in the text of its sentence, with what is said of mentions there."""

    id: str
    start: int
    end: int
    value: str | None


class _Sentence(NamedTuple):
    where: str
    text: str
    words: Sequence[_Word]
    opens: str | None


def read_file(path: Path, encoding: str | None, reading: Reading, counts: Counter[str]) -> Iterator[MarkedText]:
    """The documents of a file; `counts` gets what had to be decided, by what it is.

    Raises:
        InputError: conllu is not installed, or the file is malformed; the message names the sentence.
    """
    block: list[_Sentence] = []
    types: list[int] = []
    number = 0
    for sentence in _sentences(path, encoding, reading, counts, types):
        if block and (sentence.opens is not None or len(block) == reading.sentences):
            yield _document(path, block, reading, types, number := number + 1, counts)
            block = []
        block.append(sentence)
    if block:
        yield _document(path, block, reading, types, number + 1, counts)


def _sentences(
    path: Path, encoding: str | None, reading: Reading, counts: Counter[str], types: list[int]
) -> Iterator[_Sentence]:
    conllu = require("conllu", "conllu", "dataset=conllu")
    text = read_text(path, encoding).replace("\r\n", "\n")
    # CoNLL-U Plus names its columns in the first line.
    named = _COLUMNS.match(text)
    fields = [name.lower() for name in (named[1].split() if named else conllu.parser.DEFAULT_FIELDS)]
    odd = {"id", "form"} - {*fields}
    if odd:
        raise InputError(f"{path}:1: found no column {', '.join(sorted(odd))}, wanted ID and FORM among the columns")
    if reading.column not in fields:
        raise InputError(f"{path}: dataset.column: found {shown(reading.column)}, wanted one of {', '.join(fields)}")
    columns = f"{len(fields)} columns"
    for number, block in enumerate((block for block in re.split(r"\n[ \t]*\n", text) if block.strip()), 1):
        where = f"{path}: sentence {number}"
        try:
            parsed = conllu.parse(f"{block.strip(chr(10))}\n\n", fields=fields)
        # The package raises errors of several kinds on what is no CoNLL-U.
        except Exception as error:
            found = f"{where}: found {one_line(str(error))}"
            raise InputError(f"{found}, wanted CoNLL-U: {columns}, parted by tabs") from error
        for tokens in parsed:
            short = next((token for token in tokens if len(token) < len(fields)), None)
            if short is not None:
                found = shown(" ".join(str(value) for value in short.values()))
                raise InputError(f"{where}: found {found}, wanted CoNLL-U: {columns}, parted by tabs")
            metadata: Mapping[str, Any] = tokens.metadata
            if _FORMAT in metadata:
                layout = str(metadata[_FORMAT]).split("-")
                types[:] = [layout.index("etype")] if "etype" in layout else []
            where = f"{path}: sentence {metadata.get('sent_id', number)}"
            opens = metadata.get("newdoc id", metadata.get("newdoc", "") if "newdoc" in metadata else None)
            yield _placed(where, tokens, reading, counts, None if opens is None else str(opens))


def _placed(
    where: str, tokens: Sequence[Mapping[str, Any]], reading: Reading, counts: Counter[str], opens: str | None
) -> _Sentence:
    """A sentence with its words found in its text."""
    surface, inside = _surface(tokens)
    given = getattr(tokens, "metadata", {}).get("text")
    text = given if isinstance(given, str) else _rebuilt(surface)
    counts["sentences without # text, put together from their tokens"] += not isinstance(given, str)
    words: list[_Word] = []
    position = 0
    for token in surface:
        if _is_empty(token):
            words.append(_Word(_number(token), position, position, _value(token, reading)))
            continue
        form = str(token["form"])
        # Behind a byte order mark too, which no token can begin with in other formats of columns.
        while text[position:] and not text[position].strip(UNSEEN) and not text.startswith(form, position):
            position += 1
        if not text.startswith(form, position):
            wanted = f"wanted {shown(text[position : position + 20])}, as # text goes on"
            raise InputError(f"{where}: found the token {shown(form)}, {wanted}")
        parts = inside.get(id(token), [token])
        spans = _part_spans([str(part["form"]) for part in parts], form, position)
        if spans is None:
            valued = [part for part in parts if _value(part, reading) not in (None, OUTSIDE)]
            if valued and reading.parts == "error":
                forms = "+".join(str(part["form"]) for part in parts)
                wanted = "wanted parts that are its letters in a row; dataset.parts=word takes the whole token"
                raise InputError(f"{where}: found a mention in {shown(form)}, whose parts are {shown(forms)}, {wanted}")
            counts["mentions in tokens whose parts are not their letters, taken as the whole token"] += len(valued)
            spans = [(position, position + len(form))] * len(parts)
        words += [_Word(_number(part), *span, _value(part, reading)) for part, span in zip(parts, spans, strict=True)]
        position += len(form)
    return _Sentence(where, text, words, opens)


def _surface(
    tokens: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], dict[int, list[Mapping[str, Any]]]]:
    """The tokens as they are written, empty nodes among them, and for each multi-word one the words it stands for."""
    surface: list[Mapping[str, Any]] = []
    inside: dict[int, list[Mapping[str, Any]]] = {}
    last = 0
    open_token: Mapping[str, Any] = {}
    for token in tokens:
        number = token["id"]
        if isinstance(number, tuple):
            surface.append(token)
            if not _is_empty(token):
                inside[id(token)], last, open_token = [], number[2], token
        elif number <= last:
            inside[id(open_token)].append(token)
        else:
            surface.append(token)
    return surface, inside


def _rebuilt(surface: Sequence[Mapping[str, Any]]) -> str:
    pieces = []
    for token in surface:
        if not _is_empty(token):
            is_joined = (token.get("misc") or {}).get("SpaceAfter") == "No"
            pieces.append(f"{token['form']}{'' if is_joined else ' '}")
    return "".join(pieces).rstrip(" ")


def _is_empty(token: Mapping[str, Any]) -> bool:
    return isinstance(token["id"], tuple) and token["id"][1] == "."


def _number(token: Mapping[str, Any]) -> str:
    return "".join(map(str, token["id"])) if isinstance(token["id"], tuple) else str(token["id"])


def _part_spans(parts: Sequence[str], form: str, position: int) -> list[tuple[int, int]] | None:
    """Where the words of a token stand, if its letters are theirs in a row."""
    if "".join(parts) != form:
        return None
    spans = []
    for part in parts:
        spans.append((position, position + len(part)))
        position += len(part)
    return spans


def _value(token: Mapping[str, Any], reading: Reading) -> str | None:
    cell = token[reading.column]
    if reading.key is not None:
        cell = cell.get(reading.key) if isinstance(cell, dict) else None
    return None if cell is None or cell == "_" else str(cell)


def _document(
    path: Path, block: Sequence[_Sentence], reading: Reading, types: Sequence[int], number: int, counts: Counter[str]
) -> MarkedText:
    marks: list[Mark] = []
    offset = 0
    for sentence in block:
        values = [word.value for word in sentence.words if word.value is not None]
        # In IO a tag is a type alone.
        is_tagged = all(_TAG.fullmatch(value) for value in values) or (
            reading.scheme == "IO" and not any("(" in value or ")" in value for value in values)
        )
        found = _tagged(sentence, reading.scheme) if is_tagged else _bracketed(sentence, types)
        for first, last, label in found:
            if not label:
                raise InputError(f"{sentence.where}: found a mention without a type, wanted {reading.key}=(TYPE")
            # One that begins with an empty node begins with the word behind it.
            while first < last and sentence.text[first].isspace():
                first += 1
            if first >= last:
                counts["mentions of empty nodes, which have no letters, left out"] += 1
                continue
            marks.append(Mark(f"mention {len(marks) + 1}", first + offset, last + offset, label))
        offset += len(sentence.text) + 1
    name = block[0].opens or f"{path.stem}:{number}"
    return MarkedText(Document(name, "\n".join(sentence.text for sentence in block)), marks, (), block[0].where)


def _tagged(sentence: _Sentence, scheme: Scheme) -> Iterator[tuple[int, int, str]]:
    # An empty node is between the tokens of a mention, and not one of them.
    words = [word for word in sentence.words if word.start < word.end]
    decoded = decode([(word.value or OUTSIDE,) for word in words], scheme)
    for first, last, kind, _ in decoded.mentions:
        yield words[first].start, words[last - 1].end, kind


def _bracketed(sentence: _Sentence, types: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """The mentions that brackets open and close; the last one opened of that name is the one that is closed."""
    opened: list[tuple[str, str, int]] = []
    for word in sentence.words:
        value, position, where = word.value or "", 0, f"{sentence.where}: word {word.id}"
        while position < len(value):
            match = _BRACKETS.match(value, position)
            if match is None:
                raise InputError(f"{where}: found {shown(value)}, wanted brackets, as in (GPE)")
            position = match.end()
            if match["ended"] is None:
                fields = match["opened"].split("-")
                if "[" in fields[0]:
                    raise InputError(f"{where}: found {shown(value)}, wanted mentions of one piece")
                label = unquote(fields[types[0]] if types and types[0] < len(fields) else match["opened"])
                if match["closed"]:
                    yield word.start, word.end, label
                else:
                    opened.append((fields[0], label, word.start))
                continue
            name = match["ended"].split("-")[0]
            place = next((n for n in range(len(opened) - 1, -1, -1) if opened[n][0] == name), None)
            if place is None:
                raise InputError(f"{where}: found {shown(value)}, wanted one that was opened")
            _, label, start = opened.pop(place)
            yield start, word.end, label
    if opened:
        raise InputError(f"{sentence.where}: found ({opened[0][0]} open at its end, wanted it closed")


@dataclass(frozen=True)
class Conllu(Format):
    """A file NAME.conllu with mentions as brackets in MISC; a line of the text is a sentence.

    A word in which a mention begins or ends is a multi-word token over its parts.
    """

    def write(self, export: Export, out: Path) -> Written:
        """Write the file.

        Raises:
            InputError: there is no token in any text.
        """
        counts = lost(export.examples, ("entities",))
        lines = [f"# {_FORMAT} = eid-etype"]
        number = 0
        for example in export.examples:
            found = lines_of(example)
            counts["mentions that no tokens of one line stand for"] += len(found.lost)
            if not found.lines:
                counts["documents without a token"] += 1
                continue
            name = " ".join(example.document.id.split())
            counts["ids of documents"] += name != example.document.id
            lines.append(f"# newdoc id = {name}")
            kept = []
            for line in found.lines:
                number += 1
                kept.append(line.text.strip())
                lines += [f"# sent_id = {number}", f"# text = {line.text.strip()}", *_rows(line), ""]
            counts["texts whose lines begin or end with white space, or are blank"] += (
                "\n".join(kept) != example.document.text
            )
        if not number:
            raise InputError(f"{export.name}: found no token in any text, wanted some")
        path = out / f"{export.name}.conllu"
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        return Written([path], +counts)


def _rows(line: Line) -> Iterator[str]:
    """The rows of a sentence."""
    opened: list[list[str]] = [[] for _ in line.tokens]
    closed: list[list[str]] = [[] for _ in line.tokens]
    single: list[list[str]] = [[] for _ in line.tokens]
    # The longer one is opened first, and closed last.
    ranked = sorted(line.mentions, key=lambda found: (found[0], -found[1]))
    for number, (first, last, entity) in enumerate(ranked, 1):
        kind = _ODD.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), entity.type)
        if last == first + 1:
            single[first].append(f"(e{number}-{kind})")
        else:
            opened[first].append(f"(e{number}-{kind}")
            closed[last - 1].insert(0, f"e{number})")
    groups = _groups(line)
    for group in groups:
        gap = line.text[line.tokens[group[-1]].end - line.start :][:1]
        after = [] if not gap or gap.isspace() else ["SpaceAfter=No"]
        if len(group) > 1:
            form = line.text[line.tokens[group[0]].start - line.start : line.tokens[group[-1]].end - line.start]
            yield _row(f"{group[0] + 1}-{group[-1] + 1}", form, after)
        for number in group:
            token = line.tokens[number]
            brackets = "".join((*closed[number], *opened[number], *single[number]))
            misc = ([f"{KEY}={brackets}"] if brackets else []) + (after if len(group) == 1 else [])
            yield _row(str(number + 1), line.text[token.start - line.start : token.end - line.start], misc)


def _groups(line: Line) -> list[list[int]]:
    """The tokens that are one word on the page."""
    groups: list[list[int]] = []
    for number, token in enumerate(line.tokens):
        if groups and line.tokens[number - 1].end == token.start:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _row(number: str, form: str, misc: Sequence[str]) -> str:
    return "\t".join([number, form, *["_"] * 7, "|".join(misc) or "_"])
