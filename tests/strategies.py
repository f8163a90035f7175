"""Random texts, annotations and corpora, as hypothesis strategies.

Texts mix what makes Arabic offsets hard: marks, tatweel, punctuation and brackets at the edges of words, proclitics,
characters outside the basic plane. The tiny strategies keep to a handful of positions, where ties and duplicates
happen all the time.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from hypothesis import strategies as st

from harness.data.types import (
    LAYERS,
    ROLES,
    Annotation,
    Claim,
    Document,
    Entity,
    Example,
    Prediction,
    Sentence,
    Span,
    Unplaced,
)
from harness.scoring.corpus import Corpus
from tests.schemas import ENTITY_TYPES, GOLD_SCHEMA, SENTENCE_LABELS

T = TypeVar("T")

LETTERS: Final = "ابتسلمويكفأةa7"
MARKS: Final = "\u064e\u0651\u0301"
SPACES: Final = "  \n\t\u00a0\u2028"
PUNCTUATION: Final = ".،؟!«»\"'-–/ـ%٪([{)]}﴿﴾"
ODD: Final = "😀👨\u200d👩\u200f\ufeff\U0001d7d9"
PIECES: Final = (
    *LETTERS,
    *MARKS,
    *SPACES,
    *PUNCTUATION,
    *ODD,
    "لروسيا",
    "روسيا-بكين",
    "لـ«",
    "3.5",
    "روسيا",
    "بكين",
    "وبالقاهرة",
    "«لِلصِّينِ»",
    "(عام 2024)",
    " قال. ",
)
TINY_TEXTS: Final = ("ابتثجح", "لروسيا", "لبنان ", "«لب» ن", " لب.نا", "(ل)بن ", "و ب\nل", "ولبنان", "لب-ن", "ب/7ن")
TINY_TYPES: Final = ("GPE", "PERS")


def texts(min_size: int = 0, max_size: int = 30) -> st.SearchStrategy[str]:
    """Texts of `min_size` to `max_size` pieces, each a character or a word."""
    return st.lists(st.sampled_from(PIECES), min_size=min_size, max_size=max_size).map("".join)


def any_texts(max_size: int = 20) -> st.SearchStrategy[str]:
    """Texts of any characters but surrogates, which UTF-8 cannot hold."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)


def spans(text: str) -> st.SearchStrategy[Span]:
    """Spans of at least one character; `text` has one."""
    places = st.integers(0, len(text) - 1)
    return st.tuples(places, places).map(lambda pair: Span(min(pair), max(pair) + 1))


def scores() -> st.SearchStrategy[float | None]:
    """Confidences with as many digits as are kept, or none."""
    return st.none() | st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)


def entities(text: str, types: Sequence[str] = ENTITY_TYPES) -> st.SearchStrategy[Entity]:
    """Entities of `text`."""
    return st.builds(
        lambda span, kind, score: Entity(span.start, span.end, kind, score),
        spans(text),
        st.sampled_from(types),
        scores(),
    )


def sentences(text: str) -> st.SearchStrategy[Sentence]:
    """Labelled stretches of `text`; they may overlap."""
    labels = st.sampled_from(SENTENCE_LABELS)
    return st.builds(
        lambda span, label, score: Sentence(span.start, span.end, label, score), spans(text), labels, scores()
    )


def claims(text: str, *, gold: bool, names: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Claim]:
    """Claims over `text`; with `gold` every attribute has a value."""
    where = spans(text)

    every: dict[str, st.SearchStrategy[str]] = {
        name: st.sampled_from(values) for name, values in GOLD_SCHEMA.attributes.items()
    }
    return st.builds(
        Claim,
        content=where,
        cue=where,
        source=st.none() | where,
        speaker=st.none() | (any_texts() if names is None else names),
        attributes=st.fixed_dictionaries(every if gold else {}, optional={} if gold else every),
        score=scores(),
    )


def annotations(text: str, *, gold: bool) -> st.SearchStrategy[Annotation]:
    """Annotations of `text`, each mention and sentence at most once; an empty text has only empty layers."""
    most = 4 if text else 0

    def layer(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...] | None]:
        return st.none() | st.lists(values, max_size=most).map(tuple)

    mentions = st.lists(entities(text or " "), max_size=most, unique_by=lambda entity: entity[:3]).map(tuple)
    labelled = st.lists(sentences(text or " "), max_size=most, unique_by=lambda sentence: sentence[:2]).map(tuple)
    return st.builds(
        Annotation,
        entities=st.none() | mentions,
        claims=layer(claims(text or " ", gold=gold)),
        sentences=st.none() | labelled,
        unplaced=st.just(()) if gold else st.lists(unplaced(text), max_size=3).map(tuple),
    )


def unplaced(text: str) -> st.SearchStrategy[Unplaced]:
    """Answers about `text` that have no place in it."""
    labels = {"entities": ENTITY_TYPES, "claims": ROLES, "sentences": SENTENCE_LABELS}
    return st.sampled_from(LAYERS).flatmap(
        lambda layer: st.builds(
            Unplaced, st.just(layer), st.sampled_from(labels[layer]), any_texts(), st.integers(0, len(text))
        )
    )


def names() -> st.SearchStrategy[str]:
    """Names of documents."""
    return any_texts().filter(bool)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """A document with gold over any of its layers."""
    text = draw(texts() | any_texts())
    meta = draw(st.dictionaries(any_texts(5), st.none() | st.booleans() | st.integers() | any_texts(), max_size=3))
    return Example(Document(draw(names()), text, meta), draw(annotations(text, gold=True)))


@st.composite
def predictions(draw: st.DrawFn, document: Document) -> Prediction:
    """A prediction for `document`, a failed one at times."""
    seconds = draw(st.none() | st.integers(0, 10**9).map(lambda millionths: millionths / 10**6))
    return Prediction(document.id, draw(annotations(document.text, gold=False)), seconds, draw(st.none() | any_texts()))


def tiny_entities(text: str, types: Sequence[str] = TINY_TYPES) -> st.SearchStrategy[tuple[Entity, ...]]:
    """A few mentions of a tiny text, nested, crossing and repeated as they come."""
    places = range(len(text))
    every = [Entity(start, end + 1, kind) for start in places for end in places[start:] for kind in types]
    return st.lists(st.sampled_from(every), max_size=6).map(tuple)


@st.composite
def tiny_corpora(draw: st.DrawFn, most: int = 3) -> Corpus:
    """One to `most` tiny documents with entities on both sides."""
    chosen = draw(st.lists(st.sampled_from(TINY_TEXTS), min_size=1, max_size=most))
    gold = [Annotation(entities=draw(tiny_entities(text))) for text in chosen]
    predicted = [Annotation(entities=draw(tiny_entities(text))) for text in chosen]
    documents = [Document(str(number), text) for number, text in enumerate(chosen)]
    return Corpus(documents, gold, predicted)


@st.composite
def tiny_claims(draw: st.DrawFn, text: str, most: int = 3) -> tuple[Claim, ...]:
    """A few claims over a text of one-letter words, with attributes out of few."""
    people = st.sampled_from(("ا", "ب", "أ"))
    return tuple(draw(st.lists(claims(text, gold=True, names=people), max_size=most)))


@st.composite
def rivals(draw: st.DrawFn) -> tuple[Corpus, Corpus]:
    """Two predictions for the same tiny gold."""
    one = draw(tiny_corpora())
    other = [Annotation(entities=draw(tiny_entities(document.text))) for document in one.documents]
    return one, replace(one, predicted=other)


@st.composite
def rival_claims(draw: st.DrawFn) -> tuple[Corpus, Corpus]:
    """Two predictions of claims for the same tiny gold."""
    documents = [Document(str(number), "ا ب ت «ث» ج") for number in range(draw(st.integers(1, 2)))]
    gold, *sides = ([Annotation(claims=draw(tiny_claims(one.text))) for one in documents] for _ in range(3))
    one, other = (Corpus(documents, gold, side) for side in sides)
    return one, other


@st.composite
def claim_corpora(draw: st.DrawFn) -> Corpus:
    """Claims of both sides in one or two tiny documents."""
    texts = draw(st.lists(st.sampled_from(("ا ب ت ث ج", "ا (ب ت)\nث")), min_size=1, max_size=2))
    gold = [Annotation(claims=draw(tiny_claims(text))) for text in texts]
    predicted = [Annotation(claims=draw(tiny_claims(text))) for text in texts]
    return Corpus([Document(str(number), text) for number, text in enumerate(texts)], gold, predicted)
