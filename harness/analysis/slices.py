"""Strict scores, word view, of parts of the mentions: where a system is good, and where it is not."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.groups import Group, Mentions, groups, mentions
from harness.scoring.bootstrap import FEWEST_UNITS, Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.nested import EntitiesNested, is_in
from harness.scoring.table import Table, plain, tally

FEWEST_MENTIONS: Final = 10
"""Gold mentions that a slice must have before an interval is given for it."""
MEASURES: Final = ("precision", "recall", "f1")


def slices(corpus: Corpus, bootstrap: Bootstrap, documents: int, seen: frozenset[str] | None) -> list[dict[str, Any]]:
    """A row for each part of each group that either side has a mention in.

    `gold` and `predicted` count the mentions, `units` the units with gold ones; `precision` is over the predicted
    mentions of the part, `recall` over the gold ones, each with `value`, `low` and `high`. `too_little` marks fewer
    than `FEWEST_MENTIONS` gold mentions, or fewer than `FEWEST_UNITS` units that hold one: then there is no interval.
    Answers without a place are predicted mentions that nothing matches.
    """
    found = mentions(corpus)
    divisions = groups(found, documents, seen)
    table = count(found, divisions)
    scorer = EntitiesNested()
    points = scorer.scores(table.totals, table.totals)
    intervals = bootstrap.intervals(scorer, table)
    rows = []
    for number, division in enumerate(divisions):
        for part, name in enumerate(division.parts):
            key = f"{number}.{part}"
            gold, predicted = (int(table.totals[f"{key}/{side}"]) for side in ("gold", "predicted"))
            units = int((table.rows[f"{key}/gold"] > 0).sum())
            little = gold < FEWEST_MENTIONS or units < FEWEST_UNITS
            values = {}
            for measure in MEASURES:
                low, high = intervals.get(f"{key}/{measure}", (None, None)) if not little else (None, None)
                value = float(points[f"{key}/{measure}"])
                values[measure] = {"value": plain(value), "low": plain(low), "high": plain(high)}
            row = {"group": division.name, "slice": name, "gold": gold, "predicted": predicted, "units": units}
            if gold or predicted:
                rows.append(row | {"too_little": little} | values)
    return rows


def count(found: Mentions, divisions: list[Group]) -> Table:
    """The columns `G.P/gold`, `G.P/gold_matched`, `G.P/predicted` and `G.P/predicted_matched` for part P of group G."""
    units = found.corpus.units
    sides = {"gold": (found.gold, found.predicted), "predicted": (found.predicted, found.gold)}
    events: dict[str, tuple[NDArray[np.int64], None]] = {}
    for side, (spans, other) in sides.items():
        where, matched = units.of(spans.starts), is_in(spans, other)
        if side == "predicted":
            unplaced = units.of(found.corpus.unplaced_entities.starts)
            where, matched = np.append(where, unplaced), np.append(matched, np.zeros(len(unplaced), dtype=np.bool_))
        for number, division in enumerate(divisions):
            parts = division.gold if side == "gold" else division.predicted
            for part in range(len(division.parts)):
                events[f"{number}.{part}/{side}"] = (where[parts == part], None)
                events[f"{number}.{part}/{side}_matched"] = (where[(parts == part) & matched], None)
    return tally(list(events), len(units), events)
