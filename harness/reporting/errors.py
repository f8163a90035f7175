"""What is wrong in a prediction, item by item, as the scorers pair it with the gold.

Mentions and sentences are aligned as for confusion, under the boundary view of the scorer; claims are paired by theirs.
What no error names is right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol, cast, runtime_checkable

from harness.analysis.edges import classify, direction
from harness.data.types import LAYERS, Span
from harness.reporting.kinds import Error, Kind
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.outcomes import BOUNDARY, TYPE, Item, Itemised, Outcome, Outcomes, item
from harness.scoring.table import Scorer


def find_errors(corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer]) -> dict[str, list[Error]]:
    """The errors of each document that has any, by layer and position; what several scorers count stands once.

    Scorers that tell no outcomes have none, except those of entities in a boundary view.
    """
    counted: dict[Error, list[str]] = {}
    for name, scorer in scorers.items():
        if scorer.layer in corpora:
            for error in _errors(corpora[scorer.layer], scorer):
                counted.setdefault(error, []).append(name)
    found: dict[str, list[Error]] = {}
    for error, names in counted.items():
        found.setdefault(error.document, []).append(replace(error, scorers=tuple(names)))
    for errors in found.values():
        errors.sort(key=lambda one: (LAYERS.index(one.layer), one.start, one.gold, one.predicted, one.unplaced or 0))
    return found


def _errors(corpus: Corpus, scorer: Scorer) -> Iterator[Error]:
    """What is wrong by a scorer that tells outcomes; by one of entities in a boundary view what is not equal there."""
    told: Itemised
    if isinstance(scorer, Itemised):
        told = scorer
    elif scorer.layer == "entities" and isinstance(scorer, _Viewed):
        told = EntitiesStrict(scorer.boundary)
    else:
        return
    for outcome in told.outcomes(corpus).items:
        if outcome.wrong or not outcome.right:
            yield _error(corpus, scorer.layer, outcome)


@runtime_checkable
class _Viewed(Protocol):
    """A scorer with a boundary view."""

    @property
    def boundary(self) -> Boundary:
        """The view in which spans are compared."""


def _error(corpus: Corpus, layer: str, outcome: Outcome) -> Error:
    place = outcome.document
    if outcome.unplaced is not None:
        answer = corpus.predicted[place].unplaced[outcome.unplaced]
        name = corpus.documents[place].id
        return Error(name, layer, "unplaced", answer.at, (), (), (answer.label,), unplaced=outcome.unplaced)
    gold = item(corpus.gold[place], layer, outcome.gold[0]) if outcome.gold else None
    predicted = item(corpus.predicted[place], layer, outcome.predicted[0]) if outcome.predicted else None
    shown = gold or cast("Item", predicted)
    kind = _kind(outcome)
    labels = dict.fromkeys(one.type for one in (gold, predicted) if one is not None)
    if layer == "claims" or kind == "parts":
        labels = dict.fromkeys(outcome.wrong)
    detail = ""
    if kind in ("boundary", "both") and gold is not None and predicted is not None and gold.span != predicted.span:
        offset = int(corpus.text.offsets[place])
        spans = [Span(one.span.start + offset, one.span.end + offset) for one in (gold, predicted)]
        edge = classify(corpus.text.joined, *spans)
        detail = " ".join(filter(None, (direction(*spans), edge.kind, edge.detail)))
    return Error(
        corpus.documents[place].id,
        layer,
        kind,
        shown.span.start,
        outcome.gold,
        outcome.predicted,
        tuple(labels),
        detail,
    )


def _kind(outcome: Outcome) -> Kind:
    if not outcome.predicted:
        return "missed"
    if not outcome.gold:
        return "spurious"
    kinds: Mapping[tuple[str, ...], Kind] = {(BOUNDARY,): "boundary", (TYPE,): "type", (BOUNDARY, TYPE): "both"}
    return kinds.get(outcome.wrong, "parts")


def claim_pairs(corpus: Corpus, outcomes: Outcomes) -> dict[str, dict[int, int]]:
    """For each document that has any the paired claims: the number of a predicted one to that of its gold one."""
    found: dict[str, dict[int, int]] = {}
    for outcome in outcomes.items:
        if outcome.gold and outcome.predicted:
            found.setdefault(corpus.documents[outcome.document].id, {})[outcome.predicted[0]] = outcome.gold[0]
    return found
