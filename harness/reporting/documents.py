"""A document as the page shows it: gold and each run side by side, line by line, and what is wrong in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from harness.data.types import LAYERS, Annotation, Document, Span
from harness.reporting.kinds import Error, Shown
from harness.reporting.marks import Mark, Note, clip, lines, mark_up
from harness.scoring.corpus import Corpus


@dataclass(frozen=True, eq=False)
class ShownRun:
    """One run over the documents that the page shows."""

    letter: str
    """A or B; empty where the page shows one run."""
    name: str
    corpora: Mapping[str, Corpus]
    errors: Mapping[str, Sequence[Error]]
    pairs: Mapping[str, Mapping[int, int]]
    """By document the paired claims, predicted to gold."""
    failures: Mapping[str, str]
    judges: Mapping[str, str]
    """The scorer of each layer by which marks are called right or wrong."""

    def annotation(self, document: str, layer: str) -> tuple[Annotation, Annotation] | None:
        """Gold and prediction of a document; None where its gold lacks the layer, or the run does."""
        place = self._places.get(layer, {}).get(document)
        return None if place is None else (self.corpora[layer].gold[place], self.corpora[layer].predicted[place])

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        return {
            layer: {document.id: place for place, document in enumerate(corpus.documents)}
            for layer, corpus in self.corpora.items()
        }


@dataclass(frozen=True, eq=False)
class Layer:
    """Rows of a layer, each with a cell for gold and one for every run."""

    name: str
    rows: Sequence[Sequence[Markup]]


@dataclass(frozen=True, eq=False)
class View:
    """A document with its number on the page."""

    number: int
    document: Document
    runs: Sequence[ShownRun]
    errors: Sequence[Shown]

    @property
    def id(self) -> str:
        """The document's id on the page."""
        return f"d{self.number}"

    @property
    def failures(self) -> list[tuple[str, str]]:
        """Runs that failed on the document, with what they say."""
        messages = ((run.letter, run.failures.get(self.document.id)) for run in self.runs)
        return [(letter, message) for letter, message in messages if message is not None]

    @property
    def attributes(self) -> Sequence[str]:
        """The attributes that claims have."""
        corpora = (run.corpora["claims"] for run in self.runs if "claims" in run.corpora)
        return tuple(dict.fromkeys(name for corpus in corpora for name in corpus.attributes))

    @property
    def layers(self) -> list[str]:
        """The layers that the document has on the page."""
        return [layer for layer in LAYERS if any(run.annotation(self.document.id, layer) for run in self.runs)]

    def texts(self, layer: str) -> Layer:
        """The lines of the text with what `layer` marks; of the first layer all lines, else those with a mark."""
        sides = [None, *range(len(self.runs))]
        text, rows = self.document.text, []
        columns = [[mark for mark in self._marks(layer, side) if mark is not None] for side in sides]
        for line in self.lines:
            marked = any(mark.start < line.end and mark.end > line.start for column in columns for mark in column)
            if marked or layer == (self.layers or [layer])[0]:
                rows.append([mark_up(text, line, column) for column in columns])
        return Layer(layer, rows)

    @cached_property
    def lines(self) -> list[Span]:
        """The lines of the text that are shown."""
        return lines(self.document.text)

    def notes(self, layer: str, place: int | None, number: int) -> tuple[Note, ...]:
        """What is wrong with an item: of run `place`, or of the gold, with every run that errs on it."""
        return tuple(self._notes.get((layer, place, number), ()))

    @cached_property
    def _notes(self) -> dict[tuple[str, int | None, int], list[Note]]:
        letters = [run.letter for run in self.runs]
        notes: dict[tuple[str, int | None, int], list[Note]] = {}
        for shown in self.errors:
            error, place = shown.error, letters.index(shown.run)
            if self.runs[place].judges.get(error.layer) not in error.scorers:
                continue
            words = f"{shown.run}: {shown.words}" if shown.run else shown.words
            for number in error.gold:
                notes.setdefault((error.layer, None, number), []).append(Note(error.kind, words, shown.id))
            for number in error.predicted:
                notes.setdefault((error.layer, place, number), []).append(Note(error.kind, shown.words, shown.id))
        return notes

    def item(self, layer: str, place: int | None, number: int) -> str:
        """The id of an item on the page."""
        side = "g" if place is None else f"r{place}"
        return f"{self.id}{layer[0]}{side}-{number}"

    def side(self, layer: str, place: int | None) -> Annotation:
        """The gold, or what run `place` predicted; empty where the run lacks the layer."""
        runs = self.runs if place is None else self.runs[place : place + 1]
        annotations = (run.annotation(self.document.id, layer) for run in runs)
        both = next((annotation for annotation in annotations if annotation is not None), (Annotation(), Annotation()))
        return both[0] if place is None else both[1]

    def _marks(self, layer: str, place: int | None) -> list[Mark | None]:
        """The marks of one side, None for those that no shown line has a part of."""
        return [clip(mark, self.lines) for mark in self._whole(layer, place)]

    def _whole(self, layer: str, place: int | None) -> list[Mark]:
        annotation = self.side(layer, place)
        if layer == "claims":
            return [mark for number in range(len(annotation.claims or ())) for mark in self._roles(place, number)]
        if layer == "sentences":
            items = [(item.start, item.end, item.label) for item in annotation.sentences or ()]
        else:
            items = [(item.start, item.end, item.type) for item in annotation.entities or ()]
        return [
            Mark(start, end, label, self.item(layer, place, number), self.notes(layer, place, number))
            for number, (start, end, label) in enumerate(items)
        ]

    def _roles(self, place: int | None, number: int) -> Iterator[Mark]:
        """The roles of one claim, which lead to its card."""
        claim, item = (self.side("claims", place).claims or ())[number], self.item("claims", place, number)
        for role in ("content", "source", "cue"):
            span = getattr(claim, role)
            if span is not None:
                notes = self.notes("claims", place, number) if role == "content" else ()
                named = f"{role} {self.claim_name(place, number)}"
                yield Mark(span.start, span.end, named, f"{item}-{role}", notes, item, self.group(place, number))

    def claim_name(self, place: int | None, number: int) -> str:
        """The number by which a claim is called: that of the gold, or, where it has no pair there, one after +."""
        if place is None:
            return str(number + 1)
        pairs = self.runs[place].pairs.get(self.document.id, {})
        if number in pairs:
            return str(pairs[number] + 1)
        return f"+{sum(other not in pairs for other in range(number)) + 1}"

    def group(self, place: int | None, number: int) -> str:
        """What binds the roles of a claim on both sides."""
        name = self.claim_name(place, number)
        return f"{self.id}-{name}" if name[0] != "+" else f"{self.id}-{place}{name}"
