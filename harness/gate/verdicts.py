"""Verdicts, and the judgement that they add up to: exit code, table, and every file are made of these alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

Outcome = Literal["pass", "fail", "inconclusive", "skipped"]
OnInconclusive = Literal["report", "fail", "pass"]

SCHEMA: Final = 1
FAILED: Final = 1
UNDECIDED: Final = 3


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one thing: a measure, a type, the documents, the speed.

    `value` is what was judged, `low` and `high` its bounds and `limit` what it was held against; None where there is
    none. `further_units` is about how many more units of the same kind would decide, None where that is unknown.
    """

    rule: str
    subject: str
    outcome: Outcome
    found: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    further_units: int | None = None


@dataclass(frozen=True)
class Judgement:
    """All verdicts of a policy on a run, in the policy's order; `on_inconclusive` says what an undecided one is."""

    policy: str
    run: str
    baseline: str | None
    verdicts: tuple[Verdict, ...]
    on_inconclusive: OnInconclusive = "report"
    signatures: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts: fail, else inconclusive, else pass; fail where nothing was judged."""
        found = {verdict.outcome for verdict in self.verdicts} - {"skipped"}
        if "fail" in found or not found:
            return "fail"
        return "inconclusive" if "inconclusive" in found else "pass"

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 3 inconclusive, which `on_inconclusive` turns into 1 or 0."""
        undecided = {"report": UNDECIDED, "fail": FAILED, "pass": 0}[self.on_inconclusive]
        return {"pass": 0, "fail": FAILED, "inconclusive": undecided, "skipped": FAILED}[self.outcome]

    def of(self, outcome: Outcome) -> list[Verdict]:
        """The verdicts that are `outcome`."""
        return [verdict for verdict in self.verdicts if verdict.outcome == outcome]

    @property
    def headline(self) -> str:
        """The outcome in a line, with the number of verdicts of each kind."""
        counts = ", ".join(f"{len(self.of(kind))} {name}" for kind, name in _NAMES.items() if self.of(kind))
        return f"gate {self.policy}: {_NAMES[self.outcome]} ({counts or 'nothing was judged'})"

    def record(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "schema": SCHEMA,
            "policy": self.policy,
            "run": self.run,
            "baseline": self.baseline,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "on_inconclusive": self.on_inconclusive,
            "notes": list(self.notes),
            "signatures": dict(self.signatures),
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


_NAMES: Final[Mapping[Outcome, str]] = {
    "fail": "failed",
    "inconclusive": "inconclusive",
    "pass": "passed",
    "skipped": "skipped",
}
