"""Gold in the JSON Lines of Prodigy and spaCy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.data.types import InputError
from harness.datasets.doccano import the_file
from harness.datasets.marked import MarkedDataset, Units
from harness.formats.marks import MarkedText
from harness.formats.prodigy import Answered, Reading, marked_text, read_tasks


@dataclass(frozen=True)
class Prodigy(MarkedDataset):
    """A file that `prodigy db-out` wrote, or spaCy's texts with entities; the keys are those of its yaml.

    `annotator` says whose answers are read where several answered one text.
    """

    id_key: str | None = None
    annotator: str | None = None

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """The accepted tasks in the order of the file.

        Raises:
            InputError: the file is malformed, or several people answered one text and nothing says whose answer counts.
        """
        reading = Reading(self.marking, self.id_key, self.annotator)
        answered: dict[str, Answered] = {}
        for task in read_tasks(the_file(Path(self.path), (".jsonl", ".json")), self.encoding, reading):
            if task.answer != "accept":
                self.counts[f"tasks answered {task.answer}"] += 1
                continue
            if self.annotator is not None and task.annotator not in (None, self.annotator):
                self.counts["tasks of other annotators"] += 1
                continue
            before = answered.get(task.input)
            if before is not None and before.annotator != task.annotator:
                found = f"{before.annotator} and {task.annotator}"
                wanted = "dataset.annotator=NAME to say whose answers are read"
                raise InputError(f"{task.where}: found {task.document.id} answered by {found}, wanted {wanted}")
            # One person's later answer takes the place of an earlier one, as in Prodigy's own data sets.
            self.counts["earlier answers of one person"] += before is not None
            answered[task.input] = task
        for task in answered.values():
            yield marked_text(task, units.prove)
