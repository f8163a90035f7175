"""Endless corpora of which the truth is known: units as uneven as a news corpus has them, errors that come together.

Sizes of units and frequencies of types are those of the gold standard. How right a system is differs from unit to unit:
by a beta distribution with the given correlation of two items of one unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.random import Generator

from harness.datasets.gold import GoldStandard
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Counts, Numbers, Scorer, Table
from tests.schemas import SENTENCE_LABELS

Rates = Callable[[Generator, int], Counts]
"""How often each of a number of labels is right on an endless corpus."""
Drawn = tuple[Table, Mapping[str, float]]
"""A corpus, and the true value of measures."""

PRIORS: Final[dict[str, Rates]] = {
    "all .85": lambda _, labels: np.full(labels, 0.85),
    "mean .88": lambda random, labels: random.beta(15, 2, labels),
    "mean .67, far apart": lambda random, labels: random.beta(2, 1, labels),
    "two in five perfect": lambda random, labels: np.where(random.random(labels) < 0.4, 1.0, random.beta(8, 2, labels)),
    "mean .97": lambda random, labels: random.beta(40, 1.2, labels),
    "one in five never": lambda random, labels: np.where(random.random(labels) < 0.2, 0.0, random.beta(15, 2, labels)),
}
"""Of the rates of types, from all alike to some that are always right."""


@dataclass(frozen=True)
class Layer:
    """What the gold standard tells of a layer: the columns of its scorer, and items by unit and by label."""

    scorer: Scorer
    columns: tuple[str, ...]
    sizes: Numbers
    frequencies: Mapping[str, float]

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of each column."""
        return {column: index for index, column in enumerate(self.columns)}


@cache
def layer_of(scorer: Scorer, whole: str) -> Layer:
    """The layer of `scorer`; `whole` is the label that counts all its items, empty where labels sum up to them."""
    examples = GoldStandard().read()
    gold = [example.gold for example in examples]
    table = scorer.counts(Corpus([example.document for example in examples], gold, gold))
    support = scorer.support(table.rows)
    labels = [label for label in support if f"{label}/tp" in table.columns and support[label].any()]
    sizes = support[whole] if whole else np.sum([support[label] for label in labels], axis=0)
    frequencies = {label: float(support[label].sum()) for label in labels}
    return Layer(scorer, table.columns, sizes.astype(np.int64), frequencies)


def entities() -> Layer:
    """Mentions, with the types that the gold standard has."""
    return layer_of(EntitiesStrict(), "micro")


def draw_entities(random: Generator, units: int, rates: Rates, together: float, wrong: float = 0.5) -> Drawn:
    """Mentions of many types; of those that are not found the share `wrong` is found with another extent."""
    layer = entities()
    labels = [*layer.frequencies]
    shares = np.array([*layer.frequencies.values()])
    right = rates(random, len(labels))
    sizes = random.choice(layer.sizes, units)
    gold = np.stack([random.multinomial(size, shares / shares.sum()) for size in sizes])
    tp = random.binomial(gold, spread(random, right, together, units))
    fp = random.binomial(gold - tp, wrong)
    values = np.zeros((units, len(layer.columns)))
    for number, label in enumerate(labels):
        for count, found in (("tp", tp), ("fp", fp), ("fn", gold - tp)):
            values[:, layer.places[f"{label}/{count}"]] = found[:, number]
    f1 = f1_of(right, wrong)
    there = gold.sum(axis=0) > 0
    weights = shares * right, shares * (1 - right)
    micro = 2 * weights[0].sum() / (2 * weights[0].sum() + (1 + wrong) * weights[1].sum())
    truth = {"micro/f1": float(micro), "macro/f1": float(f1[there].mean()) if there.any() else float("nan")}
    return Table(layer.columns, values), truth


def draw_type(random: Generator, units: int, right: float, share: float, together: float, wrong: float) -> Drawn:
    """Mentions of one type, which are the given share of all mentions."""
    sizes = random.binomial(random.choice(entities().sizes, units), share)
    tp = random.binomial(sizes, spread(random, np.array([right]), together, units)[:, 0])
    fp = random.binomial(sizes - tp, wrong)
    table = Table(("T/tp", "T/fp", "T/fn"), np.stack([tp, fp, sizes - tp], axis=1).astype(np.float64))
    return table, {"T/f1": float(f1_of(np.array(right), wrong)), "T/recall": right}


def draw_claims(random: Generator, units: int, together: float) -> Drawn:
    """Claims of which three in four are paired, three in five of those with equal contents, and some too many."""
    layer = layer_of(Claims(), "content")
    paired, equal, whole, extra = 0.75, 0.6, 0.8, 0.2
    gold = random.choice(layer.sizes, units)
    pairs = random.binomial(gold, spread(random, np.array([paired]), together, units)[:, 0])
    same = random.binomial(pairs, equal)
    parts = [random.beta(6, 2, (int(number), 2)).sum(axis=0) for number in pairs - same]
    predicted = pairs + random.poisson(extra * gold)
    values = np.zeros((units, len(layer.columns)))
    counted = {
        "pairs": pairs,
        "content/tp": same,
        "relation/tp": random.binomial(same, whole),
        "soft/precision": same + np.array([part[0] for part in parts]),
        "soft/recall": same + np.array([part[1] for part in parts]),
        "polarity/right": random.binomial(pairs, 0.95),
        "content/gold": gold,
        "content/predicted": predicted,
    }
    for column, found in counted.items():
        values[:, layer.places[column]] = found
    soft = paired * (equal + (1 - equal) * 0.75)
    precision, exact = soft / (paired + extra), paired * equal * whole
    truth = {
        "content_soft/f1": 2 * precision * soft / (precision + soft),
        "relation/f1": 2 * exact / (1 + paired + extra),
        "polarity/accuracy": 0.95,
    }
    return Table(layer.columns, values), truth


def draw_sentences(random: Generator, units: int, together: float) -> Drawn:
    """Sentences of three labels, of which one is frequent; a wrong label is each of the others equally often."""
    layer = layer_of(CheckWorthy(), "")
    shares, right = np.array([0.6, 0.15, 0.25]), np.array([0.9, 0.6, 0.7])
    sizes = random.choice(layer.sizes, units)
    gold = np.stack([random.multinomial(size, shares) for size in sizes])
    tp = random.binomial(gold, spread(random, right, together, units))
    split = random.binomial(gold - tp, 0.5)
    others = np.array([[1, 2], [0, 2], [0, 1]])
    fp = np.zeros_like(tp)
    for label, (first, second) in enumerate(others):
        fp[:, first] += split[:, label]
        fp[:, second] += (gold - tp - split)[:, label]
    values = np.zeros((units, len(layer.columns)))
    for number, name in enumerate(SENTENCE_LABELS):
        for count, found in (("tp", tp), ("fp", fp), ("fn", gold - tp)):
            values[:, layer.places[f"{name}/{count}"]] = found[:, number]
    missed = shares * (1 - right)
    spurious = (missed.sum() - missed) / 2
    f1 = 2 * shares * right / (2 * shares * right + missed + spurious)
    truth = {
        "micro/accuracy": float((shares * right).sum()),
        # Over the labels that the corpus has.
        "macro/f1": float(f1[gold.sum(axis=0) > 0].mean()) if gold.any() else float("nan"),
    }
    return Table(layer.columns, values), truth


def spread(random: Generator, right: Counts, together: float, units: int) -> Counts:
    """The rates of each unit, shape (units, labels): beta distributed with mean `right` and correlation `together`."""
    shape = (units, len(right))
    if not together:
        return np.broadcast_to(right, shape)
    strength = 1 / together - 1
    drawn = random.beta(np.maximum(right * strength, 1e-9), np.maximum((1 - right) * strength, 1e-9), shape)
    return np.where((right > 0) & (right < 1), drawn, right)


def f1_of(right: Counts, wrong: float) -> Counts:
    """F1 of a recall, where each mention that is not found makes a false one with probability `wrong`."""
    return np.asarray(2 * right / (2 * right + (1 + wrong) * (1 - right)))
