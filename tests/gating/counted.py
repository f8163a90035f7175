"""Evidence from bare counts: no documents, no files."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from harness.gating.evidence import CountedRun, Evidence
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Table

Numbers = Sequence[float] | NDArray[np.float64] | NDArray[np.int64]


def table(**counts: tuple[Numbers, Numbers, Numbers]) -> Table:
    """A table of true positives, false positives and false negatives by unit, for each type."""
    columns = tuple(f"{label}/{count}" for label in counts for count in ("tp", "fp", "fn"))
    rows = [np.asarray(one, dtype=np.float64) for three in counts.values() for one in three]
    return Table(columns, np.stack(rows, axis=1))


def side(counts: Table | None, **facts: object) -> CountedRun:
    """A side with one scorer, `strict`, or none."""
    return CountedRun("side", {} if counts is None else {"strict": counts}, **{"documents": 10, **facts})  # type: ignore[arg-type]


def evidence(
    run: Table | None, baseline: Table | None, resamples: int = 400, facts: Mapping[str, object] | None = None
) -> Evidence:
    """A run beside a baseline, by one scorer, `strict`."""
    known = facts or {}
    before = None if baseline is None else side(baseline, **known)
    return Evidence(side(run, **known), before, {"strict": EntitiesStrict()}, Bootstrap(resamples))


def units(right: int, number: int = 40, of: int = 10) -> tuple[Numbers, Numbers, Numbers]:
    """`number` equal units of `of` mentions each, `right` of them found, and nothing spurious."""
    return [right] * number, [0] * number, [of - right] * number
