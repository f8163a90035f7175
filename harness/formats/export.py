"""What a writer of a format gets, and what it says of what the format cannot hold."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.data.schema import Schema
from harness.data.types import LAYERS, Example


@dataclass(frozen=True)
class Export:
    """Documents with the annotation to write.

    `system` is the name of the extractor whose answers they are, for tools that keep suggestions apart from
    annotation; None where it is gold. `name` is what the files are called.
    """

    examples: Sequence[Example]
    schema: Schema
    name: str
    system: str | None = None


@dataclass(frozen=True)
class Written:
    """The files that were written, and how often there was something that the format cannot hold, by what it is."""

    files: Sequence[Path]
    lost: Mapping[str, int] = field(default_factory=dict)


class Format(ABC):
    """A file format that annotation is written in: a frozen dataclass, and a yaml in `conf/format/` that names it."""

    @abstractmethod
    def write(self, export: Export, out: Path) -> Written:
        """Write the files of `export` into the folder `out`, which exists.

        Raises:
            InputError: the export cannot be written so that it could be read again.
        """


_ALWAYS: Final = "answers without a place"


def lost(examples: Iterable[Example], held: Iterable[str]) -> Counter[str]:
    """How much of examples is not in `held`, by what it is.

    `held` names what a format can hold, of: `meta`; the layers `entities`, `claims` and `sentences`; `attributes` and
    `speakers` of claims; `scores`. What an extractor answered without a place in the text is never held.
    """
    kept = frozenset(held)
    found: Counter[str] = Counter()
    for example in examples:
        annotation = example.gold
        found[_ALWAYS] += len(annotation.unplaced)
        items = {layer: getattr(annotation, layer) or () for layer in LAYERS}
        if "meta" not in kept:
            found["keys of meta"] += len(example.document.meta)
        for layer in LAYERS:
            if layer not in kept:
                found[layer] += len(items[layer])
        if "scores" not in kept:
            found["scores"] += sum(
                item.score is not None for layer, several in items.items() if layer in kept for item in several
            )
        if "claims" in kept:
            if "attributes" not in kept:
                found["attributes of claims"] += sum(len(claim.attributes) for claim in items["claims"])
            if "speakers" not in kept:
                found["speakers of claims"] += sum(claim.speaker is not None for claim in items["claims"])
    return +found
