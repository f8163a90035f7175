"""Every difference led back to named causes by computation, and the smallest page that shows each cause."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.differential.causes import ZERO, Cause
from benchmarks.differential.ours import Measures
from benchmarks.differential.pages import Page, Sample, smaller
from benchmarks.differential.peers import Peer

TOLERANCE: Final = 1e-12

_LOOSE: Final = ("exact_", "partial_", "type_")


@dataclass(frozen=True)
class Difference:
    """One number that a peer gives otherwise; `path` is ours after each rule of the peer that changes it."""

    sample: str
    peer: str
    measure: str
    theirs: float
    ours: float
    path: tuple[tuple[Cause, float], ...]

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The rules that make the difference."""
        return tuple(cause for cause, _ in self.path)

    @property
    def explained(self) -> bool:
        """Whether ours under the peer's rules is the peer's number."""
        return same(self.path[-1][1] if self.path else self.ours, self.theirs)


@dataclass(frozen=True)
class Comparison:
    """What a peer was asked about a sample, and where its answer differs from ours."""

    sample: Sample
    peer: Peer
    measures: tuple[str, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Failure:
    """A number that nothing explains, and the smallest page on which that is so, where one alone shows it."""

    what: str
    difference: Difference
    page: Page | None


def same(one: float, other: float) -> bool:
    """Equal to 1e-12, or both undefined."""
    return abs(one - other) <= TOLERANCE or (math.isnan(one) and math.isnan(other))


def compare(sample: Sample, peer: Peer, only: str | None = None) -> Comparison:
    """All numbers of the peer beside ours, or `only` one of them."""
    theirs = {measure: value for measure, value in peer.answer(sample).items() if only in (None, measure)}
    mine = peer.ours(sample)
    differing = [measure for measure, value in theirs.items() if not same(value, mine.get(measure, math.nan))]
    stages = _stages(sample, peer, mine, only) if differing else []
    found = [
        Difference(
            sample.name,
            peer.name,
            measure,
            theirs[measure],
            mine.get(measure, math.nan),
            tuple(_changes(stages, measure)),
        )
        for measure in differing
    ]
    return Comparison(sample, peer, tuple(theirs), tuple(found))


def failures(comparison: Comparison, shown: set[tuple[str, str]]) -> Iterator[Failure]:
    """What no cause reproduces, what must be equal and is not, and what differs where no cause can act.

    The first of a kind for each tool comes with its smallest page; `shown` remembers those.
    """
    sample, peer = comparison.sample, comparison.peer
    failed = set()
    for one in comparison.differences:
        if not one.explained:
            failed.add(one.measure)
            yield _failure("no cause gives the peer's number", sample, peer, one, shown)
        elif sample.plain and peer.exact and not any(kind in one.measure for kind in _LOOSE):
            yield _failure("flat well-formed data must score alike", sample, peer, one, shown)
    bare = replace(peer, steps=())
    for causes in dict.fromkeys(_covering(peer, measure) for measure in comparison.measures):
        rest = untouched(sample, causes)
        for one in compare(rest, bare).differences if rest.pages else ():
            if _covering(peer, one.measure) == causes and not one.explained and one.measure not in failed:
                yield _failure("differs where no cause can act", rest, bare, one, shown)


def free(comparison: Comparison) -> int:
    """On how many documents no cause can act, so that the numbers over all types must be equal."""
    return len(untouched(comparison.sample, _covering(comparison.peer, "micro/f1")).pages)


def untouched(sample: Sample, causes: Sequence[Cause]) -> Sample:
    """The pages on which none of the causes can act."""
    return sample.only([page for page in sample.pages if not any(it.acts(page, sample.types) for it in causes)])


def smallest(comparison: Comparison, one: Difference, cause: Cause) -> Page | None:
    """The smallest page found on which `cause` changes this measure."""

    def shows(found: Difference) -> bool:
        # A page without anything to score shows a division by zero and nothing else.
        return found.explained and cause in found.causes and (cause is ZERO or not math.isnan(found.ours))

    return _shrink(comparison.sample, comparison.peer, one.measure, shows)


def _failure(what: str, sample: Sample, peer: Peer, one: Difference, shown: set[tuple[str, str]]) -> Failure:
    if (what, peer.name) in shown:
        return Failure(what, one, None)
    shown.add((what, peer.name))
    page = _shrink(sample, peer, one.measure, lambda found: found.explained == one.explained)
    if page is None:
        return Failure(what, one, None)
    return Failure(what, compare(sample.only([page]), peer, one.measure).differences[0], page)


def _shrink(sample: Sample, peer: Peer, measure: str, holds: Callable[[Difference], bool]) -> Page | None:
    """One page on which the difference `holds`, of few mentions, with all taken away that can be."""

    def shows(*pages: Page) -> bool:
        return any(map(holds, compare(sample.only(pages), peer, measure).differences))

    page = _narrow(sorted(sample.pages, key=lambda page: len(page.gold) + len(page.predicted)), shows)
    while page is not None:
        reduced = next(filter(shows, smaller(page, flat=sample.flat)), None)
        if reduced is None:
            break
        page = reduced
    return page


def _narrow(pages: Sequence[Page], shows: Callable[..., bool]) -> Page | None:
    """One page that shows it, by halving, the first half before the second."""
    while len(pages) > 1:
        half = len(pages) // 2
        pages = next((part for part in (pages[:half], pages[half:]) if shows(*part)), ())
    return pages[0] if pages else None


def _covering(peer: Peer, measure: str) -> tuple[Cause, ...]:
    return tuple(step.cause for step in peer.steps if step.covers(measure))


def _stages(sample: Sample, peer: Peer, mine: Measures, only: str | None) -> list[tuple[Cause | None, Measures]]:
    """Ours, and ours after each rule of the peer is taken over, as far as it covers the measure wanted."""
    stages: list[tuple[Cause | None, Measures]] = [(None, mine)]
    steps = [step for step in peer.steps if only is None or step.covers(only)]
    stages += [(step.cause, step.answer(sample)) for step in steps]
    for convention in peer.conventions:
        stages.append((convention.cause, convention.apply(stages[-1][1])))
    return stages


def _changes(stages: Sequence[tuple[Cause | None, Mapping[str, float]]], measure: str) -> Iterator[tuple[Cause, float]]:
    last = stages[0][1].get(measure, math.nan)
    for cause, measures in stages[1:]:
        value = measures.get(measure, math.nan)
        if cause is not None and not same(value, last):
            yield cause, value
        last = value
