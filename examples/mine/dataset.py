from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.data.dataset import Dataset
from harness.data.types import Annotation, Document, Entity, Example, InputError


@dataclass(frozen=True)
class Pairs(Dataset):
    """A text, one mention in it and its type, in each line."""

    path: str

    @property
    def name(self) -> str:
        return Path(self.path).stem

    def read(self) -> Sequence[Example]:
        return [
            self.example(number, line)
            for number, line in enumerate(Path(self.path).read_text(encoding="utf-8").splitlines(), 1)
        ]

    def example(self, number: int, line: str) -> Example:
        text, mention, kind = line.split("\t")
        start = text.find(mention)
        if start < 0:
            raise InputError(f"{self.path}:{number}: found no {mention!r} in the text, wanted it there")
        entity = Entity(start, start + len(mention), kind)
        return Example(Document(f"{self.name}:{number}", text), Annotation(entities=(entity,)))
