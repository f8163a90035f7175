"""Any gold in the harness's own JSON Lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.data import codec
from harness.data.dataset import Dataset
from harness.data.schema import INFER, Schema, named_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Example


@dataclass(frozen=True)
class JsonLines(Dataset):
    """Documents with gold annotation in one file, whatever its extension; `labels` names the map of its tag set.

    `schema` names what it annotates, and holds it to that; with `infer` that is what it uses (`data.schema`).
    """

    path: str
    labels: str | None = None
    schema: str = INFER

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
        """Its documents."""
        labels = None if self.tag_set is None else tuple(self.tag_set.labels)
        return codec.read_examples(self.source, self.annotation_schema, labels)
