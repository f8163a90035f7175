"""`harness validate`: files of annotation are read as an evaluation would read them, and faults are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.cli.command import Command, Job
from harness.cli.exits import complain
from harness.data.bridge import Bridge
from harness.data.dataset import PlainDataset, ReadOnce
from harness.data.types import LAYERS, Annotation, InputError
from harness.runners.replay import Replay
from harness.runs.names import settle_unknown
from harness.show.terminal import isolate, say


@dataclass(frozen=True)
class Validate(Command):
    """Read files of annotation strictly, and name file and line of the first fault in each."""

    paths: Sequence[str]
    gold: str | None
    dataset: PlainDataset

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness validate FILE ...`."""
        return {"paths": list(names)}

    def execute(self, _: Job, /) -> int:
        """Read every file; 2 where one of them has a fault."""
        if not self.paths:
            raise InputError("paths: found none, wanted the files to read")
        code = 0
        for path in self.paths:
            try:
                say(f"{isolate(path)}: {_counted(self._read(path))}")
            except InputError as error:
                code = complain("harness validate", str(error))
        return code

    def _read(self, path: str) -> Sequence[Annotation]:
        of_file: PlainDataset = replace(self.dataset, path=self.gold or path)  # type: ignore[type-var]
        if self.gold is None:
            return [example.gold for example in of_file.read()]
        gold = ReadOnce(of_file)
        documents = [example.document for example in gold.read()]
        predictions = Replay(path, labels=gold.labels)
        answers = [*predictions.predict(documents)]
        bridge = Bridge(gold.tag_set, predictions.tag_set, gold.annotation_schema)
        try:
            settle_unknown(path, answers, gold.read(), bridge)
        except InputError as error:
            raise InputError(f"{error}; runner.labels and runner.unknown are keys of harness evaluate") from error
        return [answer.annotation for answer in answers]


def _counted(annotations: Sequence[Annotation]) -> str:
    counts = {
        layer: [len(items) for one in annotations if (items := getattr(one, layer)) is not None] for layer in LAYERS
    }
    said = [f"{sum(numbers)} {layer}" for layer, numbers in counts.items() if numbers]
    unplaced = sum(len(one.unplaced) for one in annotations)
    said += [f"{unplaced} without a place"] * bool(unplaced)
    return ", ".join([f"{len(annotations)} documents", *said])
