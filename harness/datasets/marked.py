"""What the data sets of annotation tools share: marks and links become annotations, and offsets are proved."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from harness.data.near import guess, listed
from harness.data.schema import INFER, Schema, name_fault
from harness.data.types import LAYERS, Example, InputError
from harness.data.units import AnyUnit, Place, Proved, Unit, prove
from harness.datasets.labelled import LabelledFile
from harness.datasets.plausibility import cuts_words
from harness.formats.marks import MarkedText, Marking, Read, read_marks, with_layers

_NO_QUOTES: Final = "the file has no quotes to prove its offsets by"


@dataclass(frozen=True)
class MarkedDataset(LabelledFile):
    """A file, or a folder, of an annotation tool; a subclass gives `marked`.

    `labels` names the map of its tag set; `schema` what it annotates, and holds it to that; with `infer` that is what
    it uses. `encoding` names an encoding other than UTF-8, and UTF-16 with a mark. `unit` is what offsets count: with
    `auto` what the quotes in the file prove, and code points where it has none. `marking` says which labels are no
    types of mentions. `layers` are those that are annotated, so that a document without marks has nothing there; None:
    those of the schema, or, where that is inferred, mentions and whatever else has marks anywhere in the file.
    """

    path: str
    labels: str | None = None
    schema: str = INFER
    encoding: str | None = None
    unit: AnyUnit = "auto"
    marking: Marking = field(default_factory=Marking)
    layers: Sequence[str] | None = None

    def __post_init__(self) -> None:
        unknown = [layer for layer in self.layers or () if layer not in LAYERS]
        if unknown:
            raise InputError(f"dataset.layers: found {listed(unknown)}, wanted some of {', '.join(LAYERS)}")

    @abstractmethod
    def marked(self, units: "Units") -> Iterable[MarkedText]:
        """The documents of the file in their order, their offsets proved by `units`.

        Raises:
            InputError: the file is malformed; the message names the place.
        """

    def read(self) -> Sequence[Example]:
        """The documents with their annotation, in the order of the file.

        Raises:
            InputError: the file is malformed, an offset is not proved, a claim is not whole, a label is none of the
                schema's or cannot be used, or there is no document or one of them twice.
        """
        return self._corpus[0]

    @property
    def remarks(self) -> Sequence[str]:
        """What offsets counted where it is not code points or was not proved, and what was passed over."""
        remarks = self._corpus[1]
        counted = ", ".join(f"{count} {what}" for what, count in self.counts.items() if count)
        return (*remarks, f"{self.path}: found {counted}{self.done}") if counted else remarks

    @property
    def done(self) -> str:
        """What was done about what `counts` has, as its remark ends."""
        return "; passed over"

    @cached_property
    def counts(self) -> Counter[str]:
        """What `marked` found that is no annotation, by what it is."""
        return Counter()

    @property
    def notes(self) -> Sequence[MarkedText]:
        """The documents with anything that people wrote beside the annotation, each with the marks that have it."""
        return self._corpus[2]

    @cached_property
    def _corpus(self) -> tuple[Sequence[Example], Sequence[str], Sequence[MarkedText]]:
        units = Units(self.unit)
        self.counts.clear()
        passed_over: Counter[str] = Counter()
        layers: set[str] = set()
        attributes: dict[tuple[str, ...], str] = {}
        places: dict[str, str] = {}
        examples = []
        notes = []
        for marked in self.marked(units):
            document = marked.document
            if document.id in places:
                wanted = f"each document once: {places[document.id]} has it"
                raise InputError(f"{marked.where or self.path}: id: found {document.id!r}, wanted {wanted}")
            places[document.id] = marked.where
            read = read_marks(marked, self.marking, self._without_map)
            self._check(marked, read)
            for claim in read.annotation.claims or ():
                attributes.setdefault(tuple(sorted(claim.attributes)), marked.where or self.path)
            passed_over += read.passed_over
            layers |= read.layers
            examples.append(Example(document, read.annotation))
            noted = [mark for mark in marked.marks if mark.note]
            if noted or marked.note:
                notes.append(replace(marked, marks=noted, links=()))
        if not examples:
            raise InputError(f"{self.path}: found no document, wanted at least one")
        if len(attributes) > 1:
            (first, _), (second, where) = list(attributes.items())[:2]
            found, wanted = (", ".join(names) or "no attribute" for names in (second, first))
            raise InputError(f"{where}: found a claim with {found}, wanted those of the claims before: {wanted}")
        remarks = [f"{self.path}: {remark}" for remark in units.remarks()]
        if passed_over:
            counted = ", ".join(f"{count} {label}" for label, count in passed_over.most_common())
            remarks.append(f"{self.path}: found links that are no part of claims ({counted}); passed over")
        if self.layers is not None:
            lost = layers - set(self.layers)
            if lost:
                remarks.append(f"{self.path}: found marks of {', '.join(sorted(lost))}, wanted {self.layers}; left out")
            layers = set(self.layers)
        elif self.annotation_schema is not None and self.tag_set is None:
            layers = set(self.annotation_schema.layers)
        else:
            layers |= {"entities"}
        return with_layers(examples, layers), tuple(remarks), tuple(notes)

    @property
    def _without_map(self) -> Schema | None:
        """The schema whose attributes and sentence labels hold."""
        return None if self.schema == INFER else self.annotation_schema

    def _check(self, marked: MarkedText, read: Read) -> None:
        """Refuse types that are not known, or cannot be used, with the mark that bears them first."""
        known: Collection[str] | None = None
        if self.tag_set is not None:
            known = self.tag_set.labels
        elif self.annotation_schema is not None:
            known = self.annotation_schema.types
        types = {entity.type for entity in read.annotation.entities or ()}
        odd = [kind for kind in types if kind not in known] if known is not None else list(filter(name_fault, types))
        if not odd:
            return
        mark = next(mark for mark in marked.marks if mark.label in odd)
        where = f"{marked.where or self.path}: {mark.id}: found the label {mark.label!r}"
        if known is None:
            raise InputError(f"{where}, wanted {name_fault(mark.label)}")
        of = self.schema if self.tag_set is None else self.labels
        raise InputError(f"{where}, wanted one of {of}: {listed(known)}{guess(mark.label, known)}")


class Units:
    """What the offsets of a file count: proves those of one text after another, and keeps what was found."""

    def __init__(self, unit: AnyUnit) -> None:
        self._unit = unit
        self._texts: Counter[str] = Counter()
        self._mixed = 0
        self._doubts: tuple[Unit, ...] = ("utf16",)
        self._elsewhere: Counter[Unit] = Counter()
        self._cut: Counter[str] = Counter()

    def doubt(self, *units: Unit) -> None:
        """Name the units that offsets could count where nothing proves what they do."""
        self._doubts = units

    def prove(self, text: str, places: Sequence[Place], where: str) -> Proved:
        """The spans of `places`; see `data.units.prove`."""
        proved = prove(text, places, self._unit, where)
        self._texts[proved.unit] += bool(places)
        self._mixed += proved.mixed
        if places and all(place.quote is None for place in places):
            self._compare(text, places, proved)
        return proved

    def _compare(self, text: str, places: Sequence[Place], proved: Proved) -> None:
        """Count where another unit would read other spans, and how many of these cut words in each."""
        for unit in self._doubts:
            if unit == proved.unit:
                continue
            try:
                other = prove(text, places, unit, "").spans
            except InputError:
                other = ()
            if other == proved.spans:
                continue
            self._elsewhere[unit] += 1
            self._cut[proved.unit] += sum(cuts_words(text, span) for span in proved.spans)
            self._cut[unit] += sum(cuts_words(text, span) for span in other) if other else len(places)

    def remarks(self) -> list[str]:
        """What a reader of the scores has to know of the offsets."""
        remarks = []
        other = ", ".join(f"{unit} in {count} texts" for unit, count in self._texts.items() if unit != "code_points")
        if other and self._unit == "auto":
            remarks.append(f"found offsets that count {other}, as the quotes prove; taken to code points")
        if self._mixed:
            remarks.append(
                f"found {self._mixed} texts whose offsets count in several units; each mark taken by its quote"
            )
        taken = "code_points" if self._unit == "auto" else self._unit
        for unit, count in self._elsewhere.items():
            cut = f"{self._cut[taken]} spans cut words so, {self._cut[unit]} would as dataset.unit={unit}"
            remarks.append(f"{_NO_QUOTES}: taken as dataset.unit={taken}; in {count} texts it matters ({cut})")
        return remarks
