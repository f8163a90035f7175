"""How often the intervals hold the truth, and whether the smallest detectable difference is one.

    python -m benchmarks.coverage [--runs N] [--resamples N] [--only WORD] [--fast]

Corpora of 5 to 200 units are drawn from the populations of `benchmarks.populations`, the truth of which is known. The
first table is the share of 95 % intervals that hold it in percent, by `wilson` and by `percentile`, one row a score and
population; a cell is empty where fewer than half of the corpora have enough units for an interval. The second is of
corpora in which documents differ too: the share by intervals over paragraphs, and by those over documents. The third is
of differences of two systems. `--only` keeps the rows of the first table that hold a text, or one of the others
(`documents`, `differences`, `power`); `--fast` draws a tenth of the corpora.

The last table is of two systems that agree on most mentions: the smallest difference that should be found in 80 % of
corpora by an interval, the standard deviation of the difference over fresh corpora and the mean of what each tells of
it, and in how many corpora a difference of that size is found: by an interval above 0, and by p of at most 0.05. Then
the smallest difference that is stated for p as the smallest of five adjusted by Holm, and how often it is found so.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.random import Generator

from benchmarks.populations import (
    PRIORS,
    Drawn,
    draw_claims,
    draw_entities,
    draw_sentences,
    draw_type,
    entities,
    spread,
)
from harness.scoring.bootstrap import FEWEST_DOCUMENTS, Bootstrap, Method
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import Pair, difference
from harness.scoring.power import detectable
from harness.scoring.table import Counts, Scorer, Table

UNITS = (5, 20, 60, 200)
METHODS: tuple[Method, ...] = ("wilson", "percentile")
ALPHA, BETA = 8.09, 2.02
"""Of the beta distribution of mean 0.8 and standard deviation 0.12."""
RECALL = ALPHA / (ALPHA + BETA)
WRONG = RECALL * BETA / (ALPHA - 1)
"""Expected false positives for a mention: recall times E[(1 - p) / p] of a precision p."""
KEPT = 0.95
"""The share of what one system finds that the other finds too."""
COLUMNS = ("GPE/tp", "GPE/fp", "GPE/fn")
SCORER = EntitiesStrict()
TESTS = 5
"""In the family of the verdict whose power is looked at."""
Draw = Callable[[Generator, int], Drawn]


def populations() -> Iterator[tuple[str, Scorer, tuple[str, ...], Draw]]:
    """Each population with its name, scorer and measures."""
    for name, rates in PRIORS.items():
        for together in (0.02, 0.1):
            draw = partial(draw_entities, rates=rates, together=together)
            yield f"types {name}, {together}", SCORER, ("micro/f1", "macro/f1"), draw
    for share, together in ((1.0, 0.02), (1.0, 0.1), (0.15, 0.0), (0.15, 0.1)):
        for right in (0.9, 0.95, 0.97, 0.99, 1.0):
            draw_one = partial(draw_type, right=right, share=share, together=together, wrong=0.5)
            name = f"one type, {share:.0%} of mentions, {together}: recall {right:.2f}"
            yield name, SCORER, ("T/f1", "T/recall"), draw_one
    for together in (0.02, 0.1):
        claims = partial(draw_claims, together=together)
        measures = ("content_soft/f1", "relation/f1", "polarity/accuracy")
        yield f"claims, {together}", Claims(), measures, claims
        sentences = partial(draw_sentences, together=together)
        yield f"sentences, {together}", CheckWorthy(), ("micro/accuracy", "macro/f1"), sentences


def held(
    scorer: Scorer, measures: tuple[str, ...], draw: Draw, units: int, runs: int, resamples: int
) -> dict[str, list[str]]:
    """For each measure the percentage of corpora in which each method's interval holds the truth."""
    random = np.random.default_rng(units)
    found: dict[tuple[str, str], list[bool]] = {(name, method): [] for name in measures for method in METHODS}
    for seed in range(runs):
        table, truth = draw(random, units)
        for method in METHODS:
            # Quantiles of replicates are slow, and known: they get a third of the corpora.
            if method != METHODS[0] and seed % 3:
                continue
            intervals = Bootstrap(resamples, seed, method=method).intervals(scorer, table)
            for name in measures:
                if name in intervals and not np.isnan(intervals[name][0]):
                    low, high = intervals[name]
                    found[name, method].append(low - 1e-9 <= truth[name] <= high + 1e-9)
    return {name: [percent(found[name, method], runs) for method in METHODS] for name in measures}


def percent(held: list[bool], runs: int) -> str:
    """The share in percent; nothing where too few of `runs` corpora had an interval."""
    return f"{100 * np.mean(held):.1f}" if len(held) >= runs / 6 else ""


def coverage(runs: int, resamples: int, only: str) -> Iterator[str]:
    """The first table."""
    yield "| score | population | " + " | ".join(f"{units} units" for units in UNITS) + " |"
    yield "|---|---|" + "---|" * len(UNITS)
    for name, scorer, measures, draw in populations():
        if only not in f"{name} {' '.join(measures)}":
            continue
        cells = [held(scorer, measures, draw, units, runs, resamples) for units in UNITS]
        for measure in measures:
            shown = [" / ".join(cell[measure]) if cell[measure][0] else "" for cell in cells]
            yield f"| {measure} | {name} | {' | '.join(shown)} |"


def clusters(documents: int, apart: float, runs: int, resamples: int) -> str:
    """A row: corpora of `documents` of twelve paragraphs whose rates correlate by `apart` within a document."""
    random = np.random.default_rng(documents)
    by_unit: list[bool] = []
    by_document: list[bool] = []
    numbers = np.repeat(np.arange(documents), 12)
    for seed in range(runs):
        rates = spread(random, np.array([0.9]), apart, documents)[numbers, 0]
        sizes = random.choice(entities().sizes, len(numbers))
        tp = random.binomial(sizes, rates)
        table = Table(COLUMNS, np.stack([tp, 0 * tp, sizes - tp], axis=1).astype(np.float64))
        for found, rows, fewest in (
            (by_unit, table, 5),
            (by_document, table.grouped(numbers), FEWEST_DOCUMENTS),
        ):
            low, high = Bootstrap(resamples, seed).intervals(SCORER, rows, fewest)["micro/recall"]
            found.append(low <= 0.9 <= high)
    return f"| {documents} | {apart} | {100 * np.mean(by_unit):.1f} | {100 * np.mean(by_document):.1f} |"


def differences(units: int, runs: int, resamples: int) -> str:
    """A row: two systems of which one is better by 0.02."""
    random, truth = np.random.default_rng(units), 0.02
    sizes = entities().sizes.astype(np.float64)
    pairs = [rivals(random, random.choice(sizes, units), truth) for _ in range(runs)]
    shown = []
    for method in METHODS:
        bootstraps = (Bootstrap(resamples, seed, method=method) for seed in range(runs))
        found = [
            one.bounds(pair.values, pair.differences)["micro/f1"] for pair, one in zip(pairs, bootstraps, strict=True)
        ]
        shown.append(f"{100 * np.mean([low <= truth <= high for low, high in found]):.1f}")
    return f"| {units} | {' / '.join(shown)} |"


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


def gap_of(pair: Pair) -> float:
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
    """A row: the smallest detectable difference, spreads, and how often it is found by interval, p and adjusted p."""
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
    stated = [
        one.smallest_by_p(gap.differing or 0, TESTS) for one, gap in zip(told, tested, strict=True) if one is not None
    ]
    by_verdict = float(np.median(stated))
    found = 0
    for seed in range(runs):
        pair = rivals(random, random.choice(sizes, units), by_verdict)
        one = pair.p_values(1999, seed)["micro/f1"]
        found += one <= 0.05 / TESTS and gap_of(pair) > 0
    true = float(np.std([gap_of(pair) for pair in pairs]))
    numbers = (f"{better:.4f}", f"{true:.4f}", f"{spread:.4f}", f"{by_interval:.3f}", f"{by_p:.3f}")
    return f"| {units} | {' | '.join(numbers)} | {by_verdict:.4f} | {found / runs:.3f} |"


def main(runs: int, resamples: int, only: str) -> None:
    """Print the tables, or those parts of them that `only` names."""
    print(f"{runs} corpora a cell, {resamples} resamples; standard error at 95 %: {100 * np.sqrt(0.0475 / runs):.1f}\n")
    sections = {"documents": print_clusters, "differences": print_differences, "power": print_power}
    if only not in sections:
        for line in coverage(runs, resamples, only):
            print(line, flush=True)
    for name, printing in sections.items():
        if only in ("", name):
            print()
            printing(runs, resamples)


def print_clusters(runs: int, resamples: int) -> None:
    """Intervals where documents differ."""
    print("| documents | correlation within | over paragraphs | over documents |\n|---|---|---|---|")
    for documents, apart in ((5, 0.0), (5, 0.02), (5, 0.1), (10, 0.02), (10, 0.1), (40, 0.1)):
        print(clusters(documents, apart, runs, resamples), flush=True)


def print_differences(runs: int, resamples: int) -> None:
    """Intervals of differences."""
    print("| units | difference of micro F1 |\n|---|---|")
    for units in UNITS:
        print(differences(units, runs, resamples), flush=True)


def print_power(runs: int, resamples: int) -> None:
    """The smallest detectable difference."""
    few = max(50, runs // 5)
    sizes = entities().sizes.astype(np.float64)
    print(f"{few} corpora, standard error {np.sqrt(0.16 / few):.3f}\n")
    headings = ("units", "smallest by interval", "true sd", "mean sd", "found by interval", "by p")
    print(f"| {' | '.join(headings)} | smallest by p of {TESTS} | found by it |")
    print("|" + "---|" * 8)
    for units in UNITS[2:]:
        print(power(sizes, units, few, resamples), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Coverage of intervals, and power.")
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--resamples", type=int, default=400)
    options.add_argument("--only", default="")
    options.add_argument("--fast", action="store_true")
    given = options.parse_args()
    main(given.runs // 10 if given.fast else given.runs, given.resamples, given.only)
