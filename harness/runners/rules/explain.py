"""Why the rules find what they find: every find of every rule, and what became of it."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from harness.arabic.plain import carry_back, read_plain
from harness.arabic.segment import snap
from harness.data.types import Claim, Document, Sentence, Span
from harness.runners.rules.entities.chart import Chart, Found
from harness.runners.rules.entities.entities import STAGES, settle
from harness.runners.rules.entities.scores import score_of
from harness.runners.rules.grammar import grammar
from harness.runners.rules.notation import read_rules
from harness.runners.rules.runner import Rules
from harness.runners.rules.words.gazetteer import lexicon

Fate = Literal["kept", "overruled", "left out", "unsure"]
"""kept: an entity of the answer. overruled: another find took its place. left out: it lacks the name beside it that it
needs, or the like. unsure: the precision of its rule is below the threshold."""


class Finding(NamedTuple):
    """What one rule finds in a text, characters `start` to `end`, and what became of it.

    `stage` is the pass that the rule belongs to, `place` the file and line where it stands (empty for a rule in
    Python), `score` its precision on the development data, `by` the rule that overruled it and what that found.
    """

    start: int
    end: int
    type: str
    rule: str
    stage: str
    place: str
    score: float
    fate: Fate
    by: str = ""


class Attribution(NamedTuple):
    """A claim as its texts; `source` is empty where nobody is named."""

    cue: str
    source: str
    content: str
    polarity: str
    certainty: str
    score: float


@dataclass(frozen=True)
class Explanation:
    """What the rules find in a text, in its order: finds of entities, claims, and sentences with their labels."""

    text: str
    findings: tuple[Finding, ...]
    claims: tuple[Attribution, ...]
    sentences: tuple[Sentence, ...]

    def surface(self, finding: Finding) -> str:
        """The text of a finding."""
        return self.text[finding.start : finding.end]


class _Find(NamedTuple):
    """A find, the pass that made it, and the find that took its place."""

    found: Found
    stage: str
    by: Found | None = None


def explain(text: str, threshold: float = Rules.threshold) -> Explanation:
    """Every find of the rules in `text`, and what became of it at this `threshold`; each span and type of a rule once.

    Of the finds of rules in Python those are missing that their own pass has overruled.
    """
    rewrite = read_plain(text)
    words = lexicon().read(rewrite.target)
    chart = Chart(words)
    overruled, last = _run(chart) if len(words) else ([], [])
    kept = {found[:4]: found for found in settle(chart)} if len(words) else {}
    findings = []
    for find in (*overruled, *last):
        # A title that has a name beside it goes by the name of another rule.
        found = find.found if find.by else kept.get(find.found[:4], find.found)
        score, fate, by = score_of(found.rule), "kept", find.by
        if by is not None:
            fate = "overruled"
        elif found[:4] not in kept:
            by = next((entity for entity in kept.values() if _covers(entity, found)), None)
            fate = "overruled" if by else "left out"
        elif score < threshold:
            fate = "unsure"
        span = carry_back(_span(chart, found), rewrite)
        told = f"{by.rule}: {text[slice(*carry_back(_span(chart, by), rewrite))]}" if by else ""
        place = _place(find.stage, find.found)
        findings.append(Finding(*span, found.type, found.rule, find.stage, place, score, cast("Fate", fate), told))
    answer = Rules(threshold=threshold).annotate(Document("text", text))
    claims = tuple(_attribution(text, claim) for claim in answer.claims or ())
    return Explanation(text, tuple(sorted(set(findings), key=_order)), claims, answer.sentences or ())


def _order(finding: Finding) -> tuple[int, int, bool, str, str]:
    """By place, longer ones first, and what is kept before what it overruled."""
    return finding.start, -finding.end, finding.fate != "kept", finding.type, finding.rule


def _run(chart: Chart) -> tuple[list[_Find], list[_Find]]:
    """All passes on a chart: the finds that others overruled, and those that are on it at last."""
    overruled: list[_Find] = []
    standing: list[_Find] = []
    for stage in STAGES:
        before = Counter(chart.all())
        overruled += _scan(stage, chart)
        now = Counter(chart.all())
        new = [_Find(found, stage) for found in (now - before).elements()]
        gone = before - now
        for find in standing:
            if gone[find.found]:
                by = next((later.found for later in new if _touches(later.found, find.found)), None)
                overruled.append(find._replace(by=by))
        standing = [*(find for find in standing if not gone[find.found]), *new]
    return overruled, standing


def _scan(stage: str, chart: Chart) -> list[_Find]:
    """One pass; what its rules would have found if none had come before them. Empty for rules in Python."""
    beaten: list[_Find] = []
    if not _has_file(stage):
        STAGES[stage](chart)
        return beaten
    rules = grammar(f"entities/{stage}.rules")

    def watch(index: int, found: list[Found], stays: bool) -> None:
        if not stays:
            standing = [entity for entity in chart.at[index] if entity.rule in rules.source.under]
            beaten.extend(_Find(entity, stage, max(standing, key=lambda entity: entity.last)) for entity in found)
            return
        same = {entity[:4] for entity in found}
        rivals = (entity for entity in rules.matches(chart, index) if entity[:4] not in same)
        beaten.extend(_Find(entity, stage, found[0]) for entity in rivals)

    rules.scan(chart, watch)
    return beaten


@cache
def _has_file(stage: str) -> bool:
    return (files("harness.runners.rules") / "entities" / f"{stage}.rules").is_file()


def _place(stage: str, found: Found) -> str:
    """The file and line of the rule of a pass that made a find."""
    if not _has_file(stage):
        return ""
    name = f"entities/{stage}.rules"
    for rule in read_rules(name).rules:
        if rule.type == found.type and re.fullmatch(re.escape(rule.name).replace(r"\*", r"\S+"), found.rule):
            return f"{name}:{rule.line}"
    return name


def _span(chart: Chart, found: Found) -> Span:
    text = chart.text
    return snap(text.source, Span(text.begins[found.first] + found.cut, text.ends[found.last - 1]))


def _touches(left: Found, right: Found) -> bool:
    return left.first < right.last and right.first < left.last


def _covers(outer: Found, inner: Found) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last and outer[:2] != inner[:2]


def _attribution(text: str, claim: Claim) -> Attribution:
    source = text[slice(*claim.source)] if claim.source else ""
    cue, content = text[slice(*claim.cue)], text[slice(*claim.content)]
    polarity, certainty = (claim.attributes[name] for name in ("polarity", "certainty"))
    return Attribution(cue, source, content, polarity, certainty, claim.score or 0.0)
