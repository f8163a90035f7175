"""Few-shot examples: documents with their annotation, as the answers that a model should have given."""

import json
import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from pathlib import Path
from typing import Any, Final

from harness.arabic.overlap import terms
from harness.arabic.segment import sentences
from harness.data.codec import read_examples
from harness.data.jsonl import one_line
from harness.data.schema import Schema
from harness.data.types import LAYERS, Annotation, Document, InputError, Span
from harness.runners.llm.chunks import Chunk

K1: Final = 1.2
B: Final = 0.75


@dataclass(frozen=True)
class Shot:
    """A document with the annotation that an answer for it should have; `where` is the file that it comes from."""

    document: Document
    annotation: Annotation
    where: str = "examples"

    @cached_property
    def chunk(self) -> Chunk:
        """The whole document as one chunk; sentences that an annotated span reaches across are one."""
        merged: list[Span] = []
        for sentence in sentences(self.document.text):
            place = sentence.start
            if merged and any(span.start < merged[-1].end and place < span.end for span in self._spans):
                merged[-1] = Span(merged[-1].start, sentence.end)
            else:
                merged.append(sentence)
        return Chunk(self.document, tuple(merged), 1)

    @property
    def _spans(self) -> list[Span]:
        """All spans but those of labelled sentences."""
        claims = self.annotation.claims or ()
        roles = [span for claim in claims for span in (claim.content, claim.cue, claim.source) if span is not None]
        return [Span(entity.start, entity.end) for entity in self.annotation.entities or ()] + roles

    def answer(self, schema: Schema, layers: Sequence[str]) -> str:
        """The annotation of `layers` in the form of an answer, as JSON in one line.

        Raises:
            InputError: a layer is not annotated.
        """
        annotation = self.annotation
        answer: dict[str, list[dict[str, Any]]] = {}
        for layer in (layer for layer in LAYERS if layer in layers):
            if getattr(annotation, layer) is None:
                where = f"{self.where}: {one_line(self.document.id)}"
                raise InputError(f"{where}: found no {layer}, wanted them annotated, since they are asked for")
            answer[layer] = []
        for entity in annotation.entities or () if "entities" in answer else ():
            answer["entities"].append({**self._quote(Span(entity.start, entity.end)), "type": entity.type})
        for claim in annotation.claims or () if "claims" in answer else ():
            cue = self._quote(claim.cue)
            answer["claims"].append(
                {
                    "sentence": cue["sentence"],
                    "content": self._quote(claim.content),
                    "cue": cue,
                    "source": None if claim.source is None else self._quote(claim.source),
                    "speaker": claim.speaker,
                    **{name: claim.attributes[name] for name in schema.attributes if name in claim.attributes},
                }
            )
        if "sentences" in answer:
            answer["sentences"] = self._labels()
        return json.dumps(answer, ensure_ascii=False)

    def _quote(self, span: Span) -> dict[str, Any]:
        number = bisect_right(self.chunk.sentences, span.start, key=lambda sentence: sentence.start)
        return {"sentence": max(1, number), "quote": self.document.text[span.start : span.end]}

    def _labels(self) -> list[dict[str, Any]]:
        """The first label that reaches into each sentence: those of others may be longer than ours."""
        labels = self.annotation.sentences or ()
        return [
            {"sentence": number, "label": label.label}
            for number, (start, end) in enumerate(self.chunk.sentences, 1)
            for label in [label for label in labels if label.start < end and start < label.end][:1]
        ]


def read_shots(path: str, schema: Schema) -> list[Shot]:
    """The documents of a file in our JSON Lines format, in the names of `schema`, in file order.

    Raises:
        InputError: the file is missing or malformed.
    """
    return [Shot(example.document, example.gold, path) for example in read_examples(Path(path), schema)]


def chosen(shots: Sequence[Shot], k: int, seed: int) -> list[Shot]:
    """`k` of `shots`, chosen by `seed`, in file order.

    Raises:
        InputError: there are fewer.
    """
    check_number(shots, k)
    numbers = random.Random(seed).sample(range(len(shots)), k)  # noqa: S311 -- no secret
    return [shots[number] for number in sorted(numbers)]


def check_number(shots: Sequence[Shot], k: int) -> None:
    """See that there are `k` of `shots`.

    Raises:
        InputError: there are fewer.
    """
    if k > len(shots):
        where = shots[0].where if shots else "examples"
        raise InputError(f"{where}: found {len(shots)} documents, wanted at least the {k} that are to be shown")


class Nearest:
    """Texts ranked by Okapi BM25 on words in uniform spelling.

    The formula of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with k1 =
    1.2 and b = 0.75, and idf = ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative. A word of the query counts
    as often as it stands there.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(terms(text)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / len(lengths) if lengths else 0.0
        self._size = len(texts)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for term, times in count.items():
                damped = times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean))
                self._postings[term].append((number, damped))

    def scores(self, query: str) -> list[float]:
        """How near each text is to `query`, in their order."""
        scores = [0.0] * self._size
        for term, times in Counter(terms(query)).items():
            postings = self._postings.get(term, ())
            idf = log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, damped in postings:
                scores[number] += times * idf * damped
        return scores

    def best(self, query: str, k: int) -> list[int]:
        """The numbers of the `k` nearest texts, nearest first; of equally near ones the first."""
        scores = self.scores(query)
        return sorted(range(self._size), key=lambda number: (-scores[number], number))[:k]
