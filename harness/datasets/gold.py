"""The gold standard that comes with the harness."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import codec
from harness.files import resource
from harness.types import Example


@dataclass(frozen=True)
class GoldStandard:
    """A released version of the gold standard.

    `root` is the folder that holds the versions; None is the one that comes with the harness.
    """

    version: str = "v1"
    root: str | None = None

    @property
    def name(self) -> str:
        """The version."""
        return self.version

    @property
    def folder(self) -> Path:
        """Where the version's files lie."""
        return (Path(self.root) if self.root else resource("gold")) / self.version

    @property
    def source(self) -> Path:
        """The JSON Lines file."""
        return self.folder / "gold.jsonl"

    def read(self) -> Sequence[Example]:
        """The five articles with all three layers."""
        return codec.read_examples(self.source)

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """Canonical names of speakers with their written variants."""
        variants: dict[str, list[str]] = json.loads((self.folder / "speakers.json").read_text(encoding="utf-8"))
        return variants
