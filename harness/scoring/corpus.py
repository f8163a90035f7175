"""Gold and prediction side by side, on one long text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.arabic.normalize import Normalizer
from harness.data.schema import Schema, used_schema
from harness.data.types import LAYERS, ROLES, Annotation, Document, Entity, Example, InputError, Prediction
from harness.scoring.text import Positions, Text, Widening
from harness.scoring.units import Units, cut_units

Boundary = Literal["char", "word", "clitic"]

_SPELLING: Final = Normalizer(hamza=True)
_EMPTY: Final = Annotation(entities=(), claims=(), sentences=())


@dataclass(frozen=True, eq=False)
class Spans:
    """Typed spans of a corpus as arrays of shape (spans,): positions on the joined text and label numbers."""

    starts: Positions
    ends: Positions
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> "Spans":
        """The chosen spans."""
        return Spans(self.starts[chosen], self.ends[chosen], self.labels[chosen])

    def beside(self, other: "Spans") -> "Spans":
        """These spans, then those of `other`."""
        if not len(other):
            return self
        pairs = ((self.starts, other.starts), (self.ends, other.ends), (self.labels, other.labels))
        return Spans(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents with gold and predicted annotation, in the same order."""

    documents: Sequence[Document]
    gold: Sequence[Annotation]
    predicted: Sequence[Annotation]
    unit_kind: str = "paragraph"
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: tuple[str, ...] | None = None
    """The labels of entities, where both sides were taken to others than the schema's."""
    gold_label: str = ""
    """Name and short hash of the gold, `NAME#HASH`; empty for annotations that come from no gold."""
    label_map: str | None = None
    """The map, `NAME@VERSION`, by which both sides were taken to `labels`; labels are of entities alone."""
    schema: Schema | None = None
    """What the gold annotates; None: what both sides use."""
    unknown: str = "error"
    """What became of predicted names that the gold side does not know."""

    def answered_by(self, predicted: Sequence[Annotation]) -> "Corpus":
        """The same gold beside other predictions; what depends on the gold alone is not computed again."""
        other = replace(self, predicted=predicted)
        kept = {"text", "units", "canonical"}
        if self.schema is not None:
            kept.add("annotated")
        if other.types == self.types:
            # Labels number the types.
            kept.add("gold_entities")
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name in kept})
        return other

    def share_text(self, other: "Corpus") -> None:
        """Take over the joined text of a corpus of the same documents, with all that was found out about it."""
        vars(self)["text"] = other.text

    @cached_property
    def text(self) -> Text:
        """The joined text."""
        return Text([document.text for document in self.documents])

    @cached_property
    def units(self) -> Units:
        """The units that intervals resample."""
        return cut_units(self.text, self.unit_kind)

    @cached_property
    def annotated(self) -> Schema:
        """The schema, or one of what both sides use."""
        return used_schema(self._both) if self.schema is None else self.schema

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The entity types: `labels`, or those of the schema; then what else occurs, sorted."""
        known = self.annotated.types if self.labels is None else self.labels
        return _with_others(known, {kind for annotation in self._both for kind in annotation.types()})

    @cached_property
    def sentence_labels(self) -> tuple[str, ...]:
        """The sentence labels of the schema; then what else occurs, sorted."""
        found = {label for annotation in self._both for label in annotation.sentence_labels()}
        return _with_others(self.annotated.sentence_labels, found)

    @property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The attributes of claims with their values."""
        return self.annotated.attributes

    @property
    def _both(self) -> Iterable[Annotation]:
        yield from self.gold
        yield from self.predicted

    @cached_property
    def canonical(self) -> dict[str, str]:
        """Written variants of speakers' names, spelled uniformly, to the canonical name.

        Raises:
            InputError: a variant belongs to two names.
        """
        names: dict[str, str] = {}
        for name, variants in self.speakers.items():
            for variant in (name, *variants):
                if names.setdefault(_uniform(variant), name) != name:
                    other = names[_uniform(variant)]
                    raise InputError(f"speakers: found {variant!r} under {other!r} and {name!r}, wanted it under one")
        return names

    def same_speaker(self, one: str | None, other: str | None) -> bool:
        """Whether two names are the same entry of `speakers`, or equal once spelling is uniform."""
        if one is None or other is None:
            return one is other
        left, right = _uniform(one), _uniform(other)
        return self.canonical.get(left, left) == self.canonical.get(right, right)

    @cached_property
    def gold_entities(self) -> Spans:
        """The gold entities; labels number `types`."""
        return self.entities(self.gold)

    @cached_property
    def predicted_entities(self) -> Spans:
        """The predicted entities; labels number `types`."""
        return self.entities(self.predicted)

    def entities(self, side: Sequence[Annotation]) -> Spans:
        """The entities of one side; labels number `types`."""
        number = {label: index for index, label in enumerate(self.types)}
        rows = [
            (start + offset, end + offset, number[kind])
            for offset, annotation in zip(self.text.offsets.tolist(), side, strict=True)
            for start, end, kind, _ in annotation.entities or ()
        ]
        return _spans(rows)

    def sentences(self, side: Sequence[Annotation]) -> Spans:
        """The labelled sentences of one side; labels number `sentence_labels`."""
        number = {label: index for index, label in enumerate(self.sentence_labels)}
        rows = [
            (start + offset, end + offset, number[label])
            for offset, annotation in zip(self.text.offsets.tolist(), side, strict=True)
            for start, end, label, _ in annotation.sentences or ()
        ]
        return _spans(rows)

    @cached_property
    def unplaced_entities(self) -> Spans:
        """The predicted entities that have no place, empty spans where they are said to be; labels number `types`.

        Whatever counts predicted mentions counts these too, in the unit in which they lie, and as spurious. No view of
        boundaries is to be taken of them.
        """
        return self._unplaced("entities", self.types)

    @cached_property
    def unplaced_claims(self) -> Spans:
        """The same of the roles of claims; labels number `ROLES`."""
        return self._unplaced("claims", ROLES)

    @cached_property
    def unplaced_sentences(self) -> Spans:
        """The same of labels of sentences; labels number `sentence_labels`."""
        return self._unplaced("sentences", self.sentence_labels)

    def _unplaced(self, layer: str, labels: Sequence[str]) -> Spans:
        rows = [
            (item.at + offset, item.at + offset, labels.index(item.label))
            for offset, annotation in zip(self.text.offsets.tolist(), self.predicted, strict=True)
            for item in annotation.unplaced_in(layer)
        ]
        return _spans(rows)

    @cached_property
    def quotes(self) -> "Corpus":
        """A predicted side of `unplaced_entities`, in their order: each quote is the text of a document of its own.

        The document has the id and the `meta` of the one that was answered for, and the whole of it is the mention. So
        whatever is told of mentions by their words can be told of quotes.
        """
        answers = [
            (document, item)
            for document, annotation in zip(self.documents, self.predicted, strict=True)
            for item in annotation.unplaced_in("entities")
        ]
        documents = [replace(document, text=item.quote or " ") for document, item in answers]
        mentions = [(Entity(0, len(item.quote or " "), item.label),) for _, item in answers]
        return replace(
            self,
            documents=documents,
            gold=[Annotation(entities=())] * len(answers),
            predicted=[Annotation(entities=mention) for mention in mentions],
            labels=self.types,
        )

    def view(self, spans: Spans, other: Spans, boundary: Boundary) -> Spans:
        """`spans` under a boundary view; `other` is the other side.

        Both views go by both sides, so that equal spans stay equal: in the word view, where two mentions of either side
        would become one, neither side is widened; in the clitic view, where the analyser is in doubt, a word's prefix
        counts if either side has a start behind it.
        """
        if boundary == "word":
            return Spans(*self.text.word_view(self._widening(spans), self._widening(other)), spans.labels)
        if boundary == "clitic":
            moved = self.text.unclitic(spans.starts, np.concatenate((spans.starts, other.starts)))
            # A span that ends with the prefix, or a letter later, would be left with next to nothing.
            letters = self.text.letters_before[spans.ends] - self.text.letters_before[moved]
            return Spans(np.where(letters >= 2, moved, spans.starts), spans.ends, spans.labels)
        return spans

    def _widening(self, spans: Spans) -> Widening:
        """What widening does to `spans`: every scorer asks it of the same two sides."""
        known = self._widenings.get(id(spans))
        if known is None or known[0] is not spans:
            known = spans, self.text.widening(spans.starts, spans.ends, spans.labels)
            self._widenings[id(spans)] = known
        return known[1]

    @cached_property
    def alignments(self) -> dict[Boundary, "tuple[Spans, Spans, NDArray[np.int64]]"]:
        """What `outcomes.alignment` has computed, by boundary view."""
        return {}

    @cached_property
    def _widenings(self) -> dict[int, tuple[Spans, Widening]]:
        """By identity; the spans are kept too, so that no other object takes their place."""
        return {}


def _with_others(known: tuple[str, ...], found: set[str]) -> tuple[str, ...]:
    return (*known, *sorted(found.difference(known)))


def _uniform(name: str) -> str:
    return " ".join(_SPELLING.fold(name).casefold().split())


def _spans(rows: Sequence[tuple[int, int, int]]) -> Spans:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Spans(columns[:, 0], columns[:, 1], columns[:, 2])


def scored_layers(gold: Iterable[Annotation], predictions: Iterable[Prediction]) -> list[str]:
    """The layers that both sides annotate.

    A system that has no layer is not scored on it; one that has but answers without a place in it is. One that failed
    on every document is scored on all: it found nothing.
    """
    answered = [prediction.annotation for prediction in predictions if prediction.error is None]
    annotated = list(gold)
    return [
        layer
        for layer in LAYERS
        if any(getattr(annotation, layer) is not None for annotation in annotated)
        and (not answered or any(annotation.has(layer) for annotation in answered))
    ]


def pair(
    examples: Sequence[Example], predictions: Mapping[str, Prediction], layer: str
) -> list[tuple[Document, Annotation, Annotation]]:
    """Gold and prediction of every document whose gold has `layer`."""
    return [
        (example.document, example.gold, answer(example.document, predictions))
        for example in examples
        if getattr(example.gold, layer) is not None
    ]


def answer(document: Document, predictions: Mapping[str, Prediction]) -> Annotation:
    """What was predicted for a document: nothing, where the prediction is missing or has an error."""
    prediction = predictions.get(document.id)
    return _EMPTY if prediction is None or prediction.error is not None else prediction.annotation
