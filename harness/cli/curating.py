"""`harness curate`: everything about gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.cli.command import Command, Job, single
from harness.curate.tasks import curate
from harness.data.dataset import PlainDataset
from harness.datasets.gold import GoldStandard


@dataclass(frozen=True)
class Curate(Command):
    """Build, check, compare or export a version of the gold standard."""

    task: str
    version: str
    root: str | None
    out: str | None
    gold: Mapping[str, str | None]
    texts: str | None = None
    corpus: PlainDataset | None = None

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness curate TASK`."""
        return single("task", names)

    def execute(self, _: Job, /) -> int:
        """Do the task on the version; for the ceiling a file or a corpus can stand in for it."""
        version = GoldStandard(self.version, self.root)
        out = None if self.out is None else Path(self.out)
        path = self.gold.get("path")
        if self.task != "ceiling" or (self.corpus is None and path is None):
            return curate(self.task, version, out, None if self.texts is None else Path(self.texts))
        # Here, since no other task needs scorers.
        from harness.curate.ceiling import run
        from harness.datasets.jsonl import JsonLines

        return run(version if path is None else JsonLines(path), self.corpus, out)
