"""The extractors find the same in a text however it is typed."""

from collections.abc import Iterator, Mapping

import pytest

from harness.data.types import Annotation, Document, Span
from harness.runners.base import Runner
from harness.runners.ensemble import Ensemble
from harness.runners.rules.runner import Rules
from harness.runners.transformer.runner import Transformer
from tests.spelling import RESPELLINGS, carry, respell

NEWS = (
    "قال وزير الخارجية الروسي سيرغي لافروف في موسكو إن بلاده «لن تتراجع» عن الاتفاق. وأضاف أن وفدا من الأمم المتحدة "
    "سيصل إلى لبنان يوم الاثنين المقبل.\nوأعلنت شركة النفط في الكويت أنها زادت الإنتاج بنسبة 5%، وشكرت الصين جدًا."
)
# A model is given another word where a Persian yeh stands for ى, or a nunation for none, and other quotation marks.
OTHER_WORDS = ("keyboard: farsi yeh for both", "keyboard: persian", "nunation", "full marks", "nfd and marks")
CASES = [
    (kind, name)
    for kind in ("rules", "transformer", "ensemble")
    for name in RESPELLINGS
    if kind == "rules" or not (name in OTHER_WORDS or name.startswith("quotes"))
]


def annotation_of(runner: Runner, text: str) -> Annotation:
    (answer,) = runner.predict([Document("d", text)])
    assert answer.error is None
    return answer.annotation


@pytest.fixture(scope="module")
def runners() -> Mapping[str, Runner]:
    transformer, rules = Transformer(), Rules()
    found: dict[str, Runner] = {
        "rules": rules, "transformer": transformer, "ensemble": Ensemble([transformer, rules], 0.42),
    }  # fmt: skip
    found["ensemble"].load()
    return found


def roles(annotation: Annotation) -> Iterator[tuple[Span, Span, Span | None, str | None]]:
    for claim in annotation.claims or ():
        yield claim.content, claim.cue, claim.source, claim.attributes.get("quote")


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_mentions_and_claims_are_the_same_in_every_spelling(
    runners: Mapping[str, Runner], kind: str, name: str
) -> None:
    plain, rewrite = annotation_of(runners[kind], NEWS), respell(NEWS, name)
    assert plain.entities
    assert plain.claims
    found = annotation_of(runners[kind], rewrite.target)
    entities = [(carry(Span(*one[:2]), rewrite), one.type) for one in plain.entities]
    assert [(Span(*one[:2]), one.type) for one in found.entities or ()] == entities
    claims = [
        (carry(content, rewrite), carry(cue, rewrite), source and carry(source, rewrite), quote)
        for content, cue, source, quote in roles(plain)
    ]
    assert list(roles(found)) == claims
    assert [one.label for one in found.sentences or ()] == [one.label for one in plain.sentences or ()]
