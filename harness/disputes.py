"""What two runs dispute: the mentions and claims of the gold that only one of them got right.

Right is what the scorer counts as right: for an entity an equal span of its type in the scorer's boundary view, for a
claim a paired one whose content, cue and source are all equal.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.scoring.claims import ROLES, Claims, side_of
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import is_in
from harness.scoring.table import Scorer
from harness.types import Span

CONTEXT: Final = 40
"""Characters on either side of a span, less a word that this would cut."""

Side = Literal["a", "b"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Dispute:
    """A mention or claim of the gold with its text and what stands around it; `right` is the run that found it.

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
    found = {}
    for name, scorer in scorers.items():
        if any(scorer.layer not in side for side in corpora):
            continue
        a, b = (side[scorer.layer] for side in corpora)
        if isinstance(scorer, EntitiesStrict):
            found[name] = list(_mentions(a, b, scorer))
        elif isinstance(scorer, Claims):
            found[name] = list(_claims(a, b, scorer))
    return found


def summary(found: Sequence[Dispute]) -> dict[str, Any]:
    """How many disputes each run wins, and all of them, as JSON has it."""
    wins = {side: sum(one.right == side for one in found) for side in ("a", "b")}
    return {"count": len(found), "only_a": wins["a"], "only_b": wins["b"], "items": [one.record() for one in found]}


def _mentions(a: Corpus, b: Corpus, scorer: EntitiesStrict) -> Iterator[Dispute]:
    (keys_a, right_a), (keys_b, right_b) = (_right_mentions(corpus, scorer) for corpus in (a, b))
    gold, seen = a.gold_entities, set()
    # By place in the text, however the gold's file orders them.
    for index in np.lexsort((gold.labels, gold.ends, gold.starts)).tolist():
        key = keys_a[index], keys_b[index]
        # What is equal in the view counts once.
        if right_a[index] != right_b[index] and key not in seen:
            seen.add(key)
            span = Span(int(gold.starts[index]), int(gold.ends[index]))
            yield _dispute(a, span, a.types[gold.labels[index]], "a" if right_a[index] else "b")


def _right_mentions(corpus: Corpus, scorer: EntitiesStrict) -> tuple[list[tuple[int, ...]], Mask]:
    """For each gold mention its span and label in the scorer's view, and whether the prediction has it."""
    gold, predicted = corpus.gold_entities, corpus.predicted_entities
    view = corpus.view(gold, predicted, scorer.boundary)
    found = is_in(view, corpus.view(predicted, gold, scorer.boundary))
    return list(zip(view.starts.tolist(), view.ends.tolist(), view.labels.tolist(), strict=True)), found


def _claims(a: Corpus, b: Corpus, scorer: Claims) -> Iterator[Dispute]:
    gold = side_of(a, a.gold)
    right_a, right_b = (_right_claims(corpus, scorer) for corpus in (a, b))
    for index in np.flatnonzero(right_a != right_b).tolist():
        offset = int(a.text.offsets[gold.documents[index]])
        claim = gold.claims[index]
        content = Span(claim.content.start + offset, claim.content.end + offset)
        roles = {role: getattr(claim, role) for role in ROLES if role != "content"}
        yield _dispute(a, content, "claim", "a" if right_a[index] else "b", roles)


def _right_claims(corpus: Corpus, scorer: Claims) -> Mask:
    """For each gold claim whether its relation is right."""
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    left, right = scorer.pairs(gold, predicted).T
    equal = np.ones(len(left), dtype=np.bool_)
    for role in ROLES:
        for edges, others in zip(gold.roles[role], predicted.roles[role], strict=True):
            equal &= edges[left] == others[right]
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
