"""Several extractors as one: a mention is kept if they are sure enough of it together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from harness.data.dataset import ReadOnce
from harness.data.offsets import Rewrite
from harness.data.schema import Schema
from harness.data.types import Annotation, Document, Entity, InputError, Prediction
from harness.runners.base import Runner, as_runner
from harness.runners.carried import carry_entities
from harness.runners.rivals import settle

_ROUNDING: Final = 1e-9
"""By how much a sum of shares falls short of the whole at most: three times 0.42 / 3 is below 0.42."""


@dataclass(frozen=True)
class Ensemble(Runner):
    """An entity has the mean of its members' scores, 0 from a member without it, and is kept from `threshold` on.

    A score that a member does not give counts as 1. A name has one mention: `rivals.settle` says which stays. Claims
    and sentence labels are those of the member `lead`, counted from 0: what two systems say about a sentence has no
    mean. No member has a map, and all that say which schema they answer in say the same.
    """

    # Runners of any class; pydantic, which checks configurations, knows no protocols.
    members: Sequence[Any]
    threshold: float
    lead: int = 0
    allow_seen: bool = False
    name: str = "ensemble"

    def __post_init__(self) -> None:
        if len(self.members) < 2:
            raise InputError(f"members: found {len(self.members)}, wanted two runners at least")
        if not 0 < self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number above 0 up to 1")
        if not 0 <= self.lead < len(self.members):
            raise InputError(
                f"lead: found {self.lead}, wanted the number of a member, from 0 to {len(self.members) - 1}"
            )
        foreign = [member.name for member in self._runners if member.tag_set is not None]
        if foreign:
            raise InputError(f"members: found {', '.join(foreign)} with another tag set, wanted members without a map")

    def load(self) -> None:
        """Load every member."""
        for member in self._runners:
            member.load()

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; one that fails in any member yields a prediction with its error."""
        for document, *answers in zip(documents, *(member.predict(documents) for member in self._runners), strict=True):
            errors = [answer.error for answer in answers if answer.error is not None]
            seconds = [answer.seconds for answer in answers if answer.seconds is not None]
            spent = sum(seconds) if len(seconds) == len(answers) else None
            annotation = (
                Annotation() if errors else self._joined(document.text, [answer.annotation for answer in answers])
            )
            yield Prediction(answers[0].doc_id, annotation, spent, errors[0] if errors else None)

    @property
    def tag_set(self) -> None:
        """None, as of all members."""
        return None

    @property
    def annotation_schema(self) -> Schema | None:
        """What the members say that they answer in.

        Raises:
            InputError: they say unlike things.
        """
        said = [schema for member in self._runners if (schema := member.annotation_schema) is not None]
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

    @property
    def checked(self) -> bool:
        """False: what is joined here was read by nobody."""
        return False

    @property
    def remarks(self) -> Sequence[str]:
        """What the members remark."""
        return [remark for member in self._runners for remark in member.remarks]

    @property
    def provenance(self) -> Mapping[str, object]:
        """What tells the members' models from others, by number and name of the member."""
        return {f"{number}:{member.name}": member.provenance for number, member in enumerate(self._runners)}

    def reading(self, dataset: ReadOnce) -> Self:
        """The ensemble of the members that read `dataset` in the place of an equal one."""
        return replace(self, members=[member.reading(dataset) for member in self._runners])

    def asking_for(self, schema: Schema) -> Self:
        """The ensemble of the members that are asked for what `schema` names."""
        return replace(self, members=[member.asking_for(schema) for member in self._runners])

    def keeping(self, folder: Path) -> Self:
        """The ensemble of the members that leave what they keep in `folder`, each in a folder of its own."""
        kept = [member.keeping(folder / f"{number}-{member.name}") for number, member in enumerate(self._runners)]
        return replace(self, members=kept)

    @property
    def figures(self) -> Mapping[str, float]:
        """The numbers of the members, by number and name of the member."""
        return {
            f"{number}_{member.name}/{name}": value
            for number, member in enumerate(self._runners)
            for name, value in member.figures.items()
        }

    @property
    def repetitions(self) -> Sequence[Runner]:
        """The ensembles of what members would be beside themselves, as many as the member with most has."""
        own = [member.repetitions for member in self._runners]
        return [
            replace(
                self,
                members=[
                    repeated[number] if number < len(repeated) else member
                    for member, repeated in zip(self._runners, own, strict=True)
                ],
            )
            for number in range(max(map(len, own)))
        ]

    @cached_property
    def _runners(self) -> Sequence[Runner]:
        return [as_runner(member) for member in self.members]

    def _joined(self, text: str, annotations: Sequence[Annotation]) -> Annotation:
        """The members' annotations of one text as one."""
        answers = [carry_entities(annotation.entities or (), Rewrite(text)) for annotation in annotations]
        scores: dict[tuple[int, int, str], float] = {}
        for answer in answers:
            for entity in answer:
                score = 1.0 if entity.score is None else entity.score
                scores[entity[:3]] = scores.get(entity[:3], 0.0) + score / len(annotations)
        least = self.threshold - _ROUNDING
        kept = [Entity(*span, min(score, 1.0)) for span, score in scores.items() if score >= least]
        names = settle(text, kept, [{entity[:3] for entity in answer} for answer in answers])
        leading = annotations[self.lead]
        return Annotation(tuple(names), leading.claims, leading.sentences)
