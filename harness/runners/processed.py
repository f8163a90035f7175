"""Post-processing: a runner around another one, which changes its answers and is like it in all else."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from harness.data import codec
from harness.data.dataset import ReadOnce
from harness.data.failures import failure
from harness.data.schema import Schema
from harness.data.tagsets import TagSet
from harness.data.types import Annotation, Document, Prediction
from harness.runners.base import Runner, answers_of, as_runner


@dataclass(frozen=True)
class Processed(Runner):
    """What the runner `of` answers, changed by `process`.

    Without a `name` it is called after that runner and what is done. Documents that its model has seen are scored where
    `allow_seen` says so here or there.
    """

    # A runner of any class; pydantic, which checks configurations, knows no protocols.
    of: Any
    name: str = ""
    allow_seen: bool = False

    done: ClassVar[str]
    """What is done, as names say it."""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", f"{self._runner.name}+{self.done}")
        if self._runner.allow_seen:
            object.__setattr__(self, "allow_seen", True)

    @abstractmethod
    def process(self, text: str, annotation: Annotation) -> Annotation:
        """The answer for a text as it shall be."""

    def load(self) -> None:
        """Load the runner."""
        self._runner.load()

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """The runner's predictions, each processed; failures, and what is malformed, as they are."""
        for document, answer in zip(documents, answers_of(self._runner, documents), strict=True):
            is_sound = self._runner.checked or codec.fault(answer.annotation, document.text) is None
            if answer.error is not None or not is_sound:
                yield answer
                continue
            try:
                processed = self.process(document.text, answer.annotation)
            except Exception as raised:  # whatever one document does to a step, the others still count
                yield replace(answer, annotation=Annotation(), error=failure(raised))
            else:
                yield replace(answer, annotation=processed)

    @property
    def labels(self) -> str | None:
        """The runner's."""
        return self._runner.labels

    @property
    def tag_set(self) -> TagSet | None:
        """The runner's."""
        return self._runner.tag_set

    @property
    def annotation_schema(self) -> Schema | None:
        """The runner's."""
        return self._runner.annotation_schema

    @property
    def not_for(self) -> Sequence[str]:
        """The runner's."""
        return self._runner.not_for

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of documents that the runner was trained on."""
        return self._runner.learned_from(documents)

    def chosen_on(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of documents that something in the runner was chosen on."""
        return self._runner.chosen_on(documents)

    @property
    def checked(self) -> bool:
        """The runner's: what is left out makes nothing malformed."""
        return self._runner.checked

    @property
    def remarks(self) -> Sequence[str]:
        """The runner's."""
        return self._runner.remarks

    @property
    def provenance(self) -> Mapping[str, object] | None:
        """The runner's."""
        return self._runner.provenance

    @property
    def figures(self) -> Mapping[str, float]:
        """The runner's."""
        return self._runner.figures

    @property
    def repetitions(self) -> Sequence[Runner]:
        """The runner's, each processed in the same way."""
        return [replace(self, of=repeated) for repeated in self._runner.repetitions]

    def reading(self, dataset: ReadOnce) -> Self:
        """The same of the runner that reads `dataset` in the place of an equal one."""
        return replace(self, of=self._runner.reading(dataset))

    def asking_for(self, schema: Schema) -> Self:
        """The same of the runner that is asked for what `schema` names."""
        return replace(self, of=self._runner.asking_for(schema))

    def keeping(self, folder: Path) -> Self:
        """The same of the runner that leaves in `folder` what it keeps."""
        return replace(self, of=self._runner.keeping(folder))

    @cached_property
    def _runner(self) -> Runner:
        return as_runner(self.of)
