"""`harness curate`: everything about gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harness.api.finding import find_run
from harness.cli.command import Command, Job, single
from harness.curate.tasks import TASKS, check_version, curate, put_texts_in, write_export
from harness.data.dataset import PlainDataset
from harness.data.near import guess
from harness.data.types import Annotation, InputError
from harness.datasets.gold import GoldStandard
from harness.formats.export import Export, Format
from harness.runs.evaluate import Tracker
from harness.runs.run import open_run

_TASKS: Final = (*TASKS, "export", "texts", "ceiling")


@dataclass(frozen=True)
class Curate(Command):
    """Build, check, compare or export a version of the gold standard."""

    task: str
    version: str
    root: str | None
    out: str | None
    gold: Mapping[str, str | None]
    format: Format
    run: str | None = None
    texts: str | None = None
    corpus: PlainDataset | None = None
    tracker: Tracker | None = None

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness curate TASK`."""
        return single("task", names)

    def execute(self, _: Job, /) -> int:
        """Do the task on the version; for the ceiling a file or a corpus can stand in for it."""
        if self.task not in _TASKS:
            raise InputError(f"task: found {self.task!r}, wanted one of {', '.join(_TASKS)}{guess(self.task, _TASKS)}")
        version = GoldStandard(self.version, self.root)
        out = None if self.out is None else Path(self.out)
        match self.task:
            case "export":
                return write_export(self._export(version), self.format, out)
            case "texts":
                check_version(version)
                return put_texts_in(version, None if self.texts is None else Path(self.texts), out)
            case "ceiling":
                return self._ceiling(version, out)
        return curate(self.task, version, out)

    def _export(self, version: GoldStandard) -> Export:
        """The answers of the run if one is named, else the version."""
        if self.run is None:
            check_version(version)
            return Export(version.read(), version.annotation_schema, version.version)
        run = open_run(find_run(self.run, self.tracker))
        nothing = Annotation()
        answered = [
            replace(example, gold=prediction.annotation if prediction is not None else nothing)
            for example in run.gold.examples
            for prediction in [run.predictions.get(example.document.id)]
        ]
        # Answers may be in labels of their own, which the gold lacks.
        types = {kind: None for example in answered for kind in example.gold.types()}
        schema = run.schema if types.keys() <= set(run.schema.types) else run.schema.with_types(sorted(types))
        return Export(answered, schema, run.folder.name, run.scores.runner)

    def _ceiling(self, version: GoldStandard, out: Path | None) -> int:
        # Here, since no other task needs scorers.
        from harness.curate.ceiling import run
        from harness.datasets.jsonl import JsonLines

        path = self.gold.get("path")
        if path is None and self.corpus is None:
            check_version(version)
        return run(version if path is None else JsonLines(path), self.corpus, out)
