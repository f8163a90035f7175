"""What two runs dispute: the items of the gold that only one of them got right.

Right is what the scorer counts as right: for an entity an equal span of its type in the scorer's boundary view, for a
claim a paired one whose content, cue and source are all equal, for a sentence an equal one with its label.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from harness.data.types import Document, Span
from harness.scoring.corpus import Corpus
from harness.scoring.outcomes import Item, Outcome, Outcomes, item, itemised
from harness.scoring.table import Scorer

CONTEXT: Final = 40
"""Characters on either side of a span, less a word that this would cut."""

RunLetter = Literal["a", "b"]


@dataclass(frozen=True)
class Dispute:
    """A mention, claim or sentence of the gold, its text and what stands around it; `right` is the run that found it.

    The offsets are the gold's own. A claim is shown by its content; `roles` are the other spans that it has. An answer
    without a place has the offset where it was said to be for both edges, its quote for text, and nothing around it.
    """

    document: str
    type: str
    start: int
    end: int
    before: str
    text: str
    after: str
    right: RunLetter
    roles: Mapping[str, Span | None]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        spans = {role: span and span._asdict() for role, span in self.roles.items()}
        plain = ("document", "type", "start", "end", "before", "text", "after", "right")
        return {name: getattr(self, name) for name in plain} | spans


@dataclass(frozen=True, eq=False)
class Rivals:
    """The answers of runs a and b to one gold, as one scorer tells right from wrong."""

    layer: str
    a: Corpus
    b: Corpus
    outcomes: tuple[Outcomes, Outcomes]

    @property
    def roles(self) -> tuple[str, ...]:
        """The parts of an item that are right or wrong by themselves."""
        return self.outcomes[0].roles

    def disputes(self) -> list[Dispute]:
        """The items of the gold that only one run got right, in the order of the text; what is equal in view once."""
        return self._disputes(lambda outcome, _: outcome.right)

    def disputed(self, role: str) -> list[Dispute]:
        """The items for which only one run got a role right, whatever the others are.

        A role that the item lacks is not right: nobody found a span there.
        """

        def is_right(outcome: Outcome, part: Span | None) -> bool:
            return part is not None and bool(outcome.predicted) and role not in outcome.wrong

        return self._disputes(is_right, role)

    def unfounded(self) -> list[Dispute]:
        """The answers that the gold does not have and only one run gave; none of items with roles.

        `right` is the run that did not give it; the offsets are those of the answer. Answers without a place are each
        beside an equal one of the other run, as far as there are such.
        """
        if self.roles:
            return []
        answers = [
            _wrong_answers(corpus, self.layer, outcomes)
            for corpus, outcomes in zip((self.a, self.b), self.outcomes, strict=True)
        ]
        quoted = [_quoted(corpus, outcomes) for corpus, outcomes in zip((self.a, self.b), self.outcomes, strict=True)]
        unfounded: list[tuple[int, Item, str | None, RunLetter]] = []
        sides: tuple[tuple[int, int, RunLetter], ...] = ((0, 1, "b"), (1, 0, "a"))
        for own, other, right in sides:
            # The view of an answer can hang on what stands beside it: one that both gave is told by its own edges too.
            given = {*answers[other].values()}
            unfounded += [
                (*answer, None, right)
                for key, answer in answers[own].items()
                if key not in answers[other] and answer not in given
            ]
            unfounded += [(*answer, right) for answer in (quoted[own] - quoted[other]).elements()]
        unfounded.sort(key=lambda row: (*row[:2], row[2] is not None, row[2] or "", row[3]))
        return [
            _dispute(self.a.documents[place], answer, right)
            if quote is None
            else Dispute(self.a.documents[place].id, answer.type, *answer.span, "", quote, "", right, {})
            for place, answer, quote, right in unfounded
        ]

    def _disputes(self, is_right: Callable[[Outcome, Span | None], bool], role: str | None = None) -> list[Dispute]:
        """The gold items that `is_right` tells of one run alone; of `role` if one is given."""
        sides = [
            {(outcome.document, number): outcome for outcome in outcomes.items for number in outcome.gold}
            for outcomes in self.outcomes
        ]
        seen, disputes = set(), []
        for place, number in self._in_order(sides[0]):
            a, b = (side[place, number] for side in sides)
            key = place, a.gold, b.gold
            claim = (self.a.gold[place].claims or ())[number] if self.roles else None
            part = None if claim is None or role is None else getattr(claim, role)
            right = is_right(a, part)
            if right != is_right(b, part) and key not in seen:
                seen.add(key)
                told = item(self.a.gold[place], self.layer, number)
                if role is not None:
                    told = told._replace(type=role)
                roles = {name: getattr(claim, name) for name in self.roles if name != "content"}
                disputes.append(_dispute(self.a.documents[place], told, "a" if right else "b", roles))
        return disputes

    def _in_order(self, golden: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The gold items by place in the text, however the gold's file orders them; of one span by type."""
        names = {"entities": self.a.types, "sentences": self.a.sentence_labels}.get(self.layer, ())
        ranks = {name: rank for rank, name in enumerate(names)}
        told = ((key, item(self.a.gold[key[0]], self.layer, key[1])) for key in golden)
        return [
            key for key, _ in sorted(told, key=lambda row: (row[0][0], row[1].span, ranks.get(row[1].type, len(ranks))))
        ]


def rivals(corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer]) -> dict[str, Rivals]:
    """By scorer the outcomes of runs a and b, of those scorers that tell right from wrong and whose layer both have.

    `corpora` are the corpora of run a by layer, and those of run b.
    """
    by_scorer = {}
    for name, scorer in itemised(scorers).items():
        if all(scorer.layer in side for side in corpora):
            a, b = (side[scorer.layer] for side in corpora)
            by_scorer[name] = Rivals(scorer.layer, a, b, (scorer.outcomes(a), scorer.outcomes(b)))
    return by_scorer


def disputes(corpora: Sequence[Mapping[str, Corpus]], scorers: Mapping[str, Scorer]) -> dict[str, list[Dispute]]:
    """By scorer the disputes of runs a and b, in the order of the gold; of those scorers that tell right from wrong."""
    return {name: both.disputes() for name, both in rivals(corpora, scorers).items()}


def summary(found: Sequence[Dispute]) -> dict[str, Any]:
    """How many disputes each run wins, and all of them, as JSON has it."""
    wins = {side: sum(one.right == side for one in found) for side in ("a", "b")}
    return {"count": len(found), "only_a": wins["a"], "only_b": wins["b"], "items": [one.record() for one in found]}


def _wrong_answers(corpus: Corpus, layer: str, outcomes: Outcomes) -> dict[tuple[int, Item], tuple[int, Item]]:
    """What was predicted and is not in the gold: by document, edges in view and label, the answer as it was given."""
    wrong = {}
    for outcome in outcomes.items:
        if outcome.predicted and not outcome.right:
            given = item(corpus.predicted[outcome.document], layer, outcome.predicted[-1])
            wrong[outcome.document, given._replace(span=outcome.edges)] = outcome.document, given
    return wrong


def _quoted(corpus: Corpus, outcomes: Outcomes) -> Counter[tuple[int, Item, str]]:
    """The answers without a place, by document, edges and label, and quote: how often each was given."""
    answers = (
        (outcome.document, corpus.predicted[outcome.document].unplaced[outcome.unplaced])
        for outcome in outcomes.items
        if outcome.unplaced is not None
    )
    return Counter((place, Item(Span(answer.at, answer.at), answer.label), answer.quote) for place, answer in answers)


def _dispute(
    document: Document, told: Item, right: RunLetter, roles: Mapping[str, Span | None] | None = None
) -> Dispute:
    (start, end), kind = told
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
