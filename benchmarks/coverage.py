"""How often the intervals hold the truth, and whether the smallest detectable difference is one.

    python benchmarks/coverage.py [--runs N] [--resamples N] [--sizes N,N,…]

Corpora of 5 to 200 units are drawn as a news corpus might be: mentions a unit with replacement from `--sizes` (by
default those of the paragraphs of the gold standard), recall and precision of a unit from beta distributions of mean
0.8 and standard deviation 0.12, so that counts are beta-binomial. The truth is micro-F1 of an endless corpus. The first
table is the share of 95 % intervals that hold it, with the standard error of that share, the mean width, and how often
there was an interval at all (fewer than five units may carry a label).

The second table is of two systems that agree on most units: the spread of their difference over fresh corpora against
the one that a single corpus gives, and how often a difference of the size that should be found in 80 % of corpora is.
"""

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from harness.datasets.gold import GoldStandard
from harness.scoring.bootstrap import Bootstrap, effective_units
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import Pair, difference
from harness.scoring.power import detectable
from harness.scoring.table import Counts, Table

UNITS = (5, 20, 60, 200)
ALPHA, BETA = 8.09, 2.02
"""Of the beta distribution of mean 0.8 and standard deviation 0.12."""
AGREEMENT = 0.8
"""The share of units in which two systems have the same counts."""
COLUMNS = ("GPE/tp", "GPE/fp", "GPE/fn")
SCORER = EntitiesStrict()


def gold_sizes() -> list[int]:
    """Mentions of every paragraph of the gold standard."""
    examples = GoldStandard().read()
    gold = [example.gold for example in examples]
    corpus = Corpus([example.document for example in examples], gold, gold)
    return np.bincount(corpus.units.of(corpus.entities(gold).starts), minlength=len(corpus.units)).tolist()


def draw(random: Generator, sizes: Counts, shift: float = 0.0) -> Counts:
    """Counts of one system on units of `sizes`, shape (units, 3); `shift` is added to the recall of each unit."""
    recall = np.clip(random.beta(ALPHA, BETA, size=len(sizes)) + shift, 0, 1)
    precision = random.beta(ALPHA, BETA, size=len(sizes))
    tp = random.binomial(sizes.astype(np.int64), recall)
    fp = random.poisson(sizes * 0.8 * (1 - precision) / precision)
    return np.stack([tp, fp, sizes - tp], axis=1).astype(np.float64)


def true_f1() -> float:
    """Micro-F1 of an endless corpus: of a mention are expected recall tp, and recall times E[(1 - p) / p] fp."""
    recall = ALPHA / (ALPHA + BETA)
    wrong = 0.8 * BETA / (ALPHA - 1)
    return 2 * recall / (2 * recall + wrong + 1 - recall)


def coverage(sizes: Counts, units: int, runs: int, resamples: int) -> Iterator[str]:
    """A line for each method."""
    random, truth = np.random.default_rng(units), true_f1()
    tables = [Table(COLUMNS, draw(random, random.choice(sizes, units))) for _ in range(runs)]
    for method in ("percentile", "bca"):
        found = [
            Bootstrap(resamples, seed, method=method).intervals(SCORER, table).get("micro/f1", (np.nan, np.nan))
            for seed, table in enumerate(tables)
        ]
        low, high = np.array(found).T
        given = ~np.isnan(low)
        held = ((low <= truth) & (truth <= high))[given].mean()
        error = np.sqrt(held * (1 - held) / given.sum())
        width = (high - low)[given].mean()
        yield f"{units:5}  {method:10}  {held:.3f} ± {error:.3f}  {width:.3f}  {given.mean():.2f}"


def rivals(random: Generator, sizes: Counts, units: int, shift: float) -> Pair:
    """Two systems on one drawn corpus, the second with `shift` more recall in the units where they differ."""
    mentions = random.choice(sizes, units)
    one, other = draw(random, mentions), draw(random, mentions, shift)
    same = random.random((units, 1)) < AGREEMENT
    return Pair.of(SCORER, Table(COLUMNS, one), Table(COLUMNS, np.where(same, one, other)))


def gap(pair: Pair) -> float:
    """The difference of micro-F1."""
    return float(pair.differences(pair.values.sum(axis=0))["micro/f1"])


def shift_for(smallest: float, sizes: Counts) -> float:
    """The shift of recall that makes a difference of `smallest`, by trying on a large corpus."""
    shifts = np.linspace(0, 0.2, 9)
    gaps = [gap(rivals(np.random.default_rng(1), sizes, 200_000, shift)) for shift in shifts]
    return float(np.interp(smallest, np.array(gaps) - gaps[0], shifts))


def power(sizes: Counts, units: int, runs: int, resamples: int) -> str:
    """A line: spreads, the smallest detectable difference, and how often it is found by interval and by p."""
    random = np.random.default_rng(units)
    equal = [rivals(random, sizes, units, 0.0) for _ in range(runs)]
    found = [detectable(pair, Bootstrap(resamples, seed))["micro/f1"] for seed, pair in enumerate(equal[:200])]
    spread = float(np.mean([one.sd for one in found if one]))
    true = float(np.std([gap(pair) for pair in equal]))
    smallest = float(np.mean([one.smallest for one in found if one]))
    shift = shift_for(smallest, sizes)
    tested = [
        difference(SCORER, pair.a, pair.b, Bootstrap(resamples, seed), trials=999)["micro/f1"]
        for seed, pair in enumerate(rivals(random, sizes, units, shift) for _ in range(runs))
    ]
    by_interval = np.mean([one.low is not None and one.low > 0 for one in tested])
    by_p = np.mean([one.p is not None and one.p <= 0.05 and (one.difference or 0) > 0 for one in tested])
    return f"{units:5}  {true:.4f}  {spread:.4f}  {smallest:.4f}  {by_interval:.3f}  {by_p:.3f}"


def main(runs: int, resamples: int, chosen: Sequence[int] | None) -> None:
    """Print both tables."""
    sizes = np.array(chosen or gold_sizes(), dtype=np.float64)
    print(f"{len(sizes)} sizes, mean {sizes.mean():.1f}, worth {effective_units(sizes):.1f} equal units; {runs} runs")
    print("units  method      coverage       width  given")
    for units in UNITS:
        for line in coverage(sizes, units, runs, resamples):
            print(line, flush=True)
    print(f"\npower at the smallest detectable difference, ± {np.sqrt(0.16 / runs):.3f}")
    print("units  true sd  mean sd  smallest  found by interval, by p")
    for units in UNITS[1:]:
        print(power(sizes, units, runs, resamples), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Coverage of intervals, and power.")
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--resamples", type=int, default=1000)
    options.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")])
    given = options.parse_args()
    main(given.runs, given.resamples, given.sizes)
