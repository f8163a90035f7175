"""Two runs compared: paired differences with intervals, tests adjusted for their number, and what could be found.

Both sides are scored again with today's scorers from what their folders hold, over the same units. Runs on unlike gold,
units or label maps are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, Final

from harness.comparison.counts import count
from harness.comparison.disputes import Dispute, disputes, summary
from harness.runs.run import Run
from harness.scoring.multiplicity import Adjusted, Correction, adjust
from harness.scoring.paired import Difference, Pair, difference
from harness.scoring.power import Detectable, detectable, detectable_at, further_words
from harness.scoring.scoring import Scoring
from harness.scoring.selection import headlines
from harness.scoring.unplaced import unplaced_shares

Family = dict[tuple[str, str], Difference]
"""The differences tested together, by scorer and measure."""

ALPHA: Final = 0.05


@dataclass(frozen=True)
class Row:
    """One measure of one scorer in both runs; `p` is None where it belongs to no family that was tested."""

    scorer: str
    measure: str
    difference: Difference
    p: Adjusted
    detectable: Detectable | None

    @property
    def smallest(self) -> float | None:
        """The smallest true difference that the verdict finds in 4 of 5 cases: by p, as the smallest of its family.

        None where that is unknown, or no difference would be found.
        """
        judged = self.detectable and _judged(self.detectable, self.difference.differing or 0, self.p.family)
        return judged.by_verdict if judged else None

    @property
    def verdict(self) -> str:
        """In words: better, worse, no difference found; and how much more data would be needed."""
        gap = self.difference.difference
        if gap is None or self.p.adjusted is None:
            return "undefined"
        if self.p.adjusted < ALPHA:
            return "b is better" if gap > 0 else "b is worse"
        if not self.difference.differing:
            return "no unit differs"
        if self.difference.smallest_p > ALPHA:
            units = "unit differs" if self.difference.differing == 1 else "units differ"
            return f"no difference found: {self.difference.differing} {units}, too few for any p below {ALPHA:g}"
        adjusted = self.p.raw is not None and self.p.raw < ALPHA
        text = f"no difference found after adjusting for {self.p.family} tests" if adjusted else "no difference found"
        if not gap or self.detectable is None or self.smallest is None:
            return text
        further = further_words(self.smallest, gap, self.detectable.units)
        return f"{text}; more units needed if the true difference is the one seen here: {further}"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Run b against run a: the headline measures of every scorer as one family, all others as another."""

    a: str
    b: str
    signatures: Mapping[str, str]
    skipped: tuple[str, ...]
    """Scorers whose layer one of the runs has and the other lacks."""
    headlines: list[Row]
    details: list[Row]
    disputes: Mapping[str, list[Dispute]]
    """By scorer, the mentions or claims of the gold that one of the runs got right."""
    unplaced: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """For `a` and `b`, where it has any, by layer how much of what it answered has no place in the text."""

    def record(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "schema": 1,
            "a": self.a,
            "b": self.b,
            "alpha": ALPHA,
            "signatures": dict(self.signatures),
            "skipped": list(self.skipped),
            "headlines": {"correction": "holm", "rows": [_record(row) for row in self.headlines]},
            "details": {"correction": "bh", "rows": [_record(row) for row in self.details]},
            "disputes": {name: summary(disputes) for name, disputes in self.disputes.items()},
            **({"unplaced": dict(self.unplaced)} if self.unplaced else {}),
        }


def compare(a: Run, b: Run, scoring: Scoring) -> Comparison:
    """Run b against run a, by every scorer whose layer both have.

    Raises:
        InputError: the runs have unlike gold, units or label maps, or no layer in common.
    """
    pairs, signatures = _pairs(a, b, scoring)
    tested: Family = {}
    power: dict[tuple[str, str], Detectable | None] = {}
    chosen: set[tuple[str, str]] = set()
    for name, pair in pairs.items():
        differences = difference(pair.scorer, pair.a, pair.b, scoring.bootstrap, scoring.trials)
        tested |= {(name, measure): value for measure, value in differences.items()}
        power |= {(name, measure): value for measure, value in detectable(pair, scoring.bootstrap).items()}
        chosen |= {(name, measure) for measure in headlines(pair.scorer, differences)}
    decisive = {key: value for key, value in tested.items() if key in chosen}
    details = {key: value for key, value in tested.items() if key not in chosen and value.difference is not None}
    families = _rows(decisive, power, "holm"), _rows(details, power, "bh")
    corpora = a.corpora(scoring.units), b.corpora(scoring.units)
    layers = set().union(*corpora)
    skipped = tuple(name for name, scorer in scoring.scorers.items() if name not in pairs and scorer.layer in layers)
    shares = {side: unplaced_shares(found) for side, found in zip(("a", "b"), corpora, strict=True)}
    unplaced = {side: found for side, found in shares.items() if found}
    return Comparison(a.name, b.name, signatures, skipped, *families, disputes(corpora, scoring.scorers), unplaced)


def power(a: Run, b: Run | None, agreement: float, scoring: Scoring) -> dict[str, dict[str, Detectable | None]]:
    """For each scorer's headline measures the smallest difference that the gold of `a` can show.

    From the pair of runs; where `b` is None, from `a` and a rival that has equal counts in the share `agreement` of
    units. By intervals, and by the verdict that a comparison gives: by p, adjusted for all these measures.

    Raises:
        InputError: the runs are unlike, or `agreement` is no share.
    """
    if b is not None:
        pairs, _ = _pairs(a, b, scoring)
        detectable_by_measure = {name: detectable(pair, scoring.bootstrap) for name, pair in pairs.items()}
        differing = {name: pair.differing() for name, pair in pairs.items()}
    else:
        corpora = a.corpora(scoring.units)
        used = {name: scorer for name, scorer in scoring.scorers.items() if scorer.layer in corpora}
        detectable_by_measure = {
            name: detectable_at(scorer, scorer.counts(corpora[scorer.layer]), agreement, scoring.bootstrap)
            for name, scorer in used.items()
        }
        # As many as are assumed to.
        differing = {
            name: {measure: round((1 - agreement) * least.units) if least else 0 for measure, least in measures.items()}
            for name, measures in detectable_by_measure.items()
        }
    decisive = {
        name: {measure: measures[measure] for measure in headlines(scoring.scorers[name], measures)}
        for name, measures in detectable_by_measure.items()
    }
    family = sum(differing[name][measure] > 0 for name, measures in decisive.items() for measure in measures)
    return {
        name: {
            measure: least and _judged(least, differing[name][measure], family) for measure, least in measures.items()
        }
        for name, measures in decisive.items()
    }


def _judged(detectable: Detectable, differing: int, family: int) -> Detectable:
    """`one` with what the verdict finds: p of at most `ALPHA`, adjusted for `family` tests."""
    by_verdict = detectable.smallest_by_p(differing, family, ALPHA)
    return replace(detectable, by_verdict=by_verdict if isfinite(by_verdict) else None)


def _pairs(a: Run, b: Run, scoring: Scoring) -> tuple[dict[str, Pair], dict[str, str]]:
    """The counts of both runs by every scorer they share, and the signatures that they share."""
    counted = count((a, b), scoring)
    pairs = {name: Pair.of(counts.scorer, counts.tables[0], counts.tables[1]) for name, counts in counted.items()}
    return pairs, {name: counts.signature for name, counts in counted.items()}


def _rows(family: Family, power: Mapping[tuple[str, str], Detectable | None], correction: Correction) -> list[Row]:
    names = {"\0".join(key): key for key in family}
    settled = {name for name, key in names.items() if not family[key].differing}
    adjusted = adjust({name: family[key].p for name, key in names.items()}, correction, settled)
    return [Row(*key, family[key], adjusted[name], power.get(key)) for name, key in names.items()]


def _record(row: Row) -> dict[str, Any]:
    return {
        "scorer": row.scorer,
        "measure": row.measure,
        **row.difference._asdict(),
        "p": row.p.raw,
        "p_adjusted": row.p.adjusted,
        "family": row.p.family,
        "smallest_detectable": row.detectable and row.detectable.smallest,
        "smallest_for_verdict": row.smallest,
        "verdict": row.verdict,
    }
