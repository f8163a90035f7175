"""What a model learns from: corpora, each for one head, brought together by sentence."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from harness.data.bio import OUTSIDE, Scheme
from harness.data.columns import Columns
from harness.data.dataset import Dataset
from harness.data.jsonl import one_line
from harness.data.schema import INFER, Schema, infer_schema, read_schema
from harness.data.types import LAYERS, Annotation, Claim, Document, Entity, Example, InputError, Sentence, Span
from harness.data.unknown import unknown_names
from harness.datasets.conll import Conll
from harness.datasets.jsonl import JsonLines
from harness.runners.transformer.card import fingerprint
from harness.runners.transformer.joint.heads import FLAT, GOLD, entity_groups, schema_groups
from harness.show.terminal import warn

_SHOWN: Final = 3
# A shorter line, as a dateline or a heading, stands in many documents.
_LEAST_WORDS: Final = 4


@dataclass(frozen=True)
class TrainingCorpus:
    """A file that the head `head` learns from; without a path there is none.

    `jsonl` has the contracts' format, `conll` one token a line (`labels`, `scheme`, `columns`, `schema` and `encoding`
    as data sets have them). A head whose mentions nest (`nested`) has a group for every label, another one group for
    all; the gold's head always has the former.
    """

    head: str
    path: str | None = None
    format: Literal["jsonl", "conll"] = "jsonl"
    labels: str | None = None
    scheme: Scheme = "IOB2"
    columns: Columns = field(default_factory=Columns)
    nested: bool = True
    schema: str = INFER
    encoding: str | None = None

    def __post_init__(self) -> None:
        if "/" in self.head or not self.head:
            raise InputError(f"head: found {self.head!r}, wanted a name without /")

    def read(self) -> Sequence[Example]:
        """The examples of the file, which is read once; what has to be known of it is told as it is read.

        Raises:
            InputError: it cannot be read or is malformed.
        """
        return self._examples

    @cached_property
    def _examples(self) -> Sequence[Example]:
        if self.path is None:
            return ()
        dataset: Dataset = (
            JsonLines(self.path, self.labels, self.schema)
            if self.format == "jsonl"
            else Conll(
                self.path, self.labels, self.scheme, columns=self.columns, schema=self.schema, encoding=self.encoding
            )
        )
        examples = dataset.read()
        for remark in dataset.remarks:
            warn(remark)
        return examples


@dataclass
class TrainingSample:
    """A text with what corpora say about it, by head, and the stretch of neighbouring texts that it belongs to."""

    text: str
    annotations: dict[str, Annotation]
    block: str


def gather(
    corpora: Iterable[TrainingCorpus], unseen: Sequence[Example], left_out: Sequence[str]
) -> list[TrainingSample]:
    """The samples, in file order; a text that stands in several corpora is one sample.

    Two texts are the same if they differ in white space at most, and a text is in another if it is the same or they
    share a line of four words or more.

    Args:
        corpora: What is learned from.
        unseen: The examples that must not be learned from.
        left_out: Values of `meta.block`, or ids, of documents to leave out, and with them their texts in other corpora.

    Raises:
        InputError: a text of `unseen` stands in a corpus, nothing is left out by a name in `left_out`, or no sample is
            left.
    """
    read = [(corpus, example) for corpus in corpora for example in corpus.read()]
    gone = _texts_of(left_out, [example for _, example in read])
    hidden = {mark for example in unseen for mark in marks_of(example.document.text)}
    samples: dict[str, TrainingSample] = {}
    for corpus, example in read:
        document = example.document
        marks = marks_of(document.text)
        if marks & gone:
            continue
        if marks & hidden:
            where = f"{corpus.path}: {one_line(document.id)}"
            raise InputError(f"{where}: found a text of the development set, wanted training data without it")
        block = str(document.meta.get("block", f"{corpus.head}:"))
        sample = samples.setdefault(fingerprint(document.text), TrainingSample(document.text, {}, block))
        sample.annotations[corpus.head] = carried(example.gold, document.text, sample.text)
    if not samples:
        raise InputError("corpora: found no text to learn from, wanted at least one corpus with a path")
    return list(samples.values())


def marks_of(text: str) -> set[str]:
    """What two texts have in common if one is in the other: the fingerprints of the text and of its longer lines."""
    return {fingerprint(text), *(fingerprint(line) for line in text.split("\n") if len(line.split()) >= _LEAST_WORDS)}


def _texts_of(left_out: Sequence[str], examples: Sequence[Example]) -> set[str]:
    """The marks of the documents that the names mean."""
    marks = set()
    missing = set(left_out)
    for example in examples:
        names = {example.document.id, fold_of(example.document)}
        if names & set(left_out):
            missing -= names
            marks |= marks_of(example.document.text)
    if missing:
        raise InputError(f"leave_out: found {', '.join(sorted(missing)[:_SHOWN])}, wanted ids or blocks of the corpora")
    return marks


def fold_of(document: Document) -> str:
    """The name under which a document is left out together with others: its `meta.block`, or its id."""
    return str(document.meta.get("block", document.id))


def schemas_of(corpora: Sequence[TrainingCorpus]) -> dict[str, Schema]:
    """The schema in which each head is to answer; a head whose labels have a map has none, and answers in that.

    The gold's head answers in the schema that its corpora name, else in what all of them use (`data.schema`); where the
    schema does not say which types nest in themselves, it is those that do in the corpora. Another head answers with
    entities of the labels that its corpora use.

    Raises:
        InputError: two corpora of a head name two schemas, or one uses a name that the schema of another lacks.
    """
    found = {}
    for head, own in _heads(corpora).items():
        examples = [example for corpus in own for example in corpus.read()]
        named = sorted({corpus.schema for corpus in own} - {INFER})
        if len(named) > 1:
            raise InputError(f"corpora: found {head} in the schemas {', '.join(named)}, wanted one for all of a head")
        if head != GOLD:
            if all(corpus.labels is None for corpus in own):
                found[head] = Schema(_name(head), types=tuple(_labels(own)), layers=LAYERS[:1])
            continue
        schema = read_schema(named[0]) if named else infer_schema(examples, _name(Path(str(own[0].path)).stem))
        unknown = unknown_names((example.gold for example in examples), schema)
        for place, names in unknown.items():
            listed = ", ".join(names)
            raise InputError(f"corpora: {'.'.join(place)}: found {listed}, wanted those of the schema {schema.label}")
        found[head] = schema if schema.self_nesting else replace(schema, self_nesting=_self_nesting(examples, schema))
    return found


def _name(text: str) -> str:
    """A name for a schema, which are of ASCII letters, digits and . _ -."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "corpus"


def _self_nesting(examples: Iterable[Example], schema: Schema) -> tuple[str, ...]:
    """The types of which some mention stands inside another."""
    nesting = set()
    for example in examples:
        spans = sorted({(kind, start, -end) for start, end, kind, _ in example.gold.entities or ()})
        # Of those that start together the longer comes first; a mention inside another follows it, or one inside it.
        nesting |= {first[0] for first, second in pairwise(spans) if first[0] == second[0] and -second[2] <= -first[2]}
    return tuple(kind for kind in schema.types if kind in nesting)


def groups_of(corpora: Sequence[TrainingCorpus]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The groups of each head that some corpus is for, the gold's first.

    Raises:
        InputError: as `schemas_of`; or of two corpora for one head one says that its mentions nest, the other that they
            do not.
    """
    schemas = schemas_of(corpora)
    return {
        head: schema_groups(schemas[head]) if head == GOLD else _groups(head, own)
        for head, own in _heads(corpora).items()
    }


def _heads(corpora: Sequence[TrainingCorpus]) -> dict[str, list[TrainingCorpus]]:
    """The corpora of each head, the gold's first."""
    heads: dict[str, list[TrainingCorpus]] = {}
    for corpus in corpora:
        if corpus.path is not None:
            heads.setdefault(corpus.head, []).append(corpus)
    return {head: heads[head] for head in sorted(heads, key=lambda head: (head != GOLD, head))}


def _labels(corpora: Iterable[TrainingCorpus]) -> list[str]:
    """The entity labels that corpora use, sorted."""
    examples = [example for corpus in corpora for example in corpus.read()]
    return sorted({entity.type for example in examples for entity in example.gold.entities or ()})


def _groups(head: str, corpora: Sequence[TrainingCorpus]) -> list[tuple[str, tuple[str, ...]]]:
    nested = {corpus.nested for corpus in corpora}
    if len(nested) > 1:
        raise InputError(f"corpora: found {head} nested and not, wanted one of the two for all corpora of a head")
    labels = _labels(corpora)
    if nested == {True}:
        return entity_groups(labels)
    return [(FLAT, (OUTSIDE, *(f"{mark}-{label}" for label in labels for mark in "BI")))]


def carried(annotation: Annotation, text: str, other: str) -> Annotation:
    """The annotation of `text` for `other`, which has the same characters but for white space.

    What is of white space alone is left out.
    """
    if text == other:
        return annotation
    move = _Moved(text, other)
    entities, claims, sentences = annotation.entities, annotation.claims, annotation.sentences
    return Annotation(
        entities
        and tuple(item._replace(start=place[0], end=place[1]) for item in entities if (place := move.span(item))),
        claims and tuple(moved for item in claims if (moved := move.claim(item))),
        sentences
        and tuple(item._replace(start=place[0], end=place[1]) for item in sentences if (place := move.span(item))),
    )


class _Moved:
    """From the places of the characters in one text to those in another."""

    def __init__(self, text: str, other: str) -> None:
        self._from, self._to = (
            [position for position, char in enumerate(string) if not char.isspace()] for string in (text, other)
        )

    def span(self, where: Span | Entity | Sentence) -> Span | None:
        """Where a stretch stands in the other text; None if it is white space."""
        first, last = bisect_left(self._from, where.start), bisect_left(self._from, where.end)
        return Span(self._to[first], self._to[last - 1] + 1) if first < last else None

    def claim(self, claim: Claim) -> Claim | None:
        """A claim in the other text; None if its content or cue is white space."""
        content, cue = self.span(claim.content), self.span(claim.cue)
        source = claim.source and self.span(claim.source)
        return replace(claim, content=content, cue=cue, source=source) if content and cue else None
