"""A policy: named rules, and what an undecided one is worth. Judging is a function of policy and evidence alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from harness.gate.evidence import Evidence
from harness.gate.rules import Rule
from harness.gate.verdicts import Judgement, OnInconclusive, Verdict
from harness.types import InputError


@dataclass(frozen=True)
class Policy:
    """Rules by name, in order; `on_inconclusive`: report (exit code 3), fail (1) or pass (0)."""

    name: str
    rules: Mapping[str, Rule]
    on_inconclusive: OnInconclusive = "report"

    def __post_init__(self) -> None:
        if not self.rules:
            raise InputError("rules: found none, wanted at least one")
        for name, rule in self.rules.items():
            if not isinstance(rule, Rule):
                raise InputError(f"rules.{name}: found {rule!r}, wanted a rule, named by its _target_")
        if self.on_inconclusive not in get_args(OnInconclusive):
            wanted = ", ".join(get_args(OnInconclusive))
            raise InputError(f"on_inconclusive: found {self.on_inconclusive!r}, wanted one of {wanted}")

    @property
    def compares(self) -> Sequence[str]:
        """The names of the rules that need a baseline."""
        return [name for name, rule in self.rules.items() if rule.compares]


def judge(policy: Policy, evidence: Evidence, notes: Sequence[str] = ()) -> Judgement:
    """Every rule's verdicts; `notes` are said beside them.

    Raises:
        InputError: rules compare and there is no baseline, or a rule asks for a scorer or measure that does not exist.
    """
    if policy.compares and evidence.baseline is None:
        rules = ", ".join(policy.compares)
        raise InputError(f"baseline: found none, wanted the one that {rules} of policy {policy.name} compare with")
    verdicts: list[Verdict] = []
    for name, rule in policy.rules.items():
        try:
            verdicts += rule.judge(name, evidence)
        except InputError as error:
            raise InputError(f"policy {policy.name}: {name}: {error}") from error
    return Judgement(
        policy=policy.name,
        run=evidence.run.name,
        baseline=None if evidence.baseline is None else evidence.baseline.name,
        verdicts=tuple(verdicts),
        on_inconclusive=policy.on_inconclusive,
        signatures=evidence.signatures,
        notes=tuple(notes),
    )
