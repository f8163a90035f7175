"""Words cut into proclitics and stems, for models that were trained on text whose proclitics stand apart."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from harness.arabic.clitics import analyse, stem_starts
from harness.data.offsets import Rewrite
from harness.data.types import Span
from harness.runners.transformer.pieces import part


def cut_proclitics(pieces: Iterable[Span], rewrite: Rewrite) -> list[Span]:
    """Pieces of `rewrite.target`, with every sure proclitic a piece of its own, and the punctuation behind it too.

    What is only possibly a proclitic stays. The source decides: its hamzas tell words apart that look alike in the
    target.
    """
    return [piece for whole in pieces for piece in _cut(whole, rewrite)]


def _cut(whole: Span, rewrite: Rewrite) -> Iterator[Span]:
    start, end = rewrite.back(whole)
    cuts = (rewrite.forward(Span(start + cut, end)).start for cut in _sure_cuts(rewrite.source[start:end]))
    edges = sorted({whole.start, *(cut for cut in cuts if whole.start < cut < whole.end), whole.end})
    for edge, following in pairwise(edges):
        yield from part(rewrite.target, edge, following)


def _sure_cuts(word: str) -> list[int]:
    """Where the sure proclitics of `word` end, in order."""
    prefix = analyse(word)
    return [cut for cut in stem_starts(word)[1:] if prefix.sure and cut <= prefix.length]
