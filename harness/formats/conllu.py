"""CoNLL-U with mentions, both ways: brackets in MISC as CorefUD has them (`Entity=(GPE`), or BIO tags in MISC.

https://universaldependencies.org/format.html, https://ufal.mff.cuni.cz/corefud/format. The raw text of a sentence is
its line `# text`; tokens are found in it one after another. A multi-word token such as وبكين stands for the words و and
بكين: a mention of one of them is its letters, if those of the words in a row are those of the token.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.data.bio import OUTSIDE, Scheme, decode
from harness.data.encodings import read_text
from harness.data.extras import require
from harness.data.jsonl import one_line, shown
from harness.data.types import Document, InputError
from harness.formats.export import Export, Format, Written, lost
from harness.formats.marks import Mark, MarkedText
from harness.formats.tokens import UNSEEN, Line, lines_of

Parts = Literal["error", "word"]
KEY: Final = "Entity"

_TAG: Final = re.compile(r"(?:O|[BIESLU]-.+)")
_BRACKETS: Final = re.compile(r"\((?P<opened>[^()]*)(?P<closed>\))?|(?P<ended>[^()]+)\)")
_FORMAT: Final = "global.Entity"


@dataclass(frozen=True)
class Reading:
    """How the file is read; the keys of the data set of this name."""

    key: str = KEY
    scheme: Scheme = "IOB2"
    parts: Parts = "error"
    sentences: int | None = 1


class _Word(NamedTuple):
    """A syntactic word where it stands in the sentence's text, with what MISC says of mentions."""

    id: int
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
            yield _document(path, block, reading, types, number := number + 1)
            block = []
        block.append(sentence)
    if block:
        yield _document(path, block, reading, types, number + 1)


def _sentences(
    path: Path, encoding: str | None, reading: Reading, counts: Counter[str], types: list[int]
) -> Iterator[_Sentence]:
    conllu = require("conllu", "conllu", "dataset=conllu")
    text = read_text(path, encoding).replace("\r\n", "\n")
    for number, block in enumerate((block for block in re.split(r"\n[ \t]*\n", text) if block.strip()), 1):
        where = f"{path}: sentence {number}"
        try:
            parsed = conllu.parse(f"{block.strip(chr(10))}\n\n")
        # The package raises errors of several kinds on what is no CoNLL-U.
        except Exception as error:
            found = f"{where}: found {one_line(str(error))}"
            raise InputError(f"{found}, wanted CoNLL-U: ten columns, parted by tabs") from error
        for tokens in parsed:
            short = next((token for token in tokens if "misc" not in token), None)
            if short is not None:
                found = shown(" ".join(str(value) for value in short.values()))
                raise InputError(f"{where}: found {found}, wanted CoNLL-U: ten columns, parted by tabs")
            metadata: Mapping[str, Any] = tokens.metadata
            if _FORMAT in metadata:
                fields = str(metadata[_FORMAT]).split("-")
                types[:] = [fields.index("etype")] if "etype" in fields else []
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
    words, position = [], 0
    for token in surface:
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
            valued = [part for part in parts if _value(part, reading.key) not in (None, OUTSIDE)]
            if valued and reading.parts == "error":
                forms = "+".join(str(part["form"]) for part in parts)
                wanted = "wanted parts that are its letters in a row; dataset.parts=word takes the whole token"
                raise InputError(f"{where}: found a mention in {shown(form)}, whose parts are {shown(forms)}, {wanted}")
            counts["mentions in tokens whose parts are not their letters, taken as the whole token"] += len(valued)
            spans = [(position, position + len(form))] * len(parts)
        words += [_Word(part["id"], *span, _value(part, reading.key)) for part, span in zip(parts, spans, strict=True)]
        position += len(form)
    return _Sentence(where, text, words, opens)


def _surface(
    tokens: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], dict[int, list[Mapping[str, Any]]]]:
    """The tokens as they are written, and for each multi-word one the words that it stands for; no empty nodes."""
    surface: list[Mapping[str, Any]] = []
    inside: dict[int, list[Mapping[str, Any]]] = {}
    last = 0
    for token in tokens:
        number = token["id"]
        if isinstance(number, tuple):
            if number[1] == "-":
                surface.append(token)
                inside[id(token)], last = [], number[2]
        elif number <= last:
            inside[id(surface[-1])].append(token)
        else:
            surface.append(token)
    return surface, inside


def _rebuilt(surface: Sequence[Mapping[str, Any]]) -> str:
    pieces = [f"{token['form']}{'' if (token['misc'] or {}).get('SpaceAfter') == 'No' else ' '}" for token in surface]
    return "".join(pieces).rstrip(" ")


def _part_spans(parts: Sequence[str], form: str, position: int) -> list[tuple[int, int]] | None:
    """Where the words of a token stand, if its letters are theirs in a row."""
    if "".join(parts) != form:
        return None
    spans = []
    for part in parts:
        spans.append((position, position + len(part)))
        position += len(part)
    return spans


def _value(token: Mapping[str, Any], key: str) -> str | None:
    value = (token["misc"] or {}).get(key)
    return None if value is None else str(value)


def _document(
    path: Path, block: Sequence[_Sentence], reading: Reading, types: Sequence[int], number: int
) -> MarkedText:
    marks: list[Mark] = []
    offset = 0
    for sentence in block:
        is_tagged = all(word.value is None or _TAG.fullmatch(word.value) for word in sentence.words)
        found = _tagged(sentence, reading.scheme) if is_tagged else _bracketed(sentence, types)
        for first, last, label in found:
            if not label:
                raise InputError(f"{sentence.where}: found a mention without a type, wanted {reading.key}=(TYPE")
            marks.append(Mark(f"mention {len(marks) + 1}", first + offset, last + offset, label))
        offset += len(sentence.text) + 1
    name = block[0].opens or f"{path.stem}:{number}"
    return MarkedText(Document(name, "\n".join(sentence.text for sentence in block)), marks, (), block[0].where)


def _tagged(sentence: _Sentence, scheme: Scheme) -> Iterator[tuple[int, int, str]]:
    decoded = decode([(word.value or OUTSIDE,) for word in sentence.words], scheme)
    for first, last, kind, _ in decoded.mentions:
        yield sentence.words[first].start, sentence.words[last - 1].end, kind


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
                label = fields[types[0]] if types and types[0] < len(fields) else match["opened"]
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
            InputError: a type cannot stand in MISC.
        """
        odd = next((kind for kind in export.schema.types if set(kind) & set("()-| \t=")), None)
        if odd is not None:
            raise InputError(f"format: found the type {odd!r}, wanted types without ( ) - | = and white space")
        counts = lost(export.examples, ("entities",))
        lines = [f"# {_FORMAT} = eid-etype"]
        number = 0
        for example in export.examples:
            found = lines_of(example)
            counts["mentions that no tokens of one line stand for"] += len(found.lost)
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
        if last == first + 1:
            single[first].append(f"(e{number}-{entity.type})")
        else:
            opened[first].append(f"(e{number}-{entity.type}")
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
