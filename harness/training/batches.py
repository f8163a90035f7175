"""Training samples as batches of tokens with their targets."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final, NamedTuple

import numpy as np

from harness.data.types import InputError, Span
from harness.runners.transformer.joint.heads import Group
from harness.runners.transformer.network import Network
from harness.runners.transformer.pieces import cut_words
from harness.training.corpora import TrainingSample
from harness.training.noise import Noise
from harness.training.targets import Targets, targets_of

# Batches that are filled together: sequences of like length meet, and still every epoch mixes them anew.
_TOGETHER: Final = 25


class Item(NamedTuple):
    """The tokens of some neighbouring texts, where each word's first token stands, and the words' targets."""

    tokens: list[int]
    firsts: list[int]
    targets: Targets


class _Text(NamedTuple):
    """A line of a sample, its words with their targets, and the block of neighbours that it belongs to."""

    text: str
    words: list[Span]
    targets: Targets
    block: str


@dataclass
class Batches:
    """The samples of an epoch in batches of `size` sequences.

    An epoch is one pass through the samples; where that gives fewer batches than `min_steps`, it is several whole ones.

    Each line of a sample is a text of its own, as it is when a document is read. Of the sequences a share `joined`
    holds two to four neighbouring texts, because documents have paragraphs and corpora have sentences. What is longer
    than the model reads goes on in another sequence.
    """

    samples: Sequence[TrainingSample]
    network: Network
    groups: Sequence[Group]
    size: int
    joined: float
    noise: Noise
    min_steps: int = 1

    def epoch(self, random: Random) -> list[list[Item]]:
        """The batches of one epoch, in the order to learn them.

        Raises:
            InputError: the samples have no words.
        """
        batches = self._pass(random)
        if not batches:
            raise InputError("corpora: found no words in their texts, wanted some to learn from")
        while len(batches) < self.min_steps:
            batches += self._pass(random)
        return batches

    def _pass(self, random: Random) -> list[list[Item]]:
        """Every sample once, in batches."""
        items = [item for run in self._runs(random) for item in self._items(run, random)]
        random.shuffle(items)
        batches = []
        for start in range(0, len(items), self.size * _TOGETHER):
            near = sorted(items[start : start + self.size * _TOGETHER], key=lambda item: len(item.tokens))
            batches += [near[first : first + self.size] for first in range(0, len(near), self.size)]
        random.shuffle(batches)
        return batches

    def _runs(self, random: Random) -> Iterator[Sequence[_Text]]:
        """Texts that are read together."""
        first = 0
        while first < len(self._texts):
            wanted = random.choice((2, 2, 3, 4)) if random.random() < self.joined else 1
            last = first + 1
            while last < min(first + wanted, len(self._texts)) and self._texts[last].block == self._texts[first].block:
                last += 1
            yield self._texts[first:last]
            first = last

    def _items(self, run: Sequence[_Text], random: Random) -> Iterator[Item]:
        """A run in as few sequences as it takes; of a word with more tokens than there is room for, the first."""
        opening, closing = self.network.frame
        tokens: list[int] = []
        firsts: list[int] = []
        targets: list[Targets] = []
        for word, row in self._encoded(run, random):
            if len(tokens) + len(word) > self._room:
                yield Item([*opening, *tokens, *closing], firsts, np.stack(targets))
                tokens, firsts, targets = [], [], []
            firsts.append(len(opening) + len(tokens))
            tokens += word
            targets.append(row)
        if firsts:
            yield Item([*opening, *tokens, *closing], firsts, np.stack(targets))

    def _encoded(self, run: Sequence[_Text], random: Random) -> Iterator[tuple[list[int], Targets]]:
        """The tokens and the targets of every word that has tokens."""
        for text, words, targets, _ in run:
            noisy = self.noise.applied(text, random)
            encoded = self.network.encode([noisy[start:end] for start, end in words])
            for word, row in zip(encoded, targets, strict=True):
                if word:
                    yield [token.id for token in word[: self._room]], row

    @cached_property
    def _room(self) -> int:
        """How many tokens of text a sequence has room for."""
        opening, closing = self.network.frame
        return self.network.limit - len(opening) - len(closing)

    @cached_property
    def _texts(self) -> list[_Text]:
        return [text for sample in self.samples for text in self._lines(sample)]

    def _lines(self, sample: TrainingSample) -> Iterator[_Text]:
        """The lines of a sample that have words."""
        words = cut_words(sample.text)
        targets = targets_of(words, sample.annotations, self.groups)
        starts = [word.start for word in words]
        start = 0
        for line in sample.text.split("\n"):
            end = start + len(line)
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            if first < last:
                moved = [Span(word.start - start, word.end - start) for word in words[first:last]]
                yield _Text(line, moved, targets[first:last], sample.block)
            start = end + 1
