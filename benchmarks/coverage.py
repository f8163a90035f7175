"""How often the intervals hold the truth, and whether the smallest detectable difference is one.

    python benchmarks/coverage.py [--runs N] [--resamples N] [--sizes N,N,…]

Corpora of 5 to 200 units are drawn as a news corpus might be: mentions a unit with replacement from `--sizes` (by
default those of the paragraphs of the gold standard), recall and precision of a unit from beta distributions of mean
0.8 and standard deviation 0.12, so that counts are beta-binomial. The truth is micro-F1 of an endless corpus. The first
table is the share of 95 % intervals that hold it, with the standard error of that share, the mean width, and how often
there was an interval at all (fewer than five units may carry a label).

The second table is of two systems that agree on most mentions: the smallest difference that should be found in 80 % of
corpora, the standard deviation of the difference over fresh corpora and the mean of what each tells of it, and in how
many corpora a difference of that size is found: by an interval above 0, and by p of at most 0.05.
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
RECALL = ALPHA / (ALPHA + BETA)
WRONG = RECALL * BETA / (ALPHA - 1)
"""Expected false positives for a mention: recall times E[(1 - p) / p] of a precision p."""
KEPT = 0.95
"""The share of what one system finds that the other finds too."""
COLUMNS = ("GPE/tp", "GPE/fp", "GPE/fn")
SCORER = EntitiesStrict()


def gold_sizes() -> list[int]:
    """Mentions of every paragraph of the gold standard."""
    examples = GoldStandard().read()
    gold = [example.gold for example in examples]
    corpus = Corpus([example.document for example in examples], gold, gold)
    sizes: list[int] = np.bincount(corpus.units.of(corpus.entities(gold).starts), minlength=len(corpus.units)).tolist()
    return sizes


def draw(random: Generator, sizes: Counts) -> Table:
    """Counts of one system on units of `sizes`."""
    precision = random.beta(ALPHA, BETA, size=len(sizes))
    tp = random.binomial(sizes.astype(np.int64), random.beta(ALPHA, BETA, size=len(sizes)))
    fp = random.poisson(sizes * RECALL * (1 - precision) / precision)
    return Table(COLUMNS, np.stack([tp, fp, sizes - tp], axis=1).astype(np.float64))


def rivals(random: Generator, sizes: Counts, better: float) -> Pair:
    """Two systems on units of `sizes`; micro-F1 of the second is `better` on an endless corpus."""
    one = draw(random, sizes)
    tp, fp, fn = one.values.astype(np.int64).T
    # The second loses some of what the first finds, and finds as much more of the rest as makes it better.
    gained = (recall_for(true_f1() + better) - KEPT * RECALL) / (1 - RECALL)
    found = random.binomial(tp, KEPT) + random.binomial(fn, gained)
    wrong = random.binomial(fp, 0.9) + random.poisson(sizes * 0.1 * WRONG)
    return Pair.of(SCORER, one, Table(COLUMNS, np.stack([found, wrong, sizes - found], axis=1).astype(np.float64)))


def true_f1() -> float:
    """Micro-F1 of one system on an endless corpus: 2 tp / (2 tp + fp + fn) for a mention."""
    return 2 * RECALL / (RECALL + WRONG + 1)


def recall_for(f1: float) -> float:
    """The recall that makes micro-F1 `f1`, false positives being what they are."""
    return f1 * (1 + WRONG) / (2 - f1)


def coverage(sizes: Counts, units: int, runs: int, resamples: int) -> Iterator[str]:
    """A line for each method."""
    random, truth = np.random.default_rng(units), true_f1()
    tables = [draw(random, random.choice(sizes, units)) for _ in range(runs)]
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


def gap(pair: Pair) -> float:
    """The difference of micro-F1."""
    return float(pair.differences(pair.values.sum(axis=0))["micro/f1"])


def smallest_for(sizes: Counts, units: int, resamples: int) -> float:
    """The smallest detectable difference on `units` units, of systems that differ by just that."""
    random, better = np.random.default_rng(units), 0.0
    for _ in range(4):
        large = detectable(rivals(random, random.choice(sizes, 5000), better), Bootstrap(resamples))["micro/f1"]
        better = large.smallest * float(np.sqrt(large.units / units)) if large else 0.0
    return better


def power(sizes: Counts, units: int, runs: int, resamples: int) -> str:
    """A line: the smallest detectable difference, spreads, and how often it is found by interval and by p."""
    random, better = np.random.default_rng(units), smallest_for(sizes, units, resamples)
    pairs = [rivals(random, random.choice(sizes, units), better) for _ in range(runs)]
    bootstraps = [Bootstrap(resamples, seed) for seed in range(runs)]
    told = [detectable(pair, one)["micro/f1"] for pair, one in zip(pairs, bootstraps, strict=True)]
    spread = float(np.mean([one.sd for one in told if one]))
    tested = [
        difference(SCORER, pair.a, pair.b, one, trials=999)["micro/f1"]
        for pair, one in zip(pairs, bootstraps, strict=True)
    ]
    by_interval = np.mean([one.low is not None and one.low > 0 for one in tested])
    by_p = np.mean([one.p is not None and one.p <= 0.05 and (one.difference or 0) > 0 for one in tested])
    true = float(np.std([gap(pair) for pair in pairs]))
    return f"{units:5}  {better:.4f}    {true:.4f}   {spread:.4f}   {by_interval:.3f}  {by_p:.3f}"


def main(runs: int, resamples: int, chosen: Sequence[int] | None) -> None:
    """Print both tables."""
    sizes = np.array(chosen or gold_sizes(), dtype=np.float64)
    print(f"{len(sizes)} sizes, mean {sizes.mean():.1f}, worth {effective_units(sizes):.1f} equal units; {runs} runs")
    print("units  method      coverage       width  given")
    for units in UNITS:
        for line in coverage(sizes, units, runs, resamples):
            print(line, flush=True)
    print(f"\npower at the smallest detectable difference, ± {np.sqrt(0.16 / runs):.3f}")
    print("units  smallest  true sd  mean sd  found by interval, by p")
    for units in UNITS[1:]:
        print(power(sizes, units, runs, resamples), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Coverage of intervals, and power.")
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--resamples", type=int, default=1000)
    options.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")])
    given = options.parse_args()
    main(given.runs, given.resamples, given.sizes)
