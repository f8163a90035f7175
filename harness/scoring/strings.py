"""The mentions of both sides with the string that each is written as, wherever and in whatever form it stands.

The string of a mention is that of its words without proclitics, in uniform spelling: وروسيا, لروسيا and روسيا are one
string, and so are الأمم and الامم. It is the same whichever boundary view a scorer matches in. It has no type: the
scorers add one where they count by type.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.arabic.surface import surface
from harness.scoring.corpus import Boundary, Corpus, Spans


@dataclass(frozen=True, eq=False)
class Named:
    """Mentions in a boundary view, each (start, end, type) once and sorted, and the string of each."""

    spans: Spans
    strings: Sequence[str]

    def take(self, chosen: NDArray[np.bool_]) -> Spans:
        """The chosen spans."""
        return self.spans.take(chosen)

    def without(self, strings: frozenset[str]) -> Spans:
        """The mentions that are not written as one of `strings`."""
        return self.take(np.array([one not in strings for one in self.strings], dtype=np.bool_))

    @property
    def pairs(self) -> list[tuple[str, int]]:
        """String and type number of every mention."""
        return list(zip(self.strings, self.spans.labels.tolist(), strict=True))


def named_sides(corpus: Corpus, boundary: Boundary) -> tuple[Named, Named]:
    """Gold and predicted mentions in a boundary view.

    The strings of the gold are read off the gold alone: no prediction changes them. A predicted mention that lies where
    a gold one does is called what that one is called, so that a match never has two strings.
    """
    gold, predicted = corpus.gold_entities, corpus.predicted_entities
    gold_view, predicted_view = corpus.view(gold, predicted, boundary), corpus.view(predicted, gold, boundary)
    called: dict[tuple[int, int], str] = {}
    for place, string in zip(_places(gold_view), _strings(corpus, gold), strict=True):
        called[place] = min(string, called.get(place, string))
    predicted_strings = [
        called.get(place, string)
        for place, string in zip(_places(predicted_view), _strings(corpus, predicted), strict=True)
    ]
    return _named(gold_view, [called[place] for place in _places(gold_view)]), _named(predicted_view, predicted_strings)


def unplaced_side(corpus: Corpus) -> Named:
    """The predicted mentions that have no place, in their order, with the strings of their quotes.

    A proclitic of a quote is cut where the word analyser is sure of it.
    """
    if not len(corpus.unplaced_entities):
        return Named(corpus.unplaced_entities, [])
    return Named(corpus.unplaced_entities, _strings(corpus.quotes, corpus.quotes.predicted_entities))


def string_counts(corpus: Corpus) -> Counter[str]:
    """How many gold mentions are written as each string, whatever their types; each mention of the word view once."""
    gold = corpus.gold_entities
    return Counter(_named(corpus.view(gold, gold, "word"), _strings(corpus, gold)).strings)


def _strings(corpus: Corpus, side: Spans) -> list[str]:
    """The string of every span of one side; where a proclitic is in doubt, the gold's starts decide for both sides."""
    words = corpus.view(side, side, "word")
    bare = corpus.view(words, corpus.gold_entities, "clitic")
    text = corpus.text.joined
    return [surface(text, start, end) for start, end in _places(bare)]


def _named(view: Spans, strings: Sequence[str]) -> Named:
    rows: dict[tuple[int, int, int], str] = {}
    for place, label, string in zip(_places(view), view.labels.tolist(), strings, strict=True):
        key = (*place, label)
        rows[key] = min(string, rows.get(key, string))
    ordered = sorted(rows)
    columns = np.array(ordered, dtype=np.int64).reshape(-1, 3)
    return Named(Spans(columns[:, 0], columns[:, 1], columns[:, 2]), [rows[key] for key in ordered])


def _places(spans: Spans) -> list[tuple[int, int]]:
    return list(zip(spans.starts.tolist(), spans.ends.tolist(), strict=True))


def weights(pairs: Sequence[tuple[str, int]]) -> NDArray[np.float64]:
    """For each mention 1 / the number of mentions with its string and type: each such pair weighs 1 in all."""
    counts: Mapping[tuple[str, int], int] = Counter(pairs)
    return np.array([1 / counts[pair] for pair in pairs], dtype=np.float64)
