"""What the harness answers, and what it answers once a peer's rule is put in the place of its own."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from benchmarks.differential.pages import Mention, Page, Sample, Tags, outermost, spanned
from harness.scoring.entities import EntitiesStrict
from harness.scoring.partial import EntitiesPartial
from harness.scoring.table import Scorer
from harness.scoring.tags import Policy, Sentences, score_tags

Measures = dict[str, float]
"""Numbers by `LABEL/measure`."""

PRF: Final = ("precision", "recall", "f1")


def strict(sample: Sample) -> Measures:
    """Exact matching: `micro`, `macro` and every type."""
    return _scores(EntitiesStrict(), sample)


def partial(sample: Sample) -> Measures:
    """The measures `strict_…`, `exact_…`, `partial_…` and `type_…` of the best alignment."""
    return _scores(EntitiesPartial(), sample)


def everything(sample: Sample) -> Measures:
    """Exact matching as both scorers of the harness count it."""
    return partial(sample) | strict(sample)


def prefixed(measures: Measures) -> Measures:
    """`LABEL/f1` as `LABEL/strict_f1`."""
    return {name.replace("/", "/strict_"): value for name, value in measures.items()}


def flattened(sample: Sample) -> Measures:
    """Exact matching of the mentions that flat tags can hold."""
    if sample.flat:
        return strict(sample)
    return strict(
        sample.only([spanned(len(page.tags[0]), *map(outermost, page.sides)) for page in sample.pages]),
    )


def begun(sample: Sample) -> Measures:
    """Exact matching of flat tags where only B begins a mention."""
    return from_tags(*columns(sample), "strict")


def alone(sample: Sample) -> Measures:
    """Each type aligned as if no other were there."""
    copies = [
        spanned(len(page.tags[0]), *([one for one in side if one[2] == kind] for side in page.sides))
        for kind in sample.types
        for page in sample.pages
        if any(one[2] == kind for side in page.sides for one in side)
    ]
    by_type = partial(Sample(sample.name, tuple(copies), sample.types))
    return by_type | {name: value for name, value in partial(sample).items() if name.startswith("micro/")}


def layered(sample: Sample) -> Measures:
    """One layer of tags for each type, all layers scored as one corpus."""
    return _layers(sample, alike=False)


def layered_alike(sample: Sample) -> Measures:
    """The same, but a layer takes gold of every type whose name begins with the layer's."""
    return _layers(sample, alike=True)


def columns(sample: Sample) -> tuple[list[list[str]], list[list[str]]]:
    """Flat tags of both sides."""
    return [list(page.tags[0]) for page in sample.pages], [list(page.tags[1]) for page in sample.pages]


def from_tags(gold: Sentences, predicted: Sentences, policy: Policy = "conlleval") -> Measures:
    """Exact matching of tags."""
    return score_tags(gold, predicted, policy)


def zeroed(measures: Measures) -> Measures:
    """0 where nothing is to be divided."""
    return {name: 0.0 if np.isnan(value) else value for name, value in measures.items()}


def over_all(measures: Measures) -> Measures:
    """The macro average over the types of both sides, gold or not."""
    labels = [name.removesuffix("/f1") for name, value in measures.items() if name.endswith("/f1") and value == value]
    labels = [label for label in labels if label not in ("micro", "macro", "macro10")]
    averages = {
        f"macro/{name}": float(np.mean([np.nan_to_num(measures[f"{label}/{name}"]) for label in labels]))
        for name in PRF
        if labels
    }
    return measures | averages


def _scores(scorer: Scorer, sample: Sample) -> Measures:
    totals = scorer.counts(sample.corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def _layers(sample: Sample, *, alike: bool) -> Measures:
    gold: list[Tags] = []
    predicted: list[Tags] = []
    for kind in sample.types:
        for page in sample.pages:
            gold.append(_layer(page, 0, kind, alike=alike))
            predicted.append(_layer(page, 1, kind, alike=False))
    return from_tags(gold, predicted)


def _layer(page: Page, side: int, kind: str, *, alike: bool) -> Tags:
    """The tags of one type; each word belongs to the first mention on it, the outermost first."""
    tags = ["O"] * len(page.tags[side])
    for start, end, own in by_extent(page.sides[side]):
        if own == kind or (alike and own.startswith(kind)):
            for word in range(start, end):
                if tags[word] == "O":
                    tags[word] = f"{'B' if word == start else 'I'}-{own}"
    return tuple(tags)


def by_extent(mentions: Sequence[Mention]) -> list[Mention]:
    """Outer mentions before those inside them."""
    return sorted(mentions, key=lambda one: (one[0], -one[1], one[2]))
