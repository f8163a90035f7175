"""The sentence that every format has to hold: an emoji, vowel marks, proclitics, a nested mention, a claim."""

from typing import Final

from harness.data.types import Annotation, Claim, Document, Entity, Example, Sentence, Span

TEXT: Final = "😊 قالَ وزيرُ الصينِ إنّ بكين ولندن بعيدتان."


def span(words: str, text: str = TEXT) -> Span:
    """Where `words` first stand, in code points."""
    start = text.index(words)
    return Span(start, start + len(words))


ENTITIES: Final = (
    Entity(*span("وزيرُ الصينِ"), "OCC"),
    Entity(*span("الصينِ"), "GPE"),
    Entity(*span("بكين"), "GPE"),
    # Behind a proclitic: the word is ولندن.
    Entity(*span("لندن"), "GPE"),
)
CLAIM: Final = Claim(
    span("بكين ولندن بعيدتان"),
    span("قالَ"),
    span("وزيرُ الصينِ"),
    "وزير الصين",
    {"quote": "indirect", "polarity": "affirms", "certainty": "asserted"},
)
SENTENCES: Final = (Sentence(*span(TEXT[2:]), "UFS"),)

ENTITIES_ONLY: Final = Example(Document("wide", TEXT), Annotation(entities=ENTITIES))
WHOLE: Final = Example(Document("wide", TEXT), Annotation(ENTITIES, (CLAIM,), SENTENCES))

EMOJI_UNITS: Final = {"code_points": 1, "utf16": 2, "bytes": 4}
"""What the emoji counts in each unit; every offset behind it is off by the difference."""
