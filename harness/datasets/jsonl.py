"""Any gold in the harness's own JSON Lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.data import codec
from harness.data.dataset import Dataset
from harness.data.files import check_file
from harness.data.schema import INFER, Schema, named_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Example


@dataclass(frozen=True)
class JsonLines(Dataset):
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
    def name(self) -> str:
        """The file's name without its extension."""
        return self.source.stem

    @property
    def source(self) -> Path:
        """The file."""
        return Path(self.path)

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names, read once."""
        return None if self.labels is None else read_tag_set(self.labels)

    @cached_property
    def annotation_schema(self) -> Schema | None:
        """What `schema` names, with the labels of the map for types; None: what the file uses."""
        return named_schema(self.schema, None if self.tag_set is None else self.tag_set.labels)

    def read(self) -> Sequence[Example]:
        """Its documents.

        Raises:
            InputError: the file is not there, is another than `sha256` says, or is malformed.
        """
        check_file(self.source, self.sha256, self.fetch)
        labels = None if self.tag_set is None else tuple(self.tag_set.labels)
        return codec.read_examples(self.source, self.annotation_schema, labels)
