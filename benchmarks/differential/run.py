"""One run: every corpus past every tool, every difference explained, every example shown to hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Final

from benchmarks.differential import known
from benchmarks.differential.best import beaten
from benchmarks.differential.causes import ZERO, Cause
from benchmarks.differential.explain import Comparison, Difference, Failure, compare, failures, smallest
from benchmarks.differential.orders import OrderCount, count_order
from benchmarks.differential.pages import Page, Sample
from benchmarks.differential.peers import Peer, peers
from benchmarks.differential.samples import nested_samples, samples

SIZE: Final = 400
ORDER_SIZE: Final = 2000


@dataclass(frozen=True)
class Example:
    """The smallest page found on which a cause changes a measure, and what every tool with that measure answers."""

    cause: Cause
    measure: str
    page: Page
    flat: bool
    ours: float
    theirs: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Outcome:
    """All that a run found."""

    comparisons: tuple[Comparison, ...]
    examples: tuple[Example, ...]
    failures: tuple[Failure, ...]
    broken: tuple[str, ...]
    orders: tuple[OrderCount, ...]


def run(size: int = SIZE, order_size: int = ORDER_SIZE) -> Outcome:
    """`size` documents in each random corpus, `order_size` in those on which order is counted."""
    tools = peers()
    comparisons = [compare(sample, peer) for sample in samples(size) for peer in tools]
    shown: set[tuple[str, str]] = set()
    failed = [failure for one in comparisons for failure in failures(one, shown)]
    failed += [failure for one in comparisons if one.peer is tools[0] for failure in _beaten(one.sample)]
    # Examples of causes say nothing while something has none.
    examples, missing = ([], []) if failed else _examples(comparisons, tools)
    return Outcome(
        tuple(comparisons),
        tuple(examples),
        (*failed, *missing),
        tuple(line for case in known.cases() for line in known.broken(case, tools)),
        tuple(count_order(sample) for sample in nested_samples(order_size)),
    )


def _beaten(sample: Sample) -> Iterator[Failure]:
    for one in beaten(sample):
        pairs = Difference(sample.name, "pairs made in order", f"{one.theirs} beats {one.ours}", nan, nan, ())
        yield Failure("our alignment is not the best by its own criterion", pairs, one.page)


def _examples(comparisons: list[Comparison], tools: list[Peer]) -> tuple[list[Example], list[Failure]]:
    """One for each cause and kind of measure, from the first difference that one document shows alone."""
    found: dict[tuple[Cause, str], Example] = {}
    missing: dict[tuple[Cause, str], Failure] = {}
    for comparison, one, cause in _wanted(comparisons):
        key = cause, "" if cause is ZERO else one.measure.partition("/")[2].rpartition("_")[0]
        if key in found:
            continue
        page = smallest(comparison, one, cause)
        if page is None:
            missing[key] = Failure(f"no document alone shows the cause {cause.name!r}", one, None)
        else:
            found[key] = _example(comparison.sample.only([page]), one.measure, cause, tools)
    return [*found.values()], [failure for key, failure in missing.items() if key not in found]


def _wanted(comparisons: list[Comparison]) -> Iterator[tuple[Comparison, Difference, Cause]]:
    """Every difference with each of its causes, F1 over all types first, and of single types recall.

    One document often hides a cause in the F1 of a type, where the other side has none of it, but not in its recall.
    """
    for comparison in comparisons:
        for one in sorted(comparison.differences, key=_rank):
            for cause in one.causes if one.explained else ():
                yield comparison, one, cause


def _rank(one: Difference) -> tuple[bool, bool]:
    micro = one.measure.startswith("micro/")
    return not micro, not one.measure.endswith("f1" if micro else "recall")


def _example(alone: Sample, measure: str, cause: Cause, tools: list[Peer]) -> Example:
    answers = [(peer.name, peer.answer(alone)) for peer in tools]
    theirs = tuple((name, found[measure]) for name, found in answers if measure in found)
    ours = {measure: value for peer in tools for measure, value in peer.ours(alone).items()}
    return Example(cause, measure, alone.pages[0], alone.flat, ours[measure], theirs)
