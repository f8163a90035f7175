"""The nouns of the harness: documents, annotations, predictions.

Gold and prediction are one type, so annotator agreement is a scorer with the second annotator as prediction. Every
offset is a half-open Unicode code-point offset into the raw text of its document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LAYERS: Final = ("entities", "claims", "sentences")
ROLES: Final = ("content", "cue", "source")
"""The spans of a claim."""


class InputError(ValueError):
    """What the user gave cannot be used; the message is one line: where, what was found, what was wanted."""


class Span(NamedTuple):
    """A stretch of a document's text, half open."""

    start: int
    end: int


class Entity(NamedTuple):
    """A typed mention; `score` is the extractor's confidence in [0, 1], None where it gives none."""

    start: int
    end: int
    type: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One attribution: `source` says, by `cue`, the `content`.

    `attributes` are what the schema has claims marked with, by name; what is not said is left out.
    """

    content: Span
    cue: Span
    source: Span | None = None
    speaker: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    score: float | None = None


class Sentence(NamedTuple):
    """A sentence and its check-worthiness label."""

    start: int
    end: int
    label: str
    score: float | None = None


class Unplaced(NamedTuple):
    """What an extractor answered without saying where, or of which no such place is in the text: it cannot be right.

    `layer` is one of `LAYERS`; `label` the type of a mention, the label of a sentence, or of a claim the role (content,
    cue or source; a claim that cannot be placed has one item for each role that it gave). `quote` is what was answered,
    `at` the offset where it was said to be, such as the start of a sentence; 0 where nothing was said.
    """

    layer: str
    label: str
    quote: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """Three layers over one text. None: the layer was not annotated. (): it was, and nothing is there.

    `unplaced` are further answers of an extractor that count as wrong; gold has none.
    """

    entities: tuple[Entity, ...] | None = None
    claims: tuple[Claim, ...] | None = None
    sentences: tuple[Sentence, ...] | None = None
    unplaced: tuple[Unplaced, ...] = ()

    def unplaced_in(self, layer: str) -> tuple[Unplaced, ...]:
        """The answers of one layer that have no place."""
        return tuple(answer for answer in self.unplaced if answer.layer == layer)

    def has(self, layer: str) -> bool:
        """Whether the layer was annotated; of one that has but answers without a place it was."""
        return getattr(self, layer) is not None or bool(self.unplaced_in(layer))

    def types(self) -> list[str]:
        """The type of each mention, then of each answer without a place."""
        return [entity.type for entity in self.entities or ()] + [
            answer.label for answer in self.unplaced_in("entities")
        ]

    def sentence_labels(self) -> list[str]:
        """The label of each sentence, then of each answer without a place."""
        labels = [sentence.label for sentence in self.sentences or ()]
        return labels + [answer.label for answer in self.unplaced_in("sentences")]


@dataclass(frozen=True, slots=True)
class Document:
    """A text without labels: all that a runner ever receives."""

    id: str
    text: str
    meta: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A document with its gold annotation."""

    document: Document
    gold: Annotation


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a runner answered for one document.

    `seconds` is the time spent inside the runner, None where it was not measured. With `error` set the annotation
    counts as empty, and the document as a failure.
    """

    doc_id: str
    annotation: Annotation
    seconds: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Passes:
    """Independent annotations of the same documents, in the documents' order, and what their agreement is worth."""

    note: str
    annotations: Sequence[Sequence[Annotation]]
