"""Predictions made elsewhere: the way for any program to use the scorers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self

from harness.data import codec
from harness.data.bio import Scheme
from harness.data.bridge import stored_bridge
from harness.data.columns import Columns
from harness.data.dataset import ReadOnce
from harness.data.files import read_json
from harness.data.tagged import Repair, Tags, read_tagged
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import Runner

_RECORDS: Final = ("provenance.json", "baseline.json")
"""What keeps the label maps of a run, and of a baseline."""


@dataclass(frozen=True)
class Replay(Runner):
    """Predictions from a JSON Lines file, or from the folder of a run or a baseline; from columns if `format` says so.

    A document that the file does not hold is a failure. Times are not replayed: nothing was extracted. `labels` names
    the map of the predictions' tag set; the predictions of a run keep the one that the run kept. Of documents that were
    picked out of a data set the file may be that of the whole: `known` are then the documents that it may name, and in
    columns has to.

    Columns have the tokens of the documents in their order, and their tags are read as `data.tagged.Tags` says.
    """

    path: str
    name: str = "replay"
    labels: str | None = None
    format: Literal["jsonl", "conll"] = "jsonl"
    columns: Columns = field(default_factory=Columns)
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    type: str | None = None
    encoding: str | None = None
    known: Sequence[Document] | None = field(default=None, repr=False, compare=False)
    _remarks: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def remarks(self) -> Sequence[str]:
        """How many tags of columns are ill formed, and what was done."""
        return self._remarks

    @property
    def checked(self) -> bool:
        """True: what was read is well formed."""
        return True

    @property
    def file(self) -> Path:
        """The predictions file."""
        path = Path(self.path)
        return path / "predictions.jsonl" if path.is_dir() else path

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The tag set of the predictions, None where they have no map.

        Raises:
            InputError: there is no such map, or the run kept another one.
        """
        given = None if self.labels is None else read_tag_set(self.labels)
        record = next((path for path in map(Path(self.path).joinpath, _RECORDS) if path.is_file()), None)
        if record is None:
            return given
        kept = stored_bridge(read_json(record).get("labels"), f"{record}: labels").predicted
        if given is not None and given != kept:
            raise InputError(f"{record}: found the labels {kept and kept.label}, wanted {given.label} as labels has it")
        return kept

    def reading(self, dataset: ReadOnce) -> Self:
        """The runner that knows the documents of the whole, if `dataset` is part of one."""
        return self if dataset.picked_from is None else replace(self, known=dataset.picked_from)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """The stored prediction of every document.

        Raises:
            InputError: the file is malformed, or names a document that is not among `documents` and `known`.
        """
        named = documents if self.known is None else self.known
        stored = self._of_columns(named) if self.format == "conll" else self._of_lines(named)
        for document in documents:
            prediction = stored.get(document.id)
            if prediction is None:
                yield Prediction(document.id, Annotation(), error=f"{self.file}: no prediction for this document")
            else:
                yield Prediction(document.id, prediction.annotation, error=prediction.error)

    def _of_lines(self, documents: Sequence[Document]) -> Mapping[str, Prediction]:
        try:
            return codec.read_predictions(self.file, documents)
        except InputError as error:
            if "wanted one JSON object in UTF-8" in str(error) and _has_columns(self.file):
                raise InputError(f"{error}; runner.format=conll reads columns") from error
            raise

    def _of_columns(self, documents: Sequence[Document]) -> Mapping[str, Prediction]:
        tags = Tags(self.columns, self.scheme, self.repair, self.type, self.encoding)
        tagged = read_tagged(self.file, tags, documents)
        self._remarks[:] = tagged.remarks
        return {name: Prediction(name, found) for name, found in tagged.annotations.items()}


def _has_columns(path: Path) -> bool:
    """Whether the first line that is not blank has several columns and is no JSON."""
    with path.open("rb") as file:
        first = next((line.strip() for line in file if line.strip()), b"")
    return first[:1] not in (b"{", b"[") and len(first.split()) > 1
