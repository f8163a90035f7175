"""Any gold in the harness's own JSON Lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.data import codec
from harness.data.tagsets import known_labels
from harness.data.types import Example


@dataclass(frozen=True)
class JsonLines:
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

    def read(self) -> Sequence[Example]:
        """Its documents."""
        return codec.read_examples(self.source, known_labels(self.labels))

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """No variants are known: speakers are compared by spelling."""
        return {}
