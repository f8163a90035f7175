"""Which measures every scorer gives: each is asked, on one document that has all layers."""

from collections.abc import Sequence
from typing import Any, Final

import yaml

from harness.config.parts import class_at
from harness.data.files import resource
from harness.data.schema import read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, Prediction, Sentence, Span
from harness.scoring.score import Gold, corpora_of
from harness.scoring.selection import headlines, shown

_TEXT: Final = "قال الوزير إن جامعة طوكيو قريبة."
_ATTRIBUTES: Final = {"quote": "indirect", "polarity": "affirms", "certainty": "asserted"}


def measures() -> dict[str, tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Of each scorer in `conf/` its headlines, what a table shows, and all measures; types and labels are `TYPE`."""
    answer = Annotation(
        (_entity("الوزير", "OCC"), _entity("جامعة طوكيو", "ORG"), _entity("طوكيو", "GPE")),
        (Claim(_span("جامعة طوكيو قريبة"), _span("قال"), _span("الوزير"), "الوزير", _ATTRIBUTES),),
        (Sentence(0, len(_TEXT), "CFS"),),
    )
    gold = Gold("example", "0" * 64, [Example(Document("d", _TEXT), answer)], schema=read_schema("gold"))
    corpora = corpora_of(gold, {"d": Prediction("d", answer)}, "document")
    found = {}
    for path in sorted((resource("conf") / "scorer").glob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        scorer: Any = class_at(content.pop("_target_"), ["harness"])(**content)
        totals = scorer.counts(corpora[scorer.layer]).totals
        names = [*scorer.scores(totals, totals)]
        every = (headlines(scorer, names), shown(scorer, names), names)
        found[path.stem] = tuple([*dict.fromkeys(_named(name) for name in listed)] for listed in every)
    return found  # type: ignore[return-value]


def _named(measure: str) -> str:
    label, _, rest = measure.partition("/")
    return f"TYPE/{rest}" if label.isupper() else measure


def _span(words: str) -> Span:
    start = _TEXT.index(words)
    return Span(start, start + len(words))


def _entity(words: str, kind: str) -> Entity:
    return Entity(*_span(words), kind)
