"""What two runs dispute: the mentions, claims and sentences of the gold that only one of them got right.

Right is what the scorer counts as right: for an entity an equal span of its type in the scorer's boundary view, for a
claim a paired one whose content, cue and source are all equal, for a sentence an equal one with its label.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.data.types import SENTENCE_LABELS, Span
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import ROLES, Claims, side_of
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import is_in
from harness.scoring.table import Scorer

CONTEXT: Final = 40
"""Characters on either side of a span, less a word that this would cut."""

Side = Literal["a", "b"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Dispute:
    """A mention, claim or sentence of the gold, its text and what stands around it; `right` is the run that found it.

    The offsets are the gold's own. A claim is shown by its content; `roles` are the other spans that it has.
    """

    document: str
    type: str
    start: int
    end: int
    before: str
    text: str
    after: str
    right: Side
    roles: Mapping[str, Span | None]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        spans = {role: span and span._asdict() for role, span in self.roles.items()}
        plain = ("document", "type", "start", "end", "before", "text", "after", "right")
        return {name: getattr(self, name) for name in plain} | spans


def disputes(corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer]) -> dict[str, list[Dispute]]:
    """By scorer the disputes of runs a and b, in the order of the gold; of those scorers that tell right from wrong.

    `corpora` are the corpora of run a by layer, and those of run b.
    """
    return _listed(corpora, scorers, _found)


def disputed_roles(
    corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer]
) -> dict[str, dict[str, list[Dispute]]]:
    """By scorer of claims and role, the claims for which only one run got that role right, whatever the others are."""
    claims = {name: scorer for name, scorer in scorers.items() if isinstance(scorer, Claims)}
    return {
        role: _listed(corpora, claims, lambda a, b, scorer, role=role: _claims(a, b, scorer, (role,), role))  # type: ignore[misc]
        for role in ROLES
    }


def unfounded(corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer]) -> dict[str, list[Dispute]]:
    """By scorer of mentions or sentences, the answers that the gold does not have and only one run gave.

    `right` is the run that did not give it; the offsets are those of the answer.
    """
    return _listed(corpora, scorers, _wrong)


def summary(found: Sequence[Dispute]) -> dict[str, Any]:
    """How many disputes each run wins, and all of them, as JSON has it."""
    wins = {side: sum(one.right == side for one in found) for side in ("a", "b")}
    return {"count": len(found), "only_a": wins["a"], "only_b": wins["b"], "items": [one.record() for one in found]}


Listing = Callable[[Corpus, Corpus, Scorer], list[Dispute] | None]
"""What two corpora dispute by a scorer; None where it does not tell right from wrong."""


def _listed(
    corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer], listing: Listing
) -> dict[str, list[Dispute]]:
    found = {}
    for name, scorer in scorers.items():
        if all(scorer.layer in side for side in corpora):
            a, b = (side[scorer.layer] for side in corpora)
            listed = listing(a, b, scorer)
            if listed is not None:
                found[name] = listed
    return found


def _found(a: Corpus, b: Corpus, scorer: Scorer) -> list[Dispute] | None:
    if isinstance(scorer, Claims):
        return _claims(a, b, scorer, ROLES, "claim")
    if not isinstance(scorer, EntitiesStrict | CheckWorthy):
        return None
    (keys_a, right_a), (keys_b, right_b) = (_right(corpus, scorer, found=True) for corpus in (a, b))
    gold, _, labels = _spans(a, scorer)
    seen, disputed = set(), []
    # By place in the text, however the gold's file orders them.
    for index in np.lexsort((gold.labels, gold.ends, gold.starts)).tolist():
        key = keys_a[index], keys_b[index]
        # What is equal in the view counts once.
        if right_a[index] != right_b[index] and key not in seen:
            seen.add(key)
            span = Span(int(gold.starts[index]), int(gold.ends[index]))
            disputed.append(_dispute(a, span, labels[gold.labels[index]], "a" if right_a[index] else "b"))
    return disputed


def _wrong(a: Corpus, b: Corpus, scorer: Scorer) -> list[Dispute] | None:
    if not isinstance(scorer, EntitiesStrict | CheckWorthy):
        return None
    answers = [_wrong_answers(corpus, scorer) for corpus in (a, b)]
    found: list[tuple[Span, str, Side]] = []
    for one, other, right in ((answers[0], answers[1], "b"), (answers[1], answers[0], "a")):
        # The view of an answer can hang on what stands beside it: one that both gave is told by its own edges too.
        given = {(span, label) for span, label in other.values()}
        found += [(*answer, right) for key, answer in one.items() if key not in other and answer not in given]  # type: ignore[misc]
    return [_dispute(a, span, label, right) for span, label, right in sorted(found)]


def _wrong_answers(corpus: Corpus, scorer: EntitiesStrict | CheckWorthy) -> dict[tuple[object, ...], tuple[Span, str]]:
    """What was predicted and is not in the gold, by edges in view and label."""
    _, predicted, labels = _spans(corpus, scorer)
    keys, right = _right(corpus, scorer, found=False)
    spans = zip(keys, right.tolist(), predicted.starts.tolist(), predicted.ends.tolist(), strict=True)
    return {
        (*edges, labels[label]): (Span(start, end), labels[label])
        for (*edges, label), known, start, end in spans
        if not known
    }


def _spans(corpus: Corpus, scorer: EntitiesStrict | CheckWorthy) -> tuple[Spans, Spans, Sequence[str]]:
    """Gold and predicted spans as a scorer has them, and the names of their labels."""
    if isinstance(scorer, EntitiesStrict):
        return corpus.gold_entities, corpus.predicted_entities, corpus.types
    gold, predicted = (corpus.sentences(side, SENTENCE_LABELS) for side in (corpus.gold, corpus.predicted))
    return gold, predicted, SENTENCE_LABELS


def _right(corpus: Corpus, scorer: EntitiesStrict | CheckWorthy, *, found: bool) -> tuple[list[tuple[int, ...]], Mask]:
    """For each gold span (`found`), else for each predicted one, its edges and label in view; whether both have it."""
    gold, predicted, _ = _spans(corpus, scorer)
    one, other = (gold, predicted) if found else (predicted, gold)
    if isinstance(scorer, EntitiesStrict):
        view, others = corpus.view(one, other, scorer.boundary), corpus.view(other, one, scorer.boundary)
    else:
        view, others = (Spans(*corpus.text.widened(side.starts, side.ends), side.labels) for side in (one, other))
    shared = is_in(view, others)
    return list(zip(view.starts.tolist(), view.ends.tolist(), view.labels.tolist(), strict=True)), shared


def _claims(a: Corpus, b: Corpus, scorer: Claims, right_in: Sequence[str], kind: str) -> list[Dispute]:
    gold, disputed = side_of(a, a.gold), []
    right_a, right_b = (_right_claims(corpus, scorer, right_in) for corpus in (a, b))
    for index in np.flatnonzero(right_a != right_b).tolist():
        offset = int(a.text.offsets[gold.documents[index]])
        claim = gold.claims[index]
        content = Span(claim.content.start + offset, claim.content.end + offset)
        roles = {role: getattr(claim, role) for role in ROLES if role != "content"}
        disputed.append(_dispute(a, content, kind, "a" if right_a[index] else "b", roles))
    return disputed


def _right_claims(corpus: Corpus, scorer: Claims, right_in: Sequence[str]) -> Mask:
    """For each gold claim whether the roles `right_in` are right in the one that it is paired with.

    A single role that the claim lacks is not right: nobody found a span there. All roles are, if absent equals absent.
    """
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    left, right = scorer.pairs(gold, predicted).T
    equal = np.ones(len(left), dtype=np.bool_)
    for role in right_in:
        for edges, others in zip(gold.roles[role], predicted.roles[role], strict=True):
            equal &= edges[left] == others[right]
        if len(right_in) == 1:
            equal &= gold.roles[role][0][left] >= 0
    found = np.zeros(len(gold.claims), dtype=np.bool_)
    found[left[equal]] = True
    return found


def _dispute(
    corpus: Corpus, span: Span, kind: str, right: Side, roles: Mapping[str, Span | None] | None = None
) -> Dispute:
    """`span` is one of the joined text; what is shown has the offsets of its document."""
    number = int(np.searchsorted(corpus.text.offsets, span.start, "right")) - 1
    document, offset = corpus.documents[number], int(corpus.text.offsets[number])
    start, end = span.start - offset, span.end - offset
    before, after = _around(document.text, start, end)
    return Dispute(document.id, kind, start, end, before, document.text[start:end], after, right, roles or {})


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a stretch of `text`; a word at the far edge, which may be cut, is left out."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = re.sub(r"^\S*\s+", "", before)
    if end + CONTEXT < len(text):
        after = re.sub(r"\s+\S*$", "", after)
    return before, after
