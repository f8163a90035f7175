"""Verdicts, and the judgement that they add up to: exit code, table, and every file are made of these alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

Outcome = Literal["pass", "worse", "fail", "inconclusive", "skipped"]
OnInconclusive = Literal["report", "fail", "pass"]
OnWorse = Literal["fail", "pass"]

SCHEMA: Final = 2
FAILED: Final = 1
UNDECIDED: Final = 3

WORST_FIRST: Final[tuple[Outcome, ...]] = ("fail", "worse", "inconclusive", "skipped", "pass")


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one thing: a measure, a type, the documents, the speed.

    `value` is what was judged, `low` and `high` its bounds and `limit` what it was held against; None where there is
    none. `further_units` is about how many more units of the same kind would decide, None where that is unknown.
    `on_worse` and `on_inconclusive` are what the rule makes of such an outcome, None where the policy decides.
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
    p: float | None = None
    on_worse: OnWorse | None = None
    on_inconclusive: OnInconclusive | None = None

    @property
    def let_pass(self) -> bool:
        """Whether its rule says that such an outcome is no matter."""
        worth = {"worse": self.on_worse, "inconclusive": self.on_inconclusive}
        return worth.get(self.outcome) == "pass"


@dataclass(frozen=True)
class Judgement:
    """All verdicts of a policy on a run, in the policy's order.

    `on_inconclusive` and `on_worse` say what such a verdict is worth where its rule says nothing of it.
    """

    policy: str
    run: str
    baseline: str | None
    verdicts: tuple[Verdict, ...]
    on_inconclusive: OnInconclusive = "report"
    signatures: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    on_worse: OnWorse = "fail"
    anchor: str | None = None
    level: float | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst of all verdicts: fail, worse, inconclusive, pass; fail where nothing was judged.

        What a rule itself lets pass is as good as passed here; what the policy lets pass keeps its name.
        """
        found = {"pass" if verdict.let_pass else verdict.outcome for verdict in self.verdicts} - {"skipped"}
        return next((outcome for outcome in WORST_FIRST if outcome in found), "fail")

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed or worse, 3 inconclusive; `on_worse` and `on_inconclusive` turn these into others."""
        if self.outcome == "fail":
            return FAILED
        return max((self.code(verdict) for verdict in self.verdicts), key=(0, UNDECIDED, FAILED).index)

    def code(self, verdict: Verdict) -> int:
        """The exit code that a verdict alone asks for."""
        if verdict.outcome == "worse":
            return {"fail": FAILED, "pass": 0}[verdict.on_worse or self.on_worse]
        if verdict.outcome == "inconclusive":
            worth = verdict.on_inconclusive or self.on_inconclusive
            return {"report": UNDECIDED, "fail": FAILED, "pass": 0}[worth]
        return FAILED if verdict.outcome == "fail" else 0

    def of(self, outcome: Outcome) -> list[Verdict]:
        """The verdicts that are `outcome`."""
        return [verdict for verdict in self.verdicts if verdict.outcome == outcome]

    @property
    def headline(self) -> str:
        """The outcome in a line, with the number of verdicts of each kind."""
        counts = ", ".join(f"{len(self.of(kind))} {name}" for kind, name in NAMES.items() if self.of(kind))
        allowed = self.outcome in ("worse", "inconclusive") and self.exit_code == 0
        outcome = f"{NAMES[self.outcome]}{', which the policy allows' if allowed else ''}"
        return f"gate {self.policy}: {outcome} ({counts or 'nothing was judged'})"

    def record(self) -> dict[str, Any]:
        """Everything but what changed, as JSON has it."""
        return {
            "schema": SCHEMA,
            "policy": self.policy,
            "run": self.run,
            "baseline": self.baseline,
            "anchor": self.anchor,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "level": self.level,
            "on_inconclusive": self.on_inconclusive,
            "on_worse": self.on_worse,
            "notes": list(self.notes),
            "signatures": dict(self.signatures),
            "verdicts": [asdict(verdict) | {"exit_code": self.code(verdict)} for verdict in self.verdicts],
        }


NAMES: Final[Mapping[Outcome, str]] = {
    "fail": "failed",
    "worse": "worse",
    "inconclusive": "inconclusive",
    "pass": "passed",
    "skipped": "skipped",
}
