"""Any runner with mentions of some types alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from harness.data.near import listed
from harness.data.types import Annotation, InputError
from harness.runners.processed import Processed


@dataclass(frozen=True)
class Types(Processed):
    """Mentions of the types in `keep` stay, in the runner's own labels; of mentions without a place too."""

    keep: Sequence[str] = ()

    done: ClassVar[str] = "types"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.keep:
            raise InputError("keep: found nothing, wanted the names of entity types")

    def load(self) -> None:
        """Load the runner.

        Raises:
            InputError: it says what it answers in, and a type to keep is not among it.
        """
        super().load()
        known: Sequence[str] = () if self.tag_set is None else [*self.tag_set.labels]
        if not known and self.annotation_schema is not None:
            known = self.annotation_schema.types
        strange = [kind for kind in self.keep if known and kind not in known]
        if strange:
            raise InputError(f"keep: found {', '.join(strange)}, wanted some of {listed(known)}")

    def process(self, text: str, annotation: Annotation) -> Annotation:
        """The answer without mentions of other types."""
        del text
        entities = annotation.entities
        if entities is not None:
            entities = tuple(entity for entity in entities if entity.type in self.keep)
        unplaced = (item for item in annotation.unplaced if item.layer != "entities" or item.label in self.keep)
        return replace(annotation, entities=entities, unplaced=tuple(unplaced))
