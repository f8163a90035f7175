"""A loaded token classifier, as two functions: words to tokens, and tokens to answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from harness.data.bio import OUTSIDE, Scheme, parse
from harness.runners.tagging import check_tags
from harness.runners.transformer.answers import Answer
from harness.runners.transformer.windows import batches

Logits: TypeAlias = npt.NDArray[np.float32]
"""An array of tokens × outputs."""


class Backend(Protocol):
    """Whatever computes a model."""

    @property
    def pads(self) -> bool:
        """Whether every sequence costs what the longest of its batch does."""

    def logits(self, batch: Sequence[Sequence[int]]) -> list[Logits]:
        """For each sequence of token ids, one at least, an array of tokens × outputs."""


class Token(NamedTuple):
    """A token's id, and the characters of its word that it stands for, half open; none where both edges are equal."""

    id: int
    start: int
    end: int


@dataclass(frozen=True)
class Network:
    """A token classifier: a tokenizer of the package tokenizers, what computes the logits, and the tag of each output.

    `limit` is the most tokens that the model reads at once, those that open and close a text among them. Logits are
    divided by `temperature` before they become probabilities.
    """

    tokenizer: Any
    backend: Backend
    outputs: Sequence[str]
    limit: int
    scheme: Scheme = "IOB2"
    temperature: float = 1.0

    def check(self, allowed: Collection[str] | None, wanted: str) -> None:
        """Refuse a model with a tag that is none of the scheme's, or whose label is not among `allowed`; None: any is.

        Raises:
            InputError: there is one; the message lists them all. `wanted` says what the labels should be.
        """
        check_tags(self.outputs, self.scheme, allowed, wanted)

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """The tag of each output with the type in it, empty for that of tokens outside mentions."""
        return [(tag, "" if tag == OUTSIDE else parse(tag, self.scheme)[1]) for tag in self.outputs]

    @cached_property
    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens that open a text, and those that close it."""
        encoded = self.tokenizer.encode(["1"], is_pretokenized=True)
        ids, special = encoded.ids, encoded.special_tokens_mask
        return ids[: special.index(0)], ids[len(special) - special[::-1].index(0) :]

    def encode(self, words: Sequence[str]) -> list[list[Token]]:
        """The tokens of each word; a word of nothing but what the tokenizer drops has none."""
        tokens: list[list[Token]] = [[] for _ in words]
        if words:
            encoded = self.tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
            for number, token, (start, end) in zip(encoded.word_ids, encoded.ids, encoded.offsets, strict=True):
                tokens[number].append(Token(token, start, end))
        return [[*map(self._unlettered, word[:1]), *word[1:]] if len(word) > 1 else word for word in tokens]

    def _unlettered(self, token: Token) -> Token:
        """The first token of a word, without characters where it is nothing but the mark that a word begins."""
        return Token(token.id, token.start, token.start) if token.id in self._marks else token

    @cached_property
    def _marks(self) -> frozenset[int]:
        """The tokens that SentencePiece and byte-level tokenizers set in front of a word that begins with no other."""
        return frozenset(self.tokenizer.get_vocab().get(mark, -1) for mark in "▁Ġ")

    def classify(self, sequences: Sequence[Sequence[int]], budget: int) -> list[list[Answer]]:
        """The answer for each token of each sequence: of the most probable outputs the first.

        Batches hold at most `budget` padded tokens.

        Raises:
            ValueError: the model answered with something else than finite numbers.
        """
        return [self._answers(softmax(logits / self.temperature)) for logits in self.logits(sequences, budget)]

    def logits(self, sequences: Sequence[Sequence[int]], budget: int) -> list[Logits]:
        """The logits for each sequence, which is framed for the model: an array of tokens × outputs, without the frame.

        Raises:
            ValueError: the model answered with something else than finite numbers.
        """
        opening, closing = self.frame
        framed = [[*opening, *sequence, *closing] for sequence in sequences]
        found: dict[int, Logits] = {}
        lengths = [len(one) for one in framed]
        for batch in batches(lengths, budget) if self.backend.pads else [range(len(framed))]:
            found |= zip(batch, self.backend.logits([framed[number] for number in batch]), strict=True)
        inner = [found[number][len(opening) : len(one) - len(closing)] for number, one in enumerate(framed)]
        if not all(np.isfinite(logits).all() for logits in inner):
            raise ValueError("found logits that are not finite, wanted finite ones: try another dtype")
        return inner

    def _answers(self, probabilities: Logits) -> list[Answer]:
        best: list[int] = probabilities.argmax(-1).tolist()
        sure: list[float] = np.minimum(probabilities.max(-1), 1.0).tolist()
        return [Answer(*self.tags[label], probability) for label, probability in zip(best, sure, strict=True)]


def softmax(logits: Logits) -> Logits:
    """Probabilities over the outputs of each token, in float32."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    found: Logits = powers / powers.sum(-1, keepdims=True)
    return found
