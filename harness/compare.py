"""Two runs compared: paired differences with intervals, tests adjusted for their number, and what could be found.

Both sides are scored again with today's scorers from what their folders hold, over the same units. Runs on unlike gold,
units or label maps are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.comparable import Corpora, count
from harness.disputes import Dispute, disputes, summary
from harness.rescoring import Scorable
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.headline import is_headline
from harness.scoring.multiplicity import Adjusted, Correction, adjust
from harness.scoring.paired import TRIALS, Difference, Pair, difference
from harness.scoring.power import Detectable, detectable, detectable_at
from harness.scoring.table import Scorer

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
    def verdict(self) -> str:
        """In words: better, worse, no difference found; and how much more data would be needed."""
        gap = self.difference.difference
        if gap is None or self.p.adjusted is None:
            return "undefined"
        if self.p.adjusted < ALPHA:
            return "b is better" if gap > 0 else "b is worse"
        adjusted = self.p.raw is not None and self.p.raw < ALPHA
        found = f"no difference found after adjusting for {self.p.family} tests" if adjusted else "no difference found"
        further = self.detectable.further_units(gap) if gap and self.detectable else 0
        return f"{found}; about {further} more units would be needed" if further else found


@dataclass(frozen=True, eq=False)
class Comparison:
    """Run b against run a: the headline measures of every scorer as one family, all others as another."""

    a: str
    b: str
    signatures: Mapping[str, str]
    skipped: tuple[str, ...]
    """Scorers whose layer one of the runs lacks."""
    headlines: list[Row]
    details: list[Row]
    disputes: Mapping[str, list[Dispute]]
    """By scorer, the mentions or claims of the gold that one of the runs got right."""

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
            "disputes": {name: summary(found) for name, found in self.disputes.items()},
        }


def compare(
    a: Scorable, b: Scorable, scorers: Mapping[str, Scorer], units: str, bootstrap: Bootstrap, trials: int = TRIALS
) -> Comparison:
    """Run b against run a, by every scorer whose layer both have.

    Raises:
        InputError: the runs have unlike gold, units or label maps, or no layer in common.
    """
    corpora = a.corpora(units), b.corpora(units)
    pairs, signatures = _pairs(a, b, corpora, scorers, bootstrap)
    found: Family = {}
    power: dict[tuple[str, str], Detectable | None] = {}
    for name, pair in pairs.items():
        differences = difference(pair.scorer, pair.a, pair.b, bootstrap, trials)
        found |= {(name, measure): value for measure, value in differences.items()}
        power |= {(name, measure): value for measure, value in detectable(pair, bootstrap).items()}
    measures = {name: [measure for scorer, measure in found if scorer == name] for name in pairs}
    headlines = {key: value for key, value in found.items() if is_headline(key[1], measures[key[0]])}
    details = {key: value for key, value in found.items() if key not in headlines and value.difference is not None}
    skipped = tuple(name for name in scorers if name not in pairs)
    families = _rows(headlines, power, "holm"), _rows(details, power, "bh")
    return Comparison(a.name, b.name, signatures, skipped, *families, disputes(corpora, scorers))


def power(
    a: Scorable, b: Scorable | None, agreement: float, scorers: Mapping[str, Scorer], units: str, bootstrap: Bootstrap
) -> dict[str, dict[str, Detectable | None]]:
    """For each scorer's headline measures the smallest difference that the gold of `a` can show.

    From the pair of runs; where `b` is None, from `a` and a rival that has equal counts in the share `agreement` of
    units.

    Raises:
        InputError: the runs are unlike, or `agreement` is no share.
    """
    if b is not None:
        pairs, _ = _pairs(a, b, (a.corpora(units), b.corpora(units)), scorers, bootstrap)
        found = {name: detectable(pair, bootstrap) for name, pair in pairs.items()}
    else:
        corpora = a.corpora(units)
        used = {name: scorer for name, scorer in scorers.items() if scorer.layer in corpora}
        found = {
            name: detectable_at(scorer, scorer.counts(corpora[scorer.layer]), agreement, bootstrap)
            for name, scorer in used.items()
        }
    return {
        name: {measure: one for measure, one in measures.items() if is_headline(measure, measures)}
        for name, measures in found.items()
    }


def _pairs(
    a: Scorable, b: Scorable, corpora: Corpora, scorers: Mapping[str, Scorer], bootstrap: Bootstrap
) -> tuple[dict[str, Pair], dict[str, str]]:
    """The counts of both runs by every scorer they share, and the signatures that they share."""
    found = count((a, b), corpora, scorers, bootstrap)
    pairs = {name: Pair.of(one.scorer, one.tables[0], one.tables[1]) for name, one in found.items()}
    return pairs, {name: one.signature for name, one in found.items()}


def _rows(family: Family, power: Mapping[tuple[str, str], Detectable | None], correction: Correction) -> list[Row]:
    names = {"\0".join(key): key for key in family}
    adjusted = adjust({name: family[key].p for name, key in names.items()}, correction)
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
        "verdict": row.verdict,
    }
