"""Tag sequences scored directly: flat BIO tags to spans by array arithmetic, for tools that have tags and no text.

Positions are token numbers over all sentences, so a sentence never continues the one before.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.scoring.corpus import Spans
from harness.scoring.entities import EntitiesStrict
from harness.scoring.match import match_exact
from harness.scoring.table import Table, tally_labels
from harness.scoring.text import Positions

Policy = Literal["conlleval", "bioes", "strict"]
Sentences = Sequence[Sequence[str]]

_PREFIXES: Final = "OBIESLU"
_O, _B, _I, _E, _S, _L, _U = range(len(_PREFIXES))


@dataclass(frozen=True, eq=False)
class Tagged:
    """The mentions of tagged sentences: spans over token numbers, the labels they number, and where sentences begin.

    `edges` has one entry more than there are sentences: the number of tokens.
    """

    spans: Spans
    labels: tuple[str, ...]
    edges: Positions


def read_tags(sentences: Sentences, labels: Sequence[str] = (), policy: Policy = "conlleval") -> Tagged:
    """The mentions that tags mark; `labels` come first in the numbering.

    `conlleval` reads as conlleval.pl does, which knows B, I and E: a mention begins where the type changes, at B behind
    B or I, and at E or I behind E; it warns where there are S, L or U, which go on with what is under way. `bioes`
    reads BIOES and BILOU as seqeval reads BIOES by default: S and U stand alone, and E and L end a mention. `strict` is
    `bioes` without the mentions that do not begin with B, S or U, as IOB2 demands.

    Raises:
        ValueError: a tag has none of the prefixes O, B, I, E, S, L, U.
    """
    lengths = np.fromiter(map(len, sentences), dtype=np.int64, count=len(sentences))
    numbering = _Numbering()
    codes = _codes(sentences, numbering)
    prefixes, kinds, names = _parts(list(numbering), labels)
    if policy == "conlleval":
        _warn_of_unknown(prefixes)
    prefix, kind = prefixes[codes], kinds[codes]
    edges = np.concatenate(([0], np.cumsum(lengths)))
    return Tagged(_mentions(prefix, kind, edges[:-1][lengths > 0], policy), names, edges)


def count_tags(gold: Sentences, predicted: Sentences, policy: Policy = "conlleval") -> Table:
    """`LABEL/tp`, `LABEL/fp`, `LABEL/fn` by sentence: what the measures of `EntitiesStrict` are computed from.

    Raises:
        ValueError: the two sides differ in the number of tokens of a sentence.
    """
    left = read_tags(gold, policy=policy)
    right = read_tags(predicted, left.labels, policy)
    if not np.array_equal(left.edges, right.edges):
        raise ValueError("gold and predicted sentences differ in length")
    found = match_exact(left.spans, right.spans)
    located = {
        count: (np.searchsorted(left.edges, spans.starts, "right") - 1, spans.labels)
        for count, spans in (("tp", found.both), ("fp", found.predicted_only), ("fn", found.gold_only))
    }
    return tally_labels(right.labels, len(left.edges) - 1, located)


def score_tags(gold: Sentences, predicted: Sentences, policy: Policy = "conlleval") -> dict[str, float]:
    """Precision, recall and F1 of `micro`, `macro` and every label."""
    totals = count_tags(gold, predicted, policy).totals
    return {name: float(value) for name, value in EntitiesStrict().scores(totals, totals).items()}


def _codes(sentences: Sentences, numbering: "_Numbering") -> NDArray[np.uint8] | NDArray[np.int64]:
    """The number of every tag; as bytes, which is twice as fast, unless there are too many."""
    try:
        return np.frombuffer(bytes(map(numbering.__getitem__, chain.from_iterable(sentences))), dtype=np.uint8)
    except ValueError:
        return np.fromiter(map(numbering.__getitem__, chain.from_iterable(sentences)), dtype=np.int64)


class _Numbering(dict[str, int]):
    """Numbers new keys as they come: a lookup in C for every other token."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self)
        return self[key]


def _parts(tags: list[str], labels: Sequence[str]) -> tuple[NDArray[np.int8], NDArray[np.int32], tuple[str, ...]]:
    """Prefix and label number of each tag, and the names of the labels."""
    names = dict.fromkeys(labels)
    # Small numbers: most of the time goes into moving them.
    prefixes = np.empty(len(tags), dtype=np.int8)
    kinds = np.full(len(tags), -1, dtype=np.int32)
    for index, tag in enumerate(tags):
        if tag[:1] not in _PREFIXES or (len(tag) > 1 and tag[1] != "-") or not tag:
            raise ValueError(f"tag: found {tag!r}, wanted O, or B-, I-, E-, S-, L- or U- and a label")
        prefixes[index] = _PREFIXES.index(tag[0])
        names |= {} if tag[0] == "O" else {tag[2:]: None}
    numbers = {name: number for number, name in enumerate(names)}
    for index, tag in enumerate(tags):
        if tag[0] != "O":
            kinds[index] = numbers[tag[2:]]
    return prefixes, kinds, tuple(names)


def _warn_of_unknown(prefixes: NDArray[np.int8]) -> None:
    """Say which prefixes of the tags conlleval.pl does not know."""
    unknown = [_PREFIXES[code] for code in (_S, _L, _U) if (prefixes == code).any()]
    if unknown:
        found = f"tags: found the prefixes {', '.join(unknown)}, which conlleval does not know"
        warnings.warn(f"{found}; policy='bioes' reads BIOES and BILOU", stacklevel=3)


def _mentions(prefix: NDArray[np.int8], kind: NDArray[np.int32], sentence_starts: Positions, policy: Policy) -> Spans:
    if not len(prefix):
        empty = np.zeros(0, dtype=np.int64)
        return Spans(empty, empty, empty)
    inside = prefix > _O
    fresh = np.ones(len(prefix), dtype=np.bool_)
    # A mention goes on where the token before is inside one of the same type that does not end between the two.
    fresh[1:] = ~inside[:-1] | (kind[1:] != kind[:-1]) | _parted(prefix, policy)
    fresh[sentence_starts] = True
    # It ends before the next token that begins a mention or lies outside.
    stops = np.append(np.flatnonzero(~inside | fresh), len(prefix))
    opening = np.flatnonzero(inside[stops[:-1]])
    begins, ends = stops[opening], stops[opening + 1]
    if policy == "strict":
        proper = np.isin(prefix[begins], (_B, _S, _U))
        begins, ends = begins[proper], ends[proper]
    return Spans(begins, ends, kind[begins].astype(np.int64))


def _parted(prefix: NDArray[np.int8], policy: Policy) -> NDArray[np.bool_]:
    """Whether a mention ends between each tag and the next of its type."""
    before, here = prefix[:-1], prefix[1:]
    parted: NDArray[np.bool_]
    if policy == "conlleval":
        parted = ((here == _B) & ((before == _B) | (before == _I))) | ((before == _E) & ((here == _E) | (here == _I)))
    else:
        # E, S, L and U are the last of a mention; B, S and U the first.
        parted = (before >= _E) | (here == _B) | (here == _S) | (here == _U)
    return parted
