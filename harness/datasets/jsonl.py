"""Any gold in the harness's own JSON Lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.data import codec
from harness.data.files import check_file
from harness.data.schema import INFER
from harness.data.types import Example
from harness.datasets.labelled import LabelledFile


@dataclass(frozen=True)
class JsonLines(LabelledFile):
    """Documents with gold annotation in one file, whatever its extension; `labels` names the map of its tag set.

    `schema` names what it annotates, and holds it to that; with `infer` that is what it uses (`data.schema`). `sha256`
    is the hash of the file that is meant; `fetch` says where it is to be had.
    """

    path: str
    labels: str | None = None
    schema: str = INFER
    sha256: str | None = None
    fetch: str | None = None

    @property
    def source(self) -> Path:
        """The file."""
        return Path(self.path)

    def read(self) -> Sequence[Example]:
        """Its documents.

        Raises:
            InputError: the file is not there, is another than `sha256` says, or is malformed.
        """
        check_file(self.source, self.sha256, self.fetch)
        labels = None if self.tag_set is None else tuple(self.tag_set.labels)
        return codec.read_examples(self.source, self.annotation_schema, labels)
