"""The corpora that every tool scores: the gold standard with seeded errors, and random ones of four kinds."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.corpora import TYPES
from benchmarks.corpora import tagged as flat_corpus
from benchmarks.differential.pages import Mention, Page, Sample, shared, spanned, tagged
from harness.arabic.segment import words
from harness.data.types import Annotation, Entity, Example, Span
from harness.datasets.gold import GoldStandard
from harness.scoring.corpus import Corpus
from tests.schemas import ENTITY_TYPES

ALIKE: Final = ("GPE", "GPE_ORG", "ORG", "ORG_FAC", "LOC", "PERS")
"""Type names of which some begin with another."""

_KINDS: Final = ("keep", "drop", "move", "retype", "inner", "outer")
_WEIGHTS: Final = (70, 6, 8, 6, 5, 5)


def samples(size: int, seed: int = 17) -> Iterator[Sample]:
    """All corpora; the random ones have `size` documents each."""
    yield gold_sample(random.Random(seed))
    yield _flat("flat, well-formed", zip(*flat_corpus(size, 20, seed), strict=True), plain=True)
    yield _flat("flat, ill-formed", _ill_formed(random.Random(seed), size))
    yield from nested_samples(size, seed)


def nested_samples(size: int, seed: int = 17) -> Iterator[Sample]:
    """The random corpora with nesting."""
    yield _nested("nested, types differ", random.Random(seed), size, TYPES, same=False)
    yield _nested("nested, same type too", random.Random(seed + 1), size, TYPES, same=True)
    yield _nested("nested, names alike", random.Random(seed + 2), size, ALIKE, same=False)


def gold_sample(rng: random.Random) -> Sample:
    """The gold standard, a page for each line, with predictions that err in every way."""
    pages: list[Page] = []
    examples = GoldStandard().read()
    answers = []
    for example in examples:
        found: list[Entity] = []
        for offset, line in _lines(example.document.text):
            tokens = words(line)
            gold = _in_words(example, offset, tokens)
            predicted = erring(rng, gold, len(tokens), ENTITY_TYPES)
            pages.append(spanned(len(tokens), gold, predicted))
            found += (
                Entity(offset + tokens[start].start, offset + tokens[end - 1].end, kind)
                for start, end, kind in predicted
            )
        answers.append(Annotation(entities=tuple(found)))
    corpus = Corpus([example.document for example in examples], [example.gold for example in examples], answers)
    return Sample("gold v1, seeded errors", tuple(pages), ENTITY_TYPES, origin=corpus)


def erring(rng: random.Random, gold: Sequence[Mention], length: int, types: Sequence[str]) -> list[Mention]:
    """Predictions by start: gold with mentions dropped, moved by a word, retyped and invented, inner and outer lost."""
    found: list[Mention] = []
    for one in gold:
        start, end, kind = one
        luck = rng.choices(_KINDS, _WEIGHTS)[0]
        step = rng.choice((-1, 1))
        if luck == "move" and start + step >= 0 and end + step <= length:
            found.append((start + step, end + step, kind))
        elif luck == "retype":
            found.append((start, end, rng.choice(types)))
        elif not _lost(luck, one, gold):
            found.append(one)
    for _ in range(length // 10):
        if rng.random() < 0.3:
            start = rng.randrange(length)
            found.append((start, min(length, start + rng.randint(1, 3)), rng.choice(types)))
    return sorted(set(found))


def _lost(luck: str, one: Mention, gold: Sequence[Mention]) -> bool:
    inner = luck == "inner" and any(_holds(other, one) for other in gold)
    outer = luck == "outer" and any(_holds(one, other) for other in gold)
    return luck == "drop" or inner or outer


def _holds(one: Mention, other: Mention) -> bool:
    return one[0] <= other[0] and other[1] <= one[1] and one[:2] != other[:2]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1


def _in_words(example: Example, offset: int, tokens: Sequence[Span]) -> list[Mention]:
    """The gold mentions of one line, over its words."""
    last = offset + (tokens[-1].end if tokens else 0)
    found = set()
    for start, end, kind, _ in example.gold.entities or ():
        if offset <= start < last:
            touched = [at for at, word in enumerate(tokens) if word.end > start - offset and word.start < end - offset]
            found.add((touched[0], touched[-1] + 1, kind))
    return sorted(found)


def _flat(name: str, pairs: Iterator[tuple[list[str], list[str]]], *, plain: bool = False) -> Sample:
    return Sample(name, tuple(tagged(*pair) for pair in pairs), TYPES, flat=True, plain=plain)


def _ill_formed(rng: random.Random, size: int) -> Iterator[tuple[list[str], list[str]]]:
    """Tags drawn one by one, and the same with some drawn again."""
    every = ["O"] * 8 + [f"{prefix}-{kind}" for prefix in "BI" for kind in TYPES[:4]]
    for _ in range(size):
        gold = rng.choices(every, k=12)
        yield gold, [rng.choice(every) if rng.random() < 0.25 else tag for tag in gold]


def _nested(name: str, rng: random.Random, size: int, types: Sequence[str], *, same: bool) -> Sample:
    pages = []
    for _ in range(size):
        gold = sorted(set(_grow(rng, (0, 12), (), types, same=same)))
        predicted = erring(rng, gold, 12, types)
        pages.append(spanned(12, gold, predicted if same else _apart(predicted)))
    return Sample(name, tuple(pages), tuple(types))


def _grow(
    rng: random.Random, extent: tuple[int, int], above: tuple[str, ...], types: Sequence[str], *, same: bool
) -> Iterator[Mention]:
    """Mentions inside an extent, and inside each of them; without `same` none has a type of those above it."""
    at, last = extent
    while at < last:
        free = types if same else [kind for kind in types if kind not in above]
        end = at + rng.randint(1, min(6, last - at))
        if free and rng.random() < 0.3:
            kind = rng.choice(above) if above and same and rng.random() < 0.5 else rng.choice(free)
            yield at, end, kind
            if end - at > 1:
                yield from _grow(rng, (at, end), (*above, kind), types, same=same)
            at = end
        else:
            at += 1


def _apart(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without those that overlap an earlier one of their type."""
    kept: list[Mention] = []
    for one in mentions:
        if not any(shared(one, other) and one[2] == other[2] for other in kept):
            kept.append(one)
    return kept
