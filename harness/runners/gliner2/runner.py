"""What a GLiNER2 model finds of the types that a schema names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import metadata
from typing import Final, Literal

from harness.arabic.plain import Spelling
from harness.data.files import sha256_of_file
from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.types import Document, InputError, Prediction
from harness.runners.base import Runner, predict_together
from harness.runners.gliner2.opening import Origin
from harness.runners.gliner2.reader import Layout, Overlaps, Reader

# Characters read before the first answer: enough for several batches, so that windows of like length meet.
_GROUP: Final = 1 << 16


@dataclass(frozen=True)
class Gliner2(Runner):
    """Entities from a GLiNER2 model; conf/runner/gliner2.yaml says what each field means.

    It is asked for the types of a schema with their descriptions, or for the labels of a map. Predictions do not depend
    on how documents are batched, but for the last digits of floating-point sums.
    """

    model: str
    revision: str | None = None
    labels: str | None = None
    annotates: str | Schema | None = None
    descriptions: Literal["en", "ar"] | None = "en"
    threshold: float = 0.5
    overlaps: Overlaps = "flat"
    window: int = 384
    overlap: int = 64
    batch_size: int = 8
    device: str | None = None
    normalise: Spelling = None
    clitics: bool = True
    name: str = "gliner2"

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number from 0 to 1")
        for key, value in (("window", self.window), ("batch_size", self.batch_size)):
            if value < 1:
                raise InputError(f"{key}: found {value}, wanted a whole number from 1")
        if not 0 <= 2 * self.overlap <= self.window:
            raise InputError(f"overlap: found {self.overlap}, wanted a whole number from 0 to half the window")
        if self.labels is not None and self.annotates is not None:
            raise InputError(f"annotates: found a schema with the labels {self.labels}, wanted one of the two")

    def asking_for(self, schema: Schema) -> Runner:
        """The runner that is asked for the types of `schema`, unless it was told what to ask for."""
        return self if self.labels is not None or self.annotates is not None else replace(self, annotates=schema)

    @property
    def annotation_schema(self) -> Schema | None:
        """The schema whose types are asked for; None with a map, whose labels are."""
        if self.labels is not None:
            return None
        if isinstance(self.annotates, Schema):
            return self.annotates
        return read_schema(self.annotates or GOLD_NAME)

    def load(self) -> None:
        """Load the model.

        Raises:
            InputError: the model cannot be had, or there is nothing to ask for, or too much.
        """
        if not self._asked:
            found = "a schema" if self.annotation_schema is None else self.annotation_schema.label
            raise InputError(f"annotates: found {found} without entity types, wanted one with types to ask for")
        # What has no room beside the text is to be known before the documents.
        _ = self._reader.room

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        reader = self._reader
        reader.unaligned = reader.shortened = reader.parted = 0
        yield from predict_together(documents, reader.read, _GROUP)

    @property
    def figures(self) -> Mapping[str, float]:
        """`unaligned`: answers that are no mention of the text, in the documents predicted last."""
        return {"unaligned": float(self._reader.unaligned)}

    @property
    def remarks(self) -> Sequence[str]:
        """What was not aligned, read in windows, or cut in the documents predicted last."""
        reader, said = self._reader, []
        if reader.unaligned:
            said.append(f"{self.name}: found {reader.unaligned} answers without a letter or a digit; counted as wrong")
        if reader.parted:
            done = f"read in windows of at most {self.window} that share up to {self.overlap}"
            said.append(f"{self.name}: found {reader.parted} documents of more words than a window; {done}")
        if reader.shortened:
            done = f"only the beginning of each was read, at most {reader.room} tokens"
            said.append(f"{self.name}: found {reader.shortened} words of more tokens than a window has; {done}")
        return said

    @property
    def provenance(self) -> Mapping[str, object]:
        """What tells one model from another, and what it was asked."""
        return {
            "package": f"gliner2 {metadata.version('gliner2')}",
            "model": self.model,
            "revision": self.revision,
            "architecture": self._reader.model.architecture,
            "asked": dict(self._asked),
            "files_sha256": {
                path.as_posix(): sha256_of_file(self._origin.folder / path) for path in self._origin.files()
            },
        }

    @cached_property
    def _asked(self) -> Mapping[str, str]:
        """The labels to ask for, each with its description, an empty text where there is none."""
        schema = self.annotation_schema
        if schema is None:
            return {} if self.tag_set is None else dict.fromkeys(self.tag_set.labels, "")
        described = {kind: schema.describe("types", kind) for kind in schema.types}
        return {
            kind: "" if self.descriptions is None else getattr(description, self.descriptions)
            for kind, description in described.items()
        }

    @cached_property
    def _origin(self) -> Origin:
        return Origin(self.model, self.revision, self.device)

    @cached_property
    def _reader(self) -> Reader:
        layout = Layout(self.window, self.overlap, self.batch_size, self.normalise)
        return Reader(self._origin.open(), self._asked, self.threshold, self.overlaps, layout, self.clitics)
