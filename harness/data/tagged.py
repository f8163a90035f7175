"""Predictions in columns: the tags of a file as mentions of the documents whose tokens it has, one after another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from harness.data.bio import PREFIXES, Scheme, better_fit, decode
from harness.data.columns import Columns, Token, skipped_remark
from harness.data.jsonl import one_line, shown
from harness.data.types import Annotation, Document, Entity, InputError

Repair = Literal["restart", "drop", "error"]

_FOREIGN: Final = ("E-", "S-", "L-", "U-")
"""Prefixes that BIOES and BILOU have and the other schemes lack."""


@dataclass(frozen=True)
class Tags:
    """How the tags of a file are read: as `datasets.conll` reads those of a corpus."""

    columns: Columns = field(default_factory=Columns)
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    type: str | None = None
    """The type of tags that name none, as B, I and O alone."""
    encoding: str | None = None
    """The encoding of the file, where it is not UTF-8."""


class Tagged(NamedTuple):
    """The mentions of each document by its id, the line of each label's first mention, and what has to be known."""

    annotations: Mapping[str, Annotation]
    labels: Mapping[str, int]
    remarks: Sequence[str]


class _Place(NamedTuple):
    """A token where it stands in a document."""

    token: Token
    start: int


def read_tagged(path: Path, tags: Tags, documents: Iterable[Document]) -> Tagged:
    """The mentions that a file of columns marks in documents.

    Its tokens must be those of the documents in their order, whatever white space parts them there. A mention goes past
    no blank line of the file and no line of a document.

    Raises:
        InputError: the file is malformed, has other tokens, or its tags are ill formed and may not be.
    """
    sentences = list(tags.columns.read(path, "runner", tags.encoding))
    tokens = ((number, token) for number, sentence in enumerate(sentences) for token in sentence.tokens)
    stretches: list[tuple[str, list[_Place]]] = []
    count = 0
    for document in documents:
        count += 1
        stretches += [(document.id, stretch) for stretch in _stretches(path, document, tokens)]
    more = next(tokens, None)
    if more is not None:
        found = f"{path}:{more[1].line}: found {shown(more[1].text)}"
        raise InputError(f"{found}, wanted the end of the file: the {count} documents have no more tokens")
    tagged = _decoded(path, tags, stretches)
    skipped = [line for sentence in sentences for line in sentence.skipped]
    return tagged._replace(remarks=[*tagged.remarks, skipped_remark(path, skipped)]) if skipped else tagged


def _stretches(path: Path, document: Document, tokens: Iterator[tuple[int, Token]]) -> Iterator[list[_Place]]:
    """The tokens of a document where they stand, parted at its lines and at the blank lines of the file."""
    text, position, sentence = document.text, 0, -1
    stretch: list[_Place] = []
    last = len(text.rstrip())
    while position < last:
        number, token = next(tokens, (0, None))
        begin = position
        while text[position].isspace() and not (token and text.startswith(token.text, position)):
            position += 1
        if token is None or not text.startswith(token.text, position):
            wanted = f"wanted {shown(text[position:].split(maxsplit=1)[0])}, the next token of document {document.id}"
            if token is None:
                raise InputError(f"{path}: found the end of the file, {wanted}")
            raise InputError(f"{path}:{token.line}: found {shown(token.text)}, {wanted}")
        if stretch and (number != sentence or "\n" in text[begin:position]):
            yield stretch
            stretch = []
        stretch.append(_Place(token, position))
        position, sentence = position + len(token.text), number
    if stretch:
        yield stretch


def _decoded(path: Path, tags: Tags, stretches: Sequence[tuple[str, list[_Place]]]) -> Tagged:
    entities: dict[str, list[Entity]] = {}
    labels: dict[str, int] = {}
    faults = []
    written = [[_typed(path, tags, place.token) for place in stretch] for _, stretch in stretches]
    for (name, stretch), several in zip(stretches, written, strict=True):
        decoded = decode(several, tags.scheme)
        faults += [(stretch[fault.token].token.line, fault) for fault in decoded.faults]
        for first, last, kind, sound in decoded.mentions:
            labels.setdefault(kind, stretch[first].token.line)
            if sound or tags.repair != "drop":
                end = stretch[last - 1]
                entities.setdefault(name, []).append(
                    Entity(stretch[first].start, end.start + len(end.token.text), kind)
                )
    remarks = []
    if faults:
        line, (_, tag, problem) = faults[0]
        where = f"{path}:{line}: found {one_line(tag)} ({problem})"
        fit = better_fit(written, tags.scheme)
        if fit and any(fault.tag.startswith(_FOREIGN) for _, fault in faults):
            more = f" and {len(faults) - 1} more tags" if len(faults) > 1 else ""
            raise InputError(f"{where}{more} ill formed under {tags.scheme}, wanted runner.scheme={fit.scheme}")
        if tags.repair == "error":
            raise InputError(f"{where}, wanted tags well formed under {tags.scheme}")
        counted = ", ".join(f"{count} {kind}" for kind, count in Counter(fault.problem for _, fault in faults).items())
        done = "their mentions left out" if tags.repair == "drop" else "read as conlleval reads them"
        found = f"{path}: found {len(faults)} ill-formed tags under {tags.scheme} ({counted})"
        remarks.append(
            f"{found}; {done}" + (f"; {fit.faults} would be under runner.scheme={fit.scheme}" if fit else "")
        )
    annotations = {name: Annotation(entities=()) for name, _ in stretches}
    annotations |= {name: Annotation(entities=tuple(found)) for name, found in entities.items()}
    return Tagged(annotations, labels, remarks)


def _typed(path: Path, tags: Tags, token: Token) -> Sequence[str]:
    """The tags of a token, with a type in those that name none."""
    bare = [tag for tag in token.tags if tag in PREFIXES and tags.scheme != "IO"]
    if bare and tags.type is None:
        found = f"{path}:{token.line}: found the tag {shown(bare[0])}, which names no type"
        raise InputError(f"{found}, wanted runner.type=TYPE to name the one that is meant")
    return [f"{tag}-{tags.type}" if tag in bare else tag for tag in token.tags]
