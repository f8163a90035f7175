"""Do intervals of the distinct-string scorer cover? `python -m benchmarks.distinct`.

Texts are drawn at random: a unit is about eight mentions of strings whose frequencies fall as 1 / rank, some of them
repeated within the unit, and each string has a chance of its own to be found, the frequent ones a better one. The truth
is the mean of the measure over many such texts of the same number of units. Two intervals are held against it: the
harness's, which keeps the weights of the whole text, and one that counts the distinct strings of each replicate anew.
"""

import argparse
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from harness.scoring.bootstrap import Bootstrap
from harness.scoring.distinct import EntitiesDistinct
from harness.scoring.strings import weights
from harness.scoring.table import Table

STRINGS = 2000
MENTIONS = 8
TRUTH_FROM = 4000

Text = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]
"""Of every mention its unit, its string and whether it is found."""


def draw(random: np.random.Generator, units: int) -> Text:
    """A text of `units` units."""
    ranks = np.arange(1, STRINGS + 1)
    chances = 0.55 + 0.4 / np.sqrt(ranks)
    sizes = 1 + random.poisson(MENTIONS - 1, size=units)
    where = np.repeat(np.arange(units), sizes)
    strings = random.choice(STRINGS, size=len(where), p=(1 / ranks) / (1 / ranks).sum())
    # A third of the mentions repeat the one before them in their unit, as names in a text do, and share its fate.
    again = (random.random(len(where)) < 1 / 3) & (np.diff(where, prepend=-1) == 0)
    found = random.random(len(where)) < chances[strings]
    for place in np.flatnonzero(again):
        strings[place], found[place] = strings[place - 1], found[place - 1]
    return where, strings, found


def share(strings: NDArray[np.int64], found: NDArray[np.bool_]) -> float:
    """The mean over distinct strings of the share that is found."""
    counts, hits = np.bincount(strings), np.bincount(strings, weights=found)
    return float((hits[counts > 0] / counts[counts > 0]).mean())


def kept(text: Text, units: int, bootstrap: Bootstrap) -> tuple[float, float]:
    """The harness's interval: weights of the whole text, units resampled."""
    where, strings, found = text
    worth = weights([(str(one), 0) for one in strings])
    sums = [np.bincount(where, weights=amount, minlength=units) for amount in (worth, worth * found)]
    # What is predicted stands for what is found: recall alone is asked for.
    columns = tuple(f"GPE/{side}{matched}" for side in ("gold", "predicted") for matched in ("", "_matched"))
    table = Table(columns, np.stack((*sums, sums[1], sums[1]), axis=1))
    return bootstrap.intervals(EntitiesDistinct(), table)["micro/recall"]


def anew(text: Text, units: int, bootstrap: Bootstrap) -> tuple[float, float]:
    """Distinct strings counted anew in each replicate."""
    where, strings, found = text
    order = np.split(np.arange(len(where)), np.flatnonzero(np.diff(where)) + 1)
    random = np.random.default_rng(bootstrap.seed)
    values = []
    for _ in range(bootstrap.resamples):
        chosen = np.concatenate([order[unit] for unit in random.integers(units, size=units)])
        values.append(share(strings[chosen], found[chosen]))
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def rows(trials: int, resamples: int) -> Iterator[str]:
    """A line of the table for each number of units."""
    for units in (20, 60, 200):
        random = np.random.default_rng(units)
        truth = float(np.mean([share(*draw(random, units)[1:]) for _ in range(TRUTH_FROM)]))
        covered = {"kept": 0, "anew": 0}
        for trial in range(trials):
            text = draw(random, units)
            bootstrap = Bootstrap(resamples=resamples, seed=trial)
            for name, interval in (("kept", kept), ("anew", anew)):
                low, high = interval(text, units, bootstrap)
                covered[name] += low <= truth <= high
        cells = " | ".join(f"{100 * covered[name] / trials:.0f} %" for name in covered)
        yield f"| {units} | {truth:.3f} | {cells} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--resamples", type=int, default=400)
    options = parser.parse_args()
    print("| units | truth | weights kept | counted anew |")
    print("|---|---|---|---|")
    for row in rows(options.trials, options.resamples):
        print(row)


if __name__ == "__main__":
    main()
