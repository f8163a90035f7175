"""How runs are scored: by which scorers, over which units, with which intervals and tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.scoring.bootstrap import Bootstrap
from harness.scoring.paired import TRIALS
from harness.scoring.table import Scorer


@dataclass(frozen=True)
class Scoring:
    """Scorers by name, what intervals resample (`scoring.units`), and the swaps that a test of two runs draws."""

    scorers: Mapping[str, Scorer]
    units: str = "paragraph"
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    trials: int = TRIALS
