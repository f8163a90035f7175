"""A policy: named rules, and what an undecided one is worth. Judging is a function of policy and evidence alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from harness.data.near import listed
from harness.data.types import InputError
from harness.gating.evidence import Evidence
from harness.gating.rules import Comparison, Rule, Worth, chosen
from harness.gating.verdicts import Judgement, OnInconclusive, OnWorse, Verdict
from harness.scoring.bootstrap import Bootstrap

WithoutBaseline = Literal["refuse", "skip"]


@dataclass(frozen=True)
class Policy:
    """Rules by name, in order, and what is made of their outcomes.

    `on_inconclusive`: report (exit code 3), fail (1) or pass (0); `on_worse`: fail (1) or pass (0); a rule may say
    otherwise. `level` is one-sided: the confidence with which a bound holds; 0.975 are the bounds of a two-sided 95 %
    interval. Fewer than `least_documents` documents are inconclusive. `without_baseline`: rules that compare are an
    error where none was given (refuse), or skipped.
    """

    name: str
    rules: Mapping[str, Rule]
    on_inconclusive: OnInconclusive = "report"
    on_worse: OnWorse = "fail"
    level: float = 0.975
    least_documents: int = 2
    without_baseline: WithoutBaseline = "refuse"

    def __post_init__(self) -> None:
        if not self.rules:
            raise InputError("rules: found none, wanted at least one")
        for name, rule in self.rules.items():
            if not isinstance(rule, Rule):
                raise InputError(f"rules.{name}: found {rule!r}, wanted a rule, named by its _target_")
        chosen("on_inconclusive", self.on_inconclusive, get_args(OnInconclusive))
        chosen("on_worse", self.on_worse, get_args(OnWorse))
        chosen("without_baseline", self.without_baseline, get_args(WithoutBaseline))
        if not 0.5 < self.level < 1:
            raise InputError(f"level: found {self.level}, wanted a one-sided level between 0.5 and 1")

    @property
    def compares(self) -> Sequence[str]:
        """The names of the rules that need a baseline."""
        return [name for name, rule in self.rules.items() if rule.compares]

    def at_level(self, bootstrap: Bootstrap) -> Bootstrap:
        """`bootstrap` with the two-sided level whose bounds have the policy's one-sided one."""
        return replace(bootstrap, level=round(2 * self.level - 1, 12))


def judge(policy: Policy, evidence: Evidence, notes: Sequence[str] = ()) -> Judgement:
    """Every rule's verdicts, at the policy's level; `notes` are said beside them.

    Raises:
        InputError: rules compare and there is no baseline, or a rule asks for a scorer or measure that does not exist.
    """
    if policy.compares and evidence.baseline is None and policy.without_baseline == "refuse":
        rules = f"rules of policy {policy.name} compare with ({listed(policy.compares, 3)})"
        made = "harness gate RUN task=bless baseline=DIR makes one"
        raise InputError(f"baseline: found none, wanted baseline=DIR, the one that {rules}; {made}")
    leveled = replace(evidence, bootstrap=policy.at_level(evidence.bootstrap))
    verdicts = list(_documents(policy, evidence))
    for name, rule in policy.rules.items():
        try:
            verdicts += _verdicts(name, rule, leveled)
        except InputError as error:
            raise InputError(f"policy {policy.name}: {name}: {error}") from error
    return Judgement(
        policy=policy.name,
        run=evidence.run.name,
        baseline=None if evidence.baseline is None else evidence.baseline.name,
        verdicts=tuple(verdicts),
        on_inconclusive=policy.on_inconclusive,
        on_worse=policy.on_worse,
        signatures=evidence.signatures,
        notes=tuple(notes),
        anchor=None if evidence.anchor is None else evidence.anchor.name,
        level=policy.level,
    )


def _verdicts(name: str, rule: Rule, evidence: Evidence) -> Iterator[Verdict]:
    """A rule's verdicts with what the rule makes of them; skipped where there is nothing to compare with."""
    against = rule.against if isinstance(rule, Comparison) else "baseline"
    if rule.compares and (evidence.baseline is None or (against == "anchor" and evidence.anchor is None)):
        missing = "baseline was given" if evidence.baseline is None else "anchor is set (harness gate task=anchor)"
        yield Verdict(name, against, "skipped", f"no {missing}")
        return
    for verdict in rule.judge(name, evidence):
        yield replace(
            verdict,
            rule=name,
            on_worse=rule.on_worse if isinstance(rule, Worth) else None,
            on_inconclusive=rule.on_inconclusive if isinstance(rule, Worth) else None,
        )


def _documents(policy: Policy, evidence: Evidence) -> Iterator[Verdict]:
    """Inconclusive, where there are too few documents for any verdict to mean anything."""
    found, least = evidence.run.documents, policy.least_documents
    if found < least:
        said = f"{found} {'document' if found == 1 else 'documents'}, wanted at least {least}: too little for a verdict"
        yield Verdict("documents", "documents", "inconclusive", said, found, limit=least)
