"""From examples and predictions to scores with intervals, each with the signature that says what was computed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import NamedTuple

from harness.data.bridge import Bridge
from harness.data.schema import Schema
from harness.data.types import Example, InputError, Passes, Prediction
from harness.scoring.bootstrap import FEWEST_DOCUMENTS, Bootstrap, effective_units
from harness.scoring.corpus import Corpus, pair, scored_layers
from harness.scoring.repeats import Repeats
from harness.scoring.scoring import Scoring
from harness.scoring.selection import headlines, shown
from harness.scoring.signature import sign
from harness.scoring.table import Numbers, Scorer, Table, or_none


class Measure(NamedTuple):
    """A score, its interval over units and the one over documents.

    None where it is undefined, or too few units (documents) carry the label.
    """

    value: float | None
    low: float | None
    high: float | None
    document_low: float | None = None
    document_high: float | None = None

    @property
    def documents(self) -> tuple[float, float] | None:
        """The interval over documents; None where there is none, or where it is the one over units."""
        if self.document_low is None or self.document_high is None:
            return None
        interval = self.document_low, self.document_high
        return None if interval == (self.low, self.high) else interval


@dataclass(frozen=True, eq=False)
class Score:
    """What one scorer found: the measures, and the counts they come from, a row a unit."""

    signature: str
    measures: dict[str, Measure]
    support: dict[str, int]
    effective_units: float
    headlines: Sequence[str]
    shown: Sequence[str]
    table: Table
    unit_documents: Sequence[str]
    """The document of each unit, in the order of the table's rows."""
    agreement: Mapping[str, float] = field(default_factory=dict)
    """Each defined measure of one annotation pass against another, the mean over pairs; empty without passes."""
    repeats: Mapping[str, Repeats] = field(default_factory=dict)
    """How headlines vary over the runner's repetitions; empty without any."""


@dataclass(frozen=True)
class Gold:
    """What is scored against: examples with a name and a hash, and the variants of speakers' names."""

    name: str
    sha256: str
    examples: Sequence[Example]
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passes: Passes | None = None
    schema: Schema | None = None
    """What it annotates, in its own labels; None: what it and the predictions use."""

    @property
    def label(self) -> str:
        """Name and short hash, as signatures show them."""
        return f"{self.name}#{self.sha256[:6]}"


def score(gold: Gold, corpora: Mapping[str, Corpus], scoring: Scoring) -> dict[str, Score]:
    """The scores of every scorer whose layer `corpora` has, as `corpora_of` makes them of `gold` and predictions.

    Raises:
        InputError: there is nothing to score.
    """
    used = {name: scorer for name, scorer in scoring.scorers.items() if scorer.layer in corpora}
    if not used:
        wanted = ", ".join(sorted({scorer.layer for scorer in scoring.scorers.values()})) or "a scorer"
        raise InputError(f"{gold.name}: found no layer that gold, predictions and scorers share, wanted {wanted}")
    scores = {}
    for name, scorer in used.items():
        corpus = corpora[scorer.layer]
        found = _score(corpus, scorer, scoring.bootstrap)
        # The passes are in the gold's own labels.
        agreed = {} if corpus.label_map else agreement(gold, scorer, scoring.units, corpus.schema)
        scores[name] = replace(found, agreement=agreed)
    return scores


def agreement(gold: Gold, scorer: Scorer, units: str, schema: Schema | None = None) -> dict[str, float]:
    """Every defined measure with one annotation pass as gold and another as prediction, the mean over all pairs."""
    documents = [example.document for example in gold.examples]
    pairs = combinations(gold.passes.annotations if gold.passes else (), 2)
    found: dict[str, list[float]] = {}
    for first, second in pairs:
        totals = scorer.counts(Corpus(documents, first, second, units, gold.speakers, schema=schema)).totals
        for name, value in scorer.scores(totals, totals).items():
            found.setdefault(name, []).append(float(value))
    means = {name: sum(values) / len(values) for name, values in found.items()}
    return {name: mean for name, mean in means.items() if not math.isnan(mean)}


def corpora_of(
    gold: Gold, predictions: Mapping[str, Prediction], units: str, bridge: Bridge | None = None
) -> dict[str, Corpus]:
    """For each layer that gold and predictions have, the documents whose gold has it, both sides.

    Entities are in what both sides of `bridge` can say; without one both sides speak what they use.

    Raises:
        InputError: a label is not one of its side's map.
    """
    corpora = {}
    for layer in scored_layers([example.gold for example in gold.examples], predictions.values()):
        documents, annotations, predicted = zip(*pair(gold.examples, predictions, layer), strict=True)
        corpora[layer] = Corpus(
            documents,
            annotations,
            predicted,
            units,
            gold.speakers,
            gold_label=gold.label,
            schema=gold.schema if bridge is None else bridge.schema,
            unknown="error" if bridge is None else bridge.unknown,
        )
    if bridge is not None and bridge.label is not None and "entities" in corpora:
        corpora["entities"] = _projected(corpora["entities"], bridge)
    for corpus, other in combinations(corpora.values(), 2):
        if corpus.documents == other.documents:
            other.share_text(corpus)
    return corpora


def _projected(corpus: Corpus, bridge: Bridge) -> Corpus:
    """`corpus` with both sides in the labels that both can say."""
    return replace(
        corpus,
        gold=bridge.project_gold(corpus.gold),
        predicted=bridge.project_predicted(corpus.predicted),
        labels=tuple(bridge.scheme),
        label_map=bridge.label,
    )


def _score(corpus: Corpus, scorer: Scorer, bootstrap: Bootstrap) -> Score:
    table = scorer.counts(corpus)
    support = {label: int(count) for label, count in scorer.support(table.totals).items()}
    sizes = max(scorer.support(table.rows).values(), key=lambda counts: float(counts.sum()))
    documents = [document.id for document in corpus.documents]
    measures = measure(scorer, table, corpus.units.documents, bootstrap)
    return Score(
        signature=str(sign(scorer, corpus, bootstrap)),
        measures=measures,
        headlines=headlines(scorer, measures),
        shown=shown(scorer, measures),
        support=support,
        effective_units=effective_units(sizes),
        table=table,
        unit_documents=[documents[number] for number in corpus.units.documents.tolist()],
    )


def measure(scorer: Scorer, table: Table, documents: Numbers, bootstrap: Bootstrap) -> dict[str, Measure]:
    """Every measure of a table with its intervals; `documents` has the number of the document of each unit.

    Units of one document are alike, and an interval over them knows nothing of another document. The interval over
    documents leaves out whole ones; it is always `wilson`, since a handful of documents has no quantiles. Where each
    unit is a document, the two are the same.
    """
    points, intervals = scorer.scores(table.totals, table.totals), bootstrap.intervals(scorer, table)
    clusters = table.grouped(documents)
    by_document = intervals
    if len(clusters.values) < len(table.values):
        by_document = replace(bootstrap, method="wilson").intervals(scorer, clusters, FEWEST_DOCUMENTS)
    nothing = (None, None)
    found = {
        name: (value, *intervals.get(name, nothing), *by_document.get(name, nothing)) for name, value in points.items()
    }
    return {name: Measure(*map(or_none, numbers)) for name, numbers in found.items()}
