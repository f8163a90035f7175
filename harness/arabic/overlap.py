"""Text that two sources share: runs of words and whole sentences that are the same in uniform spelling."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from harness.arabic.segment import sentences, words
from harness.arabic.surface import uniform

Run = tuple[str, ...]


class Shared(NamedTuple):
    """What a text shares with others: of its `runs` so many are `shared`, of its `sentences` so many `copied` whole.

    `runs` are those of a given length, each counted where it stands; `sentences` those with a word. `copied_words` of
    its `words` stand in copied sentences.
    """

    words: int
    runs: int
    shared: int
    sentences: int
    copied: int
    copied_words: int


def terms(text: str) -> list[str]:
    """The words of `text` in uniform spelling."""
    return [uniform(text[start:end]) for start, end in words(text)]


def runs(spelled: Sequence[str], length: int) -> Iterator[Run]:
    """Every run of `length` words, in order."""
    return (tuple(spelled[start : start + length]) for start in range(len(spelled) - length + 1))


def shared(texts: Sequence[str], others: Iterable[str], length: int) -> list[Shared]:
    """What each of `texts` shares with any of `others`, which are read one after another and not kept.

    Runs of `length` words go across the ends of sentences and lines, and not from one text to the next.
    """
    own_runs = [list(runs(terms(text), length)) for text in texts]
    own_sentences = [_sentences(text) for text in texts]
    wanted = {run for found in own_runs for run in found}
    wanted_sentences = {sentence for found in own_sentences for sentence in found}
    met: set[Run] = set()
    copied: set[Run] = set()
    for other in others:
        met.update(run for run in runs(terms(other), length) if run in wanted)
        copied.update(sentence for sentence in _sentences(other) if sentence in wanted_sentences)
    return [
        Shared(
            words=sum(map(len, parts)),
            runs=len(found),
            shared=sum(run in met for run in found),
            sentences=len(parts),
            copied=sum(part in copied for part in parts),
            copied_words=sum(len(part) for part in parts if part in copied),
        )
        for found, parts in zip(own_runs, own_sentences, strict=True)
    ]


def _sentences(text: str) -> list[Run]:
    spelled = (tuple(terms(text[start:end])) for start, end in sentences(text))
    return [sentence for sentence in spelled if sentence]
