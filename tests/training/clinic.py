"""Thirty sentences from a clinic, in a schema of their own: Arabic type names, labels and an attribute of claims."""

from itertools import product
from typing import Final

from harness.data.types import Annotation, Claim, Document, Entity, Example, Sentence, Span

DISEASE: Final = "مرض"
DRUG: Final = "دواء"
ILLNESSES: Final = ("السكري", "الربو", "الحصبة", "السل", "الملاريا")
DRUGS: Final = ("الأنسولين", "الأسبرين", "البنسلين", "الكورتيزون", "المورفين", "الكينين")
EVIDENCE: Final = "دليل"


def sentence(number: int, illness: str, drug: str) -> Example:
    """A doctor states, or doubts, that a drug helps against an illness."""
    sure = number % 2 == 0
    cue, strength = ("أكدت", "قوي") if sure else ("رجحت", "ضعيف")
    text = f"{cue} الطبيبة أن {drug} يفيد في علاج {illness} رقم {number}."

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    content = Span(text.index(drug), len(text) - 1)
    claim = Claim(content, span(cue), span("الطبيبة"), "الطبيبة", {EVIDENCE: strength})
    label = Sentence(0, len(text), "مهم/عاجل" if sure else "عادي")
    entities = (Entity(*span(drug), DRUG), Entity(*span(illness), DISEASE))
    return Example(Document(f"c{number}", text), Annotation(entities, (claim,), (label,)))


_ALL: Final = [sentence(number, *pair) for number, pair in enumerate(product(ILLNESSES, DRUGS), 100)]
HELD_OUT: Final = _ALL[::5]
"""Pairs of an illness and a drug that no sentence of `TRAINING` has."""
TRAINING: Final = [example for example in _ALL if example not in HELD_OUT]
