"""Gold in UIMA CAS, as INCEpTION, WebAnno and programs of UIMA write it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from harness.data.types import InputError
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.cas_files import Parser, sources
from harness.formats.cas_layers import (
    LABELLED_SENTENCE,
    NAMED_ENTITY,
    VIEW,
    Claims,
    Layer,
    LayerReader,
    Reading,
    Unlabelled,
)
from harness.formats.marks import MarkedText


@dataclass(frozen=True)
class Cas(MarkedDataset):
    """XMI, JSON, zips or folders of these; the keys are those of its yaml."""

    mentions: Layer = field(default_factory=lambda: Layer(NAMED_ENTITY, "value"))
    sentences: Layer | None = field(default_factory=lambda: Layer(LABELLED_SENTENCE, "label"))
    claims: Claims = field(default_factory=Claims)
    typesystem: str | None = None
    view: str = VIEW
    annotator: str | None = None
    unlabelled: Unlabelled = "error"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.unlabelled not in get_args(Unlabelled):
            wanted = f"one of {', '.join(get_args(Unlabelled))}"
            raise InputError(f"dataset.unlabelled: found {self.unlabelled!r}, wanted {wanted}")

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents by the names of their files; offsets count UTF-16, by the definition of the format.

        Raises:
            InputError: a file is malformed or does not fit its type system, or an annotation has no label or place.
        """
        del units
        counts: Counter[str] = Counter()
        reading = Reading(self.mentions, self.sentences, self.claims, self.marking, self.view, self.unlabelled)
        layers = LayerReader(reading, counts)
        parser = Parser(self.encoding)
        for source in sources(Path(self.path), self.typesystem, self.annotator, counts):
            yield layers.read(parser.parse(source), source.id, source.file.where)
        layers.finish(self.path)
        self.counts.update(counts)
