"""What data sets share whose `labels` and `schema` are named in their settings."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.data.dataset import Dataset
from harness.data.schema import Schema, named_schema
from harness.data.tagsets import TagSet, read_tag_set


class LabelledFile(Dataset):
    """A file, or a folder, with a map of its labels and a schema, each by name or path.

    A subclass has the fields `path`, `labels` (None: no map) and `schema`, which is `infer` for what the file uses.
    """

    if TYPE_CHECKING:
        path: str
        labels: str | None
        schema: str

    @property
    def name(self) -> str:
        """The name of the file without its extension, or of the folder."""
        return Path(self.path).stem

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names, read once."""
        return None if self.labels is None else read_tag_set(self.labels)

    @cached_property
    def annotation_schema(self) -> Schema | None:
        """What `schema` names, with the labels of the map for types; None: what the file uses."""
        return named_schema(self.schema, None if self.tag_set is None else self.tag_set.labels)
