"""Documents through a joint model: lines to windows of tokens, and the logits of each word's first token back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from harness.arabic.plain import Spelling, respell
from harness.data.types import Annotation, Document, Span
from harness.runners.carried import carry_annotation
from harness.runners.transformer.checkpoint import Loaded
from harness.runners.transformer.joint.heads import Group, read_groups
from harness.runners.transformer.joint.reading import Words, read_document
from harness.runners.transformer.joint.words import cut_words
from harness.runners.transformer.network import Logits, Network
from harness.runners.transformer.tokenizer import backend_of
from harness.runners.transformer.torch_backend import TorchBackend
from harness.runners.transformer.windows import Window, cut_windows, home_windows

_BUDGET: Final = 4096
_OVERLAP: Final = 64


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
            at = 0
            for word in range(first, last):
                if homes[word] == number:
                    rows[word] = logits[at]
                at += lengths[word]
        return Words(self.words, np.stack(rows))


@dataclass
class Reader:
    """A joint model as a reader of documents: each line is read by itself, in windows of `capacity` tokens.

    Texts are read in the spelling `spelling`; answers have the offsets of the texts themselves.
    `shortened` counts the words that had more tokens than a window, of which the first were read.
    """

    network: Network
    groups: Sequence[Group]
    head: str
    capacity: int
    overlap: int
    budget: int
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
        gathered = [[line.gathered([next(answers) for _ in line.windows]) for line in page] for page in pages]
        return [
            carry_annotation(read_document(rewrite.target, words, self.groups, self.head), rewrite)
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
        tokens = [found for _, found in paired]
        windows = cut_windows([len(found) for found in tokens], self.capacity, self.overlap)
        return _Line([word for word, _ in paired], tokens, windows)


def open_reader(loaded: Loaded, head: str, budget: int = _BUDGET) -> Reader:
    """A reader that answers with `head` of a joint model, in the longest windows that it reads.

    Batches hold at most `budget` padded tokens.

    Raises:
        InputError: the model's labels are not those of a joint model.
    """
    backend = TorchBackend(loaded.model, loaded.tokenizer.pad_token_id or 0)
    network = Network(backend_of(loaded.tokenizer), backend, loaded.outputs, loaded.limit)
    opening, closing = network.frame
    capacity = loaded.limit - len(opening) - len(closing)
    return Reader(network, read_groups(loaded.outputs), head, capacity, min(_OVERLAP, capacity // 2), budget)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1
