"""Disagreements that are known: the smallest cases by hand, and the answer that each tool must give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import Final

from benchmarks.differential import causes
from benchmarks.differential.causes import Cause
from benchmarks.differential.explain import same
from benchmarks.differential.pages import Page, Sample, spanned, tagged
from benchmarks.differential.peers import Peer

TYPES: Final = ("GPE", "GPE_ORG", "LOC", "ORG", "PERS")


@dataclass(frozen=True)
class Case:
    """A page, our number, and that of each peer named."""

    cause: Cause
    page: Page
    measure: str
    ours: float
    theirs: Mapping[str, float]

    @property
    def sample(self) -> Sample:
        """The page alone; a page without nesting as tags."""
        flat = self.cause not in (causes.ORDER, causes.INCLUSIVE, causes.LAYERS, causes.ALIKE, causes.FLAT)
        return Sample("known case", (self.page,), TYPES, flat=flat)


def cases() -> list[Case]:
    """One for each cause, and more where a tool can err in both directions."""
    begun = _tags("B-PERS I-PERS", "I-PERS I-PERS")
    stray = _tags("B-PERS I-PERS O O", "B-PERS I-PERS O I-LOC")
    turned = _tags("B-PERS B-LOC I-LOC", "B-PERS I-LOC I-LOC")
    long_first = spanned(7, [(0, 5, "ORG")], [(0, 7, "ORG"), (0, 5, "ORG")])
    long_last = spanned(7, [(0, 5, "ORG")], [(0, 5, "ORG"), (0, 7, "ORG")])
    side_by_side = spanned(2, [(1, 2, "LOC")], [(0, 1, "PERS"), (1, 2, "LOC")])
    inside = spanned(3, [(0, 3, "ORG"), (1, 2, "GPE")], [(0, 3, "ORG")])
    itself = spanned(3, [(0, 3, "ORG"), (1, 2, "ORG")], [(0, 3, "ORG")])
    alike = spanned(2, [(0, 2, "GPE_ORG")], [(0, 2, "GPE_ORG")])
    retyped = _tags("B-PERS I-PERS", "B-LOC I-LOC")
    # F1 = 2 tp / (2 tp + fp + fn): one right of two on one side and one on the other is 2 / 3.
    return [
        Case(causes.BEGIN, begun, "micro/f1", 1.0, {"seqeval": 1.0, "seqeval strict IOB2": 0.0}),
        Case(causes.BEGIN, stray, "micro/f1", 2 / 3, {"seqeval": 2 / 3, "seqeval strict IOB2": 1.0}),
        Case(causes.BEGIN, turned, "micro/f1", 1.0, {"seqeval": 1.0, "seqeval strict IOB2": 2 / 3}),
        Case(causes.FLAT, inside, "micro/f1", 2 / 3, {"plain sets": 2 / 3, "seqeval": 1.0, "Wojood nested": 2 / 3}),
        Case(causes.ORDER, long_first, "micro/strict_f1", 2 / 3, {"plain sets": 2 / 3, "nervaluate": 0.0}),
        Case(causes.ORDER, long_last, "micro/strict_f1", 2 / 3, {"plain sets": 2 / 3, "nervaluate": 2 / 3}),
        Case(
            causes.INCLUSIVE,
            side_by_side,
            "micro/strict_f1",
            2 / 3,
            {"nervaluate": 2 / 3, "nervaluate, half-open": 0.0},
        ),
        Case(causes.ALONE, retyped, "micro/exact_f1", 1.0, {"nervaluate": 1.0}),
        Case(causes.ALONE, retyped, "PERS/exact_recall", 1.0, {"nervaluate": 0.0}),
        Case(causes.LAYERS, itself, "micro/f1", 2 / 3, {"plain sets": 2 / 3, "Wojood nested": 1.0}),
        Case(causes.ALIKE, alike, "micro/f1", 1.0, {"plain sets": 1.0, "Wojood nested": 2 / 3}),
        Case(causes.MACRO, _tags("B-PERS O", "B-PERS B-LOC"), "macro/f1", 1.0, {"seqeval": 0.5}),
        Case(causes.ZERO, _tags("O O", "O O"), "micro/f1", nan, {"seqeval": 0.0, "plain sets": 0.0}),
    ]


def broken(case: Case, tools: list[Peer]) -> Iterator[str]:
    """Each answer that is no longer the one written here."""
    for peer in (one for one in tools if one.name in case.theirs):
        answers = {peer.name: peer.answer(case.sample), "ours": peer.ours(case.sample)}
        for name, wanted in ((peer.name, case.theirs[peer.name]), ("ours", case.ours)):
            found = answers[name].get(case.measure, nan)
            if not same(found, wanted):
                yield f"{case.cause.name}: {name} {case.measure}: found {found:.6g}, wanted {wanted:.6g}"


def _tags(gold: str, predicted: str) -> Page:
    return tagged(gold.split(), predicted.split())
