"""Documents through a joint model: lines to windows of tokens, and logits to entities, claims and sentence labels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from harness.arabic.plain import Spelling, respell
from harness.arabic.quotations import find_quotations
from harness.arabic.segment import sentences
from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Sentence, Span
from harness.runners.carried import carry_annotation
from harness.runners.transformer.checkpoint import Loaded, TorchBackend
from harness.runners.transformer.joint.claims import claims_in
from harness.runners.transformer.joint.entities import Line, entities_in
from harness.runners.transformer.joint.heads import FLAT, ROLES, SENTENCE, Group, read_groups
from harness.runners.transformer.joint.speakers import name_speakers
from harness.runners.transformer.joint.tagging import choose, named
from harness.runners.transformer.network import Logits, Network
from harness.runners.transformer.pieces import cut_words
from harness.runners.transformer.tokenizer import backend_of
from harness.runners.transformer.windows import Window, cut_windows, home_windows

_BUDGET: Final = 4096
_OVERLAP: Final = 64


class Words(NamedTuple):
    """The words of one line, as spans of the document, and the logits of their first tokens."""

    spans: Sequence[Span]
    logits: Logits


@dataclass(frozen=True)
class _Line:
    """The readable words of a line with their tokens, and the windows over them."""

    words: list[Span]
    tokens: list[list[int]]
    windows: list[Window]

    @property
    def sequences(self) -> Iterator[list[int]]:
        """The tokens of each window."""
        for first, last in self.windows:
            yield [token for word in self.tokens[first:last] for token in word]

    def gathered(self, windows: Sequence[Logits]) -> Words:
        """The logits of the first token of each word, from the window in which it is farthest from an edge."""
        lengths = [len(tokens) for tokens in self.tokens]
        rows: list[Logits] = [np.zeros(0, np.float32)] * len(self.words)
        homes = home_windows(self.windows, lengths)
        for number, ((first, last), logits) in enumerate(zip(self.windows, windows, strict=True)):
            token = 0
            for word in range(first, last):
                if homes[word] == number:
                    rows[word] = logits[token]
                token += lengths[word]
        return Words(self.words, np.stack(rows))


@dataclass
class JointReader:
    """A joint model as a reader of documents: each line is read by itself, in windows of `capacity` tokens.

    It answers with its head `head`, in `schema`, the layers that the head has groups for.

    Texts are read in the spelling `spelling`; answers have the offsets of the texts themselves.
    `shortened` counts the words that had more tokens than a window, of which the first were read.
    """

    network: Network
    groups: Sequence[Group]
    head: str
    capacity: int
    overlap: int
    budget: int
    schema: Schema
    spelling: Spelling = "plain"
    shortened: int = field(default=0, init=False)

    def read(self, documents: Sequence[Document]) -> list[Annotation]:
        """What the head says about each document."""
        rewrites = [respell(document.text, self.spelling) for document in documents]
        texts = [rewrite.target for rewrite in rewrites]
        pages = [[self._line(text, *line) for line in _lines(text)] for text in texts]
        pages = [[line for line in page if line.words] for page in pages]
        sequences = [sequence for page in pages for line in page for sequence in line.sequences]
        answers = (logits / self.network.temperature for logits in self.network.logits(sequences, self.budget))
        own = named(self.groups, self.head)
        gathered = [[line.gathered([next(answers) for _ in line.windows]) for line in page] for page in pages]
        return [
            carry_annotation(read_document(rewrite.target, words, own, self.schema), rewrite)
            for rewrite, words in zip(rewrites, gathered, strict=True)
        ]

    def _line(self, text: str, start: int, end: int) -> _Line:
        words = cut_words(text, start, end)
        encoded = self.network.encode([text[first:last] for first, last in words])
        self.shortened += sum(len(tokens) > self.capacity for tokens in encoded)
        paired = [
            (word, [token.id for token in tokens[: self.capacity]])
            for word, tokens in zip(words, encoded, strict=True)
            if tokens
        ]
        tokens = [ids for _, ids in paired]
        windows = cut_windows([len(ids) for ids in tokens], self.capacity, self.overlap)
        return _Line([word for word, _ in paired], tokens, windows)


def open_reader(loaded: Loaded, head: str, budget: int = _BUDGET) -> JointReader:
    """A reader that answers with `head` of a joint model, in the longest windows that it reads.

    Batches hold at most `budget` padded tokens.

    Raises:
        InputError: the model's labels are not those of a joint model.
    """
    backend = TorchBackend(loaded.model, loaded.tokenizer.pad_token_id or 0)
    network = Network(backend_of(loaded.tokenizer), backend, loaded.outputs, loaded.limit)
    opening, closing = network.frame
    capacity = loaded.limit - len(opening) - len(closing)
    schema = loaded.schemas.get(head, read_schema(GOLD_NAME))
    overlap = min(_OVERLAP, capacity // 2)
    return JointReader(network, read_groups(loaded.outputs), head, capacity, overlap, budget, schema)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def read_document(text: str, lines: Sequence[Words], groups: Mapping[str, Group], schema: Schema) -> Annotation:
    """What one head, by its groups, says about `text` in `schema`; a layer that it has no groups for is None."""
    with_claims = ROLES[0] in groups
    with_entities = FLAT in groups or any(group.marks_type for group in groups.values())
    entities: list[Entity] = []
    claims: list[Claim] = []
    quotations = find_quotations(text) if with_claims else ()
    for words in lines:
        line = Line(text, words.spans, words.logits, groups)
        if with_entities:
            entities += entities_in(line)
        if with_claims:
            claims += claims_in(line, quotations, schema)
    return Annotation(
        tuple(entities) if with_entities else None,
        tuple(name_speakers(text, claims, entities, schema)) if with_claims else None,
        tuple(_label_sentences(text, lines, groups)) if SENTENCE in groups else None,
    )


def _label_sentences(text: str, lines: Sequence[Words], groups: Mapping[str, Group]) -> list[Sentence]:
    """The label of each sentence: that with the highest mean log probability over its words."""
    spans = [span for words in lines for span in words.spans]
    logits = np.concatenate([words.logits for words in lines]) if lines else np.zeros((0, 0), np.float32)
    starts = np.array([span.start for span in spans])
    labelled = []
    for start, end in sentences(text):
        first, last = np.searchsorted(starts, [start, end])
        if first < last:
            label, probability = choose(logits[first:last], groups[SENTENCE])
            labelled.append(Sentence(start, end, label, probability))
    return labelled
