"""Rules on what is counted and not estimated: failures, figures, lost and found items, emptied documents, speed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from harness.data.types import LAYERS, InputError
from harness.gating.changed import ALL, Changed, Count
from harness.gating.evidence import Evidence
from harness.gating.rules import Comparison, positive
from harness.gating.verdicts import Outcome, Verdict
from harness.show import formats


@dataclass(frozen=True)
class Failures:
    """At most `most` documents may have failed; a run in which all failed never passes."""

    compares: ClassVar[bool] = False

    most: int = 0

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail."""
        run = evidence.run
        good = run.failures <= self.most and run.failures < run.documents
        text = f"{run.failures} of {run.documents} documents failed, wanted at most {self.most}"
        return [Verdict(name, "documents", "pass" if good else "fail", text, run.failures, limit=self.most)]


EACH: Final = "each"
"""As a label: every label by itself."""


@dataclass(frozen=True)
class Changes(Comparison):
    """How much of the gold may change against the baseline, in items: a loss that is known, and not estimated.

    At most `lost` items that were right may be wrong now; `net`, what was found less what was lost, must be at least
    that (0 or below); at most `wrong` more answers that the gold has not. None: no limit. `label`: all, an entity type,
    a sentence's label, a role of claims, or each, where every one must keep the limits.

    `most_share`, in (0, 1], caps each of these limits at that share of the label's items in the gold, rounded and at
    least 1: what is little of a large gold may be most of a small one. None: no cap.
    """

    compares: ClassVar[bool] = True

    scorer: str
    label: str = ALL
    lost: int | None = None
    net: int | None = None
    wrong: int | None = None
    most_share: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lost is None and self.net is None and self.wrong is None:
            raise InputError("lost, net, wrong: found none, wanted at least one limit")
        for field, value in (("lost", self.lost), ("wrong", self.wrong)):
            if value is not None and value < 0:
                raise InputError(f"{field}: found {value}, wanted 0 or more")
        if self.net is not None and self.net > 0:
            raise InputError(f"net: found {self.net}, wanted 0 or less")
        if self.most_share is not None and not 0 < self.most_share <= 1:
            raise InputError(f"most_share: found {self.most_share!r}, wanted a share above 0 and up to 1")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail; of each label those that fail, or one verdict for all."""
        subject = f"{self.scorer} {self.label}"
        # Says what is wrong where the baseline has no such layer.
        if self.scorer not in evidence.side(self.against).tables or self.scorer not in evidence.run.tables:
            evidence.difference(self.scorer, "", self.against)
            said = "the run has no such layer: what is not measured has not passed"
            return [Verdict(name, subject, "fail", said)]
        changed = self._found(evidence)
        if self.label != EACH:
            return [self._verdict(name, self.label, changed, evidence)]
        verdicts = [self._verdict(name, label, changed, evidence) for label in changed.labels]
        failed = [verdict for verdict in verdicts if verdict.outcome == "fail"]
        return failed or [self._worst(name, changed, evidence)]

    def _found(self, evidence: Evidence) -> Changed:
        """What changed by the scorer, which must list items, of the label."""
        changed = evidence.changed.get(self.against, {}).get(self.scorer)
        if changed is None:
            raise InputError(f"scorer: found {self.scorer}, which lists no items, wanted one that does")
        if self.wrong is not None and changed.roles is not None:
            raise InputError(f"wrong: found a limit for {self.scorer}, wanted none: wrong claims are not listed")
        columns = evidence.run.tables[self.scorer].columns
        known = changed.roles or [column.removesuffix("/tp") for column in columns if column.endswith("/tp")]
        if self.label not in (ALL, EACH, *known):
            raise InputError(f"label: found {self.label!r}, wanted {ALL}, {EACH} or one of {', '.join(known)}")
        return changed

    def _verdict(self, name: str, label: str, changed: Changed, evidence: Evidence) -> Verdict:
        count, cap = changed.count(label), self._cap(label, evidence)
        lost, net, wrong = (
            limit if limit is None or cap is None else max(-cap, min(cap, limit))
            for limit in (self.lost, self.net, self.wrong)
        )
        limits = [
            (count.lost, lost, lost is not None and count.lost > lost, f"at most {lost} lost"),
            (count.net, net, net is not None and count.net < net, f"net at least {net}"),
            (count.more_wrong, wrong, wrong is not None and count.more_wrong > wrong, f"at most {wrong} more wrong"),
        ]
        # Of several limits the one that is shown as a number is the first that broke.
        limits = sorted((verdict for verdict in limits if verdict[1] is not None), key=lambda verdict: not verdict[2])
        value, limit, broken, _ = limits[0]
        said = f"{_numbers(count, changed)}; wanted {', '.join(verdict[3] for verdict in limits)}"
        return Verdict(name, f"{self.scorer} {label}", "fail" if broken else "pass", said, value, limit=limit)

    def _cap(self, label: str, evidence: Evidence) -> int | None:
        """How many items `most_share` of the gold of a label is, 1 at least; None where there is no cap."""
        if self.most_share is None:
            return None
        table = evidence.run.tables[self.scorer]
        support = evidence.scorer(self.scorer).support(table.totals)
        # Claims have no sum over labels: all of them have a content.
        every = support.get("micro", support.get("content", max(support.values(), default=0)))
        return max(1, round(self.most_share * float(support.get(label, every))))

    def _worst(self, name: str, changed: Changed, evidence: Evidence) -> Verdict:
        """Where each label keeps the limits: the one that lost most."""
        if not changed.labels:
            return self._verdict(name, EACH, changed, evidence)
        worst = min(changed.labels, key=lambda label: (changed.count(label).net, label))
        verdict = self._verdict(name, worst, changed, evidence)
        return replace(verdict, subject=f"{self.scorer} each", found=f"{worst} most: {verdict.found}")


@dataclass(frozen=True)
class LostDocuments:
    """No document that has gold, and had predictions in the baseline, may have none now; judged by layer."""

    compares: ClassVar[bool] = True

    layers: Sequence[str] = LAYERS

    def __post_init__(self) -> None:
        unknown = [layer for layer in self.layers if layer not in LAYERS]
        if unknown or not self.layers:
            raise InputError(f"layers: found {unknown or 'none'}, wanted some of {', '.join(LAYERS)}")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail; skipped for a layer in which the baseline has nothing to lose."""
        return [self._layer(name, layer, evidence) for layer in self.layers]

    def _layer(self, name: str, layer: str, evidence: Evidence) -> Verdict:
        baseline = evidence.side("baseline")
        nothing: frozenset[str] = frozenset()
        had = evidence.gold.get(layer, nothing) & baseline.filled.get(layer, nothing)
        emptied = sorted(had - evidence.run.filled.get(layer, nothing))
        if not had:
            return Verdict(name, layer, "skipped", f"the baseline has no {layer} where the gold has some")
        named = ", ".join(emptied[:3]) + (f" and {len(emptied) - 3} more" if len(emptied) > 3 else "")
        text = f"{len(emptied)} of {len(had)} documents lost all {layer}" + (f": {named}" if emptied else "")
        return Verdict(name, layer, "fail" if emptied else "pass", text, len(emptied), limit=0)


Emptied = LostDocuments
"""Its name in policies that were written before."""


@dataclass(frozen=True)
class Speed:
    """Words per second must be at least `least_ratio` of the baseline's; skipped unless one machine measured both."""

    compares: ClassVar[bool] = True

    least_ratio: float

    def __post_init__(self) -> None:
        positive("least_ratio", self.least_ratio)

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass, fail, or skipped."""
        before, after = evidence.baseline and evidence.baseline.words_per_second, evidence.run.words_per_second
        if evidence.baseline is None or not before or not after:
            return [Verdict(name, "words per second", "skipped", "not measured on both sides")]
        if evidence.run.machine is None or evidence.run.machine != evidence.baseline.machine:
            return [Verdict(name, "words per second", "skipped", "measured on unlike machines")]
        ratio = after / before
        outcome: Outcome = "pass" if ratio >= self.least_ratio else "fail"
        text = f"{after:.0f} after {before:.0f}, {ratio:.2f} of it, wanted at least {self.least_ratio:g}"
        return [Verdict(name, "words per second", outcome, text, ratio, limit=self.least_ratio)]


@dataclass(frozen=True)
class Figure:
    """A number that the run's runner counted of its own must be `at_most`, or `at_least`, or both.

    `name` is a key of `figures` in `scores.json`, as `cost` in dollars or `tokens_in`; or `unplaced/LAYER`, the share
    of a layer's answers that have no place in the text, as `unplaced/entities`. What is not counted has not passed.
    """

    compares: ClassVar[bool] = False

    name: str
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if self.at_most is None and self.at_least is None:
            raise InputError("at_most, at_least: found neither, wanted at least one limit")
        if self.at_most is not None and self.at_least is not None and self.at_most < self.at_least:
            raise InputError(f"at_most: found {self.at_most:g}, wanted {self.at_least:g} or more, as at_least says")

    def judge(self, name: str, evidence: Evidence) -> Sequence[Verdict]:
        """Pass or fail."""
        figures = evidence.run.figures
        if self.name not in figures:
            known = ", ".join(sorted(figures)) or "none"
            said = f"the run does not count {self.name}: what is not measured has not passed; it counts {known}"
            return [Verdict(name, self.name, "fail", said)]
        value = figures[self.name]
        limits = [
            (limit, broken, f"at {end} {limit:g}")
            for limit, broken, end in (
                (self.at_most, self.at_most is not None and not value <= self.at_most, "most"),
                (self.at_least, self.at_least is not None and not value >= self.at_least, "least"),
            )
            if limit is not None
        ]
        # Of two limits the one that is shown as a number is the one that broke.
        limit, broken, _ = max(limits, key=lambda judged: judged[1])
        text = f"{self.name} {formats.figure(value)}, wanted {' and '.join(words for _, _, words in limits)}"
        return [Verdict(name, self.name, "fail" if broken else "pass", text, value, limit=limit)]


def _numbers(count: Count, changed: Changed) -> str:
    gold = f"{count.lost} lost, {count.found} found"
    return gold if changed.roles is not None else f"{gold}, {count.wrong} newly wrong, {count.mended} no longer"
