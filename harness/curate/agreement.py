"""Agreement between annotation passes: the scorers, with the second pass as prediction, and chance-corrected kappa.

Precision of one direction is recall of the other, so that F1 is the same both ways (Hripcsak and Rothschild 2005).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from harness.curate.gamma import gamma
from harness.curate.kappa import label_kappa, word_kappa
from harness.curate.release import Release
from harness.data.types import ROLES, Annotation, Document, Entity, InputError
from harness.datasets.gold import provenance
from harness.scoring.claims import SPEAKER, Claims
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Scorer, Totals

WORD_CAVEAT: Final = (
    "Kappa over words is inflated by the many words outside any mention (O), and sees only the outermost mention."
)
_ANY: Final = "SPAN"


def agreement(release: Release) -> dict[str, Any]:
    """For every pair of passes: entities, spans without types, claims, sentences, words, and gamma; with the caveats.

    An undefined value is None.

    Raises:
        InputError: there is one pass alone.
    """
    if len(release.passes) < 2:
        passes = ", ".join(release.passes)
        raise InputError(f"{release.folder}: found one pass, {passes}, wanted at least two to compare")
    pairs = {}
    for first, second in combinations(release.passes, 2):
        sides = [
            [release.passes[name][document.id].annotation for document in release.documents] for name in (first, second)
        ]
        pairs[f"{first}-{second}"] = compare(release.documents, sides[0], sides[1], release.speakers)
    return {"caveats": [provenance(release.folder), WORD_CAVEAT], "documents": len(release.documents), "pairs": pairs}


def compare(
    documents: Sequence[Document],
    first: Sequence[Annotation],
    second: Sequence[Annotation],
    speakers: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Agreement of two annotations of the same documents."""
    corpus = Corpus(documents, first, second, "document", speakers)
    untyped = Corpus(
        documents,
        [_untyped(annotation) for annotation in first],
        [_untyped(annotation) for annotation in second],
        "document",
    )
    return {
        "entities": _entities(corpus),
        "spans": _entities(untyped)["micro"],
        "claims": _claims(corpus),
        "sentences": label_kappa(first, second),
        "words": word_kappa(documents, first, second),
        "gamma": gamma(documents, first, second),
    }


def _untyped(annotation: Annotation) -> Annotation:
    spans = {(start, end) for start, end, _, _ in annotation.entities or ()}
    return Annotation(entities=tuple(Entity(start, end, _ANY) for start, end in sorted(spans)))


def _entities(corpus: Corpus) -> dict[str, dict[str, float | int | None]]:
    """F1 and counts of `micro`, and of every type that either side has."""
    scorer = EntitiesStrict(boundary="char")
    totals = scorer.counts(corpus).totals
    f1 = _measures(scorer, totals)
    rows = {}
    for label in ("micro", *corpus.types):
        counts = [_count(totals, label, name, corpus.types) for name in ("tp", "fn", "fp")]
        if sum(counts) or label == "micro":
            both, first, second = counts
            rows[label] = {"f1": f1[f"{label}/f1"], "both": both, "first_only": first, "second_only": second}
    return rows


def _count(totals: Totals, label: str, name: str, types: Sequence[str]) -> int:
    return int(sum(float(totals[f"{kind}/{name}"]) for kind in (types if label == "micro" else [label])))


def _claims(corpus: Corpus) -> dict[str, float | int | None]:
    """F1 of content (exact, and overlapping), cue, source and the whole relation; accuracy of attributes over pairs."""
    scorer = Claims()
    totals = scorer.counts(corpus).totals
    measures = _measures(scorer, totals)
    counts = {"first": totals["content/gold"], "second": totals["content/predicted"], "paired": totals["pairs"]}
    return {
        **{name: int(count) for name, count in counts.items()},
        **{role: measures[f"{role}/f1"] for role in (*ROLES, "content_soft", "relation")},
        **{name: measures[f"{name}/accuracy"] for name in (SPEAKER, *corpus.attributes)},
    }


def _measures(scorer: Scorer, totals: Totals) -> dict[str, float | None]:
    values = {name: float(value) for name, value in scorer.scores(totals, totals).items()}
    return {name: None if value != value else value for name, value in values.items()}
