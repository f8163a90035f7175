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

    An Arabic letter or mark counts as a token.
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
