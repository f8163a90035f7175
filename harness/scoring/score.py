"""From examples and predictions to scores with intervals, each with the signature that says what was computed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from harness import __version__
from harness.scoring.bootstrap import Bootstrap, effective_units
from harness.scoring.corpus import Corpus, pair, scored_layers
from harness.scoring.table import Scorer, Table
from harness.types import Example, InputError, Prediction


class Measure(NamedTuple):
    """A score and its interval; None where it is undefined, or too few units carry the label."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Score:
    """What one scorer found: the measures, and the counts they come from, a row a unit."""

    signature: str
    measures: dict[str, Measure]
    support: dict[str, int]
    effective_units: float
    table: Table
    unit_documents: Sequence[str]
    """The document of each unit, in the order of the table's rows."""


@dataclass(frozen=True)
class Gold:
    """What is scored against: examples with a name and a hash, and the variants of speakers' names."""

    name: str
    sha256: str
    examples: Sequence[Example]
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Name and short hash, as signatures show them."""
        return f"{self.name}#{self.sha256[:6]}"


def score(
    gold: Gold, predictions: Mapping[str, Prediction], scorers: Mapping[str, Scorer], units: str, bootstrap: Bootstrap
) -> dict[str, Score]:
    """The scores of every scorer whose layer both gold and predictions have.

    Raises:
        InputError: there is nothing to score.
    """
    layers = scored_layers([example.gold for example in gold.examples], predictions.values())
    used = {name: scorer for name, scorer in scorers.items() if scorer.layer in layers}
    if not used:
        wanted = ", ".join(sorted({scorer.layer for scorer in scorers.values()})) or "a scorer"
        raise InputError(f"{gold.name}: found no layer that gold, predictions and scorers share, wanted {wanted}")
    corpora = {layer: _corpus(gold, predictions, layer, units) for layer in {scorer.layer for scorer in used.values()}}
    return {name: _score(gold, corpora[scorer.layer], scorer, bootstrap) for name, scorer in used.items()}


def describe(scorer: object) -> str:
    """A scorer as `name(field=value, …)`, derived from its class and fields."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(scorer).__name__).lower()
    values = (f"{one.name}={getattr(scorer, one.name)}" for one in fields(scorer))  # type: ignore[arg-type]
    return f"{name}({','.join(values)})"


def _corpus(gold: Gold, predictions: Mapping[str, Prediction], layer: str, units: str) -> Corpus:
    documents, annotations, predicted = zip(*pair(gold.examples, predictions, layer), strict=True)
    return Corpus(documents, annotations, predicted, units, gold.speakers)


def _score(gold: Gold, corpus: Corpus, scorer: Scorer, bootstrap: Bootstrap) -> Score:
    table = scorer.counts(corpus)
    intervals = bootstrap.intervals(scorer, table)
    points = scorer.scores(table.totals, table.totals)
    support = {label: int(count) for label, count in scorer.support(table.totals).items()}
    sizes = max(scorer.support(table.rows).values(), key=lambda counts: float(counts.sum()))
    documents = [document.id for document in corpus.documents]
    return Score(
        signature=_signature(gold, corpus, scorer, bootstrap),
        measures={name: _measure(float(value), intervals.get(name)) for name, value in points.items()},
        support=support,
        effective_units=effective_units(sizes),
        table=table,
        unit_documents=[documents[number] for number in corpus.units.documents.tolist()],
    )


def _signature(gold: Gold, corpus: Corpus, scorer: Scorer, bootstrap: Bootstrap) -> str:
    return "|".join(
        (
            describe(scorer),
            f"gold:{gold.label}",
            f"units:{corpus.units.kind}:{len(corpus.units)}",
            f"bs:{bootstrap.resamples}",
            f"seed:{bootstrap.seed}",
            f"level:{bootstrap.level:g}",
            f"v:{__version__}",
        )
    )


def _measure(value: float, interval: tuple[float, float] | None) -> Measure:
    low, high = interval or (None, None)
    return Measure(*(None if number is None or number != number else number for number in (value, low, high)))
