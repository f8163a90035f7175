"""What seqeval says of our documents: the numbers that papers quote, of mentions as seqeval 1.2.2 finds them.

seqeval (Nakayama 2018, after Ramshaw and Marcus 1995) knows sequences of tokens with one tag each, so mentions are
written as tags first. What becomes of them on the way, on both sides alike:

* A token is a word of `harness.arabic.segment`, or with `tokens=spaces` a stretch between white space: for a file in
  CoNLL columns the tokens of the file itself. A sequence is a line.
* A mention takes every token that it touches. One that begins or ends inside a word takes the whole word, so that a
  boundary inside a word, as behind a proclitic, is never an error.
* Of mentions that share a token the longest is said and the others are lost: nested mentions but the outermost, of two
  types on one stretch the second in the order of types, and of mentions that cross the shorter. So is one that touches
  no token, as of punctuation alone. `flat/gold_share` and `flat/predicted_share` tell how much is left.
* A mention that goes on over the end of a line is one in each line.

Tags that are made of mentions are well formed, so that both modes and all schemes find the same ones in them: mode and
scheme are there to name what was computed, and tell in `count_tags`, whose tags come from elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.arabic.segment import words
from harness.data.types import InputError
from harness.scoring.align import unique
from harness.scoring.chunks import Read, Reading, read
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.entities import MACRO, MICRO, labels_of, sum_of, support_of
from harness.scoring.match import Exact, match_exact
from harness.scoring.table import Counts, Table, Totals, ratio, tally, tally_labels
from harness.scoring.text import Positions

Mode = Literal["default", "strict"]
Scheme = Literal["IOB2", "IOE2", "IOBES", "BILOU"]
Tokens = Literal["words", "spaces"]
Sentences = Sequence[Sequence[str]]

WEIGHTED: Final = "weighted"
"""The average over types that weighs each by its gold mentions."""
FLAT: Final = "flat"

_MEASURES: Final = ("precision", "recall", "f1")
_COUNTS: Final = ("tp", "fp", "fn")
# The letters of a token inside a mention, of its first, of its last, and of one that is both.
_LETTERS: Final[Mapping[Scheme, str]] = {"IOB2": "IBIB", "IOE2": "IIEE", "IOBES": "IBES", "BILOU": "IBLU"}


@dataclass(frozen=True)
class Seqeval:
    """The measures of `seqeval.metrics` over flat tags: of nested mentions only the outermost count.

    `mode` and `scheme` are seqeval's; with `default` a scheme is what tags are written in, and with `strict` what they
    are read by. How documents become tags, and what is lost, is told above.

    As in seqeval, and unlike `EntitiesStrict`, a measure whose denominator is 0 is 0 where there is any mention of its
    type, and `macro` is over the types of either side: a type that is predicted and never annotated lowers it. A type
    that neither side has is left out there and undefined here.

    An answer without a place has no token to tag. It counts as a spurious mention all the same, and as one that is
    said: nothing of it is lost to nesting, which is what `flat/predicted_share` tells.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = (f"{MICRO}/f1",)
    shown: ClassVar[tuple[str, ...]] = (
        *(f"{label}/{name}" for label in (MICRO, MACRO, WEIGHTED) for name in _MEASURES),
        *(f"{FLAT}/{side}_share" for side in ("gold", "predicted")),
    )

    mode: Mode = "default"
    scheme: Scheme = "IOB2"
    tokens: Tokens = "words"

    def __post_init__(self) -> None:
        if self.mode == "default" and self.scheme == "BILOU":
            raise InputError("scheme: found BILOU with the mode default, which does not know it, wanted mode=strict")

    def counts(self, corpus: Corpus) -> Table:
        """`TYPE/tp`, `TYPE/fp`, `TYPE/fn` for every type, and how many mentions of each side are said in tags."""
        tokens = _tokens(corpus, self.tokens)
        events: dict[str, tuple[Positions, None]] = {}
        tagged = []
        for name, side in (("gold", corpus.gold_entities), ("predicted", corpus.predicted_entities)):
            spans = unique(side)
            owners, kept = _owners(spans, tokens)
            tagged.append(_tags(owners, spans.labels, tokens, self.scheme))
            units = corpus.units.of(spans.starts)
            events |= {f"{FLAT}/{name}": (units, None), f"{FLAT}/{name}_said": (units[kept], None)}
        # Tags have the number of a type in the place of its name.
        found = _read(tagged[0], tagged[1], self.mode, self.scheme)
        exact = _match(found, {str(number): number for number in range(len(corpus.types))})
        located = {
            count: (corpus.units.of(tokens.starts[spans.starts]), spans.labels)
            for count, spans in zip(_COUNTS, (exact.both, exact.predicted_only, exact.gold_only), strict=True)
        }
        unplaced = corpus.units.of(corpus.unplaced_entities.starts)
        where, labels = located["fp"]
        located["fp"] = np.append(where, unplaced), np.append(labels, corpus.unplaced_entities.labels)
        for column in (f"{FLAT}/predicted", f"{FLAT}/predicted_said"):
            events[column] = (np.append(events[column][0], unplaced), None)
        counted = tally_labels(corpus.types, len(corpus.units), located)
        said = tally(list(events), len(corpus.units), events)
        return Table((*counted.columns, *said.columns), np.hstack((counted.values, said.values)))

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """Precision, recall and F1 of `micro`, `macro`, `weighted` and every type; the shares that tags can say.

        A replicate that holds no gold of a type takes the type's value in the whole data set for `macro`, as in
        `EntitiesStrict`.
        """
        labels = labels_of(totals)
        here, all_in_all = _by_label(totals, labels), _by_label(whole, labels)
        measures = {
            MICRO: _prf(*(sum_of(totals, labels, count) for count in _COUNTS)),
            MACRO: _macro(here, all_in_all, totals, whole),
            WEIGHTED: _weighted(here, totals),
            **here,
        }
        scores = {f"{label}/{name}": value for label, named in measures.items() for name, value in named.items()}
        if f"{FLAT}/gold" not in totals:
            return scores
        sides = ("gold", "predicted")
        shares = {side: ratio(totals[f"{FLAT}/{side}_said"], totals[f"{FLAT}/{side}"]) for side in sides}
        return scores | {f"{FLAT}/{side}_share": share for side, share in shares.items()}

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions that are said in tags, of every type and of all."""
        return support_of(totals)


def count_tags(gold: Sentences, predicted: Sentences, mode: Mode = "default", scheme: Scheme = "IOB2") -> Table:
    """`LABEL/tp`, `LABEL/fp`, `LABEL/fn` by sentence of tags that may be ill formed, as `mode` and `scheme` read them.

    Raises:
        ValueError: the two sides differ in the number of tokens of a sentence, or a tag is none of the scheme's.
        KeyError: a tag is none of any scheme's, where `mode` is strict.
    """
    found = _read(gold, predicted, mode, scheme)
    labels = sorted({found.names[kind] for side in found.sides for kind in side.kinds.tolist()})
    exact = _match(found, {label: number for number, label in enumerate(labels)})
    edges = np.cumsum([len(tags) for tags in gold])
    located = {
        count: (np.searchsorted(edges, spans.starts, "right"), spans.labels)
        for count, spans in zip(_COUNTS, (exact.both, exact.predicted_only, exact.gold_only), strict=True)
    }
    return tally_labels(labels, len(edges), located)


def _read(gold: Sentences, predicted: Sentences, mode: Mode, scheme: Scheme) -> Read:
    lengths = [len(tags) for tags in gold]
    if lengths != [len(tags) for tags in predicted]:
        raise ValueError("gold and predicted sentences differ in length")
    return read([gold, predicted], lengths, Reading(scheme if mode == "strict" else None))


def _match(found: Read, numbers: Mapping[str, int]) -> Exact:
    """The mentions of both sides against each other; `numbers` are those that spans have for the names of types."""
    # The first name is that of O, of which there is no mention.
    labels = np.array([numbers.get(name, -1) for name in found.names], dtype=np.int64)
    sides = (Spans(side.firsts, side.lasts + 1, labels[side.kinds]) for side in found.sides)
    return match_exact(*sides)


@dataclass(frozen=True, eq=False)
class _Tokens:
    """The tokens of a corpus on its joined text, and the number of the line of each; arrays of shape (tokens,)."""

    starts: Positions
    ends: Positions
    lines: Positions


def _tokens(corpus: Corpus, kind: Tokens) -> _Tokens:
    text = corpus.text.joined
    found = words(text) if kind == "words" else [match.span() for match in re.finditer(r"\S+", text)]
    edges = np.array(found, dtype=np.int64).reshape(-1, 2)
    ends_of_lines = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int64)
    return _Tokens(edges[:, 0], edges[:, 1], np.searchsorted(ends_of_lines, edges[:, 0]))


def _owners(spans: Spans, tokens: _Tokens) -> tuple[Positions, NDArray[np.bool_]]:
    """The number of the span that each token is said to belong to, -1 for none; and which spans are said."""
    firsts = np.searchsorted(tokens.ends, spans.starts, "right")
    lasts = np.searchsorted(tokens.starts, spans.ends, "left")
    owners, kept = np.full(len(tokens.starts), -1, dtype=np.int64), np.zeros(len(spans), dtype=np.bool_)
    # The longest first; of equally long ones the first, and of those on one stretch the one of the first type.
    for number in np.lexsort((spans.labels, firsts, firsts - lasts)).tolist():
        first, last = int(firsts[number]), int(lasts[number])
        if first < last and (owners[first:last] < 0).all():
            owners[first:last] = number
            kept[number] = True
    return owners, kept


def _tags(owners: Positions, labels: Positions, tokens: _Tokens, scheme: Scheme) -> list[list[str]]:
    """The tags of every line that has tokens; a type is written as its number, since its name may hold anything."""
    if not len(owners):
        return []
    fresh = np.diff(tokens.lines, prepend=-1) != 0
    begins = fresh | (np.diff(owners, prepend=-2) != 0)
    letters = begins + 2 * np.append(begins[1:], True)
    written = [
        f"{_LETTERS[scheme][letter]}-{labels[owner]}" if owner >= 0 else "O"
        for owner, letter in zip(owners.tolist(), letters.tolist(), strict=True)
    ]
    edges = [*np.flatnonzero(fresh).tolist(), len(written)]
    return [written[first:last] for first, last in pairwise(edges)]


def _prf(tp: Counts, fp: Counts, fn: Counts) -> dict[str, Counts]:
    """Precision, recall and F1; 0 where one is undefined and there is any mention, NaN where there is none."""
    any_mention = tp + fp + fn > 0
    shares = (ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(2 * tp, 2 * tp + fp + fn))
    return {
        name: np.where(any_mention, np.nan_to_num(share), np.nan) for name, share in zip(_MEASURES, shares, strict=True)
    }


def _by_label(totals: Totals, labels: Sequence[str]) -> dict[str, dict[str, Counts]]:
    return {label: _prf(*(totals[f"{label}/{count}"] for count in _COUNTS)) for label in labels}


def _macro(
    here: Mapping[str, Mapping[str, Counts]],
    whole: Mapping[str, Mapping[str, Counts]],
    totals: Totals,
    whole_totals: Totals,
) -> dict[str, Counts]:
    """The unweighted mean over the types that either side has in the whole data set."""
    number: Counts = sum((_occurs(whole_totals, label).astype(np.float64) for label in whole), np.zeros(()))
    averages = {}
    for name in _MEASURES:
        summed: Counts = np.zeros(())
        for label, measures in here.items():
            has_gold = totals[f"{label}/tp"] + totals[f"{label}/fn"] > 0
            value = np.where(has_gold, measures[name], whole[label][name])
            summed = summed + np.where(_occurs(whole_totals, label), np.nan_to_num(value), 0.0)
        averages[name] = ratio(summed, np.broadcast_to(number, np.shape(summed)))
    return averages


def _weighted(here: Mapping[str, Mapping[str, Counts]], totals: Totals) -> dict[str, Counts]:
    """The mean over types, each weighing as much as it has gold mentions; 0 where there are only predicted ones."""
    support = {label: totals[f"{label}/tp"] + totals[f"{label}/fn"] for label in here}
    number: Counts = sum(support.values(), np.zeros(()))
    occurs: NDArray[np.bool_] = sum((_occurs(totals, label) for label in here), np.zeros((), dtype=np.bool_))
    averages = {}
    for name in _MEASURES:
        summed = sum((support[label] * np.nan_to_num(here[label][name]) for label in here), np.zeros(()))
        averages[name] = np.where(occurs & (number <= 0), 0.0, ratio(summed, number))
    return averages


def _occurs(totals: Totals, label: str) -> NDArray[np.bool_]:
    """Where either side has mentions of a type."""
    occurs: NDArray[np.bool_] = sum((totals[f"{label}/{count}"] for count in _COUNTS), np.zeros(())) > 0
    return occurs
