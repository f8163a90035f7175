"""`harness predict`: what a runner finds in texts or documents, without scores."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from harness.api.finding import with_found_runs
from harness.api.predicting import sheets_of
from harness.cli.command import Command, Job, Switch
from harness.cli.exits import write
from harness.data.documents import Format, read_documents
from harness.data.jsonl import LONG, one_line
from harness.data.types import Document, InputError
from harness.reporting.answers import answers_page
from harness.runners.base import PlainRunner, as_runner
from harness.runs.answering import Answered, answer, dump_answer
from harness.runs.sheet import figure_name
from harness.show import formats
from harness.show.terminal import isolate, say, show, warn

STANDARD: Final = "-"
"""In the place of a file: standard input, or standard output."""

PAGE_DOCUMENTS: Final = 200
"""Documents that a page shows at most: they are held until it is written."""


@dataclass(frozen=True)
class Predict(Command):
    """Answer documents one after another, and write each answer as it comes."""

    runner: PlainRunner
    text: str | None
    input: str | None
    format: Format
    out: str | None
    html: str | None
    replace: Switch

    def execute(self, _: Job, /) -> int:
        """Answer the text, or the documents of the file."""
        self._check()
        documents = self._documents()
        # What cannot be read at all is told before a model is loaded, and before a file is begun.
        first = next(documents, None)
        if first is None:
            raise InputError(f"{self.input or 'text'}: found no document, wanted at least one")
        shown: list[Answered] = []
        failures: list[Answered] = []
        number = 0
        with self._writer() as put:
            for number, answered in enumerate(answer(with_found_runs(self.runner, None), chain([first], documents)), 1):  # noqa: B007
                put(answered)
                if self.html is not None and len(shown) < PAGE_DOCUMENTS:
                    shown.append(answered)
                if answered[1].error is not None:
                    failures.append(answered)
        # Where both go to one place, what is said of the answers stands behind them.
        sys.stdout.flush()
        if failures:
            document, prediction = failures[0]
            said = f"{len(failures)} of {number} documents failed and have no answer"
            place = f"{isolate(document.id)}: {one_line(str(prediction.error), LONG)}"
            warn(f"{self.runner.name}: {said}; the first is {place}")
        self._tell_of_runner()
        if self.html is not None:
            title = f"{self.runner.name}: {self._name}"
            page = answers_page(title, shown, as_runner(self.runner).annotation_schema, number - len(shown))
            Path(self.html).write_text(page, encoding="utf-8", newline="\n")
        self._tell()
        return 0

    def _check(self) -> None:
        """Refuse what cannot be meant, and files that exist."""
        if (self.text is None) == (self.input is None):
            found = "neither" if self.text is None else "both"
            raise InputError(f"text, input: found {found}, wanted a text, or a file of documents")
        for key, name in (("out", self.out), ("html", self.html)):
            if name not in (None, STANDARD) and Path(str(name)).exists() and not self.replace:
                raise InputError(f"{key}: found {name}, which exists, wanted a new file, or replace=true")

    @property
    def _name(self) -> str:
        """What the input is called."""
        if self.input is None:
            return "text"
        return "stdin" if self.input == STANDARD else Path(self.input).stem

    def _documents(self) -> Iterator[Document]:
        """The documents, as they are asked for."""
        if self.input is None:
            if not str(self.text).strip():
                raise InputError(f"text: found {self.text!r}, wanted a text")
            yield Document("text", str(self.text))
        elif self.input == STANDARD:
            yield from read_documents(sys.stdin.buffer, self._name, self.format)
        else:
            try:
                with Path(self.input).open("rb") as file:
                    where = self.input if self.format == "jsonl" else self._name
                    yield from read_documents(file, where, self.format)
            except OSError as error:
                raise InputError(f"{self.input}: found {error.strerror or error}, wanted a readable file") from error

    @contextmanager
    def _writer(self) -> Iterator[Callable[[Answered], None]]:
        """What takes each answer: a file, which has its name when it is whole; a terminal; or what reads our output."""
        if self.out not in (None, STANDARD):
            whole = Path(str(self.out))
            part = whole.with_name(f"{whole.name}.part")
            with part.open("w", encoding="utf-8", newline="\n") as file:
                yield lambda answered: write(file, dump_answer(*answered))
            part.replace(whole)
        elif self.out is None and sys.stdout.isatty():
            yield _show
        else:
            yield lambda answered: write(sys.stdout, dump_answer(*answered))

    def _tell_of_runner(self) -> None:
        """Say what the runner remarks, and what it counted of its own, such as tokens and cost."""
        runner = as_runner(self.runner)
        for remark in runner.remarks:
            warn(str(remark))
        figures = [f"{figure_name(name)} {formats.figure(number)}" for name, number in runner.figures.items() if number]
        if figures:
            write(sys.stderr, f"{runner.name}: {', '.join(figures)}")

    def _tell(self) -> None:
        """Say what was written; beside answers on standard output, on standard error."""
        files = [isolate(name) for name in (self.out, self.html) if name not in (None, STANDARD)]
        if not files:
            return
        if self.out in (None, STANDARD):
            write(sys.stderr, f"written: {', '.join(files)}")
        else:
            say(f"written: {', '.join(files)}")


def _show(answered: Answered) -> None:
    for sheet in sheets_of(*answered):
        show(sheet)
