"""Several extractors as one: `joining` says how their answers become one, this is the runner that asks them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, Self, TextIO, get_args

from harness.data import codec
from harness.data.bridge import relabel
from harness.data.dataset import ReadOnce
from harness.data.failures import method_of
from harness.data.files import sha256_of_file
from harness.data.schema import Schema
from harness.data.tagsets import TagSet
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runners.base import Runner, answers_of, as_runner
from harness.runners.choice import Choice, read_choice
from harness.runners.joining import How, Joiner, Layer
from harness.runners.replay import Replay

MEMBERS: Final = "members"
"""The folder, in that of a run, with a folder of its own for each member."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True)
class Ensemble(Runner):
    """Extractors whose answers become one; conf/runner/ensemble.yaml says what each field means.

    All that say which schema they answer in say the same. A member with a map answers in the types that its labels
    stand for, one each.
    """

    # Runners of any class, in a list or by name; pydantic, which checks configurations, knows no protocols.
    members: Sequence[Any] | Mapping[str, Any] = ()
    threshold: float = 0.5
    lead: int | str = 0
    allow_seen: bool = False
    name: str = "ensemble"
    how: How = "mean"
    weights: Sequence[float] | Mapping[str, float] | None = None
    choice: str | Mapping[str, str] | None = None
    claims: Layer = "lead"
    sentences: Layer = "lead"
    failures: Literal["fail", "skip"] = "fail"
    runs: Sequence[str] | None = None
    kept_in: Path | None = None
    _failed: Counter[int] = field(default_factory=Counter, init=False, repr=False, compare=False)
    _seen: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self._runners) < 2:
            raise InputError(f"members: found {len(self._runners)}, wanted two runners at least")
        if not 0 < self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number above 0 up to 1")
        for key, value, known in (
            ("how", self.how, get_args(How)),
            ("claims", self.claims, get_args(Layer)),
            ("sentences", self.sentences, get_args(Layer)),
            ("failures", self.failures, ("fail", "skip")),
        ):
            if value not in known:
                raise InputError(f"{key}: found {value!r}, wanted one of {', '.join(known)}")
        for key, given, needed in (("weights", self.weights, "weighted"), ("choice", self.choice, "by_type")):
            if given is not None and self.how != needed:
                raise InputError(f"{key}: found it beside how={self.how}, wanted how={needed} with it")
        if self.how == "by_type" and self.choice is None:
            raise InputError("choice: found nothing, wanted the file of a choice for how=by_type")
        # Whatever cannot be used is to be said before a model is loaded. What runs are called is known when a command
        # has found them.
        if not self.runs:
            _ = self._joiner, self._renamed

    def load(self) -> None:
        """Load every member."""
        for member in self._runners:
            member.load()

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; what becomes of one that a member fails on is for `failures` to say."""
        self._failed.clear()
        self._seen[:] = [] if self._choice is None else self._choice.made_on(documents)
        with ExitStack() as files:
            kept = self._files(files)
            given = (answers_of(member, documents) for member in self._runners)
            for document, *answers in zip(documents, *given, strict=True):
                told = [self._told(number, answer, document.text) for number, answer in enumerate(answers)]
                for number, file in kept.items():
                    file.write(f"{codec.dump_prediction(told[number], document.text)}\n")
                yield self._prediction(document, told)

    def _told(self, number: int, answer: Prediction, text: str) -> Prediction:
        """The answer of a member in the types of the schema, without annotation where it failed."""
        if answer.error is not None:
            return replace(answer, annotation=Annotation())
        member = self._runners[number]
        fault = None if member.checked else codec.fault(answer.annotation, text, method_of(member, "predict"))
        if fault is not None:
            return replace(answer, annotation=Annotation(), error=f"malformed: {fault}")
        renamed = self._renamed.get(number)
        return answer if renamed is None else replace(answer, annotation=renamed(answer.annotation))

    def _prediction(self, document: Document, answers: Sequence[Prediction]) -> Prediction:
        """The answers of all members to one document as one."""
        seconds = [answer.seconds for answer in answers if answer.seconds is not None]
        spent = sum(seconds) if len(seconds) == len(answers) else None
        errors = [answer.error for answer in answers if answer.error is not None]
        self._failed.update(number for number, answer in enumerate(answers) if answer.error is not None)
        if errors and (self.failures == "fail" or len(errors) == len(answers)):
            return Prediction(document.id, Annotation(), spent, errors[0])
        answered = {number: answer.annotation for number, answer in enumerate(answers) if answer.error is None}
        return Prediction(document.id, self._joiner.join(document.text, answered), spent)

    def _files(self, stack: ExitStack) -> Mapping[int, TextIO]:
        """For each member that answers anew the file that its predictions go to, so that they can be joined again."""
        if self.kept_in is None:
            return {}
        files = {}
        for number, member in enumerate(self._runners):
            if not isinstance(member, Replay):
                folder = self.kept_in / self._folder(number)
                folder.mkdir(parents=True, exist_ok=True)
                file = (folder / "predictions.jsonl").open("w", encoding="utf-8", newline="\n")
                files[number] = stack.enter_context(file)
        return files

    def _folder(self, number: int) -> str:
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", self._names[number]).strip(".-")[:60]
        return f"{number}-{safe or 'unnamed'}"

    @property
    def tag_set(self) -> None:
        """None: members with a map are taken to the types of its schema."""
        return None

    @property
    def annotation_schema(self) -> Schema | None:
        """What the members say that they answer in.

        Raises:
            InputError: they say unlike things.
        """
        said = []
        for member in self._runners:
            schema = member.annotation_schema if member.tag_set is None else member.tag_set.schema
            if schema is not None:
                said.append(schema)
        unlike = next((schema for schema in said if {*schema.types} != {*said[0].types}), None)
        if unlike is not None:
            found = f"{said[0].label} and {unlike.label}"
            raise InputError(f"members: found answers in {found}, wanted members that answer in one schema")
        return said[0] if said else None

    @property
    def not_for(self) -> Sequence[str]:
        """The data sets that some member has learned from."""
        return [name for member in self._runners for name in member.not_for]

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of documents that some member was trained on."""
        learned = {doc_id for member in self._runners for doc_id in member.learned_from(documents)}
        return [document.id for document in documents if document.id in learned]

    def chosen_on(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of documents that the members of types, or something in a member, were chosen on."""
        chosen = {doc_id for member in self._runners for doc_id in member.chosen_on(documents)}
        chosen.update([] if self._choice is None else self._choice.made_on(documents))
        return [document.id for document in documents if document.id in chosen]

    @property
    def checked(self) -> bool:
        """False: what is joined here was read by nobody."""
        return False

    @property
    def remarks(self) -> Sequence[str]:
        """What the members remark, on which documents some failed, and whether the choice was made on these."""
        own = []
        if self._seen:
            found = f"found {len(self._seen)} documents that {self.choice} was chosen on"
            own.append(f"{self.name}: {found}; scores on them are better than on new text")
        if self.failures == "skip":
            own += [
                f"{self.name}: {self._names[number]} failed on {count} documents; the other members answered alone"
                for number, count in sorted(self._failed.items())
            ]
        return [*own, *(remark for member in self._runners for remark in member.remarks)]

    @property
    def provenance(self) -> Mapping[str, object]:
        """What tells the members' models from others, by number and name of the member; of a run, its predictions."""
        return {
            f"{number}:{self._names[number]}": (
                {"run": str(member.file.parent), "predictions_sha256": sha256_of_file(member.file)}
                if isinstance(member, Replay) and member.file.is_file()
                else member.provenance
            )
            for number, member in enumerate(self._runners)
        }

    def reading(self, dataset: ReadOnce) -> Self:
        """The ensemble of the members that read `dataset` in the place of an equal one."""
        return self._of([member.reading(dataset) for member in self._runners])

    def asking_for(self, schema: Schema) -> Self:
        """The ensemble of the members that are asked for what `schema` names."""
        return self._of([member.asking_for(schema) for member in self._runners])

    def keeping(self, folder: Path) -> Self:
        """The ensemble that leaves the predictions of each member, and what that keeps, in a folder of its own."""
        place = folder / MEMBERS
        kept = [member.keeping(place / self._folder(number)) for number, member in enumerate(self._runners)]
        return replace(self._of(kept), kept_in=place)

    @property
    def figures(self) -> Mapping[str, float]:
        """The members' numbers, by number and name of the member; with `failures=skip` how often each failed."""
        own = [
            *((number, "failures", float(count)) for number, count in self._failed.items() if self.failures == "skip"),
            *((number, name, value) for number, member in enumerate(self._runners)
              for name, value in member.figures.items()),
        ]  # fmt: skip
        return {f"{number}_{_UNSAFE.sub('_', self._names[number])}/{name}": value for number, name, value in own}

    @property
    def repetitions(self) -> Sequence[Runner]:
        """The ensembles of what members would be beside themselves, as many as the member with most has."""
        own = [member.repetitions for member in self._runners]
        return [
            self._of(
                [
                    repeated[number] if number < len(repeated) else member
                    for member, repeated in zip(self._runners, own, strict=True)
                ]
            )
            for number in range(max(map(len, own)))
        ]

    def _of(self, runners: Sequence[Runner]) -> Self:
        """The ensemble of these members, under the names of its own."""
        named = isinstance(self.members, Mapping) and not self.runs
        members: Any = dict(zip(self._names, runners, strict=True)) if named else runners
        return replace(self, members=members, runs=None)

    @cached_property
    def _runners(self) -> Sequence[Runner]:
        if self.runs:
            return [Replay(run, name_of_run(run)) for run in self.runs]
        members = self.members.values() if isinstance(self.members, Mapping) else self.members
        return [as_runner(member) for member in members]

    @cached_property
    def _names(self) -> Sequence[str]:
        """What members are called: as the mapping says, else each by its own name."""
        if isinstance(self.members, Mapping) and not self.runs:
            return [*self.members]
        return [member.name for member in self._runners]

    def _number(self, key: str, name: str) -> int:
        """The number of the member of that name."""
        if self._names.count(name) != 1:
            found = f"{name!r}, which {self._names.count(name)} members are called"
            raise InputError(f"{key}: found {found}, wanted one of {', '.join(self._names)}")
        return self._names.index(name)

    @cached_property
    def _choice(self) -> Choice | None:
        return None if self.choice is None else read_choice(self.choice)

    @cached_property
    def _joiner(self) -> Joiner:
        """How the answers are joined.

        Raises:
            InputError: weights, lead or choice do not fit the members.
        """
        number = len(self._runners)
        lead = self._number("lead", self.lead) if isinstance(self.lead, str) else self.lead
        if not 0 <= lead < number:
            raise InputError(f"lead: found {lead}, wanted the number of a member, from 0 to {number - 1}")
        weights = [1.0] * number
        if isinstance(self.weights, Mapping):
            for name, weight in self.weights.items():
                weights[self._number("weights", name)] = float(weight)
        elif self.weights is not None:
            weights = [*map(float, self.weights)]
        if len(weights) != number or not all(0 < weight < float("inf") for weight in weights):
            raise InputError(f"weights: found {self.weights}, wanted a number above 0 for each of {number} members")
        choice = self._choice or Choice({})
        return Joiner(
            self.how,
            self.threshold,
            weights,
            lead,
            self.claims,
            self.sentences,
            {kind: self._number("choice", name) for kind, name in choice.types.items()},
            None if choice.others is None else self._number("choice", choice.others),
        )

    @cached_property
    def _renamed(self) -> Mapping[int, Callable[[Annotation], Annotation]]:
        """For each member with a map what takes its answers to the types of the map's schema.

        Raises:
            InputError: a map has a label that stands for several types: which is meant, nobody knows.
        """
        renamed = {}
        for number, member in enumerate(self._runners):
            tags = member.tag_set
            if tags is not None:
                coarse = [label for label, types in tags.labels.items() if len(types) > 1]
                if coarse:
                    found = f"{member.name} with another tag set, in which {', '.join(coarse)} cover several types"
                    wanted = f"members without a map, or with one that, unlike {tags.label}, has a type for each label"
                    raise InputError(f"members: found {found}, wanted {wanted}")
                renamed[number] = _renaming(member.name, tags)
        return renamed


def name_of_run(folder: str) -> str:
    """What the member is called whose run is in `folder`: as the folder, without the number of one beside others."""
    path = Path(folder)
    return re.sub(r"^\d+-", "", path.name) if path.parent.name == MEMBERS else path.name


def _renaming(member: str, tags: TagSet) -> Callable[[Annotation], Annotation]:
    names = {label: types[0] for label, types in tags.labels.items() if types}

    def renamed(annotation: Annotation) -> Annotation:
        used = {entity.type for entity in annotation.entities or ()}
        unknown = sorted(used - tags.labels.keys())
        if unknown:
            raise InputError(f"{member}: found the labels {', '.join(unknown)}, wanted those of {tags.label}")
        unplaced = (
            item if item.layer != "entities" else item._replace(label=names[item.label])
            for item in annotation.unplaced
            if item.layer != "entities" or item.label in names
        )
        return replace(relabel(annotation, names, flat=False), unplaced=tuple(unplaced))

    return renamed
