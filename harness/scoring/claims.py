"""Claims as attribution relations: content, cue and source, paired by content.

After the scheme of attribution corpora and its scoring (PARC; Pareti, O'Keefe, Konstas, Curran and Koprinska 2013):
exact roles, and a soft measure of how many words of the content are found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import lcm
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from harness.data.types import ROLES, Annotation, Claim, InputError, Span
from harness.scoring.apart import Apart, events_by_value, scores_by_value, support_by_value
from harness.scoring.corpus import Corpus
from harness.scoring.entities import prf
from harness.scoring.match import assign, components
from harness.scoring.outcomes import Outcome, Outcomes, itemised, unplaced_outcomes
from harness.scoring.table import Counts, Table, Totals, label_of, parted, ratio, tally
from harness.scoring.text import Positions

SPEAKER: Final = "speaker"
"""What the schema's attributes stand behind: it is equal by `speakers.json`, not by its spelling."""
_NOWHERE: Final = (-1, -1)


@dataclass(frozen=True, eq=False)
class Side:
    """The claims of one side of a corpus as arrays, sorted by document and spans."""

    claims: list[Claim]
    documents: NDArray[np.int64]
    roles: dict[str, tuple[Positions, Positions]]
    first_words: Positions
    last_words: Positions

    @property
    def lengths(self) -> Positions:
        """Words of each content."""
        return self.last_words - self.first_words


@dataclass(frozen=True)
class Claims:
    """Claims are paired one to one within a document by the words of their contents.

    Two claims may be paired if their contents share a word and their Dice coefficient, 2 |p & g| / (|p| + |g|) in
    words, is at least `threshold`. Of all pairings the one with the greatest summed overlap is taken; of those the one
    with the greatest summed Dice coefficient, then with the most equal contents, cues and sources, then the first when
    gold claims take predicted ones in the order of their spans. So a claim inside another is paired with the claim that
    it equals, and a pairing depends on nothing but claims that overlap directly or through others.

    A role is right if the paired span is equal in word view. `content_soft` sums |p & g| / |p| and |p & g| / |g| in
    words over pairs, by predicted and by gold claims.

    A role without a place is a predicted one that nothing is paired with. A content without a place is a predicted
    claim of which no word is found: precision of `content`, `content_soft` and `relation` is over it too. It has no
    attribute, and is in none of the parts by values of one.
    """

    layer: ClassVar[str] = "claims"
    headlines: ClassVar[tuple[str, ...]] = ("content_soft/f1", "relation/f1")

    threshold: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number from 0 to 1")

    @staticmethod
    def shown(measures: Sequence[str]) -> list[str]:
        """Precision, recall and F1 of roles and relation, accuracy and recall of attributes; no kinds of quotation."""
        attributes = [label for label, measure in map(parted, measures) if measure == "accuracy"]
        labels = (*ROLES, "content_soft", "relation", *attributes)
        return [measure for measure in measures if label_of(measure) in labels]

    def counts(self, corpus: Corpus) -> Table:
        """Claims of both sides, pairs and what is right in them, by unit of the content.

        A paired prediction counts in the unit of its gold claim: no unit then holds more right claims than predicted
        ones, and no replicate a precision above 1.
        """
        gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
        pairs = self.pairs(gold, predicted)
        units = corpus.units.of(gold.roles["content"][0])
        where = units[pairs[:, 0]]
        predicted_units = corpus.units.of(predicted.roles["content"][0])
        predicted_units[pairs[:, 1]] = where
        events: dict[str, tuple[Positions, Counts | None]] = {"pairs": (where, None)}
        right = self._right(corpus, gold, predicted, pairs)
        for name, amounts in right.items():
            events[name] = (where, amounts)
        present, predicted_present = ({role: side.roles[role][0] >= 0 for role in ROLES} for side in (gold, predicted))
        for role in ROLES:
            events[f"{role}/gold"] = (units[present[role]], None)
            unplaced = corpus.unplaced_claims.take(corpus.unplaced_claims.labels == ROLES.index(role))
            answered = np.append(predicted_units[predicted_present[role]], corpus.units.of(unplaced.starts))
            events[f"{role}/predicted"] = (answered, None)
        attribute = corpus.annotated.apart_by
        if attribute is not None:
            events |= events_by_value(
                attribute,
                corpus.attributes[attribute],
                Apart(gold.claims, units, pairs[:, 0], present),
                Apart(predicted.claims, predicted_units, pairs[:, 1], predicted_present),
                right,
            )
        return tally(list(events), len(corpus.units), events)

    def pairs(self, gold: Side, predicted: Side) -> NDArray[np.int64]:
        """The paired claims, shape (pairs, 2): numbers of gold and predicted claims."""
        left, right = self._candidates(gold, predicted)
        shared = _shared(gold, left, predicted, right)
        sizes = gold.lengths[left] + predicted.lengths[right]
        equal = [_equal(gold, left, predicted, right, role) for role in ROLES]
        wishes = np.stack((left, right, shared, sizes, *equal), axis=1)
        found = [_paired(wishes[edges].tolist()) for edges in components(left, right)]
        return np.array(sorted(chain.from_iterable(found)), dtype=np.int64).reshape(-1, 2)

    def _candidates(self, gold: Side, predicted: Side) -> tuple[Positions, Positions]:
        """Gold and predicted claims that may be paired, pair by pair."""
        lefts, rights = [], []
        both = np.intersect1d(gold.documents, predicted.documents)
        left = zip(*(np.searchsorted(gold.documents, both, side).tolist() for side in ("left", "right")), strict=True)
        right = zip(
            *(np.searchsorted(predicted.documents, both, side).tolist() for side in ("left", "right")), strict=True
        )
        for (first, last), (start, end) in zip(left, right, strict=True):
            overlaps = _overlaps(gold, slice(first, last), predicted, slice(start, end))
            sizes = gold.lengths[first:last, None] + predicted.lengths[None, start:end]
            rows, columns = np.nonzero((overlaps > 0) & (2 * overlaps >= self.threshold * sizes))
            lefts.append(rows + first)
            rights.append(columns + start)
        nothing = np.zeros(0, dtype=np.int64)
        return np.concatenate((nothing, *lefts)), np.concatenate((nothing, *rights))

    def _right(self, corpus: Corpus, gold: Side, predicted: Side, pairs: NDArray[np.int64]) -> dict[str, Counts]:
        """For each pair what is right in it."""
        left, right = pairs[:, 0], pairs[:, 1]
        right_roles, relation = {}, np.ones(len(pairs), dtype=np.bool_)
        for role in ROLES:
            equal = _equal(gold, left, predicted, right, role)
            relation &= equal
            # Two absent spans are equal for the relation, but nobody found a span there.
            right_roles[f"{role}/tp"] = (equal & (gold.roles[role][0][left] >= 0)).astype(np.float64)
        shared = _shared(gold, left, predicted, right).astype(np.float64)
        soft = {"soft/precision": shared / predicted.lengths[right], "soft/recall": shared / gold.lengths[left]}
        attributes = {
            f"{name}/right": np.array(
                [_agree(corpus, name, gold.claims[row], predicted.claims[column]) for row, column in pairs.tolist()],
                dtype=np.float64,
            )
            for name in (SPEAKER, *corpus.attributes)
        }
        return right_roles | {"relation/tp": relation.astype(np.float64)} | soft | attributes

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:  # noqa: ARG002 -- no macro average here
        """Precision, recall and F1 of roles and relation, soft content, accuracy and recall of attributes.

        `speaker/accuracy` is over pairs, so that it says nothing of claims that were not found; `speaker/recall` is
        over gold claims. Where the schema has claims told apart by an attribute, precision and recall by its values
        too: `content_direct/recall` is over gold claims that are direct.
        """
        measures = {role: _role(totals, role, role) for role in ROLES}
        measures["content_soft"] = _soft(totals)
        measures["relation"] = _role(totals, "relation", "content")
        named = {f"{label}/{name}": value for label, values in measures.items() for name, value in values.items()}
        attributes = {
            f"{name}/{measure}": ratio(totals[f"{name}/right"], totals[of])
            for name in _attributes(totals)
            for measure, of in (("accuracy", "pairs"), ("recall", "content/gold"))
        }
        return named | attributes | scores_by_value(totals)

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold claims that have each role; for attributes, pairs; by value of an attribute, those that have it."""
        claims = totals["content/gold"]
        roles = {role: totals[f"{role}/gold"] for role in ROLES}
        attributes = dict.fromkeys(_attributes(totals), totals["pairs"])
        return roles | {"content_soft": claims, "relation": claims} | attributes | support_by_value(totals)

    def outcomes(self, corpus: Corpus) -> Outcomes:
        """Every claim with the one that it is paired with; right if content, cue and source are, absent ones too."""
        gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
        golden, answered = _numbers(gold, corpus.gold), _numbers(predicted, corpus.predicted)
        pairs = self.pairs(gold, predicted)
        equal = {role: _equal(gold, pairs[:, 0], predicted, pairs[:, 1], role).tolist() for role in ROLES}
        paired = {row: (place, column) for place, (row, column) in enumerate(pairs.tolist())}
        items = []
        for row, claim in enumerate(gold.claims):
            document, number = int(gold.documents[row]), golden[row]
            if row not in paired:
                items.append(Outcome(document, (number,), (), right=False, edges=claim.content))
                continue
            place, column = paired[row]
            answer = predicted.claims[column]
            wrong = [role for role in ROLES if not equal[role][place]]
            right = not wrong
            wrong += [name for name in (SPEAKER, *corpus.attributes) if not _agree(corpus, name, claim, answer)]
            items.append(Outcome(document, (number,), (answered[column],), right, answer.content, tuple(wrong)))
        for column in sorted({*range(len(predicted.claims))} - {*pairs[:, 1].tolist()}):
            document, content = int(predicted.documents[column]), predicted.claims[column].content
            items.append(Outcome(document, (), (answered[column],), right=False, edges=content))
        return Outcomes(items, ROLES).beside(unplaced_outcomes(corpus, self.layer))


def claim_outcomes(corpus: Corpus, scorers: Mapping[str, object]) -> Outcomes:
    """The outcomes of claims by the first of `scorers` that tells their roles apart, else by `Claims()`."""
    for scorer in itemised(scorers).values():
        if scorer.layer == Claims.layer:
            found = scorer.outcomes(corpus)
            if {*ROLES} <= {*found.roles}:
                return found
    return Claims().outcomes(corpus)


def _numbers(side: Side, annotations: Sequence[Annotation]) -> list[int]:
    """Where each claim stands in its document: by identity, since a prediction may hold two equal ones."""
    known: list[dict[int, int]] = [
        {id(claim): number for number, claim in reversed([*enumerate(annotation.claims or ())])}
        for annotation in annotations
    ]
    return [known[place][id(claim)] for place, claim in zip(side.documents.tolist(), side.claims, strict=True)]


def side_of(corpus: Corpus, annotations: Sequence[Annotation]) -> Side:
    """The claims of one side; roles in word view, absent ones at -1, contents as ranges of words too."""
    rows = [
        (number, offset, claim)
        for number, (offset, annotation) in enumerate(zip(corpus.text.offsets.tolist(), annotations, strict=True))
        for claim in sorted(annotation.claims or (), key=lambda claim: _order(claim, corpus.attributes))
    ]
    roles = {}
    for role in ROLES:
        edges = np.array([_edges(getattr(claim, role), offset) for _, offset, claim in rows], dtype=np.int64)
        starts, ends = edges.reshape(-1, 2).T.copy()
        present = starts >= 0
        starts[present], ends[present] = corpus.text.widened(starts[present], ends[present])
        roles[role] = (starts, ends)
    first_words, last_words = corpus.text.word_range(*roles["content"])
    documents = np.array([number for number, _, _ in rows], dtype=np.int64)
    return Side([claim for _, _, claim in rows], documents, roles, first_words, last_words)


def _order(claim: Claim, names: Iterable[str]) -> tuple[Span, Span, Span, list[str]]:
    # Attributes too: which of two claims over the same spans is paired must not depend on their order in the file.
    attributes = [claim.speaker or "", *(claim.attributes.get(name, "") for name in names)]
    return claim.content, claim.cue, claim.source or Span(*_NOWHERE), attributes


def _edges(span: Span | None, offset: int) -> tuple[int, int]:
    return _NOWHERE if span is None else (span.start + offset, span.end + offset)


def _overlaps(gold: Side, rows: slice, predicted: Side, columns: slice) -> NDArray[np.int64]:
    first = np.maximum(gold.first_words[rows, None], predicted.first_words[None, columns])
    last = np.minimum(gold.last_words[rows, None], predicted.last_words[None, columns])
    shared: NDArray[np.int64] = np.maximum(last - first, 0)
    return shared


def _shared(gold: Side, left: Positions, predicted: Side, right: Positions) -> NDArray[np.int64]:
    first: NDArray[np.int64] = np.maximum(gold.first_words[left], predicted.first_words[right])
    shared: NDArray[np.int64] = np.minimum(gold.last_words[left], predicted.last_words[right]) - first
    return shared


def _equal(gold: Side, left: Positions, predicted: Side, right: Positions, role: str) -> NDArray[np.bool_]:
    """Whether a role is equal in word view, pair by pair; absent equals absent."""
    (gold_starts, gold_ends), (starts, ends) = gold.roles[role], predicted.roles[role]
    equal: NDArray[np.bool_] = (gold_starts[left] == starts[right]) & (gold_ends[left] == ends[right])
    return equal


def _paired(edges: list[list[int]]) -> list[tuple[int, int]]:
    """The best pairing of the claims of one component, given what speaks for each pair that is possible.

    An edge is gold claim, predicted claim, shared words, words of both, and whether content, cue and source are equal.
    """
    if len(edges) == 1:
        return [(edges[0][0], edges[0][1])]
    rows, columns = (sorted({edge[side] for edge in edges}) for side in (0, 1))
    most = min(len(rows), len(columns))
    if most == 1:
        # One claim chooses. Dice coefficients are compared as fractions: of equal ones the other wishes decide.
        left, right, *_ = min(
            edges, key=lambda edge: (-edge[2], -Fraction(edge[2], edge[3]), *(-equal for equal in edge[4:]), edge)
        )
        return [(left, right)]
    # One number for all wishes: each is worth more than all that come after it can sum to.
    whole = lcm(*(edge[3] for edge in edges))
    weights = [[0] * len(columns) for _ in rows]
    places = (
        {number: place for place, number in enumerate(rows)},
        {number: place for place, number in enumerate(columns)},
    )
    for left, right, shared, words, *equal in edges:
        row, column = places[0][left], places[1][right]
        weight = shared * (whole * most + 1) + 2 * shared * whole // words
        for one in equal:
            weight = weight * (most + 1) + one
        # The first gold claim takes the first prediction that it can, and so on.
        base = len(columns) + 1
        weights[row][column] = weight * base ** len(rows) + (len(columns) - column) * base ** (len(rows) - 1 - row)
    return [(rows[row], columns[column]) for row, column in assign(weights)]


def _agree(corpus: Corpus, name: str, gold: Claim, predicted: Claim) -> bool:
    if name == SPEAKER:
        return corpus.same_speaker(gold.speaker, predicted.speaker)
    return gold.attributes.get(name) == predicted.attributes.get(name)


def _attributes(totals: Totals) -> list[str]:
    """Speaker and attributes, of which columns count what is right."""
    return [label for label, count in map(parted, totals) if count == "right"]


def _role(totals: Totals, right: str, role: str) -> dict[str, Counts]:
    tp = totals[f"{right}/tp"]
    return prf(tp, totals[f"{role}/predicted"] - tp, totals[f"{role}/gold"] - tp)


def _soft(totals: Totals) -> dict[str, Counts]:
    precision = ratio(totals["soft/precision"], totals["content/predicted"])
    recall = ratio(totals["soft/recall"], totals["content/gold"])
    # With claims on one side only, F1 is 0, as for counts: something was to be found, or found, and nothing right.
    one_sided = totals["content/predicted"] + totals["content/gold"] > 0
    mean = ratio(2 * precision * recall, precision + recall)
    return {"precision": precision, "recall": recall, "f1": np.where(one_sided, np.nan_to_num(mean), np.nan)}
