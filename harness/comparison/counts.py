"""Runs made comparable: counted again with today's scorers over the same units, or refused.

What is compared are differences on one gold, in one cut of it into units and one set of labels. Runs that differ in any
of these are refused with the part in which they differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.data.bridge import project_alike
from harness.data.types import InputError
from harness.runs.run import Run
from harness.scoring.scoring import Scoring
from harness.scoring.signature import Signature, sign, unlike
from harness.scoring.table import Numbers, Scorer, Table


@dataclass(frozen=True, eq=False)
class Counted:
    """What one scorer counts in each run that has its layer; `tables` are keyed by the place of the run."""

    scorer: Scorer
    signature: str
    tables: Mapping[int, Table]
    documents: Numbers
    """The number of the document of each unit, the same in every run."""


def count(runs: Sequence[Run], scoring: Scoring) -> dict[str, Counted]:
    """The counts of every scorer whose layer at least two of `runs` have.

    Raises:
        InputError: the runs have unlike gold, units or label maps, or no layer in common.
    """
    corpora = [run.corpora(scoring.units) for run in runs]
    scorers = scoring.scorers
    signed: dict[str, dict[int, Signature]] = {}
    for name, scorer in scorers.items():
        places = [place for place, side in enumerate(corpora) if scorer.layer in side]
        if len(places) > 1:
            signed[name] = {place: sign(scorer, corpora[place][scorer.layer], scoring.bootstrap) for place in places}
            for place in places[1:]:
                _refuse_unlike(name, runs[places[0]], runs[place], unlike(signed[name][places[0]], signed[name][place]))
    if not signed:
        names = " and ".join(run.name for run in runs)
        raise InputError(f"runs: found {names} with no scored layer in common, wanted at least one")
    for run in runs[1:]:
        _refuse_unlike_sides(runs[0], run)
    return {
        name: Counted(
            scorers[name],
            str(next(iter(signatures.values()))),
            {place: scorers[name].counts(corpora[place][scorers[name].layer]) for place in signatures},
            corpora[next(iter(signatures))][scorers[name].layer].units.documents,
        )
        for name, signatures in signed.items()
    }


def _refuse_unlike_sides(one: Run, other: Run) -> None:
    if one.gold.speakers != other.gold.speakers:
        raise InputError(
            f"speakers: found unlike speakers.json in {one.name} and {other.name}, wanted the same names and variants"
        )
    if not project_alike(one.bridge.record(), other.bridge.record()):
        labels = f"{one.bridge.label} and {other.bridge.label}"
        raise InputError(
            f"label maps: found {labels} of unlike content in {one.name} and {other.name}, wanted like maps"
        )


def _refuse_unlike(scorer: str, one: Run, other: Run, differing: Sequence[str]) -> None:
    if differing:
        named = f"{one.name} and {other.name}, which cannot be compared ({'; '.join(differing)})"
        way_out = ": score both with the same runner.unknown" if one.bridge.unknown != other.bridge.unknown else ""
        raise InputError(f"{scorer}: found {named}, wanted runs alike in that{way_out}")
