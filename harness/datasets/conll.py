"""Corpora in CoNLL columns: a token a line, its tags behind it, a blank line after each sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Literal

from harness.datasets.columns import Columns, Sentence
from harness.jsonl import one_line, shown
from harness.tags import OUTSIDE, Decoded, Scheme, decode, parse
from harness.tagsets import known_labels
from harness.types import Annotation, Document, Entity, Example, InputError

Repair = Literal["restart", "drop", "error"]


@dataclass(frozen=True)
class Conll:
    """A corpus in CoNLL columns; entities only.

    Its text is made: one space between tokens, one line a sentence. A document has `sentences` sentences and never
    goes past a -DOCSTART- line; with None that line alone parts documents. It is named after the line of its first
    token.

    `repair` says what becomes of mentions with ill-formed tags: `restart` keeps them as conlleval reads them, `drop`
    leaves them out, `error` stops at the first.
    """

    path: str
    labels: str | None = None
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    columns: Columns = field(default_factory=Columns)
    sentences: int | None = 1

    def __post_init__(self) -> None:
        if self.sentences is not None and self.sentences < 1:
            raise InputError(f"sentences: found {self.sentences}, wanted a whole number from 1, or null")

    @property
    def name(self) -> str:
        """The file's name without its extension."""
        return Path(self.path).stem

    @property
    def source(self) -> None:
        """No JSON Lines file holds these examples."""
        return None

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """There are no claims, so no speakers."""
        return {}

    def read(self) -> Sequence[Example]:
        """The documents with their entities, in file order.

        Raises:
            InputError: the file is malformed, or bears a label that is not one of `labels`; the message names the line.
        """
        return self._corpus[0]

    @property
    def remarks(self) -> Sequence[str]:
        """What a reader of the scores has to know: how many tags are ill-formed, how, and what was done."""
        faults = self._corpus[1]
        if not faults:
            return ()
        kinds = ", ".join(f"{count} {problem}" for problem, count in faults.most_common())
        done = {"restart": "read as conlleval reads them", "drop": "their mentions left out"}[self.repair]
        return (f"{self.path}: found {faults.total()} ill-formed tags under {self.scheme} ({kinds}); {done}",)

    @cached_property
    def _corpus(self) -> tuple[Sequence[Example], Counter[str]]:
        """The examples, and how often tags are ill-formed in which way."""
        allowed = frozenset(known_labels(self.labels))
        faults: Counter[str] = Counter()
        unknown: dict[str, int] = {}
        examples = []
        for block in self._blocks():
            decoded = [self._decode(sentence) for sentence in block]
            faults.update(fault.problem for found in decoded for fault in found.faults)
            _note_unknown(block, self.scheme, allowed, unknown)
            examples.append(self._example(block, decoded))
        if unknown:
            found = ", ".join(map(shown, unknown))
            where = f"{self.path}:{next(iter(unknown.values()))}"
            raise InputError(f"{where}: found the labels {found}, wanted those of {self.labels or 'the gold'}")
        if not examples:
            raise InputError(f"{self.path}: found no token, wanted at least one")
        return examples, faults

    def _blocks(self) -> Iterator[list[Sentence]]:
        """The sentences of each document."""
        block: list[Sentence] = []
        for sentence in self.columns.read(Path(self.path)):
            if block and (sentence.opens or len(block) == self.sentences):
                yield block
                block = []
            block.append(sentence)
        if block:
            yield block

    def _decode(self, sentence: Sentence) -> Decoded:
        found = decode([token.tags for token in sentence.tokens], self.scheme)
        if self.repair == "error" and found.faults:
            number, tag, problem = found.faults[0]
            where = f"{self.path}:{sentence.tokens[number].line}"
            raise InputError(f"{where}: found {one_line(tag)} ({problem}), wanted tags well formed under {self.scheme}")
        kept = [mention for mention in found.mentions if mention.sound or self.repair != "drop"]
        return Decoded(kept, found.faults)

    def _example(self, block: Sequence[Sentence], decoded: Sequence[Decoded]) -> Example:
        lines = [" ".join(token.text for token in sentence.tokens) for sentence in block]
        offsets = accumulate((len(line) + 1 for line in lines), initial=0)
        entities = [
            entity
            for sentence, found, offset in zip(block, decoded, offsets, strict=False)
            for entity in _entities(sentence, found, offset)
        ]
        line, faults = block[0].tokens[0].line, sum(len(found.faults) for found in decoded)
        meta = {"line": line} | ({"ill_formed_tags": faults} if faults else {})
        return Example(Document(f"{self.name}:{line}", "\n".join(lines), meta), Annotation(entities=tuple(entities)))


def _entities(sentence: Sentence, found: Decoded, offset: int) -> Iterator[Entity]:
    """The mentions of a sentence that begins at `offset`, as spans of the document's text."""
    starts = list(accumulate((len(token.text) + 1 for token in sentence.tokens), initial=offset))
    for first, last, kind, _ in found.mentions:
        # One back: the space behind the last token is not part of it.
        yield Entity(starts[first], starts[last] - 1, kind)


def _note_unknown(block: Sequence[Sentence], scheme: Scheme, allowed: frozenset[str], unknown: dict[str, int]) -> None:
    """Note each label that is not allowed with the line of its first tag, those of dropped mentions too."""
    lines: dict[str, int] = {}
    for sentence in block:
        for token in sentence.tokens:
            for tag in token.tags:
                lines.setdefault(tag, token.line)
    for tag, line in lines.items():
        label = parse(tag, scheme)[1]
        if tag != OUTSIDE and label not in allowed:
            unknown.setdefault(label, line)
