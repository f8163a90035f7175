"""A dozen sentences of our own with entities, claims and labels, to learn from in no time."""

from pathlib import Path
from typing import Final

from harness.data.codec import write_examples
from harness.data.types import Annotation, Claim, Document, Entity, Example, Sentence, Span
from tests.schemas import said

PEOPLE: Final = ("سامي", "ليلى", "عادل", "سمر")
PLACES: Final = ("موسكو", "القاهرة", "البصرة")
CONLL: Final = "وصل\tO\nوفد\tO\nإلى\tO\nالقاهرة\tB-LOC\n\nزادت\tO\nشركة\tB-ORG\nالنفط\tI-ORG\nالإنتاج\tO\n"


def example(number: int, person: str, place: str) -> Example:
    """A sentence in which a person says something about a place."""
    text = f"قال {person} إن العمل في {place} يبدأ يوم الاثنين {number}."

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    content = Span(text.index("العمل"), len(text) - 1)
    claim = Claim(content, span("قال"), span(person), person, said("indirect", "affirms", "asserted"))
    entities = (Entity(*span(person), "PERS"), Entity(*span(place), "GPE"))
    gold = Annotation(entities, (claim,), (Sentence(0, len(text), "CFS"),))
    return Example(Document(f"s{number}", text, {"block": f"b{number // 4}"}), gold)


EXAMPLES: Final = tuple(
    example(4 * at + number, person, place) for at, place in enumerate(PLACES) for number, person in enumerate(PEOPLE)
)
"""Three blocks of four sentences."""

DEV: Final = (example(90, "عادل", "البصرة"), example(91, "ليلى", "موسكو"))


def write_gold(folder: Path) -> Path:
    """`EXAMPLES` as a file."""
    path = folder / "gold.jsonl"
    write_examples(path, EXAMPLES)
    return path


def write_conll(folder: Path) -> Path:
    """Two sentences in CoNLL columns."""
    path = folder / "corpus.conll"
    path.write_text(CONLL, encoding="utf-8")
    return path
