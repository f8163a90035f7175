"""Which of a scorer's many measures stand for it: headlines, on which decisions hang, and what a table shows.

A scorer says so by two tuples of measures, `headlines` (one or two) and `shown`, or by functions that choose them
among its measures. One that says nothing is shown whole, with its first measure as headline. A finished run keeps both
lists, so that its readers need no scorer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.claims_overlap import ClaimsOverlap
from harness.scoring.distinct import EntitiesDistinct
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import EntitiesNested
from harness.scoring.overlap import EntitiesOverlap
from harness.scoring.partial import EntitiesPartial
from harness.scoring.signature import scorer_name
from harness.scoring.table import Scorer
from harness.scoring.uncommon import EntitiesUncommon

_BEFORE: Final = {
    scorer_name(kind): kind
    for kind in (
        *(EntitiesStrict, EntitiesPartial, EntitiesOverlap, EntitiesNested, EntitiesDistinct, EntitiesUncommon),
        *(Claims, ClaimsOverlap, CheckWorthy),
    )
}
"""By their names in signatures the scorers of runs from before runs kept the lists; later ones are not added."""


def shown(scorer: object, measures: Iterable[str]) -> list[str]:
    """Those of a scorer's `measures` that a table of a run shows, in their order; all, if the scorer names none."""
    every = list(measures)
    return _chosen(scorer, "shown", every) or every


def headlines(scorer: object, measures: Iterable[str]) -> list[str]:
    """Those of a scorer's `measures` that a decision may hang on; the first that is shown, if the scorer names none."""
    every = list(measures)
    return _chosen(scorer, "headlines", every) or shown(scorer, every)[:1]


def stored_shown(scored: Mapping[str, Any]) -> list[str]:
    """The same of one scorer as `scores.json` has it; where it has no lists, by the scorer of its signature."""
    return list(scored["shown"]) if "shown" in scored else shown(_signed(scored), scored["measures"])


def stored_headlines(scored: Mapping[str, Any]) -> list[str]:
    """The same of one scorer as `scores.json` has it; where it has no lists, by the scorer of its signature."""
    return list(scored["headlines"]) if "headlines" in scored else headlines(_signed(scored), scored["measures"])


def _signed(scored: Mapping[str, Any]) -> type[Scorer] | None:
    return _BEFORE.get(str(scored.get("signature", "")).partition("(")[0])


def _chosen(scorer: object, name: str, measures: Sequence[str]) -> list[str]:
    chosen = getattr(scorer, name, ())
    among = chosen(measures) if callable(chosen) else chosen
    return [measure for measure in measures if measure in among]
