"""Chunks: consecutive sentences of a document, numbered, that go into one request."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from harness.arabic.segment import sentences
from harness.data.types import Document, Span

# What ends a line for other readers than `sentences`: behind it a number would look like that of a sentence.
_BREAKS: Final = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Chunk:
    """Consecutive sentences of a document; `first` is the number of the first, counted from 1 in the document."""

    document: Document
    sentences: tuple[Span, ...]
    first: int

    @cached_property
    def text(self) -> str:
        """The sentences as they go into a prompt: one a line, each behind its number, `[3] …`."""
        text = self.document.text
        lines = (f"[{number}] {text[start:end]}" for number, (start, end) in enumerate(self.sentences, self.first))
        return "\n".join(_BREAKS.sub(" ", line) for line in lines)

    def halves(self) -> list["Chunk"]:
        """The chunk as two, for a server that finds it too long; none where it is one sentence."""
        middle = len(self.sentences) // 2
        if not middle:
            return []
        return [
            Chunk(self.document, self.sentences[:middle], self.first),
            Chunk(self.document, self.sentences[middle:], self.first + middle),
        ]


def estimated_tokens(text: str) -> int:
    """How many tokens `text` is for a model, estimated without its tokenizer: half its bytes in UTF-8, rounded up.

    An Arabic letter or mark counts as a token. Counted with the npm packages gpt-tokenizer 4.0.0, llama3-tokenizer-js
    1.2.0 and llama-tokenizer-js 1.2.2, the articles of the gold have 0.32 tokens for each one estimated with o200k_base
    (GPT-4o and later), 0.40 with that of Llama 3, 0.77 with cl100k_base (GPT-4), and 0.99 with that of Llama 2, which
    has hardly a piece of two Arabic letters; with a vowel mark on every letter 0.68, 0.61, 0.96 and 1.05. Only long
    digits (2.0 with Llama 2, 1.0 with the others) and emoji (0.9 to 1.7) can come to more.
    """
    return (len(text.encode("utf-8", "replace")) + 1) // 2


def chunks(document: Document, budget: int, size: Callable[[str], int] = estimated_tokens) -> list[Chunk]:
    """The sentences of `document` in chunks of at most `budget` tokens, as `size` estimates each line of them.

    They do not overlap. A sentence that is larger than the budget is a chunk of its own; none is cut. A document
    without sentences has no chunks.
    """
    spans = sentences(document.text)
    parts: list[list[Span]] = []
    used = 0
    for number, span in enumerate(spans, 1):
        needed = size(f"[{number}] {document.text[span.start : span.end]}\n")
        if not parts or used + needed > budget:
            parts.append([])
            used = 0
        parts[-1].append(span)
        used += needed
    first, found = 1, []
    for part in parts:
        found.append(Chunk(document, tuple(part), first))
        first += len(part)
    return found
