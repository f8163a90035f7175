"""pytest: the extractor of this project must not be worse than its reviewed baseline.

Once: harness evaluate runner=rules tracker=none hydra.run.dir=first
      harness gate first task=bless baseline=baseline/rules tracker=none
Run:  pytest test_extractor.py
"""

from pathlib import Path

import harness


def test_the_extractor_is_not_worse_than_its_baseline(tmp_path: Path) -> None:
    run = harness.evaluate(runner="rules", out=tmp_path / "run", overrides=["analysis.enabled=false"])
    gated = harness.gate(run, policy="ci", baseline="baseline/rules")
    # Not `assert gated`: 3 is inconclusive, and what that is worth is for a team to say.
    assert gated.exit_code == 0, str(gated)  # noqa: S101
