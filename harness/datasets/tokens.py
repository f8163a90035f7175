"""What data sets of tokens with tags share: sentences become documents, and tags their mentions."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Final, Literal

from harness.data.bio import OUTSIDE, PREFIXES, Decoded, Fault, Scheme, better_fit, decode, parse
from harness.data.columns import Sentence, Token, skipped_remark
from harness.data.jsonl import one_line, shown, uncollected
from harness.data.near import guess, listed
from harness.data.schema import INFER, name_fault, shipped_schemas
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.labelled import LabelledFile

Repair = Literal["restart", "drop", "error"]
Skipped = tuple[int, str]
"""The number of a line, or row, that was passed over, and what is wrong with it."""

# The prefixes that BIOES and BILOU have and the other schemes lack.
_BIOES_ONLY: Final = frozenset({"E-", "S-", "L-", "U-"})
_LONG: Final = 1000
"""Tokens of a sentence from which on there are likely no breaks between sentences."""


@dataclass(frozen=True)
class TokenDataset(LabelledFile):
    """Tokens with tags; entities only. A subclass gives `sentences_and_skipped`.

    Its text is made: one space between tokens, one line a sentence. A document has `sentences` sentences and never goes
    past the place where one opens; with None documents are parted there alone. It is named after the line of its first
    token. `ends` are tokens that end a sentence where they stand outside a mention, several in a row together; None:
    none do.

    `repair` says what becomes of mentions with ill-formed tags: `restart` keeps them as conlleval reads them, `drop`
    leaves them out, `error` stops at the first. A file whose tags fit another scheme is refused where that scheme
    reads other mentions, or where its letters are none of `scheme`; else it is remarked.

    `type` is the type of tags that name none, as B, I and O alone. `schema` names what is annotated, and holds the
    tags to that; with `infer` that is what they use (`data.schema`). With `labels` the types are those of the map.
    """

    path: str
    labels: str | None = None
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    sentences: int | None = 1
    type: str | None = None
    schema: str = INFER
    ends: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if self.sentences is not None and self.sentences < 1:
            raise InputError(f"sentences: found {self.sentences}, wanted a whole number from 1, or null")

    @abstractmethod
    def sentences_and_skipped(self) -> tuple[Sequence[Sentence], Sequence[Skipped]]:
        """The sentences that have tokens, and what was passed over.

        Raises:
            InputError: the source is malformed.
        """

    def label_hint(self, line: int, tokens: Sequence[Token]) -> str:
        """What setting may help where a label that is none stands in a line; empty where none may."""
        del line, tokens
        return ""

    def identity(self, block: Sequence[Sentence]) -> tuple[str, Mapping[str, object]]:
        """The id of a document, and what is known of it beside."""
        line = block[0].tokens[0].line
        return f"{self.name}:{line}", {"line": line}

    def read(self) -> Sequence[Example]:
        """The documents with their entities, in file order.

        Raises:
            InputError: the source is malformed, is in another scheme, or bears a label that is none of `labels` or
                `schema`, or cannot be used; the message names the line.
        """
        return self._corpus[0]

    @property
    def remarks(self) -> Sequence[str]:
        """What a reader of the scores has to know.

        How many tags are ill formed, how, what was done, and which scheme fits them better; how many byte order marks
        were cut; how many malformed lines were passed over; that there are no breaks between sentences.
        """
        return self._corpus[1]

    @cached_property
    @uncollected()
    def _corpus(self) -> tuple[Sequence[Example], Sequence[str]]:
        """The examples and the remarks."""
        whole, skipped = self.sentences_and_skipped()
        blocks = [[self._typed(sentence) for sentence in block] for block in self._blocks(whole)]
        if not blocks:
            raise InputError(f"{self.path}: found no token, wanted at least one")
        sentences = [sentence for block in blocks for sentence in block]
        self._check_labels(sentences)
        decoded = [self._decode(sentence, self.scheme) for sentence in sentences]
        faults = [
            (sentence.tokens[fault.token].line, fault)
            for sentence, read in zip(sentences, decoded, strict=True)
            for fault in read.faults
        ]
        remarks = [self._judge(sentences, decoded, faults)] if faults else []
        marks = sum(sentence.marks for sentence in sentences)
        if marks:
            remarks.append(f"{self.path}: found {marks} byte order marks (BOM) inside the file; cut from their tokens")
        if skipped:
            remarks.append(skipped_remark(Path(self.path), skipped))
        longest = max(len(sentence.tokens) for sentence in sentences)
        if longest > _LONG and self.ends is None:
            remarks.append(
                f"{self.path}: found a sentence of {longest} tokens, wanted blank lines between sentences; "
                "'dataset.ends=[\".\"]' ends one behind a full stop too"
            )
        by_sentence = iter(decoded)
        return [self._example(block, list(islice(by_sentence, len(block)))) for block in blocks], tuple(remarks)

    def _judge(
        self, sentences: Sequence[Sentence], decoded: Sequence[Decoded], faults: Sequence[tuple[int, Fault]]
    ) -> str:
        """The remark on ill-formed tags, each of which comes with its line.

        Raises:
            InputError: another scheme should have been asked for, or `repair` allows none.
        """
        fit = better_fit((_tags(sentence) for sentence in sentences), self.scheme)
        foreign = sorted({fault.tag[0] for _, fault in faults if fault.tag[:2] in _BIOES_ONLY})
        line, (_, tag, problem) = faults[0]
        first = f"{self.path}:{line}: found {one_line(tag)} ({problem})"
        if fit and (
            self.repair == "error"
            or (foreign and fit.scheme == "BIOES")
            or any(
                _spans(self._decode(sentence, fit.scheme)) != _spans(read)
                for sentence, read in zip(sentences, decoded, strict=True)
            )
        ):
            more = f" and {len(faults) - 1} more tags" if len(faults) > 1 else ""
            wanted = f"wanted dataset.scheme={fit.scheme}, under which {fit.faults} are"
            raise InputError(f"{first}{more} ill formed under {self.scheme}, {wanted}")
        if self.repair == "error":
            raise InputError(f"{first}, wanted tags well formed under {self.scheme}")
        kinds = Counter(fault.problem for _, fault in faults)
        counted = ", ".join(f"{count} {problem}" for problem, count in kinds.most_common())
        reader = "seqeval" if self.scheme == "BIOES" else "conlleval"
        done = {"restart": f"read as {reader} reads them", "drop": "their mentions left out"}[self.repair]
        hint = f"; {', '.join(foreign)} are prefixes of dataset.scheme=BIOES" if foreign else ""
        if fit:
            hint = f"; {fit.faults} would be under dataset.scheme={fit.scheme}"
        return f"{self.path}: found {len(faults)} ill-formed tags under {self.scheme} ({counted}); {done}{hint}"

    def _typed(self, sentence: Sentence) -> Sentence:
        """`sentence` with `type` in the tags that name none.

        Raises:
            InputError: there are some, and `type` is not given.
        """
        bare = [(token.line, tag) for token in sentence.tokens for tag in token.tags if tag in self._bare]
        # Several tags on every token are other columns: a letter there is a part of speech.
        if not bare or (self.type is None and all(len(token.tags) > 1 for token in sentence.tokens)):
            return sentence
        if self.type is None:
            where = f"{self.path}:{bare[0][0]}: found the tag {shown(bare[0][1])}, which names no type"
            raise InputError(f"{where}, wanted dataset.type=TYPE to name the one that is meant")
        tokens = (
            token._replace(tags=tuple(f"{tag}-{self.type}" if tag in self._bare else tag for tag in token.tags))
            for token in sentence.tokens
        )
        return sentence._replace(tokens=tuple(tokens))

    @cached_property
    def _bare(self) -> Set[str]:
        """The tags that are a prefix alone; in IO a tag is a type, and B may be the name of one."""
        return PREFIXES.difference((self.known_labels or ()) if self.scheme == "IO" else ())

    @property
    def known_labels(self) -> Sequence[str] | None:
        """The labels that may stand in the file; None: any."""
        if self.tag_set is not None:
            return tuple(self.tag_set.labels)
        return None if self.annotation_schema is None else self.annotation_schema.types

    def _check_labels(self, sentences: Iterable[Sentence]) -> None:
        """Refuse labels that are not allowed, those of dropped mentions too; the line is that of the first."""
        known, shipped = self.known_labels, {kind for schema in shipped_schemas() for kind in schema.types}
        tokens = [token for sentence in sentences for token in sentence.tokens]
        lines: dict[str, int] = {}
        for token in tokens:
            for tag in token.tags:
                lines.setdefault(tag, token.line)
        unknown: dict[str, int] = {}
        for tag, line in lines.items():
            prefix, label = parse(tag, self.scheme)
            # What is no prefix of any scheme may be no prefix at all: -X- is shown as it is.
            is_prefix = bool(prefix) or tag.partition("-")[0] in PREFIXES
            if known is None:
                # A type alone is a tag of IO, and a file of those is told so where it is read otherwise.
                fits = self.scheme == "IO" or (is_prefix and "-" in tag) or tag in shipped
            else:
                fits = label in known
            if tag != OUTSIDE and not fits:
                unknown.setdefault(label if is_prefix else tag, line)
            elif tag != OUTSIDE and known is None and name_fault(label):
                raise InputError(f"{self.path}:{line}: found the label {shown(label)}, wanted {name_fault(label)}")
        if unknown:
            found = ", ".join(map(shown, unknown))
            first = next(iter(unknown.values()))
            hint = self.label_hint(first, tokens)
            if all(_is_turned(label) for label in unknown):
                hint = "; prefixes are capital letters before the type"
            where = f"{self.path}:{first}"
            if known is None:
                wanted = f"tags of {self.scheme}, each a prefix and a type"
            else:
                of = self.labels if self.tag_set is not None else self.schema
                wanted = f"those of {of}: {listed(known)}{guess(next(iter(unknown)), known)}"
            raise InputError(f"{where}: found the labels {found}, wanted {wanted}{hint}")

    def _parted(self, sentence: Sentence) -> Iterator[Sentence]:
        """`sentence`, cut behind the tokens that end one."""
        if not self.ends:
            yield sentence
            return
        ends = [token.text in self.ends and set(token.tags) == {OUTSIDE} for token in sentence.tokens]
        edges = [edge for edge in range(1, len(ends)) if ends[edge - 1] and not ends[edge]]
        for first, last in pairwise([0, *edges, len(ends)]):
            part = Sentence(sentence.tokens[first:last], opens=False)
            yield part if first else sentence._replace(tokens=part.tokens)

    def _blocks(self, sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
        """The sentences of each document."""
        block: list[Sentence] = []
        for sentence in (part for whole in sentences for part in self._parted(whole)):
            if block and (sentence.opens or len(block) == self.sentences):
                yield block
                block = []
            block.append(sentence)
        if block:
            yield block

    def _decode(self, sentence: Sentence, scheme: Scheme) -> Decoded:
        decoded = decode(_tags(sentence), scheme)
        if self.repair != "drop":
            return decoded
        return decoded._replace(mentions=[mention for mention in decoded.mentions if mention.sound])

    def _example(self, block: Sequence[Sentence], decoded: Sequence[Decoded]) -> Example:
        lines = [" ".join(token.text for token in sentence.tokens) for sentence in block]
        offsets = accumulate((len(line) + 1 for line in lines), initial=0)
        entities = [
            entity
            for sentence, read, offset in zip(block, decoded, offsets, strict=False)
            for entity in _entities(sentence, read, offset)
        ]
        name, meta = self.identity(block)
        faults = sum(len(read.faults) for read in decoded)
        known = dict(meta) | ({"ill_formed_tags": faults} if faults else {})
        return Example(Document(name, "\n".join(lines), known), Annotation(entities=tuple(entities)))


def _is_turned(tag: str) -> bool:
    """Whether the prefix stands behind the type, or a tag is in small letters."""
    type_first, small = tag.rpartition("-")[2] in PREFIXES, tag.partition("-")[0].upper() in PREFIXES | {OUTSIDE}
    return ("-" in tag and type_first) or (tag.islower() and small)


def _entities(sentence: Sentence, decoded: Decoded, offset: int) -> Iterator[Entity]:
    """The mentions of a sentence that begins at `offset`, as spans of the document's text."""
    starts = list(accumulate((len(token.text) + 1 for token in sentence.tokens), initial=offset))
    for first, last, kind, _ in decoded.mentions:
        # One back: the space behind the last token is not part of it.
        yield Entity(starts[first], starts[last] - 1, kind)


def _tags(sentence: Sentence) -> Sequence[Sequence[str]]:
    return [token.tags for token in sentence.tokens]


def _spans(decoded: Decoded) -> list[tuple[int, int, str]]:
    return [mention[:3] for mention in decoded.mentions]
