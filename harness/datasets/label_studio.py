"""Gold that people annotated in Label Studio."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from harness.data.types import Document, InputError
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.label_studio_regions import marked_text
from harness.formats.label_studio_tasks import Picking, Results, Task, Unannotated, document_of, read_tasks
from harness.formats.marks import MarkedText


@dataclass(frozen=True)
class LabelStudio(MarkedDataset):
    """Tasks in a file, or a folder, that Label Studio exported; the keys are those of its yaml.

    `text_key` and `id_key` name keys of the tasks' data. `annotator` says whose annotation is read where a task has
    several, `results` whether annotations or predictions are, and `unannotated` what is made of a task without.
    """

    text_key: str = "text"
    id_key: str | None = None
    results: Results = "annotations"
    annotator: str | None = None
    unannotated: Unannotated = "error"

    def __post_init__(self) -> None:
        super().__post_init__()
        for key, values in (("results", get_args(Results)), ("unannotated", get_args(Unannotated))):
            if getattr(self, key) not in values:
                raise InputError(f"dataset.{key}: found {getattr(self, key)!r}, wanted one of {', '.join(values)}")

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The documents of the tasks, in the order of the file.

        Raises:
            InputError: the file is malformed, an offset is not proved, a task has several annotations and nothing says
                which, or none and `unannotated` is `error`.
        """
        # An id of digits alone is a number where it comes from a command line.
        picking = Picking(self.results, None if self.annotator is None else str(self.annotator))
        counts: Counter[str] = Counter()
        texts: list[tuple[Task, Document]] = []
        picked = []
        for task in read_tasks(Path(self.path), self.encoding):
            texts.append((task, document_of(task, self.text_key, self.id_key)))
            picked.append(picking.pick(task))
        picking.check(self.path)
        for (task, document), annotation in zip(texts, picked, strict=True):
            if annotation is not None:
                yield marked_text(task, document, annotation, self.marking, units.prove, counts)
            elif self.unannotated == "empty":
                yield MarkedText(document, where=task.where)
                counts["tasks without annotation, read as texts in which there is nothing"] += 1
            elif self.unannotated == "skip":
                counts["tasks without annotation"] += 1
            else:
                by = "" if self.annotator is None else f" by {self.annotator}"
                wanted = "one; dataset.unannotated=skip leaves such tasks out, =empty reads them as without any mark"
                raise InputError(f"{task.where}: found none of its {self.results}{by}, wanted {wanted}")
        self.counts.update(picking.passed_over + counts)
