"""What is wrong with claims, as their scorer pairs them."""

from collections.abc import Iterator
from typing import NamedTuple, cast

from harness.data.types import Annotation, Claim
from harness.report.kinds import Error, Kind
from harness.scoring.claims import ATTRIBUTES, ROLES, Claims, Side, side_of
from harness.scoring.corpus import Corpus


def claim_errors(corpus: Corpus, scorer: Claims) -> Iterator[Error]:
    """Claims without a pair, and pairs that differ in a role or attribute."""
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    pairs = scorer.pairs(gold, predicted).tolist()
    for row, column in pairs:
        wrong = _wrong_parts(corpus, gold, row, predicted, column)
        if wrong:
            yield _claim_error(corpus, "parts", _Chosen(gold, row), _Chosen(predicted, column), wrong)
    for row in sorted({*range(len(gold.claims))} - {row for row, _ in pairs}):
        yield _claim_error(corpus, "missed", _Chosen(gold, row), None, ())
    for column in sorted({*range(len(predicted.claims))} - {column for _, column in pairs}):
        yield _claim_error(corpus, "spurious", None, _Chosen(predicted, column), ())


def claim_pairs(corpus: Corpus, scorer: Claims) -> dict[str, dict[int, int]]:
    """For each document that has any the paired claims: the number of a predicted one to that of its gold one."""
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    found: dict[str, dict[int, int]] = {}
    for row, column in scorer.pairs(gold, predicted).tolist():
        place = int(gold.documents[row])
        left = _Chosen(gold, row).number(corpus.gold[place])
        found.setdefault(corpus.documents[place].id, {})[_Chosen(predicted, column).number(corpus.predicted[place])] = (
            left
        )
    return found


class _Chosen(NamedTuple):
    """One claim of a side."""

    side: Side
    row: int

    @property
    def claim(self) -> Claim:
        return self.side.claims[self.row]

    def number(self, annotation: Annotation) -> int:
        """Where it stands in its document: by identity, since a prediction may hold two equal ones."""
        return next(number for number, one in enumerate(annotation.claims or ()) if one is self.claim)


def _wrong_parts(corpus: Corpus, gold: Side, row: int, predicted: Side, column: int) -> tuple[str, ...]:
    """The roles and attributes in which a pair of claims differs, as the scorer sees them."""
    one, other = gold.claims[row], predicted.claims[column]
    roles = [
        role
        for role in ROLES
        if any(gold.roles[role][edge][row] != predicted.roles[role][edge][column] for edge in (0, 1))
    ]
    named = [name for name in ATTRIBUTES if name != "speaker" and getattr(one, name) != getattr(other, name)]
    speaker = [] if corpus.same_speaker(one.speaker, other.speaker) else ["speaker"]
    return (*roles, *speaker, *named)


def _claim_error(
    corpus: Corpus, kind: Kind, gold: _Chosen | None, predicted: _Chosen | None, labels: tuple[str, ...]
) -> Error:
    shown = gold or cast("_Chosen", predicted)
    place = int(shown.side.documents[shown.row])
    return Error(
        corpus.documents[place].id,
        "claims",
        kind,
        shown.claim.content.start,
        () if gold is None else (gold.number(corpus.gold[place]),),
        () if predicted is None else (predicted.number(corpus.predicted[place]),),
        labels,
    )
