"""Random documents for the files of annotation tools, as hypothesis strategies."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Sentence
from tests.strategies import any_texts, claims, entities, names, sentences, texts


@st.composite
def whole_examples(draw: st.DrawFn) -> Example:
    """A document in which all layers are annotated: mentions nest and repeat, claims share cues and whole spans."""
    text = draw(texts(min_size=1) | any_texts().filter(bool))
    made = draw(st.lists(claims(text, gold=True), max_size=3))
    # Drawn apart, cues of claims hardly ever are the same.
    shared = [replace(claim, cue=made[0].cue) if draw(st.booleans()) else claim for claim in made]
    mentions = draw(st.lists(entities(text), max_size=5, unique_by=lambda entity: entity[:3]))
    labelled = draw(st.lists(sentences(text), max_size=3, unique_by=lambda sentence: sentence[:3]))
    meta = draw(st.dictionaries(any_texts(5), st.none() | st.booleans() | st.integers() | any_texts(), max_size=3))
    gold = Annotation(tuple(mentions), tuple(shared), tuple(labelled))
    return Example(Document(draw(names()), text, meta), gold)


def in_order(example: Example) -> tuple[Document, list[Entity], list[Claim], list[Sentence]]:
    """An example with its items sorted: files need not keep the order of one layer."""
    gold = example.gold
    claims_ = [replace(claim, attributes=dict(sorted(claim.attributes.items()))) for claim in gold.claims or ()]
    by_place = sorted(claims_, key=repr)
    return example.document, sorted(gold.entities or (), key=repr), by_place, sorted(gold.sentences or (), key=repr)


def unscored(example: Example) -> Example:
    """An example without the scores of its items, which most formats have no place for."""
    gold = example.gold
    return replace(
        example,
        gold=Annotation(
            gold.entities and tuple(entity._replace(score=None) for entity in gold.entities),
            gold.claims and tuple(replace(claim, score=None) for claim in gold.claims),
            gold.sentences and tuple(sentence._replace(score=None) for sentence in gold.sentences),
        ),
    )


def is_read_or_refused(read: Callable[[], object]) -> bool:
    """Whether a file is read, or refused in one line that says what was wanted; any other error is raised."""
    try:
        read()
    except InputError as error:
        return "\n" not in str(error) and "wanted" in str(error)
    return True
