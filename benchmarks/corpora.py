"""Random tagged corpora of any size, the same for every peer."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from harness.scoring.corpus import Spans
from harness.scoring.tags import read_tags

TYPES: Final = ("PERS", "ORG", "GPE", "LOC", "DATE", "NORP")
LETTERS: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
Tags = list[list[str]]


def tagged(sentences: int, tokens: int = 25, seed: int = 13) -> tuple[Tags, Tags]:
    """Gold tags, and predicted ones that lose, move, retype and invent some mentions; both well-formed IOB2."""
    rng = np.random.default_rng(seed)
    gold = _mentions(rng, sentences, tokens, 0.13)
    predicted = _mentions(rng, sentences, tokens, 0.005)
    return [_tags(found, tokens) for found in gold], [
        _tags(_erring(rng, kept, extra), tokens) for kept, extra in zip(gold, predicted, strict=True)
    ]


def bilou(sentences: Tags) -> Tags:
    """The same mentions, in well-formed IOB2, as BILOU."""
    letters = {("B", True): "U", ("B", False): "B", ("I", True): "L", ("I", False): "I"}
    return [
        [
            tag if tag == "O" else letters[tag[0], not after.startswith("I")] + tag[1:]
            for tag, after in pairwise([*tags, "O"])
        ]
        for tags in sentences
    ]


def write_jsonl(folder: Path, gold: Tags, predicted: Tags, seed: int = 13) -> tuple[Path, Path]:
    """The same corpus as JSON Lines of the harness: words of random letters, one document a sentence."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 8))) for _ in range(5000)]
    paths = folder / "gold.jsonl", folder / "predicted.jsonl"
    with paths[0].open("w", encoding="utf-8") as gold_file, paths[1].open("w", encoding="utf-8") as predicted_file:
        sides = zip(_by_sentence(gold), _by_sentence(predicted), strict=True)
        for number, (left, right) in enumerate(sides):
            tokens = rng.choices(words, k=len(gold[number]))
            text = " ".join(tokens)
            edges = np.cumsum([0, *(len(token) + 1 for token in tokens)]).tolist()
            gold_file.write(f'{{"id": "{number}", "text": "{text}", "entities": [{_spans(left, edges, text)}]}}\n')
            predicted_file.write(f'{{"id": "{number}", "entities": [{_spans(right, edges, text)}]}}\n')
    return paths


def _mentions(
    rng: np.random.Generator, sentences: int, tokens: int, density: float
) -> list[dict[int, tuple[int, str]]]:
    """For each sentence the mentions by their first token: length and type."""
    starts = rng.random((sentences, tokens)) < density
    lengths, kinds = rng.integers(1, 4, (sentences, tokens)), rng.integers(0, len(TYPES), (sentences, tokens))
    return [
        {int(at): (int(lengths[row, at]), TYPES[kinds[row, at]]) for at in np.flatnonzero(starts[row])}
        for row in range(sentences)
    ]


def _erring(
    rng: np.random.Generator, kept: dict[int, tuple[int, str]], extra: dict[int, tuple[int, str]]
) -> dict[int, tuple[int, str]]:
    found = dict(extra)
    for (at, (length, kind)), luck in zip(kept.items(), rng.random(len(kept)).tolist(), strict=True):
        if luck < 0.82:
            found[at] = (length, kind)
        elif luck < 0.88:
            found[at] = (length + 1, kind)
        elif luck < 0.94:
            found[at] = (length, TYPES[0])
    return found


def _tags(mentions: dict[int, tuple[int, str]], tokens: int) -> list[str]:
    tags, end = ["O"] * tokens, 0
    for at, (length, kind) in sorted(mentions.items()):
        if at >= end:
            end = min(at + length, tokens)
            tags[at:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - at - 1)]
    return tags


def _by_sentence(tags: Tags) -> Iterator[list[tuple[int, int, str]]]:
    found = read_tags(tags)
    spans: Spans = found.spans
    cuts = np.searchsorted(spans.starts, found.edges)
    for row, (first, last) in enumerate(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)):
        base = int(found.edges[row])
        yield [
            (int(spans.starts[at]) - base, int(spans.ends[at]) - base, found.labels[spans.labels[at]])
            for at in range(first, last)
        ]


def _spans(mentions: list[tuple[int, int, str]], edges: list[int], text: str) -> str:
    shown = []
    for start, end, kind in mentions:
        first, last = edges[start], edges[end] - 1
        shown.append(f'{{"start": {first}, "end": {last}, "text": "{text[first:last]}", "type": "{kind}"}}')
    return ", ".join(shown)
