"""Ways to divide mentions: each puts every mention of either side into exactly one part.

What part a mention is in follows from its own side, or from the text, so that precision and recall are both defined
for a part; a mention and its equal on the other side are in one part, nesting aside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.arabic.surface import surface
from harness.scoring.align import unique
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.nested import nesting

Parts = NDArray[np.int64]

_ORIGINS: Final = {"yes": 0, "True": 0, "no": 1, "False": 1}
_FREQUENT: Final = (10, 50)


@dataclass(frozen=True, eq=False)
class Mentions:
    """The mentions of both sides in word view, each once, and those of gold as they are.

    The predicted ones that have no place are those of `quotes`, each in a document of its own.
    """

    corpus: Corpus
    gold: Spans
    predicted: Spans
    exact: Spans
    quotes: "Mentions | None" = None

    @property
    def sides(self) -> tuple[Spans, Spans]:
        """Gold, then predicted."""
        return self.gold, self.predicted


@dataclass(frozen=True, eq=False)
class Group:
    """One division: the names of its parts, and the part of every mention of each side.

    Behind the predicted mentions stand those that have no place.
    """

    name: str
    parts: Sequence[str]
    gold: Parts
    predicted: Parts


def mentions(corpus: Corpus) -> Mentions:
    """The mentions of `corpus`."""
    gold, predicted = corpus.gold_entities, corpus.predicted_entities
    views = corpus.view(gold, predicted, "word"), corpus.view(predicted, gold, "word")
    found = Mentions(corpus, unique(views[0]), unique(views[1]), gold)
    if not len(corpus.unplaced_entities):
        return found
    own = corpus.quotes.predicted_entities
    # How often a type occurs is told of the gold that was to be found.
    quotes = Mentions(corpus.quotes, found.gold, corpus.quotes.view(own, own, "word"), corpus.quotes.gold_entities)
    return replace(found, quotes=quotes)


def groups(mentions: Mentions, documents: int, seen: frozenset[str] | None) -> list[Group]:
    """All divisions; by document and part only where there are at most `documents`, by `seen` names only where given.

    `part` is what the document's meta field `part` says, as documents of mixed data sets do. `origin` is that of the
    document: translated, native or unknown, as its meta field `translated` says. `nesting` is nested inside a longer
    mention of the same side, or flat. `length` is in words. `frequency` is that of the type in gold. `proclitic` is
    whether one is written before the mention, as the clitic view cuts it. `seen` is whether a training name is spelled
    alike. Of what has no place, the words are those of the quote.
    """
    divisions: list[tuple[str, Sequence[str], Callable[[Mentions, Spans], Parts]]] = [
        ("origin", ("translated", "native", "unknown"), _origins),
        ("nesting", ("flat", "nested"), _nested),
        ("length", ("1", "2", "3", "4_and_more"), _lengths),
        ("frequency", ("under_10", "10_to_49", "50_and_more"), _frequencies),
        ("proclitic", ("without", "with"), _proclitics),
    ]
    if seen is not None:
        divisions.append(("seen", ("unseen", "seen"), lambda mentions, spans: _seen(mentions, spans, seen)))
    whole = mentions.corpus.documents
    by_document = []
    if any("part" in document.meta for document in whole):
        said = [str(document.meta.get("part", "none")) for document in whole]
        names = {name: number for number, name in enumerate(dict.fromkeys(said))}
        if len(names) <= documents:
            by_document.append(_of_documents(mentions, "part", list(names), [names[name] for name in said]))
    if len(whole) <= documents:
        ids = [document.id for document in whole]
        by_document.append(_of_documents(mentions, "document", ids, range(len(ids))))
    return [*by_document, *(_of_mentions(mentions, *division) for division in divisions)]


def _of_documents(mentions: Mentions, name: str, parts: Sequence[str], each: Sequence[int]) -> Group:
    """A division of whole documents, of which `each` is in the part of that number."""
    numbers = np.array(each, dtype=np.int64)
    gold, predicted = (numbers[_documents(mentions, side)] for side in mentions.sides)
    unplaced = numbers[_documents(mentions, mentions.corpus.unplaced_entities)]
    return Group(name, parts, gold, np.concatenate((predicted, unplaced)))


def _of_mentions(
    mentions: Mentions, name: str, parts: Sequence[str], divide: Callable[[Mentions, Spans], Parts]
) -> Group:
    gold, predicted = (divide(mentions, side) for side in mentions.sides)
    if mentions.quotes is not None:
        predicted = np.concatenate((predicted, divide(mentions.quotes, mentions.quotes.predicted)))
    return Group(name, parts, gold, predicted)


def _documents(mentions: Mentions, spans: Spans) -> Parts:
    numbers: Parts = np.searchsorted(mentions.corpus.text.offsets, spans.starts, "right") - 1
    return numbers


def _origins(mentions: Mentions, spans: Spans) -> Parts:
    said = [str(document.meta.get("translated")) for document in mentions.corpus.documents]
    return np.array([_ORIGINS.get(origin, 2) for origin in said], dtype=np.int64)[_documents(mentions, spans)]


def _nested(mentions: Mentions, spans: Spans) -> Parts:  # noqa: ARG001 -- one signature for all
    return (nesting(spans)[0] > 1).astype(np.int64)


def _lengths(mentions: Mentions, spans: Spans) -> Parts:
    first, last = mentions.corpus.text.word_range(spans.starts, spans.ends)
    parts: Parts = np.clip(last - first, 1, 4) - 1
    return parts


def _frequencies(mentions: Mentions, spans: Spans) -> Parts:
    counts = np.bincount(mentions.gold.labels, minlength=len(mentions.corpus.types))
    parts: Parts = np.searchsorted(_FREQUENT, counts, "right")
    return parts[spans.labels]


def _proclitics(mentions: Mentions, spans: Spans) -> Parts:
    return (_bare(mentions, spans) > spans.starts).astype(np.int64)


def _bare(mentions: Mentions, spans: Spans) -> NDArray[np.int64]:
    """Where the mentions begin once the proclitics are cut; gold decides for both sides where that is in doubt."""
    return mentions.corpus.view(spans, mentions.exact, "clitic").starts


def _seen(mentions: Mentions, spans: Spans, names: frozenset[str]) -> Parts:
    text, starts = mentions.corpus.text.joined, _bare(mentions, spans)
    edges = zip(starts.tolist(), spans.ends.tolist(), strict=True)
    return np.array([surface(text, start, end) in names for start, end in edges], dtype=np.int64)
