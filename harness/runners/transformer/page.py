"""A document made ready for a token classifier."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.arabic.normalize import Normalizer
from harness.offsets import Rewrite
from harness.runners.transformer.answers import Answer, Strategy, answer_word
from harness.runners.transformer.network import Network
from harness.runners.transformer.pieces import cut_pieces
from harness.runners.transformer.windows import Window, cut_windows, home_windows
from harness.types import Span


@dataclass(frozen=True)
class Page:
    """A text as the model reads it: the words of each line, the tokens of each word, and the windows over them.

    Words without tokens are left out. A word of more tokens than a window holds is cut; `shortened` counts these.
    """

    rewrite: Rewrite
    lines: Sequence[Sequence[Span]]
    tokens: Sequence[Sequence[int]]
    windows: Sequence[Window]
    shortened: int

    @cached_property
    def sequences(self) -> list[list[int]]:
        """The tokens of each window."""
        return [[token for word in self.tokens[first:last] for token in word] for first, last in self.windows]

    def word_answers(self, windows: Sequence[Sequence[Answer]], strategy: Strategy) -> Iterator[list[Answer]]:
        """The answers for the words of each line, out of those for the tokens of each window."""
        lengths = [len(word) for word in self.tokens]
        homes = home_windows(self.windows, lengths)
        words: dict[int, Answer] = {}
        for number, ((first, last), answers) in enumerate(zip(self.windows, windows, strict=True)):
            at = 0
            for word in range(first, last):
                if homes[word] == number:
                    words[word] = answer_word(answers[at : at + lengths[word]], strategy)
                at += lengths[word]
        at = 0
        for line in self.lines:
            yield [words[at + number] for number in range(len(line))]
            at += len(line)


def open_page(text: str, network: Network, normalizer: Normalizer | None, capacity: int, overlap: int) -> Page:
    """`text`, rewritten by `normalizer` if there is one, as words in windows of `capacity` tokens."""
    rewrite = Rewrite(text) if normalizer is None else normalizer.rewrite(text)
    lines = cut_pieces(rewrite.target)
    encoded = iter(network.encode([rewrite.target[start:end] for line in lines for start, end in line]))
    paired = [[(piece, next(encoded)) for piece in line] for line in lines]
    readable = [[piece for piece, tokens in line if tokens] for line in paired]
    tokens = [tokens for line in paired for _, tokens in line if tokens]
    cut = [word[:capacity] for word in tokens]
    windows = cut_windows([len(word) for word in cut], capacity, overlap)
    return Page(rewrite, readable, cut, windows, sum(len(word) > capacity for word in tokens))
