"""`harness curate`: everything about gold."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harness.api.finding import find_run
from harness.cli.command import Command, Count, Job, single
from harness.curate.changes import Change
from harness.curate.importing import Corrections, add_pass, correct, review
from harness.curate.release import FACTS, documents_of
from harness.curate.tasks import TASKS, Texts, check_version, curate, ingest, put_texts_in, start, suggest, write_export
from harness.data.codec import read_predictions
from harness.data.dataset import PlainDataset
from harness.data.documents import read_documents
from harness.data.files import read_json
from harness.data.near import guess
from harness.data.schema import GOLD_NAME, read_schema
from harness.data.types import Annotation, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.formats.export import Export, Format
from harness.runs.evaluate import Tracker
from harness.runs.run import open_run
from harness.show.terminal import isolate, say

_TASKS: Final = (*TASKS, "new", "ingest", "export", "import", "review", "suggest", "texts", "ceiling")


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
    edited: PlainDataset | None = None
    annotator: str | None = None
    changes: str | None = None
    rule: str | None = None
    note: str | None = None
    reviewer: str | None = None
    suggestions: str | None = None
    documents: Sequence[str] = ()
    review: str | None = None
    into: str | None = None
    name: str | None = None
    schema: str = GOLD_NAME
    encoding: str | None = None
    outlet: str = ""
    furniture: str | None = None
    predictions: str | None = None
    runs: Sequence[str] = ()
    number: Count = 40

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
            case "new":
                if self.name is None:
                    raise InputError("name: found null, wanted the folder of the gold standard that is to be made")
                return start(GoldStandard(self.version, self.name), read_schema(self.schema), self._texts)
            case "ingest":
                return ingest(version, self._texts)
            case "export":
                return write_export(self._export(version), self.format, out)
            case "import":
                return self._import(version, out)
            case "review":
                return self._review(version, out)
            case "suggest":
                return self._suggest(version, out)
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
            return self._of_version(version)
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

    @property
    def _texts(self) -> Texts:
        folder, furniture = (None if path is None else Path(path) for path in (self.texts, self.furniture))
        return Texts(folder, self.encoding, self.outlet, furniture)

    def _of_version(self, version: GoldStandard) -> Export:
        """The version; of one that is not built its texts, with answers in a file as suggestions if one is given."""
        schema = version.annotation_schema
        if self.predictions is None and (version.source.is_file() or not (version.folder / FACTS).is_file()):
            return Export(version.read(), schema, version.version)
        documents = documents_of(version.folder, read_json(version.folder / FACTS))
        if self.predictions is None:
            return Export([Example(document, Annotation()) for document in documents], schema, version.version)
        path = Path(self.predictions)
        answers = read_predictions(path, documents, schema)
        examples = [
            Example(document, answers[document.id].annotation if document.id in answers else Annotation())
            for document in documents
        ]
        return Export(examples, schema, version.version, path.stem)

    def _import(self, version: GoldStandard, out: Path | None) -> int:
        """Take up what another tool wrote: as a pass of `annotator`, or as corrections of the version."""
        if self.edited is None and self.review is None:
            wanted = "the corrected annotation, such as dataset@edited=label_studio edited.path=FILE, or review=FILE"
            raise InputError(f"edited: found null, wanted {wanted}")
        if self.annotator is not None and self.edited is not None:
            return add_pass(version, self.edited, self.annotator)
        how = Corrections(
            reasons=None if self.changes is None else Path(self.changes),
            rules=(self.rule or "").split(),
            note=self.note or "",
            by=self.reviewer or "",
            into=self.into,
            ask=_ask if sys.stdin.isatty() else None,
        )
        if self.edited is None:
            return review(version, Path(str(self.review)), how, out)
        return correct(version, self.edited, how, out)

    def _review(self, version: GoldStandard, out: Path | None) -> int:
        # Here, since no other task makes a page with a script.
        from harness.curate.review.page import write_page

        check_version(version)
        suggestions = None if self.suggestions is None else Path(self.suggestions)
        return write_page(version, self.reviewer, list(self.documents), suggestions, out)

    def _suggest(self, version: GoldStandard, out: Path | None) -> int:
        """By the answers of runs on the version, and those in a file for texts that are not annotated."""
        check_version(version)
        texts = {example.document.id: example.document.text for example in version.read()} if self.runs else {}
        systems = {}
        for name in self.runs:
            run = open_run(find_run(name, self.tracker))
            documents = [example.document for example in run.gold.examples]
            known = {document.id for document in documents if texts.get(document.id) == document.text}
            if not known:
                raise InputError(f"runs: found {name} on {run.gold.label}, wanted a run on {version.version}")
            answered = {key: found for key, found in run.predictions.items() if key in known and not found.error}
            systems[name] = {key: found.annotation for key, found in answered.items()}
        pool: Mapping[str, Annotation] = {}
        if self.predictions is not None:
            path = Path(self.predictions)
            with path.open("rb") if path.is_file() else nullcontext(()) as lines:
                texts_of = list(read_documents(lines, self.predictions, "jsonl"))
            answers = read_predictions(path, texts_of)
            pool = {key: prediction.annotation for key, prediction in answers.items()}
        return suggest(version, systems, pool, self.number, out)

    def _ceiling(self, version: GoldStandard, out: Path | None) -> int:
        # Here, since no other task needs scorers.
        from harness.curate.ceiling import run
        from harness.datasets.jsonl import JsonLines

        path = self.gold.get("path")
        if path is None and self.corpus is None:
            check_version(version)
        return run(version if path is None else JsonLines(path), self.corpus, out)


def _ask(change: Change) -> tuple[Sequence[str], str]:
    """The rule of a change and its reason, from whoever sits at the terminal; an empty answer leaves it open."""
    say(
        f"{change.document}, {change.layer}, {change.kind}: {isolate(str(change.before))}, now "
        f"{isolate(str(change.after))}"
    )
    rules = change.rules or input("rule: ").split()
    return rules, change.note or input("note: ").strip()
