"""A document made ready for a token classifier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from harness.arabic.plain import Spelling, respell
from harness.data.offsets import Rewrite
from harness.data.types import Span
from harness.runners.transformer.answers import Answer, Strategy, answer_word
from harness.runners.transformer.network import Network, Token
from harness.runners.transformer.pieces import cut_pieces, cut_proclitics
from harness.runners.transformer.windows import Window, cut_windows, home_windows

Segmentation = Literal["clitics"]
Unit = Strategy | Literal["each"]


@dataclass(frozen=True)
class Layout:
    """How a text is laid out: respelled, cut at proclitics, in windows of `capacity` tokens that share `overlap`."""

    capacity: int
    overlap: int = 0
    spelling: Spelling = None
    segment: Segmentation | None = None


@dataclass(frozen=True)
class Page:
    """A text as the model reads it: the words of each line, the tokens of each word, and the windows over them.

    Words without tokens are left out. A word of more tokens than a window holds is cut; `shortened` counts these.
    """

    rewrite: Rewrite
    lines: Sequence[Sequence[Span]]
    tokens: Sequence[Sequence[Token]]
    windows: Sequence[Window]
    shortened: int

    @cached_property
    def sequences(self) -> list[list[int]]:
        """The tokens of each window."""
        return [[token.id for word in self.tokens[first:last] for token in word] for first, last in self.windows]

    def answers(self, windows: Sequence[Sequence[Answer]], unit: Unit) -> Iterator[list[tuple[Span, Answer]]]:
        """The answers for each line, out of those for the tokens of each window, with the spans they are for.

        An answer is for a word, or with `each` for a token: then its span is that of the token's own characters, and
        tokens without any, as some tokenizers set in front of a word, are left out.
        """
        words = iter(zip(self.tokens, self._word_tokens(windows), strict=True))
        for line in self.lines:
            answered: list[tuple[Span, Answer]] = []
            for piece, (tokens, answers) in zip(line, words, strict=False):
                if unit == "each":
                    for token, answer in zip(tokens, answers, strict=True):
                        if token.start < token.end:
                            answered.append((Span(piece.start + token.start, piece.start + token.end), answer))
                else:
                    answered.append((piece, answer_word(answers, unit)))
            yield answered

    def _word_tokens(self, windows: Sequence[Sequence[Answer]]) -> list[Sequence[Answer]]:
        """For each word the answers for its tokens, from the window in which it is farthest from an edge."""
        lengths = [len(word) for word in self.tokens]
        homes = home_windows(self.windows, lengths)
        words: list[Sequence[Answer]] = [()] * len(lengths)
        for number, ((first, last), answers) in enumerate(zip(self.windows, windows, strict=True)):
            token = 0
            for word in range(first, last):
                if homes[word] == number:
                    words[word] = answers[token : token + lengths[word]]
                token += lengths[word]
        return words


def open_page(text: str, network: Network, layout: Layout) -> Page:
    """`text` as `network` reads it."""
    rewrite = respell(text, layout.spelling)
    lines = cut_pieces(rewrite.target)
    if layout.segment == "clitics":
        lines = [cut_proclitics(line, rewrite) for line in lines]
    encoded = iter(network.encode([rewrite.target[start:end] for line in lines for start, end in line]))
    paired = [[(piece, next(encoded)) for piece in line] for line in lines]
    readable = [[piece for piece, tokens in line if tokens] for line in paired]
    tokens = [tokens for line in paired for _, tokens in line if tokens]
    cut = [word[: layout.capacity] for word in tokens]
    windows = cut_windows([len(word) for word in cut], layout.capacity, layout.overlap)
    return Page(rewrite, readable, cut, windows, sum(len(word) > layout.capacity for word in tokens))
