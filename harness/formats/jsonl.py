"""The JSON Lines of the harness itself, for a copy of gold, or answers as a file that `runner=replay` reads."""

from dataclasses import dataclass
from pathlib import Path

from harness.data import codec
from harness.data.types import Prediction
from harness.formats.export import Export, Format, Written


@dataclass(frozen=True)
class JsonLines(Format):
    """A file NAME.jsonl: gold, or the answers of a run."""

    def write(self, export: Export, out: Path) -> Written:
        """Write the file, which holds everything."""
        path = out / f"{export.name}.jsonl"
        if export.system is None:
            codec.write_examples(path, export.examples)
        else:
            answers = [Prediction(example.document.id, example.gold) for example in export.examples]
            codec.write_predictions(path, answers, [example.document for example in export.examples])
        return Written([path])
