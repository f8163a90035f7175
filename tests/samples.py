"""Six short documents of our own writing, with gold and with predictions that err in known ways."""

from typing import Final

from harness.data.types import Annotation, Claim, Document, Entity, Example, Prediction, Sentence, Span
from tests.schemas import said

_TEXTS: Final = (
    "وصل الوزير سامي النجار إلى الرباط صباح أمس. قال النجار إن المغرب يرحب بالحوار.",
    "زارت وفود من كندا جامعة طوكيو.\nأكدت اليابان أن الاتفاق قريب.",
    "لم تعلق شركة الأمل على الخبر.",
    "تستورد البرازيل القمح من كندا ولبنان.",
    "قالت كندا إنها تدرس الطلب.",
    "عاد سامي النجار إلى طوكيو.",
)


def _entity(text: str, mention: str, kind: str) -> Entity:
    start = text.index(mention)
    return Entity(start, start + len(mention), kind)


def _span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def _example(number: int, entities: list[tuple[str, str]], claims: list[tuple[str, str, str]]) -> Example:
    text = _TEXTS[number]
    ends = [position + 1 for position, char in enumerate(text) if char == "."]
    sentences, start = [], 0
    for end in ends:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        sentences.append(Sentence(start, end, "CFS" if number % 2 == 0 else "UFS"))
        start = end
    gold = Annotation(
        tuple(_entity(text, *one) for one in entities),
        tuple(
            Claim(
                _span(text, content),
                _span(text, cue),
                _span(text, source),
                source,
                said("indirect", "affirms", "asserted"),
            )
            for cue, source, content in claims
        ),
        tuple(sentences),
    )
    return Example(Document(f"وثيقة-{number}", text, {"outlet": "sample"}), gold)


EXAMPLES: Final = (
    _example(
        0,
        [("الوزير", "OCC"), ("سامي النجار", "PERS"), ("الرباط", "GPE"), ("المغرب", "GPE")],
        [("قال", "النجار", "المغرب يرحب بالحوار")],
    ),
    _example(1, [("كندا", "GPE"), ("جامعة طوكيو", "ORG"), ("طوكيو", "GPE"), ("اليابان", "GPE")],
             [("أكدت", "اليابان", "الاتفاق قريب")]),
    _example(2, [("شركة الأمل", "ORG")], []),
    _example(3, [("البرازيل", "GPE"), ("كندا", "GPE"), ("لبنان", "GPE")], []),
    _example(4, [("كندا", "GPE")], [("قالت", "كندا", "تدرس الطلب")]),
    _example(5, [("سامي النجار", "PERS"), ("طوكيو", "GPE")], []),
)  # fmt: skip

PREDICTIONS: Final = tuple(
    Prediction(
        example.document.id,
        Annotation(
            # Every document loses its first mention; the others keep their boundaries.
            (example.gold.entities or ())[1:],
            example.gold.claims,
            example.gold.sentences,
        ),
    )
    for example in EXAMPLES
)
