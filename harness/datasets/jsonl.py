"""Any gold in the harness's own JSON Lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.data import codec
from harness.data.dataset import Dataset
from harness.data.tagsets import TagSet, labels_of, read_tag_set
from harness.data.types import Example


@dataclass(frozen=True)
class JsonLines(Dataset):
    """Documents with gold annotation in one file, whatever its extension; `labels` names the map of its tag set."""

    path: str
    labels: str | None = None

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

    def read(self) -> Sequence[Example]:
        """Its documents."""
        return codec.read_examples(self.source, labels_of(self.tag_set))
